"""The four families of models: `Autoencoder`, `GAN`, `Translation`, `Classifier`.

Every model states which images it works on: `image_shape` is (channels, height, width), `pixels` is the value range
("unit" for [0, 1], "signed" for [-1, 1]; see `ganzoo.images`), and `classes` is the number of labels, 0 for none.
"""

from typing import Any

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.images import PIXEL_RANGES
from ganzoo.models.blocks import check_divisible


class ImageModel(nn.Module):
    """A network over images: the base of the four families.

    Raises ValueError unless images have 1 or 3 channels, sides in 4..1024 and a known range of pixels.
    """

    def __init__(self, *, image_shape: tuple[int, int, int], pixels: str, classes: int = 0):
        super().__init__()
        channels, height, width = image_shape
        checks.choice("channels", channels, (1, 3))
        height, width = (checks.whole("image side", side, 4, 1024) for side in (height, width))
        self.image_shape = (channels, height, width)
        self.pixels = checks.choice("pixels", pixels, PIXEL_RANGES)
        self.classes = classes


class Autoencoder(ImageModel):
    """An encoder and a decoder around a code.

    `code_shape` is the shape of one code. `encode` maps (n, c, h, w) to (n, *code_shape), `decode` maps codes back.
    """

    code_shape: tuple[int, ...]
    encoder: nn.Module
    decoder: nn.Module

    def encode(self, images: Tensor) -> Tensor:
        """Codes (n, *code_shape) of images (n, c, h, w)."""
        return self.encoder(images)

    def decode(self, codes: Tensor) -> Tensor:
        """Images (n, c, h, w) of codes (n, *code_shape)."""
        return self.decoder(codes)

    def forward(self, images: Tensor) -> Tensor:
        return self.decode(self.encode(images))


class GAN(ImageModel):
    """A generator and a discriminator (Goodfellow et al. 2014, arXiv 1406.2661).

    `generator(latents[, labels])` maps (n, latent_dim) and integer labels (n,) to images (n, c, h, w).
    `discriminator(images[, labels])` returns one logit per image, (n,). Latents follow N(0, latent_std^2), unless a
    subclass overrides `latents_from`.
    """

    def __init__(
        self, generator: nn.Module, discriminator: nn.Module, *, latent_dim: int, latent_std: float = 1.0, **image: Any
    ):
        super().__init__(**image)
        self.latent_dim = latent_dim
        self.latent_std = checks.finite("latent_std", latent_std, 0, 1e6)
        self.generator = generator
        self.discriminator = discriminator

    def latents(self, n: int, rng: torch.Generator) -> Tensor:
        """Draw (n, latent_dim) latents on the device of `rng`."""
        return self.latents_from(torch.randn(n, self.latent_dim, generator=rng, device=rng.device))

    def latents_from(self, normal: Tensor) -> Tensor:
        """Turn numbers from N(0, 1) into latents, (n, latent_dim) both."""
        return self.latent_std * normal

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Images (n, c, h, w) of latents (n, latent_dim). A model without classes ignores the labels."""
        return self.generator(latents, labels) if self.classes else self.generator(latents)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (n,) of images (n, c, h, w). A model without classes ignores the labels."""
        return self.discriminator(images, labels) if self.classes else self.discriminator(images)


class Translation(ImageModel):
    """Maps images to images of the same size, in one direction (0) or in two (0, and back, 1).

    A subclass defines `translate` and, if it has a discriminator, `discriminate`. It is trained on images of
    `image_shape` and accepts all whose sides divide by `divisor`. Pixels are in [-1, 1].
    """

    def __init__(self, *, divisor: int, directions: int = 1, **image: Any):
        super().__init__(pixels="signed", **image)
        check_divisible(self.image_shape, divisor)
        self.divisor = divisor
        self.directions = directions

    @property
    def has_discriminator(self) -> bool:
        """Whether `discriminate` can be called."""
        return True

    @property
    def has_bottleneck(self) -> bool:
        """Whether all information passes through maps that are much smaller than the image."""
        return False

    def translate(self, sources: Tensor, direction: int = 0) -> Tensor:
        """Results (n, c, h, w) of sources (n, c, h, w)."""
        raise TypeError(f"{type(self).__name__} defines no translate")

    def discriminate(self, sources: Tensor, results: Tensor, direction: int = 0) -> Tensor:
        """Logits (n, 1, h', w') of results, one for each patch."""
        raise TypeError(f"{type(self).__name__} has no discriminator")


class Classifier(ImageModel):
    """Maps images to class logits, in two steps.

    `features` returns the penultimate layer (n, feature_dim), in which distances between images are measured;
    `classify` returns the logits (n, classes) of such features.
    """

    feature_dim: int

    def features(self, images: Tensor) -> Tensor:
        """Features (n, feature_dim) of images (n, c, h, w)."""
        raise TypeError(f"{type(self).__name__} defines no features")

    def classify(self, features: Tensor) -> Tensor:
        """Logits (n, classes) of features (n, feature_dim)."""
        raise TypeError(f"{type(self).__name__} classifies no features")

    def forward(self, images: Tensor) -> Tensor:
        return self.classify(self.features(images))
