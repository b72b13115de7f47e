"""ganzoo: the classical generative models of the textbooks, trained and ready to play with.

>>> import ganzoo
>>> ganzoo.names()
['ae-mnist', ...]
>>> ganzoo.load("cgan-mnist", ganzoo.Sampler).sample(10, seed=3, label=7).pil()[0].save("seven.png")

A `Sampler` draws images (`sample`); a `CodedSampler` also sets an InfoGAN's codes, and a `GrowingSampler` shows the
stages of a ProGAN. A `Reconstructor` sends images through an autoencoder (`reconstruct`, `encode`, `decode`, `walk`), a
`Translator` maps images to images (`translate`), and a `Classifier` predicts classes (`predict`). Images are uint8
tensors (n, c, h, w) in 0..255 or PIL images; `ganzoo.images.open_picture` opens files safely.
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
    """Load a model by its shipped name, its folder or its Hub id ("user/repository", which is downloaded).

    Without `kind` the result is what the folder holds: a Sampler (also as CodedSampler or GrowingSampler), a
    Reconstructor, a Translator or a Classifier. With `kind`, one of these classes, the result is of that class, also
    for a type checker. The model is on the CPU, in float32 and evaluation mode. Raises ValueError that says what is
    wrong: no such model, a model of another kind, a file missing or damaged, weights that do not fit.
    """
    return SHIPPED.load(name, kind)
