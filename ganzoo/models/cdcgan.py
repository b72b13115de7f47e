"""A convolutional conditional GAN for small grey or colour pictures.

Generator: the latent, joined by a learnt vector of its class, becomes a (width, h/4, w/4) map, one convolution, then
two transposed convolutions up to the full size (DCGAN, Radford et al. 2015, arXiv 1511.06434); batch norm throughout.
Discriminator: strided convolutions without norm (a gradient penalty looks at single pictures), the minibatch standard
deviation of ProGAN (Karras et al. 2017, arXiv 1710.10196, section 3) as one more channel, and the label by projection
(Miyato and Koyama 2018, arXiv 1802.05637).
"""

import torch
from torch import Tensor, nn

from ganzoo.models.base import GAN
from ganzoo.models.blocks import sides_that_divide


class ConditionalGenerator(nn.Module):
    """(n, latent_dim) and labels (n,) to (n, c, h, w) in [-1, 1]."""

    def __init__(self, *, latent_dim: int, classes: int, width: int, image_shape: tuple[int, int, int]):
        super().__init__()
        channels, height, breadth = image_shape
        self.label = nn.Embedding(classes, latent_dim)
        self.map_shape = (width, height // 4, breadth // 4)
        self.project = nn.Linear(2 * latent_dim, width * (height // 4) * (breadth // 4))
        self.layers = nn.Sequential(
            nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(),
            nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1), nn.BatchNorm2d(width // 2), nn.ReLU(),
            nn.Conv2d(width // 2, width // 2, 3, padding=1), nn.BatchNorm2d(width // 2), nn.ReLU(),
            nn.ConvTranspose2d(width // 2, channels, 4, stride=2, padding=1), nn.Tanh(),
        )  # fmt: skip

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        x = self.project(torch.cat([latents, self.label(labels)], dim=1))
        return self.layers(x.unflatten(1, self.map_shape).contiguous(memory_format=torch.channels_last))


class ProjectionDiscriminator(nn.Module):
    """(n, c, h, w) and labels (n,) to logits (n,)."""

    def __init__(self, *, classes: int, width: int, image_shape: tuple[int, int, int]):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(image_shape[0], width // 2, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(width // 2, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
            BatchDeviation(),
            nn.Conv2d(width + 1, width, 3, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.LeakyReLU(0.2), nn.Flatten(),
        )  # fmt: skip
        features = 2 * width * (image_shape[1] // 8) * (image_shape[2] // 8)
        self.verdict = nn.Linear(features, 1)
        self.label = nn.Embedding(classes, features)
        nn.init.normal_(self.label.weight, std=features**-0.5)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        x = self.layers(images)  # (n, features)
        return self.verdict(x).flatten() + (self.label(labels) * x).sum(dim=1)


class BatchDeviation(nn.Module):
    """One more channel that says how much the batch varies: (n, c, h, w) to (n, c + 1, h, w).

    It lets the discriminator see a generator that repeats itself. In evaluation the average over training stands in for
    the batch's own figure, so that the verdict on a picture does not depend on its neighbours.
    """

    def __init__(self, *, momentum: float = 0.01):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("average", torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        deviation = self.average
        if self.training:
            variance = (x - x.mean(dim=0, keepdim=True)).float().square().mean(dim=0)
            deviation = (variance + 1e-8).sqrt().mean()
            self.average.lerp_(deviation.detach(), self.momentum)
        return torch.cat([x, deviation.to(x.dtype).expand(len(x), 1, *x.shape[2:])], dim=1)


class ConditionalDCGAN(GAN):
    """`width` is the channel count at a quarter of the full size; it halves at half the size. Sides divide by 4."""

    def __init__(
        self,
        *,
        latent_dim: int = 64,
        classes: int = 10,
        width: int = 96,
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        image_shape = sides_that_divide(image_shape, 4)
        super().__init__(
            ConditionalGenerator(latent_dim=latent_dim, classes=classes, width=width, image_shape=image_shape),
            ProjectionDiscriminator(classes=classes, width=width, image_shape=image_shape),
            latent_dim=latent_dim, classes=classes, pixels="signed", image_shape=image_shape,
        )  # fmt: skip
