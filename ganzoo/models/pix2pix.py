"""pix2pix (Isola et al. 2016, arXiv 1611.07004): translation learnt from pairs of images."""

import torch
from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import Translation
from ganzoo.models.blocks import MAX_DROPOUT, initialise
from ganzoo.models.patchgan import patchgan
from ganzoo.models.unet import UNet


class Pix2Pix(Translation):
    """A U-Net generator, and a PatchGAN discriminator of source and result together.

    The generator has `width` channels at half the full size and up to `widest` times as many further down: 8 in the
    paper; the default 4 has less than half of the weights at 128x128. It is `depth` levels deep; 0 means as many as
    bring the smaller side to 4 to 7. `skip` False leaves the skip connections out. `patch_layers` 0 leaves the
    discriminator out, for training by L1 alone.
    """

    discriminator: nn.Module | None

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
        channels, height, breadth = image_shape
        depth = checks.whole("depth", 0 if depth is None else depth, 0, 8)
        depth = depth or max(1, (min(height, breadth) // 4).bit_length() - 1)
        super().__init__(image_shape=image_shape, divisor=2**depth)
        width, widest = checks.size("width", width), checks.whole("widest", widest, 1, 16)
        dropout = checks.finite("dropout", dropout, 0, MAX_DROPOUT)
        self.generator = UNet(channels=channels, width=width, widest=widest, depth=depth, skip=skip, dropout=dropout)
        layers = checks.whole("patch_layers", patch_layers, 0, 5)
        pair_shape = (2 * channels, height, breadth)
        self.discriminator = patchgan(pair_shape, width=patch_width, layers=layers) if layers else None
        initialise(self, "dcgan")

    @property
    def has_discriminator(self) -> bool:
        return self.discriminator is not None

    @property
    def has_bottleneck(self) -> bool:
        return not self.generator.skip

    def translate(self, sources: Tensor, direction: int = 0) -> Tensor:
        return self.generator(sources)

    def discriminate(self, sources: Tensor, results: Tensor, direction: int = 0) -> Tensor:
        if self.discriminator is None:
            raise TypeError("a model with patch_layers 0 has no discriminator")
        return self.discriminator(torch.cat([sources, results], dim=1))
