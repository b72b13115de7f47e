"""The conditional GAN with a Maxout discriminator (Mirza and Osindero 2014, arXiv 1411.1784), in the textbook's sizes.

Generator: latent and one-hot label each to 256, concatenated to 512, to (n, 1, 28, 28). Discriminator: Maxout 240 x 5
of the image and Maxout 50 x 5 of the label, concatenated, then Maxout 240 x 4 and one logit (n,).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import Dropout, initialise


class Maxout(nn.Module):
    """The maximum of `pieces` linear maps: (n, fan_in) to (n, units) (Goodfellow et al. 2013, arXiv 1302.4389).

    As in the textbook, ReLU and dropout come before the maximum.
    """

    def __init__(self, fan_in: int, units: int, *, pieces: int, dropout: float = 0.5):
        super().__init__()
        self.linear = nn.Linear(fan_in, units * pieces)
        self.dropout = Dropout(dropout)
        self.shape = (pieces, units)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout(F.relu(self.linear(x)))
        return x.unflatten(1, self.shape).max(dim=1).values  # (n, pieces, units) to (n, units)


class MaxoutGenerator(nn.Module):
    """(n, latent_dim) and labels (n,) to (n, c, h, w) in [-1, 1]."""

    def __init__(self, *, latent_dim: int, classes: int, image_shape: tuple[int, int, int]):
        super().__init__()
        self.classes = classes
        self.image_shape = image_shape
        self.latent = nn.Linear(latent_dim, 256)
        self.label = nn.Linear(classes, 256)
        self.joint = nn.Linear(512, 512)
        self.image = nn.Linear(512, math.prod(image_shape))

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        one_hot = F.one_hot(labels, self.classes).to(latents.dtype)
        x = torch.cat([F.relu(self.latent(latents)), F.relu(self.label(one_hot))], dim=1)  # (n, 512)
        x = torch.tanh(self.image(F.relu(self.joint(x))))
        return x.unflatten(1, self.image_shape)


class MaxoutDiscriminator(nn.Module):
    """(n, c, h, w) and labels (n,) to logits (n,)."""

    def __init__(self, *, classes: int, image_shape: tuple[int, int, int]):
        super().__init__()
        self.classes = classes
        self.image = Maxout(math.prod(image_shape), 240, pieces=5)
        self.label = Maxout(classes, 50, pieces=5)
        self.joint = Maxout(240 + 50, 240, pieces=4)
        self.verdict = nn.Linear(240, 1)  # stored weights have this name

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        one_hot = F.one_hot(labels, self.classes).to(images.dtype)
        x = torch.cat([self.image(images.flatten(1)), self.label(one_hot)], dim=1)
        return self.verdict(self.joint(x)).flatten()


class MaxoutCGAN(GAN):
    """Mirza and Osindero's conditional GAN. `init` is a scheme of `blocks.initialise`."""

    def __init__(
        self,
        *,
        latent_dim: int = 100,
        classes: int = 10,
        init: str = "glorot",
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        latent_dim, classes = checks.size("latent_dim", latent_dim), checks.size("classes", classes)
        channels, height, width = image_shape
        image_shape = channels, height, width  # a tuple, also where JSON had a list
        generator = MaxoutGenerator(latent_dim=latent_dim, classes=classes, image_shape=image_shape)
        discriminator = MaxoutDiscriminator(classes=classes, image_shape=image_shape)
        initialise(generator, init)
        initialise(discriminator, init)
        super().__init__(
            generator, discriminator,
            latent_dim=latent_dim, classes=classes, pixels="signed", image_shape=image_shape,
        )  # fmt: skip
