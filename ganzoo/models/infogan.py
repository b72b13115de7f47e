"""InfoGAN (Chen et al. 2016, arXiv 1606.03657, appendix C.1): a GAN in which parts of the latent have a meaning.

A latent (n, latent_dim) is noise, then a one-hot category c1, then `continuous` codes in [-1, 1]. A head on the
discriminator's features predicts the codes of an image, so the generator learns to make them visible. The networks are
the published ones, two linear layers and two transposed convolutions and their mirror image, except for tanh on the
pixels, less noise, and codes computed from N(0, 1) (see `latents_from`). Image sides divide by 4.
"""

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import check_divisible


class InfoGAN(GAN):
    """A GAN over latents of `noise_dim` noise numbers, a one-hot category and continuous codes."""

    discriminator: nn.Sequential

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
        channels, height, breadth = check_divisible(image_shape, 4)
        categories = checks.whole("categories", categories, 2, 1000)
        continuous = checks.whole("continuous_codes", continuous_codes, 1, 100)
        latent_dim = checks.whole("noise_dim", noise_dim, 0, 4096) + categories + continuous
        width, hidden = checks.size("width", width), checks.size("hidden", hidden)
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
        """Turn numbers from N(0, 1) into latents, (n, latent_dim) both.

        The category is the argmax of its numbers, so all are equally likely. erf makes the codes uniform in [-1, 1].
        """
        noise, scores, ranks = self.parts(normal)
        category = nn.functional.one_hot(scores.argmax(dim=1), self.categories).to(normal.dtype)
        return torch.cat([noise, category, torch.erf(ranks / 2**0.5)], dim=1)

    def parts(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Split latents into noise (n, noise_dim), category (n, categories) and continuous codes (n, continuous)."""
        noise_dim = self.latent_dim - self.categories - self.continuous
        noise, category, codes = latents.split([noise_dim, self.categories, self.continuous], dim=1)
        return noise, category, codes

    def read_codes(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Predict the codes of images: logits of the category (n, categories), means of the codes (n, continuous)."""
        predictions = self.code_head(self.discriminator[0](images))
        return predictions[:, : self.categories], predictions[:, self.categories :]
