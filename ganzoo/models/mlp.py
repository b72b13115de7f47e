"""Fully connected GANs (Goodfellow et al. 2014, arXiv 1406.2661), in the textbook's four sizes.

Generator: (n, latent_dim) through `generator_widths` to (n, 1, 28, 28). Discriminator: (n, 1, 28, 28) through
`discriminator_widths` to one logit (n,). The losses in `trainer.games.losses` include the sigmoid that the textbook's
discriminators end with, because that is numerically stable.
"""

import math
from collections.abc import Sequence

from torch import nn

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import MAX_DROPOUT, dense_stack, initialise, make_activation


class MLPGAN(GAN):
    """A generator and a discriminator of linear layers. The textbook's four GANs differ only in these options."""

    def __init__(
        self,
        *,
        latent_dim: int,
        generator_widths: Sequence[int],
        discriminator_widths: Sequence[int],
        latent_std: float = 1.0,
        generator_activation: str = "leaky_relu",
        generator_output: str = "tanh",
        generator_norm: bool = False,
        discriminator_dropout: float = 0.0,
        discriminator_output_norm: bool = False,
        pixels: str = "signed",
        init: str = "torch",
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        latent_dim, size = checks.size("latent_dim", latent_dim), math.prod(image_shape)
        generator_widths = checks.sizes("generator_widths", generator_widths)
        discriminator_widths = checks.sizes("discriminator_widths", discriminator_widths)
        dropout = checks.finite("discriminator_dropout", discriminator_dropout, 0, MAX_DROPOUT)
        output_norm = [nn.BatchNorm1d(size)] if generator_norm else []
        generator = nn.Sequential(
            dense_stack([latent_dim, *generator_widths], hidden=generator_activation, norm=generator_norm),
            nn.Linear(generator_widths[-1], size), *output_norm, make_activation(generator_output),
            nn.Unflatten(1, tuple(image_shape)),
        )  # fmt: skip
        logit_norm = [nn.BatchNorm1d(1)] if discriminator_output_norm else []
        discriminator = nn.Sequential(
            nn.Flatten(),
            dense_stack([size, *discriminator_widths], hidden="leaky_relu", dropout=dropout),
            nn.Linear(discriminator_widths[-1], 1), *logit_norm, nn.Flatten(0),
        )  # fmt: skip
        initialise(generator, init)
        initialise(discriminator, init)
        super().__init__(
            generator, discriminator,
            latent_dim=latent_dim, latent_std=latent_std, pixels=pixels, image_shape=image_shape,
        )  # fmt: skip
