"""Images to start a translation from, none of them from a dataset: drawn by code, or made by our own models."""

from collections.abc import Iterable

import torch
from PIL import Image
from torch import Tensor

from ganzoo.config import is_same_data
from ganzoo.drawing import SCENES, STAND_INS, blocks
from ganzoo.images import fit, to_pil
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.sampler import Sampler
from ganzoo.inference.translator import Translator

DATASETS_OF_KINDS = {"Noto": "emoji"}
"""By kind of image: the dataset whose models make examples of it, where that is not the translator's own dataset."""


def sources(model: Translator, kind: str, n: int, models: Iterable[LoadedModel]) -> Tensor | None:
    """Examples of a kind of image to translate; None where nothing makes any.

    For a model that undoes a degradation, they are degraded `images` of its target. For all others, and where the
    degraded kind can itself be drawn, such as an outline, they are `images` of the kind.
    """
    if not model.undoes or kind in SCENES:
        return images(model, kind, n, models)
    clean = images(model, model.sides[1], n, models)
    return None if clean is None else model.degrade(clean, strength=model.strength, seed=0)


def images(model: Translator, kind: str, n: int, models: Iterable[LoadedModel]) -> Tensor | None:
    """Examples of a kind of image, uint8 (n, c, h, w), as large as those of a translator; None where nothing makes any.

    They are drawn by code, made of drawings by another translator of `models`, or sampled by a GAN of `models` that was
    trained on the same data. For a model of two directions, the examples of the way back are its own results of the way
    there: they look more like photos than drawings do.
    """
    if len(model.directions) == 2 and kind == model.sides[1]:
        first = images(model, model.sides[0], n, models)
        return None if first is None else model.translate(first)
    models, size, palette = list(models), model.image_shape[1:], list(model.palette(kind).values())
    own = model.task.is_own_data
    if own and palette:
        made = [blocks(seed, palette, size=size) for seed in range(n)]
    elif not own and kind in SCENES:  # a side of the user's own images can have any name
        made = [SCENES[kind](seed, size=size) for seed in range(n)]
    elif not own and (artist := best_artist(kind, models)):
        made = made_by(artist, n)
    elif gan := closest_gan(model.config.data if own else DATASETS_OF_KINDS.get(kind, model.config.data), models):
        made = [to_pil(image) for image in gan.sample(n, seed=0).images]
    elif not own and kind in STAND_INS:
        made = [STAND_INS[kind](seed, size=size) for seed in range(n)]
    else:
        return None
    return torch.stack([fit(image, model.image_shape) for image in made])


def made_by(artist: Translator, n: int) -> list[Image.Image]:
    """What a translator makes of `n` drawings of its sources, each as large as its own images."""
    draw, size = SCENES[artist.sides[0]], artist.image_shape[1:]
    return [artist.translate(draw(seed, size=size)) for seed in range(n)]


def best_artist(kind: str, models: Iterable[LoadedModel]) -> Translator | None:
    """The best translator from drawings to a kind of image; see `artist_order`."""
    translators = (model for model in models if isinstance(model, Translator) and not model.task.is_own_data)
    artists = (model for model in translators if makes(model, kind) and model.sides[0] in SCENES)
    return min(artists, key=artist_order, default=None)


def makes(model: Translator, kind: str) -> bool:
    """Whether its results are of that kind, or belong to the dataset that has such images."""
    return model.sides[1] == kind or (kind in DATASETS_OF_KINDS and model.config.data == DATASETS_OF_KINDS[kind])


def artist_order(model: Translator) -> tuple[bool, float, int]:
    """A sort key: translators with a discriminator first, then by L1 on the test split, then the largest first."""
    return not model.skeleton.has_discriminator, figure_or_infinity(model, "test L1"), -model.parameters


def closest_gan(data: str, models: Iterable[LoadedModel]) -> Sampler | None:
    """The best GAN of a dataset; see `gan_order`."""
    gans = (model for model in models if isinstance(model, Sampler) and data and is_same_data(model.config.data, data))
    return min(gans, key=gan_order, default=None)


def gan_order(model: Sampler) -> tuple[bool, float]:
    """A sort key: conditional GANs first, then by the distance of their samples to the dataset."""
    return not model.classes, figure_or_infinity(model, "Frechet distance")


def figure_or_infinity(model: LoadedModel, name: str) -> float:
    return model.figures[name].value if name in model.figures else float("inf")
