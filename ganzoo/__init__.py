"""ganzoo: the classical generative models of the textbooks, trained and ready to play with.

>>> import ganzoo
>>> ganzoo.names()
['ae-mnist', ...]
>>> ganzoo.load("cgan-mnist").sample(10, seed=3, label=7).pil()[0].save("seven.png")
"""

import os

from ganzoo import models
from ganzoo.inference import (
    Classifier,
    CodedSampler,
    GrowingSampler,
    LoadedModel,
    Reconstruction,
    Reconstructor,
    Sampler,
    Samples,
    Translator,
    storage,
)
from ganzoo.inference.storage import names

__all__ = [
    "Classifier",
    "CodedSampler",
    "GrowingSampler",
    "LoadedModel",
    "Reconstruction",
    "Reconstructor",
    "Sampler",
    "Samples",
    "Translator",
    "load",
    "names",
]

ABILITIES: dict[type[models.ImageModel], type[LoadedModel]] = {
    models.InfoGAN: CodedSampler,
    models.ProGAN: GrowingSampler,
    models.GAN: Sampler,
    models.Autoencoder: Reconstructor,
    models.Translation: Translator,
    models.Classifier: Classifier,
}


def load(name: str | os.PathLike) -> LoadedModel:
    """A model by its shipped name, its folder or its Hub id, checked and ready.

    Gives a Sampler, a Reconstructor, a Translator or a Classifier.
    Raises ValueError that says what is wrong: no such model, a file missing or damaged, weights that do not fit.
    """
    folder = storage.find(name)
    network = storage.network(folder)
    kind = next(able for family, able in ABILITIES.items() if isinstance(network, family))
    return kind(folder)
