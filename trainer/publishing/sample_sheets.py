"""The pictures on cards: models at work on drawings by code, or on what shipped models make.

No picture of a data set ships.
"""

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo.images import fit, grid, to_pil
from ganzoo.inference import examples
from trainer import data


def sample_sheet(model: ganzoo.LoadedModel) -> Image.Image:
    """Samples, reconstructions or translations; of a classifier, pictures in the order of the classes that it reads."""
    if isinstance(model, ganzoo.Sampler):
        return grid(model.sample(50, seed=0).images, columns=10)
    if isinstance(model, ganzoo.Translator):
        return translation_sheet(model)
    shown = own_pictures(model.recipe.get("data"), 20, model.image_shape)
    if isinstance(model, ganzoo.Reconstructor):
        result = model.reconstruct(shown)
        rows = [part for pair in zip(result.images.split(10), result.output.split(10), strict=True) for part in pair]
        return grid(torch.cat(rows), columns=10)
    return grid(shown[model.predict(shown).argsort(stable=True)], columns=10)


def translation_sheet(model: ganzoo.Translator) -> Image.Image:
    """For each direction a row of sources over what becomes of them; the results of the way there go back."""
    rows = []
    for direction in model.directions:
        sources = rows[-1] if rows else own_sources(model)
        rows += [sources, model.translate(sources, direction=direction)]
    return grid(torch.cat(rows), columns=len(rows[0]))


def siblings_sheet(model: ganzoo.Translator, siblings: Sequence[ganzoo.Translator]) -> Image.Image:
    """A row of sources, a row of what the model makes of them, and one for each sibling."""
    sources = own_sources(model)
    made = [one.translate(sources, direction=model.directions[0]) for one in (model, *siblings)]
    return grid(torch.cat([sources, *made]), columns=len(sources))


def own_sources(model: ganzoo.Translator, *, n: int = 8) -> Tensor:
    """Pictures uint8 (n, c, h, w) of the kind that a translator takes: drawn by code, or results of shipped models."""
    found = examples.sources(model, model.sides[0], n, map(ganzoo.load, ganzoo.names()))
    if found is None:
        found = own_pictures(model.recipe.get("data"), n, model.image_shape)
        found = model.degrade(found, strength=model.strength) if model.undoes else found
    return found


def own_pictures(data_name: str | None, n: int, image_shape: tuple[int, int, int]) -> Tensor:
    """uint8 (n, c, h, w) by the shipped GAN nearest to that data set, else to MNIST; one that knows classes goes first.

    Where none ships, digits drawn by code.
    """
    shipped = [ganzoo.load(name) for name in ganzoo.names()]
    if gan := examples.closest_gan(data_name, shipped) or examples.closest_gan("mnist", shipped):
        found = gan.sample(n, seed=0).images
    else:
        found = [data.draw_digit(i % 10, 0.5, 0.6, 0.4, 0.5, 0.5) for i in range(n)]
    return torch.stack([fit(to_pil(one), image_shape) for one in found])
