"""pix2pix (Isola et al. 2016, arXiv 1611.07004): a picture in, the picture that belongs to it out."""

import torch
from torch import Tensor

from ganzoo import checks
from ganzoo.models.base import Translation
from ganzoo.models.blocks import initialise
from ganzoo.models.patchgan import patchgan
from ganzoo.models.unet import UNet


class Pix2Pix(Translation):
    """Generator `width` channels wide at half the full size, `depth` levels deep, as U-Net or without `skip`.

    Inner levels are up to `widest` times as wide: 8 in the paper; half of that, the default, has less than half of the
    weights at 128x128.

    The discriminator sees source and result together. `patch_layers` 0 makes a model without one, for losses that need
    none. `depth` 0 goes down until the innermost map's smaller side is 4 to 7.
    """

    def __init__(
        self,
        *,
        width: int = 24,
        widest: int = 4,
        depth: int = 0,
        skip: bool = True,
        dropout: float = 0.5,
        patch_width: int = 32,
        patch_layers: int = 2,
        image_shape: tuple[int, int, int] = (3, 128, 128),
    ):
        channels, *sides = image_shape
        depth = depth or max(1, (min(sides) // 4).bit_length() - 1)
        super().__init__(image_shape=image_shape, divisor=2 ** checks.whole("depth", depth, 1, 8))
        widest = checks.whole("widest", widest, 1, 16)
        self.generator = UNet(channels=channels, width=width, widest=widest, depth=depth, skip=skip, dropout=dropout)
        layers = checks.whole("patch_layers", patch_layers, 0, 5)
        self.discriminator = patchgan((2 * channels, *sides), width=patch_width, layers=layers) if layers else None
        initialise(self, "dcgan")

    @property
    def has_discriminator(self) -> bool:
        return self.discriminator is not None

    @property
    def narrow(self) -> bool:
        return not self.generator.skip

    def translate(self, sources: Tensor, direction: int = 0) -> Tensor:
        return self.generator(sources)

    def discriminate(self, sources: Tensor, results: Tensor, direction: int = 0) -> Tensor:
        return self.discriminator(torch.cat([sources, results], dim=1))
