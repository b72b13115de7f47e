"""Convolutional autoencoders in the textbook's sizes, for 28x28 digits or other images whose sides divide by 4.

Encoder: conv 1-16-32-64, pool, 64-128, pool, 128-256, so (n, 1, 28, 28) becomes (n, 256, 7, 7), 12,544 numbers.
Decoder: transposed conv 256-128 (stride 2), 128-64, 64-16, 16-1 (stride 2), and ReLU at the end.
For a small code (2 or 32 numbers) a linear layer follows the encoder, and another precedes the decoder. In the
variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114) the encoder outputs the mean and log-variance of a
Gaussian over codes.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import Autoencoder
from ganzoo.models.blocks import check_divisible


def convolutional_encoder(channels: int) -> nn.Sequential:
    """(n, channels, h, w) to (n, 256, h/4, w/4)."""

    def conv(fan_in: int, fan_out: int) -> list[nn.Module]:
        return [nn.Conv2d(fan_in, fan_out, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(fan_out)]

    return nn.Sequential(
        *conv(channels, 16), *conv(16, 32), *conv(32, 64), nn.MaxPool2d(2),
        *conv(64, 128), nn.MaxPool2d(2),
        nn.Conv2d(128, 256, 3, padding=1), nn.ReLU(),
    )  # fmt: skip


def convolutional_decoder(channels: int) -> nn.Sequential:
    """(n, 256, h/4, w/4) to (n, channels, h, w), with values >= 0."""

    def deconv(fan_in: int, fan_out: int, *, stride: int) -> list[nn.Module]:
        layer = nn.ConvTranspose2d(fan_in, fan_out, 3, stride=stride, padding=1, output_padding=stride - 1)
        return [layer, nn.ReLU(), nn.BatchNorm2d(fan_out)]

    return nn.Sequential(
        *deconv(256, 128, stride=2), *deconv(128, 64, stride=1), *deconv(64, 16, stride=1),
        nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
    )  # fmt: skip


class ConvAutoencoder(Autoencoder):
    """An autoencoder of images with pixels in [0, 1].

    The code is the encoder's map, (256, h/4, w/4), or with a `code_dim` a vector of that length behind a linear layer.
    """

    def __init__(self, *, code_dim: int | None = None, image_shape: tuple[int, int, int] = (1, 28, 28)):
        super().__init__(image_shape=image_shape, pixels="unit")
        channels, height, width = check_divisible(image_shape, 4)
        code_dim = None if code_dim is None else checks.size("code_dim", code_dim)
        map_shape = (256, height // 4, width // 4)
        self.encoder = convolutional_encoder(channels)
        self.decoder = convolutional_decoder(channels)
        self.code_shape: tuple[int, ...] = map_shape
        if code_dim is not None:
            self.code_shape, size = (code_dim,), math.prod(map_shape)
            self.encoder.extend([nn.Flatten(), nn.Linear(size, self.encoder_width(code_dim))])
            self.decoder = nn.Sequential(nn.Linear(code_dim, size), nn.Unflatten(1, map_shape), *self.decoder)

    @staticmethod
    def encoder_width(code_dim: int) -> int:
        """The number of outputs of the encoder for a code of length `code_dim`."""
        return code_dim


class ConvVariationalAutoencoder(ConvAutoencoder):
    """A variational autoencoder: `posterior` returns mean and log-variance of the code, `encode` the mean alone."""

    def __init__(self, *, code_dim: int, **options: Any):
        super().__init__(code_dim=checks.size("code_dim", code_dim), **options)

    @staticmethod
    def encoder_width(code_dim: int) -> int:
        return 2 * code_dim

    def posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(code | image), each (n, code_dim)."""
        mean, log_variance = torch.chunk(self.encoder(images), 2, dim=1)
        return mean, log_variance

    def encode(self, images: Tensor) -> Tensor:
        return self.posterior(images)[0]
