"""ProGAN (Karras et al. 2017, arXiv 1710.10196): a GAN that grows from 4x4 images to full size during training.

Stage s works on images with sides 4 * 2^s. `ganzoo.models.progan_networks` has the networks and their stages; the model
here knows how far they have grown. Departures from the paper: tanh on the generator's colours, fewer channels, and, as
options, bilinear upsampling and `light` for small computers.
"""

import math

import torch
from torch import Tensor

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import UPSAMPLINGS
from ganzoo.models.progan_networks import ProDiscriminator, ProGenerator, enlarge, shrink

SIDES = (4, 8, 16, 32, 64, 128, 256)
FRACTIONS = 1024
"""The buffer `grown` is an integer that counts these fractions of a stage. An EMA copies integer buffers and averages
all others, and the mean of two stages is not a stage that the weights belong to."""


def last_stage(image_shape: tuple[int, int, int]) -> int:
    """The stage that works on images of that shape. Raises ValueError if there is none."""
    channels, height, width = image_shape
    if channels not in (1, 3):
        raise ValueError(f"images must have 1 or 3 channels, got {channels}")
    if height != width or height not in SIDES[1:]:
        raise ValueError(f"image sides must be equal and one of {', '.join(map(str, SIDES[1:]))}, got {height}x{width}")
    return SIDES.index(height)


class ProGAN(GAN):
    """A GAN whose largest maps have `width` channels, doubled with each halving of the side up to `most`.

    Each stage has two convolutions in either network. If `light`, images above 4x4 have no maps of their own size:
    convolutions that halve or double the side lead from and to colours and join the stages, and the discriminator has
    no others. `width` then counts at half the images' side. With equal channels at each side, `light` needs two fifths
    of the multiplications (with "bilinear" upsampling, a little more than half).

    `upsampling` enlarges the generator's maps: "nearest" as in the paper, or "bilinear" as in StyleGAN (Karras et al.
    2018, arXiv 1812.04948, section 2.1), which avoids a weave on plain surfaces. At the borders, bilinear upsampling
    continues maps with zeros if `light`, else with their outermost pixels.

    A new model is fully grown; `grow` sets it back. `generate` returns images of full size at every stage, and
    `discriminate` accepts them. For training, `generate_at_stage` and `reduce_to_stage` return images of the stage's
    own size.
    """

    generator: ProGenerator
    grown: Tensor

    def __init__(
        self,
        *,
        image_shape: tuple[int, int, int],
        latent_dim: int = 64,
        width: int = 16,
        most: int = 128,
        light: bool = False,
        upsampling: str = "nearest",
    ):
        last = last_stage(image_shape)
        latent_dim, width, most = (
            checks.whole(name, value, 1, 4096)
            for name, value in (("latent_dim", latent_dim), ("width", width), ("most", most))
        )
        light = checks.flag("light", light)
        checks.choice("upsampling", upsampling, list(UPSAMPLINGS))
        largest = last - light
        widths = [min(most, width << largest - stage) for stage in range(largest + 1)]
        super().__init__(
            ProGenerator(
                latent_dim=latent_dim, widths=widths, channels=image_shape[0], light=light, upsampling=upsampling
            ),
            ProDiscriminator(widths=widths, channels=image_shape[0], light=light),
            latent_dim=latent_dim, pixels="signed", image_shape=image_shape,
        )  # fmt: skip
        self.last_stage = last
        self.register_buffer("grown", torch.tensor(last * FRACTIONS))

    def grow(self, level: float) -> None:
        """Set how far the model has grown: 2 is stage 2 at alpha 1; 1.25 is stage 2 at alpha 0.25.

        Raises ValueError unless `level` lies in 0..last_stage.
        """
        if not 0 <= level <= self.last_stage:
            raise ValueError(f"level must lie between 0 and {self.last_stage}, got {level}")
        self.grown.fill_(round(level * FRACTIONS))

    @property
    def stage_and_alpha(self) -> tuple[int, float]:
        """The present stage, and how far it has been faded in: alpha, above 0 and at most 1."""
        level = int(self.grown) / FRACTIONS
        stage = math.ceil(level)
        return stage, level - stage + 1

    @property
    def sides(self) -> list[int]:
        """The image sides of all stages up to the present one."""
        stage, _ = self.stage_and_alpha
        return list(SIDES[: stage + 1])

    def generate_at_stage(self, latents: Tensor) -> Tensor:
        """Images (n, c, s, s) of the present stage's size."""
        return self.generator(latents, *self.stage_and_alpha)

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.to_full_size(self.generate_at_stage(latents))

    def maps(self, latents: Tensor) -> list[Tensor]:
        """The generator's maps (n, width, s, s) of every stage before the present one."""
        stage, _ = self.stage_and_alpha
        return self.generator.maps(latents, stage)[:stage]

    def to_full_size(self, images: Tensor) -> Tensor:
        """(n, c, s, s) to (n, c, h, w); pixels are repeated."""
        return enlarge(images, self.image_shape[1] // images.shape[-1])

    def reduce_to_stage(self, images: Tensor) -> Tensor:
        """Bring full-size images to the present stage's size, and fade them as its generator does (section 2.1)."""
        stage, alpha = self.stage_and_alpha
        images = shrink(images, images.shape[-1] // SIDES[stage])
        return images if alpha == 1 else torch.lerp(enlarge(shrink(images)), images, alpha)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (n,) of images of full size or of the present stage's."""
        stage, alpha = self.stage_and_alpha
        return self.discriminator(shrink(images, images.shape[-1] // SIDES[stage]), stage, alpha)
