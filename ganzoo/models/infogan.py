"""InfoGAN (Chen et al. 2016, arXiv 1606.03657, appendix C.1): a GAN whose latent has parts that mean something.

A latent (n, latent_dim) is plain noise, then one of `categories` as a one-hot code c1, then `continuous` codes in
[-1, 1]. A head on the discriminator's features reads the codes back from a picture; what it can read, the generator has
shown. Networks as published, two linear layers and two transposed convolutions against their mirror, but for a tanh on
the pixels, less noise, and codes drawn from N(0, 1) by rank. Sides divide by 4.
"""

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import sides_that_divide


class InfoGAN(GAN):
    """`codes` of a latent are its last numbers; `read_codes` gives what the head makes of a picture."""

    def __init__(
        self,
        *,
        noise_dim: int = 32,
        categories: int = 10,
        continuous_codes: int = 2,
        width: int = 64,
        hidden: int = 1024,
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        channels, height, breadth = sides_that_divide(image_shape, 4)
        categories = checks.whole("categories", categories, 2, 1000)
        continuous = checks.whole("continuous_codes", continuous_codes, 1, 100)
        latent_dim = checks.whole("noise_dim", noise_dim, 0, 4096) + categories + continuous
        map_shape = (2 * width, height // 4, breadth // 4)
        size = map_shape[0] * map_shape[1] * map_shape[2]
        generator = nn.Sequential(
            nn.Linear(latent_dim, hidden), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, size), nn.BatchNorm1d(size), nn.ReLU(), nn.Unflatten(1, map_shape),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1), nn.BatchNorm2d(width), nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1), nn.Tanh(),
        )  # fmt: skip
        features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.1),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.1),
            nn.Flatten(), nn.Linear(size, hidden), nn.BatchNorm1d(hidden), nn.LeakyReLU(0.1),
        )  # fmt: skip
        discriminator = nn.Sequential(features, nn.Linear(hidden, 1), nn.Flatten(0))
        super().__init__(generator, discriminator, latent_dim=latent_dim, pixels="signed", image_shape=image_shape)
        self.categories = categories
        self.continuous = continuous
        self.code_head = nn.Sequential(
            nn.Linear(hidden, 128), nn.BatchNorm1d(128), nn.LeakyReLU(0.1), nn.Linear(128, categories + continuous)
        )

    def latents_from(self, normal: Tensor) -> Tensor:
        """The category is the largest of its numbers, which favours none; a code in [-1, 1] is its number's rank."""
        noise, scores, ranks = self.parts(normal)
        category = nn.functional.one_hot(scores.argmax(dim=1), self.categories).to(normal.dtype)
        return torch.cat([noise, category, torch.erf(ranks / 2**0.5)], dim=1)

    def parts(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(n, latent_dim) as noise, category (n, categories) and continuous codes (n, continuous)."""
        noise_dim = self.latent_dim - self.categories - self.continuous
        noise, category, codes = latents.split([noise_dim, self.categories, self.continuous], dim=1)
        return noise, category, codes

    def read_codes(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the category (n, categories) and the continuous codes' means (n, continuous)."""
        read = self.code_head(self.discriminator[0](images))
        return read[:, : self.categories], read[:, self.categories :]
