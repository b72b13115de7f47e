"""How far images are from each other: mean squared error, peak signal-to-noise ratio, mean absolute difference.

Images are tensors (n, ...) of equal shapes: uint8 in 0..255, or floats in [0, 1]. All figures are for pixels in [0, 1].
"""

import math
from typing import overload

import numpy as np
import torch
from torch import Tensor

from ganzoo.images import from_uint8


def mse(a: Tensor, b: Tensor, *, per_image: bool = False) -> Tensor:
    """The mean squared error of all pixels: a scalar tensor or, if `per_image`, the error of each image, (n,)."""
    squares = (as_unit(a) - as_unit(b)).square()
    return squares.flatten(1).mean(dim=1) if per_image else squares.mean()


def l1(a: Tensor, b: Tensor, *, per_image: bool = False) -> Tensor:
    """The mean absolute difference of all pixels: a scalar tensor or, if `per_image`, that of each image, (n,)."""
    differences = (as_unit(a) - as_unit(b)).abs()
    return differences.flatten(1).mean(dim=1) if per_image else differences.mean()


@overload
def psnr(mse: float, *, cap: float = math.inf) -> float: ...
@overload
def psnr(mse: Tensor, *, cap: float = math.inf) -> Tensor: ...
def psnr(mse: float | Tensor, *, cap: float = math.inf) -> float | Tensor:
    """Peak signal-to-noise ratio in dB, at most `cap`, of mean squared errors of pixels in [0, 1].

    An error of 0 has `cap`, which is infinite by default.
    """
    if isinstance(mse, Tensor):
        return (-10 * mse.log10()).clamp(max=cap)
    return min(float(-10 * np.log10(mse)), cap) if mse else cap


def as_unit(images: Tensor) -> Tensor:
    """uint8 images as floats in [0, 1]; floats as they are."""
    return from_uint8(images, "unit") if images.dtype == torch.uint8 else images
