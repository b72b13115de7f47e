"""A modern convolutional GAN for small grey or colour images, with or without labels.

Generator: the latent, concatenated with a learnt embedding of the label, becomes a small map (4 to 7 wide); each level
adds a convolution and a transposed one that doubles the size (DCGAN, Radford et al. 2015, arXiv 1511.06434), with batch
norm throughout. Discriminator: strided convolutions without norm, because a gradient penalty needs the images of a
batch to be independent; ProGAN's minibatch standard deviation as one more channel (Karras et al. 2017, arXiv
1710.10196, section 3); labels by projection (Miyato and Koyama 2018, arXiv 1802.05637).
"""

import itertools
import math
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import MinibatchDeviation, count_halvings


def channel_counts(levels: int, width: int) -> list[int]:
    """Channels from the smallest map to the largest: halved with each doubling of the size, at most 2 * `width`."""
    return [min(2 * width, (width // 2) << level) for level in reversed(range(levels))]


class ModernGenerator(nn.Module):
    """(n, latent_dim), and labels (n,) if there are classes, to (n, c, h, w) in [-1, 1]."""

    def __init__(self, *, latent_dim: int, classes: int, width: int, light: bool, image_shape: tuple[int, int, int]):
        super().__init__()
        channels, height, breadth = image_shape
        levels = count_halvings(image_shape)
        widths = channel_counts(levels, width)
        self.map_shape = (widths[0], height >> levels, breadth >> levels)
        self.label = nn.Embedding(classes, latent_dim) if classes else None
        self.project = nn.Linear(latent_dim * (2 if classes else 1), math.prod(self.map_shape))
        layers: list[nn.Module] = []
        for wide, next_wide in itertools.pairwise([*widths, channels]):
            if not light:
                layers += [nn.BatchNorm2d(wide), nn.ReLU(), nn.Conv2d(wide, wide, 3, padding=1)]
            layers += [nn.BatchNorm2d(wide), nn.ReLU(), nn.ConvTranspose2d(wide, next_wide, 4, stride=2, padding=1)]
        self.layers = nn.Sequential(*layers, nn.Tanh())

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        x = self.project(torch.cat([latents, self.label(labels)], dim=1) if self.label is not None else latents)
        return self.layers(x.unflatten(1, self.map_shape).contiguous(memory_format=torch.channels_last))


class ModernDiscriminator(nn.Module):
    """(n, c, h, w), and labels (n,) if there are classes, to logits (n,)."""

    def __init__(self, *, classes: int, width: int, light: bool, image_shape: tuple[int, int, int]):
        super().__init__()
        levels = count_halvings(image_shape)
        widths = [*channel_counts(levels, width), image_shape[0]][::-1]
        down: list[nn.Module] = []
        for wide, next_wide in itertools.pairwise(widths):
            down += [nn.Conv2d(wide, next_wide, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        top = widths[-1]
        self.layers = nn.Sequential(
            *down,
            MinibatchDeviation(),
            *([] if light else [nn.Conv2d(top + 1, top, 3, padding=1), nn.LeakyReLU(0.2)]),
            nn.Conv2d(top + light, 2 * top, 4, stride=2, padding=1), nn.LeakyReLU(0.2), nn.Flatten(),
        )  # fmt: skip
        features = 2 * top * (image_shape[1] >> levels + 1) * (image_shape[2] >> levels + 1)
        self.verdict = nn.Linear(features, 1)  # stored weights have this name
        self.label = nn.Embedding(classes, features) if classes else None
        if self.label is not None:
            nn.init.normal_(self.label.weight, std=features**-0.5)

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        x = self.layers(images)  # (n, features)
        logits = self.verdict(x).flatten()
        return logits + (self.label(labels) * x).sum(dim=1) if self.label is not None else logits

    def class_logits(self, images: Tensor) -> Tensor:
        """(n, classes) the logits that `forward` gives images (n, c, h, w) under each label."""
        assert self.label is not None
        x = self.layers(images)
        return self.verdict(x) + x @ self.label.weight.T


class ModernGAN(GAN):
    """A GAN with `width` channels at a quarter of the full size; `classes` 0 makes one without labels.

    A `light` one has no convolutions but those that change the size. Image sides divide by 4.
    """

    def __init__(
        self,
        *,
        latent_dim: int = 64,
        classes: int = 0,
        width: int = 96,
        light: bool = False,
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        latent_dim = checks.size("latent_dim", latent_dim)
        classes = checks.whole("classes", classes, 0, checks.MAX_SIZE)
        width = checks.whole("width", width, 2, checks.MAX_SIZE)
        light = checks.flag("light", light)
        super().__init__(
            ModernGenerator(latent_dim=latent_dim, classes=classes, width=width, light=light, image_shape=image_shape),
            ModernDiscriminator(classes=classes, width=width, light=light, image_shape=image_shape),
            latent_dim=latent_dim, classes=classes, pixels="signed", image_shape=image_shape,
        )  # fmt: skip


class ConditionalDCGAN(ModernGAN):
    """A `ModernGAN` with labels."""

    discriminator: ModernDiscriminator

    def __init__(self, *, classes: int = 10, **options: Any):
        super().__init__(classes=classes, **options)

    def class_logits(self, images: Tensor) -> Tensor:
        """Logits (n, classes) of images (n, c, h, w), as `discriminate` gives them under each label."""
        return self.discriminator.class_logits(images)
