"""Linear baselines for autoencoders: principal components and the Wiener filter. Pixels are in [0, 1]."""

from functools import lru_cache

import torch
from torch import Tensor

from ganzoo import metrics
from trainer.measures.splits import SEED


class LinearBaseline:
    """The principal components of a training split.

    The covariance takes memory and time in the square and the cube of an image's size, so it suits small images only.
    """

    def __init__(self, images: Tensor):
        flat = flatten(images)
        self.mean = flat.mean(dim=0)
        variances, axes = torch.linalg.eigh(torch.cov(flat.T.double()))
        self.variances, self.axes = variances.flip(0).clamp(min=0), axes.flip(1).float()  # largest first

    def pca_error(self, images: Tensor, size: int) -> float:
        """The mean squared error of keeping `size` components, with the result clipped to [0, 1]."""
        flat, axes = flatten(images), self.axes[:, :size]
        copy = ((flat - self.mean) @ axes @ axes.T + self.mean).clamp(0, 1)
        return float(metrics.mse(copy, flat))

    def wiener_error(self, images: Tensor, noisy: Tensor, sigma: float) -> float:
        """The mean squared error of the best linear filter of white noise with standard deviation `sigma`.

        `noisy` is float (n, c * h * w): the images with the noise. The result is clipped to [0, 1].
        """
        gain = (self.variances / (self.variances + sigma**2)).float()
        clean = ((noisy - self.mean) @ (self.axes * gain) @ self.axes.T + self.mean).clamp(0, 1)
        return float(metrics.mse(clean, flatten(images)))


@lru_cache(maxsize=1)
def linear_baseline(images: Tensor) -> LinearBaseline:
    """The `LinearBaseline` of a training split, cached for the next model of the same data."""
    return LinearBaseline(images)


def flatten(images: Tensor) -> Tensor:
    """uint8 (n, c, h, w) to float (n, c * h * w) in [0, 1]."""
    return images.flatten(1).float() / 255


def add_noise(images: Tensor, level: float) -> Tensor:
    """The images with white noise of that standard deviation, not clipped: float (n, c * h * w)."""
    flat = flatten(images)
    return flat + level * torch.randn(flat.shape, generator=torch.Generator().manual_seed(SEED))
