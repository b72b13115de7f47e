"""DCGAN (Radford et al. 2015, arXiv 1511.06434): the convolutional GAN.

Generator: a linear layer turns the latent into a small map (4 to 7 wide), and each transposed convolution doubles it;
batch norm and ReLU between, tanh at the end. Discriminator: strided convolutions with leaky ReLU 0.2 and, except after
the first, batch norm; then one logit. Weights start from N(0, 0.02). Channels double with each halving of the size.
Kernels are 4x4, as in most later code, because stride 2 divides them evenly.
"""

import itertools
import math

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import count_halvings, initialise


class DCGenerator(nn.Module):
    """(n, latent_dim) to (n, c, h, w) in [-1, 1]."""

    def __init__(self, *, latent_dim: int, width: int, image_shape: tuple[int, int, int]):
        super().__init__()
        channels, height, breadth = image_shape
        levels = count_halvings(image_shape)
        widths = [width << level for level in reversed(range(levels))]
        self.map_shape = (widths[0], height >> levels, breadth >> levels)
        self.project = nn.Linear(latent_dim, math.prod(self.map_shape), bias=False)
        layers: list[nn.Module] = []
        for wide, next_wide in itertools.pairwise([*widths, channels]):
            layers += [nn.BatchNorm2d(wide), nn.ReLU(), nn.ConvTranspose2d(wide, next_wide, 4, stride=2, padding=1)]
        self.layers = nn.Sequential(*layers, nn.Tanh())

    def forward(self, latents: Tensor) -> Tensor:
        x = self.project(latents).unflatten(1, self.map_shape)
        return self.layers(x)


def dc_discriminator(*, width: int, norm: bool, image_shape: tuple[int, int, int]) -> nn.Sequential:
    """(n, c, h, w) to logits (n,)."""
    channels, height, breadth = image_shape
    levels = count_halvings(image_shape)
    widths = [width << level for level in range(levels)]
    layers: list[nn.Module] = [nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for wide, next_wide in itertools.pairwise(widths):
        layers.append(nn.Conv2d(wide, next_wide, 4, stride=2, padding=1))
        layers += [nn.BatchNorm2d(next_wide)] if norm else []
        layers.append(nn.LeakyReLU(0.2))
    features = widths[-1] * (height >> levels) * (breadth >> levels)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(features, 1), nn.Flatten(0))


class DCGAN(GAN):
    """A DCGAN with `width` channels at half the full size.

    `discriminator_norm` False leaves batch norm out of the discriminator, as a gradient penalty needs.
    """

    def __init__(
        self,
        *,
        latent_dim: int = 100,
        width: int = 64,
        discriminator_norm: bool = True,
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        latent_dim, width = checks.size("latent_dim", latent_dim), checks.size("width", width)
        super().__init__(
            DCGenerator(latent_dim=latent_dim, width=width, image_shape=image_shape),
            dc_discriminator(width=width, norm=discriminator_norm, image_shape=image_shape),
            latent_dim=latent_dim, pixels="signed", image_shape=image_shape,
        )  # fmt: skip
        initialise(self, "dcgan")
