"""Data sets drawn by code: seven-segment digits, and house fronts with their windows."""

from functools import lru_cache
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from ganzoo.drawing import scenes
from ganzoo.images import fit
from trainer.data.images import InMemoryImages


def synthetic_digits(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
    """Digits drawn by code; 4,000 or 1,000 of them."""
    return InMemoryImages(*drawn_digits(train))


@lru_cache(maxsize=2)
def drawn_digits(train: bool) -> tuple[Tensor, Tensor]:
    """Seven segments each, with random slant, size, thickness and place, and the labels; kept, for drawing is slow."""
    n = 4000 if train else 1000
    generator = torch.Generator().manual_seed(0 if train else 1)
    labels = torch.arange(n) % 10
    jitter = torch.rand(n, 5, generator=generator).tolist()
    images = torch.stack([draw_digit(int(label), *row) for label, row in zip(labels, jitter, strict=True)])
    return images, labels


@lru_cache(maxsize=2)
def drawn_pairs(train: bool, image_shape: tuple[int, int, int]) -> Tensor:
    """(n, 2c, h, w) uint8, the front's channels before those of its windows; kept, for drawing is slow."""
    seeds = range(200) if train else range(200, 240)
    drawn = [scenes.windows(seed, size=image_shape[1:]) for seed in seeds]
    pairs = [(scenes.house(one, seed), one) for seed, one in zip(seeds, drawn, strict=True)]
    return torch.stack([torch.cat([fit(side, image_shape) for side in pair]) for pair in pairs])


SEGMENTS = {"a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2), "e": (0, 1, 0, 2),
            "f": (0, 0, 0, 1), "g": (0, 1, 1, 1)}  # fmt: skip
LIT = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcfgd")


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
