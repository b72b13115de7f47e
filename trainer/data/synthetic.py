"""Datasets drawn by code: seven-segment digits, and house fronts with their windows."""

from collections.abc import Callable
from functools import lru_cache

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from ganzoo import drawing
from ganzoo.images import fit
from trainer.data.images import ImageShape, InMemoryImages, LoadOptions

SEGMENTS = {"a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2), "e": (0, 1, 0, 2),
            "f": (0, 0, 0, 1), "g": (0, 1, 1, 1)}  # fmt: skip
"""From where to where each segment goes: x, y, x, y in sides of a segment, from the top left."""
LIT = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcfgd")
"""The segments of each digit."""


def synthetic_digits(options: LoadOptions) -> InMemoryImages:
    """Seven-segment digits on black; 4,000 in the train split, 1,000 in the test split."""
    return InMemoryImages(*draw_digits(options.train))


def synthetic_pairs(*, paired: bool = True) -> Callable[[LoadOptions], InMemoryImages]:
    """House fronts (left) and their windows (right); 200 pairs in the train split, 40 in the test split."""

    def load(options: LoadOptions) -> InMemoryImages:
        images = draw_pairs(options.train, options.image_shape)
        labels = torch.zeros(len(images), dtype=torch.int64)
        return InMemoryImages(images, labels, sides=("photo", "windows"), unpaired=not paired)

    return load


@lru_cache(maxsize=2)  # drawing is slow
def draw_digits(train: bool) -> tuple[Tensor, Tensor]:
    """Images uint8 (n, 1, 28, 28) of random slant, size, thickness and place, and labels int64 (n,)."""
    n = 4000 if train else 1000
    rng = torch.Generator().manual_seed(0 if train else 1)
    labels = torch.arange(n) % 10
    shapes = torch.rand(n, 5, generator=rng).tolist()
    images = torch.stack([draw_digit(int(label), *shape) for label, shape in zip(labels, shapes, strict=True)])
    return images, labels


@lru_cache(maxsize=2)  # drawing is slow
def draw_pairs(train: bool, image_shape: ImageShape) -> Tensor:
    """Pairs uint8 (n, 2c, h, w), the channels of the front before those of its windows."""
    pairs = []
    for seed in range(200) if train else range(200, 240):
        windows = drawing.windows(seed, size=image_shape[1:])
        pairs.append(torch.cat([fit(side, image_shape) for side in (drawing.house(windows, seed), windows)]))
    return torch.stack(pairs)


def draw_digit(digit: int, slant: float, size: float, thickness: float, x: float, y: float) -> Tensor:
    """One seven-segment digit, uint8 (1, 28, 28); the five numbers in [0, 1] set its shape and place."""
    scale = 4
    side = (5 + 4 * size) * scale
    left, top = (14 - 2 + 4 * (x - 0.5)) * scale - side / 2, (14 + 3 * (y - 0.5)) * scale - side
    lean = (slant - 0.3) * 0.6 * side
    sheet = Image.new("L", (28 * scale, 28 * scale))
    pen = ImageDraw.Draw(sheet)
    for segment in LIT[digit]:
        x0, y0, x1, y1 = SEGMENTS[segment]
        ends = [(left + u * side + (2 - v) * lean / 2, top + v * side) for u, v in ((x0, y0), (x1, y1))]
        pen.line(ends, fill=255, width=round((1.5 + 2 * thickness) * scale))
    small = sheet.resize((28, 28), Image.Resampling.BOX)
    return torch.frombuffer(bytearray(small.tobytes()), dtype=torch.uint8).reshape(1, 28, 28)
