"""Style transfer: the content of one image in the colours and strokes of another, by one of two methods.

"patches" (`ganzoo.style.patches`) needs no trained weights and is the faster one. "vgg19" (`ganzoo.style.gatys`) is the
textbook's: Gram matrices of a trained network's features (Gatys et al. 2015, arXiv 1508.06576).

Both are measured alike, so that their results can be compared. The style loss compares Gram matrices of filters that
are learnt from the style's own patches. The content loss compares the brightness of content and result, both strongly
reduced.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.images import to_pil, to_uint8, upright
from ganzoo.style import gatys, patches

MIN_SIZE, MAX_SIZE = 64, 512
"""Pixels of the result's longer side."""
MAX_STEPS = 2000
MAX_ASPECT = 8
"""How many times longer than the other a side may be."""
STYLE_SCALE = 1.25
"""The style's longer side over the result's. Larger makes larger strokes."""
MIN_WEIGHT, MAX_WEIGHT = 0.01, 100
"""The range of `content_weight` and `style_weight`. Only their ratio matters."""


@dataclass(frozen=True)
class Method:
    """A way to represent a style, and to paint with it."""

    paint: Callable[..., Iterator[Tensor]]
    """Called with content and style, floats (1, 3, h, w) in [0, 1], and the keywords `content_weight`, `style_weight`,
    `steps` and `seed`; yields the image after each step, in the size of the content."""
    steps: int
    """The default number of steps."""


METHODS = {"patches": Method(patches.paint, patches.STEPS), "vgg19": Method(gatys.paint, gatys.STEPS)}


@dataclass(frozen=True)
class Progress:
    """A transfer after one of its steps."""

    step: int
    """1..steps."""
    steps: int
    """The number of steps in all."""
    picture: Image.Image
    """RGB, in the size of the result from the first step on."""
    style_loss: float
    """Squared distance between the Gram matrices of image and style, relative to the style's; 0 is the style itself."""
    content_loss: float
    """1 - correlation of brightness with the content; 0 is best, 1 means nothing in common."""


def transfer(
    content: Image.Image,
    style: Image.Image,
    *,
    features: str | Method = "patches",
    content_weight: float = 1.0,
    style_weight: float = 1.0,
    size: int = 256,
    steps: int | None = None,
    seed: int = 0,
) -> Iterator[Progress]:
    """Paint `content` in the style of `style`. Yields a `Progress` after each step; the last one holds the result.

    Args:
        content: the image to paint, of any mode
        style: the image whose colours and strokes are taken, of any mode
        features: a key of `METHODS`, or another `Method`
        content_weight: 0.01..100; only its ratio to `style_weight` matters
        style_weight: 0.01..100
        size: pixels of the result's longer side, 64..512; its aspect is the content's
        steps: 1..2000; by default the method's own number
        seed: 0..2**32-1; the same seed paints the same image

    Raises:
        ValueError: at once, if an argument is wrong; at the first step, if the weights of VGG-19 cannot be fetched.
    """
    method = features if isinstance(features, Method) else METHODS[checks.choice("features", features, METHODS)]
    size = checks.whole("size", size, MIN_SIZE, MAX_SIZE)
    steps = checks.whole("steps", method.steps if steps is None else steps, 1, MAX_STEPS)
    settings = {
        "content_weight": checks.finite("content_weight", content_weight, MIN_WEIGHT, MAX_WEIGHT),
        "style_weight": checks.finite("style_weight", style_weight, MIN_WEIGHT, MAX_WEIGHT),
        "steps": steps,
        "seed": checks.whole("seed", seed, 0, checks.MAX_SEED),
    }
    tensors = as_tensor("content", content, size), as_tensor("style", style, round(STYLE_SCALE * size))
    return measure(method.paint(*tensors, **settings), *tensors, steps)


def stylize(content: Image.Image, style: Image.Image, **settings: Any) -> Image.Image:
    """The result of `transfer`: RGB. Arguments and errors are those of `transfer`."""
    *_, last = transfer(content, style, **settings)
    return last.picture


