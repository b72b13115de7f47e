"""The family of autoencoders: images in, images out."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo.images import from_uint8, grid, to_uint8
from ganzoo.inference import ModelStore
from ganzoo.models import Autoencoder
from trainer.data import ImageDataset
from trainer.families.family import Family, Usage
from trainer.families.own_images import own_images
from trainer.games import Game
from trainer.measures import EvaluationSetup, autoencoders
from trainer.measures.autoencoders import NOISE_LEVELS
from trainer.measures.splits import splits_of

MAP_POINTS = 2000
"""Test images whose codes ship with a model of two-number codes."""
DIRECTIONS = 8
"""Leading directions of the code that ship."""


def headline(model: ganzoo.Reconstructor) -> tuple[str, ...]:
    return "test MSE", "denoising PSNR at 0.5 (dB)", "5-nearest-neighbour accuracy"


def usage(model: ganzoo.Reconstructor, name: str) -> Usage:
    shape = ", ".join(map(str, model.image_shape))
    code = (
        f'import ganzoo\n\nmodel = ganzoo.load("{name}")\n'
        f"result = model.reconstruct(images, noise=0.3)  # uint8 tensor (n, {shape})"
    )
    return Usage("image-to-image", "autoencoder", code)


def notes(model: ganzoo.Reconstructor) -> str:
    return "Noise is added to pixels in [0, 1] and is not clipped before encoding."


def faults(model: ganzoo.Reconstructor) -> Iterator[str]:
    weak = []
    for level in NOISE_LEVELS:
        figure = model.figures.get(f"denoising PSNR at {level:g} (dB)")
        if figure and figure.value < figure.beside.get("best linear filter", -np.inf):
            weak.append(f"{level:g}")
    if weak:
        yield f"At noise {', '.join(weak)} a linear filter removes noise better than this model."
    if neighbours := model.figures.get("5-nearest-neighbour accuracy"):
        yield f"Classes overlap on the map: {1 - neighbours.value:.0%} of the codes lie among those of another class."


def sample_sheet(model: ganzoo.Reconstructor, store: ModelStore) -> Image.Image:
    """Rows of ten images over their reconstructions."""
    result = model.reconstruct(own_images(model.config.data, 20, model.image_shape, store))
    pairs = zip(result.images.split(10), result.output.split(10), strict=True)
    return grid(torch.cat([row for pair in pairs for row in pair]), columns=10)


def preview(network: Autoencoder, game: Game, dataset: ImageDataset, seed: int) -> Image.Image:
    """The first ten images over their reconstructions."""
    originals = dataset.first(10).to(next(network.parameters()).device)
    output = to_uint8(network(from_uint8(originals, network.pixels)), network.pixels)
    return grid(torch.cat([originals, output]), columns=10)


def files(model: ganzoo.Reconstructor, setup: EvaluationSetup) -> dict[str, Any]:
    """codes.json, for codes without height and width: those of test images, and the directions in which they vary."""
    if len(model.code_shape) != 1:
        return {}
    _, test = splits_of(model, setup)
    test = test.with_classes(model.data_classes)  # the labels of codes.json are read beside the names of config.json
    codes = model.encode(test.images).double()
    variances, axes = torch.linalg.eigh(torch.cov(codes.T))
    order = variances.argsort(descending=True)[:DIRECTIONS]
    content = {
        "mean": rounded(codes.mean(dim=0)),
        "directions": rounded(axes.T[order]),
        "deviations": rounded(variances[order].clamp(min=0).sqrt()),
    }
    if codes.shape[1] == 2:
        content |= {"codes": rounded(codes[:MAP_POINTS]), "labels": test.labels[:MAP_POINTS].tolist()}
    return {"codes.json": content}


def rounded(tensor: Tensor) -> list[Any]:
    return np.round(tensor.numpy(), 4).tolist()


AUTOENCODERS = Family(
    model=ganzoo.Reconstructor,
    network=Autoencoder,
    measure=autoencoders.measure,
    headline=headline,
    usage=usage,
    notes=notes,
    faults=faults,
    sample_sheet=sample_sheet,
    preview=preview,
    files=files,
)
