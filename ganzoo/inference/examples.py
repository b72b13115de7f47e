"""Pictures to start a translation from, none of a data set: drawn by code, or made by our own models."""

from collections.abc import Iterable

import torch
from torch import Tensor

from ganzoo.drawing import SCENES, STAND_INS, blocks
from ganzoo.images import fit, to_pil
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.sampler import Sampler
from ganzoo.inference.translator import Translator

SHOWN_IN = {"Noto": "emoji"}
"""For a kind of picture, the data set that shows just such ones, where the translator's own does not."""


def sources(model: Translator, kind: str, n: int, models: Iterable[LoadedModel]) -> Tensor | None:
    """As `pictures`, and degraded for a model that is to undo that, unless it can be drawn: what its network sees."""
    if not model.undoes or kind in SCENES:
        return pictures(model, kind, n, models)
    clean = pictures(model, model.sides[1], n, models)
    return None if clean is None else model.degrade(clean, strength=model.strength, seed=0)


def pictures(model: Translator, kind: str, n: int, models: Iterable[LoadedModel]) -> Tensor | None:
    """Pictures uint8 (n, c, h, w) as large as those of a translator; None where nothing here makes such.

    Of the `models`, one helps that makes this kind of something drawn, or a GAN of the same data. A model of two
    directions is shown on the way back what comes of the way there, which looks more like photos than drawings do.
    """
    if len(model.directions) == 2 and kind == model.sides[1]:
        given = pictures(model, model.sides[0], n, models)
        return None if given is None else model.translate(given)
    size, models, palette = model.image_shape[1:], list(models), [*model.palette(kind).values()]
    kind = "" if model.own else kind  # the sides of own pictures may be called anything
    if model.own and palette:
        found = [blocks(seed, palette, size=size) for seed in range(n)]
    elif kind in SCENES:
        found = [SCENES[kind](seed, size=size) for seed in range(n)]
    elif artist := best_artist(kind, models):
        drawn = SCENES[artist.sides[0]]
        found = [artist.translate(drawn(seed, size=artist.image_shape[1:])) for seed in range(n)]
    elif gan := closest_gan(SHOWN_IN.get(kind, model.config.data), models):
        found = [to_pil(image) for image in gan.sample(n, seed=0).images]
    elif kind in STAND_INS:
        found = [STAND_INS[kind](seed, size=size) for seed in range(n)]
    else:
        return None
    return torch.stack([fit(picture, model.image_shape) for picture in found])


def best_artist(kind: str, models: Iterable[LoadedModel]) -> Translator | None:
    """The translator that makes a kind of picture of a drawn one best: one with a discriminator, and closest in L1."""
    able = (one for one in models if isinstance(one, Translator) and makes(one, kind) and not one.own)
    return min((one for one in able if one.sides[0] in SCENES), key=quality, default=None)


def makes(model: Translator, kind: str) -> bool:
    """Whether its results are of that kind, or are pictures such as that kind is shown in."""
    return model.sides[1] == kind or model.config.data == SHOWN_IN.get(kind, "")


def quality(model: Translator) -> tuple[bool, float, int]:
    """Smaller for a better one; where nothing was measured, the larger one counts as better."""
    return not model.network.has_discriminator, figure(model, "test L1"), -model.parameters


def figure(model: LoadedModel, name: str) -> float:
    return model.figures[name].value if name in model.figures else float("inf")


def closest_gan(data: str | None, models: Iterable[LoadedModel]) -> Sampler | None:
    """The GAN whose pictures show a data set best; one that knows classes goes first."""
    alike = [one for one in models if isinstance(one, Sampler) and data and one.config.data == data]
    return min(alike, key=distance, default=None)


def distance(model: Sampler) -> tuple[bool, float]:
    """Smaller for a GAN whose pictures show its data set better."""
    return not model.classes, figure(model, "Frechet distance")