def as_tensor(name: str, image: Image.Image, size: int) -> Tensor:
    """A PIL image of any mode as floats (1, 3, h, w) in [0, 1], with `size` as its longer side.

    Raises ValueError that begins with `name`, for what is no PIL image, has no pixels, or is too long and narrow.
    """
    if not isinstance(image, Image.Image):
        raise ValueError(f"{name} must be a PIL image, got {type(image).__name__}")
    short, long = sorted(image.size)
    if not short:
        raise ValueError(f"{name} has no pixels")
    if long > MAX_ASPECT * short:
        raise ValueError(
            f"one side of {name} may be at most {MAX_ASPECT} times the other, got {image.width}x{image.height}"
        )
    width, height = (max(1, round(side * size / long)) for side in image.size)
    array = np.array(upright(image).convert("RGB").resize((width, height), Image.Resampling.LANCZOS))
    return torch.from_numpy(array).permute(2, 0, 1)[None].float() / 255


def measure(images: Iterator[Tensor], content: Tensor, style: Tensor, steps: int) -> Iterator[Progress]:
    """Turn each image (1, 3, h, w) of a method into a `Progress` with its losses."""
    style_distance = StyleDistance(style)
    for step, image in enumerate(images, start=1):
        style_loss, content_loss = style_distance(image), 1 - brightness_correlation(image, content)
        yield Progress(step, steps, to_pil(to_uint8(image[0], "unit")), style_loss, content_loss)


class StyleDistance:
    """Distance of images to a style: Gram matrices of whitened 5x5 filters of its patches, rectified, at three scales.

    Called with an image (1, 3, h, w) in [0, 1], it returns the mean over scales of the squared distance, relative to
    the style's squared norm.
    """

    def __init__(self, style: Tensor, *, filters: int = 16, scales: int = 3):
        self.filters = [whitening_filters(level, filters) for level in halve(style, scales)]
        self.style_grams = self.grams(style)

    def grams(self, image: Tensor) -> list[Tensor]:
        """For each scale the Gram matrix of the filters' maps."""
        levels = halve(image, len(self.filters))
        return [
            rectified_gram(F.conv2d(pad(level), *filters)) for level, filters in zip(levels, self.filters, strict=True)
        ]

    def __call__(self, image: Tensor) -> float:
        pairs = zip(self.grams(image), self.style_grams, strict=True)
        return float(sum((g - s).square().sum() / s.square().sum() for g, s in pairs) / len(self.style_grams))


def whitening_filters(image: Tensor, count: int, *, side: int = 5) -> tuple[Tensor, Tensor]:
    """Filters (count, 3, side, side) and biases (count,) whose outputs on the image have variance 1.

    They are the leading principal components of its patches.
    """
    rows = F.unfold(pad(image), side)[0].T
    mean = rows.mean(dim=0)
    variances, axes = patches.principal_components(rows - mean, count)
    axes = axes / (variances + 1e-2 * variances[-1] + 1e-6).sqrt()
    return axes.T.reshape(count, 3, side, side), -mean @ axes


def rectified_gram(maps: Tensor) -> Tensor:
    """The Gram matrix (2c + 1, 2c + 1) of maps (1, c, h, w), averaged over pixels.

    The maps are rectified with either sign, and a map of ones is added, so that their means count too.
    """
    rows = torch.cat([maps.relu(), (-maps).relu(), torch.ones_like(maps[:, :1])], dim=1)[0].flatten(1)
    return rows @ rows.T / rows.shape[1]


def halve(image: Tensor, count: int) -> list[Tensor]:
    """The image in full, half, quarter, ... size: `count` tensors (1, 3, h', w')."""
    return [patches.rescale(image, 0.5**i) for i in range(count)]


def pad(image: Tensor) -> Tensor:
    """Repeat the border by two pixels, so that a 5x5 filter keeps the size."""
    return F.pad(image, (2, 2, 2, 2), mode="replicate")


def brightness_correlation(image: Tensor, content: Tensor) -> float:
    """Correlation of brightness, both images reduced to 8x8; 1 if the content has no contrast."""
    a, b = (F.adaptive_avg_pool2d(tensor.mean(dim=1), 8).flatten() for tensor in (image, content))
    a, b = a - a.mean(), b - b.mean()
    if b.norm() < 1e-3:
        return 1.0
    return float(a @ b / (a.norm() * b.norm() + 1e-6))
