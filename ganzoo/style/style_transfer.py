"""Neural style transfer and its elder brother: the content of one picture in the colours and strokes of another.

Two ways to see a style. "patches" needs no trained weights and is the faster one: `ganzoo.style.patches`. "vgg19" is the
textbook's: Gram matrices of a trained network's features (Gatys et al. 2015, arXiv 1508.06576): `ganzoo.style.gatys`.

Whatever the way, the same two things are measured, so that results can be compared: how far the Gram matrices of
filters learnt from the style's own whitened patches are from the style's, and how well the brightness of the result,
seen from afar, goes along with that of the content.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.images import flatten, to_pil, to_uint8
from ganzoo.style import gatys, patches

MIN_SIZE, MAX_SIZE = 64, 512
"""Pixels of the result's longer side."""
MAX_STEPS = 2000
MAX_ASPECT = 8
"""How many times longer than the other a side may be."""
STROKES = 1.25
"""The style's longer side over the result's: larger makes larger strokes."""
WEIGHTS = (0.01, 100)
"""Between these lie `content_weight` and `style_weight`; only their ratio counts."""


@dataclass(frozen=True)
class Method:
    """A way to see a style."""

    paint: Callable[..., Iterator[Tensor]]
    """content and style, floats (1, 3, h, w) in [0, 1], to the pictures after each step."""
    steps: int
    """How many steps when nobody asks for another number."""


METHODS = {"patches": Method(patches.paint, patches.STEPS), "vgg19": Method(gatys.paint, gatys.STEPS)}


@dataclass(frozen=True)
class Progress:
    """Where a transfer stands."""

    step: int
    """1..steps."""
    steps: int
    picture: Image.Image
    """RGB, in the size of the result from the first step on."""
    style_loss: float
    """Squared distance of Gram matrices to the style's, relative to those; 0 is the style itself."""
    content_loss: float
    """1 - correlation of brightness with the content, seen from afar; 0 is the best, 1 nothing in common."""


def transfer(
    content: Image.Image,
    style: Image.Image,
    *,
    features: str = "patches",
    content_weight: float = 1.0,
    style_weight: float = 1.0,
    size: int = 256,
    steps: int | None = None,
    seed: int = 0,
) -> Iterator[Progress]:
    """Paint `content` in the manner of `style`; the picture after each step, the last one being the result.

    `size` is the longer side in pixels, the aspect is the content's. The same seed gives the same picture. Raises
    ValueError at once for a wrong argument, and where the weights of VGG-19 cannot be had.
    """
    method = METHODS[checks.choice("features", features, list(METHODS))]
    size = checks.whole("size", size, MIN_SIZE, MAX_SIZE)
    steps = checks.whole("steps", method.steps if steps is None else steps, 1, MAX_STEPS)
    settings = {
        "content_weight": checks.finite("content_weight", content_weight, *WEIGHTS),
        "style_weight": checks.finite("style_weight", style_weight, *WEIGHTS),
        "steps": steps,
        "seed": checks.whole("seed", seed, 0, checks.MAX_SEED),
    }
    shapes = as_tensor("content", content, size), as_tensor("style", style, round(STROKES * size))
    return watched(method.paint(*shapes, **settings), *shapes, steps)


def stylize(content: Image.Image, style: Image.Image, **settings) -> Image.Image:
    """The result of `transfer`, which see."""
    *_, last = transfer(content, style, **settings)
    return last.picture


def as_tensor(name: str, picture: Image.Image, size: int) -> Tensor:
    """A PIL picture of any mode to floats (1, 3, h, w) in [0, 1] with `size` as its longer side."""
    if not isinstance(picture, Image.Image):
        raise ValueError(f"{name} must be a PIL picture, got {type(picture).__name__}")
    short, long = sorted(picture.size)
    if not short:
        raise ValueError(f"{name} has no pixels")
    if long > MAX_ASPECT * short:
        raise ValueError(
            f"one side of {name} may be at most {MAX_ASPECT} times the other, got {picture.width}x{picture.height}"
        )
    sides = tuple(max(1, round(side * size / long)) for side in picture.size)
    array = np.array(flatten(picture).convert("RGB").resize(sides, Image.Resampling.LANCZOS))
    return torch.from_numpy(array).permute(2, 0, 1)[None].float() / 255


def watched(pictures: Iterator[Tensor], content: Tensor, style: Tensor, steps: int) -> Iterator[Progress]:
    """Measure each picture (1, 3, h, w) and give it as PIL."""
    yardstick = Yardstick(style)
    for step, picture in enumerate(pictures, start=1):
        style_loss, content_loss = yardstick(picture), 1 - likeness(picture, content)
        yield Progress(step, steps, to_pil(to_uint8(picture[0], "unit")), style_loss, content_loss)


class Yardstick:
    """Distance to a style: Gram matrices of whitened 5x5 filters of its patches, rectified, at three scales."""

    def __init__(self, style: Tensor, *, filters: int = 16, scales: int = 3):
        self.filters = [whitening_filters(level, filters) for level in halved(style, scales)]
        self.wanted = self.statistics(style)

    def statistics(self, picture: Tensor) -> list[Tensor]:
        """Per scale the Gram matrix (c, c) of the filters' maps, a map of ones among them for the means."""
        levels = halved(picture, len(self.filters))
        return [gram(F.conv2d(padded(level), *filters)) for level, filters in zip(levels, self.filters, strict=True)]

    def __call__(self, picture: Tensor) -> float:
        pairs = zip(self.statistics(picture), self.wanted, strict=True)
        return float(sum((g - w).square().sum() / w.square().sum() for g, w in pairs) / len(self.wanted))


def whitening_filters(picture: Tensor, count: int, *, side: int = 5) -> tuple[Tensor, Tensor]:
    """Weights (count, 3, side, side) and biases: the leading components of the patches, each brought to variance 1."""
    rows = F.unfold(padded(picture), side)[0].T
    mean = rows.mean(dim=0)
    values, axes = patches.principal(rows - mean, count)
    axes = axes / (values + 1e-2 * values[-1] + 1e-6).sqrt()
    return axes.T.reshape(count, 3, side, side), -mean @ axes


def gram(maps: Tensor) -> Tensor:
    """Maps (1, c, h, w), rectified with both signs, and a map of ones: mean products (2c + 1, 2c + 1)."""
    rows = torch.cat([maps.relu(), (-maps).relu(), torch.ones_like(maps[:, :1])], dim=1)[0].flatten(1)
    return rows @ rows.T / rows.shape[1]


def halved(picture: Tensor, count: int) -> list[Tensor]:
    """The picture in full, half, quarter size, ..."""
    return [patches.at_scale(picture, 0.5**i) for i in range(count)]


def padded(picture: Tensor) -> Tensor:
    return F.pad(picture, (2, 2, 2, 2), mode="replicate")


def likeness(picture: Tensor, content: Tensor) -> float:
    """Correlation of brightness, the pictures scaled to 8x8; 1 where the content has no contrast."""
    a, b = (F.adaptive_avg_pool2d(each.mean(dim=1), 8).flatten() for each in (picture, content))
    a, b = a - a.mean(), b - b.mean()
    if b.norm() < 1e-3:
        return 1.0
    return float(a @ b / (a.norm() * b.norm() + 1e-6))
