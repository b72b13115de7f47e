"""ganzoo: the classical generative models of the textbooks, trained and ready to play with.

>>> import ganzoo
>>> ganzoo.names()
['ae-mnist', ...]
>>> ganzoo.load("cgan-mnist").sample(10, seed=3, label=7).pil()[0].save("seven.png")
"""

import os
from typing import TypeVar, overload

from ganzoo.inference import (
    SHIPPED,
    Classifier,
    CodedSampler,
    GrowingSampler,
    LoadedModel,
    Reconstruction,
    Reconstructor,
    Sampler,
    Samples,
    TranslationResult,
    Translator,
)

__all__ = [
    "Classifier",
    "CodedSampler",
    "GrowingSampler",
    "LoadedModel",
    "Reconstruction",
    "Reconstructor",
    "Sampler",
    "Samples",
    "TranslationResult",
    "Translator",
    "load",
    "names",
]

Model = TypeVar("Model", bound=LoadedModel)


def names() -> list[str]:
    """The shipped models, in alphabetical order."""
    return SHIPPED.names()


@overload
def load(name: str | os.PathLike[str]) -> LoadedModel: ...
@overload
def load(name: str | os.PathLike[str], kind: type[Model]) -> Model: ...
def load(name: str | os.PathLike[str], kind: type[LoadedModel] = LoadedModel) -> LoadedModel:
    """A model by its shipped name, its folder or its Hub id, checked and ready.

    Without `kind` it gives what the folder holds: a Sampler (also as CodedSampler or GrowingSampler), a Reconstructor,
    a Translator or a Classifier. With `kind`, one of these classes, it gives a model of that class. Raises ValueError
    that says what is wrong: no such model, a model of another kind, a file missing or damaged, weights that do not fit.
    """
    return SHIPPED.load(name, kind)
