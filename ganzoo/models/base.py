"""The four families of models, by what one can do with them: `Autoencoder`, `GAN`, `Translation`, `Classifier`.

Every model states the pictures it speaks of: `image_shape` (channels, height, width), `pixels` ("unit" for [0, 1],
"signed" for [-1, 1]; see `ganzoo.images`) and `classes` (0 for a model that knows no labels).
"""

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.blocks import sides_that_divide


class ImageModel(nn.Module):
    """A network over pictures; the base of the four families."""

    def __init__(self, *, image_shape: tuple[int, int, int], pixels: str, classes: int = 0):
        super().__init__()
        channels, height, width = image_shape
        checks.choice("channels", channels, (1, 3))
        self.image_shape = (channels, *(checks.whole("image side", side, 4, 1024) for side in (height, width)))
        self.pixels = pixels
        self.classes = classes


class Autoencoder(ImageModel):
    """An encoder and a decoder around a code.

    `code_shape` is the shape of one code; `encode` maps (n, c, h, w) to (n, *code_shape), `decode` goes back.
    """

    code_shape: tuple[int, ...]
    encoder: nn.Module
    decoder: nn.Module

    def encode(self, images: Tensor) -> Tensor:
        return self.encoder(images)

    def decode(self, codes: Tensor) -> Tensor:
        return self.decoder(codes)

    def forward(self, images: Tensor) -> Tensor:
        return self.decode(self.encode(images))


class GAN(ImageModel):
    """A generator and a discriminator (Goodfellow et al. 2014, arXiv 1406.2661).

    `generator(latents[, labels])` maps (n, latent_dim) and integer labels (n,) to images (n, c, h, w);
    `discriminator(images[, labels])` gives one logit per image, (n,). Latents are N(0, latent_std^2), or what
    `latents_from` else makes of N(0, 1).
    """

    def __init__(
        self, generator: nn.Module, discriminator: nn.Module, *, latent_dim: int, latent_std: float = 1.0, **image
    ):
        super().__init__(**image)
        self.latent_dim = latent_dim
        self.latent_std = latent_std
        self.generator = generator
        self.discriminator = discriminator

    def latents(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw (n, latent_dim) latents on the device of `generator`."""
        return self.latents_from(torch.randn(n, self.latent_dim, generator=generator, device=generator.device))

    def latents_from(self, normal: Tensor) -> Tensor:
        """Latents out of as many numbers from N(0, 1): (n, latent_dim) both."""
        return self.latent_std * normal

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.generator(latents, labels) if self.classes else self.generator(latents)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.discriminator(images, labels) if self.classes else self.discriminator(images)


class Translation(ImageModel):
    """Pictures to other pictures of the same size, in one direction (0) or in two (0 and back, 1).

    Each defines two methods: `translate(sources[, direction])` maps (n, c, h, w) to (n, c, h, w);
    `discriminate(sources, results[, direction])` gives a map of logits (n, 1, h', w'), one for each patch. `image_shape` is
    what it is trained at; it takes pictures of any sides that divide by `divisor`.
    """

    def __init__(self, *, divisor: int, directions: int = 1, **image):
        super().__init__(pixels="signed", **image)
        sides_that_divide(self.image_shape, divisor)
        self.divisor = divisor
        self.directions = directions

    @property
    def has_discriminator(self) -> bool:
        """Whether it has a discriminator."""
        return True

    @property
    def narrow(self) -> bool:
        """Whether all that it knows of a picture goes through maps much smaller than the picture."""
        return False


class Classifier(ImageModel):
    """`forward` gives logits (n, classes) of images; `features` the penultimate layer (n, feature_dim) that distances
    use; `classify` the logits of such features.
    """

    feature_dim: int

    def features(self, images: Tensor) -> Tensor:
        raise TypeError(f"{type(self).__name__} defines no features")

    def classify(self, features: Tensor) -> Tensor:
        raise TypeError(f"{type(self).__name__} classifies no features")

    def forward(self, images: Tensor) -> Tensor:
        return self.classify(self.features(images))
