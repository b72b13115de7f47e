"""PatchGAN (Isola et al. 2016, arXiv 1611.07004, section 3.2.2): a discriminator that judges patches, not pictures.

(n, c, h, w) to a map of logits (n, 1, h', w'), one for each patch. With 2 strided layers a patch is 34 pixels wide,
with 3 it is 70, as in the paper.
"""

import itertools

from torch import nn

from ganzoo import checks
from ganzoo.models.blocks import InstanceNorm

NARROWEST = 3
"""Pixels: what the strided layers leave at least, for the two others each take one."""


def patchgan(image_shape: tuple[int, int, int], *, width: int, layers: int) -> nn.Sequential:
    """`width` channels after the first of the strided `layers`, doubled by each up to 8 times that.

    Raises ValueError for more layers than leave a map of pictures of that shape.
    """
    channels, *sides = image_shape
    most = (min(sides) // NARROWEST).bit_length() - 1
    if most < 1:
        raise ValueError(f"pictures of {sides[0]}x{sides[1]} are too small for a discriminator of patches")
    checks.whole("patch_layers", layers, 1, most)
    widths = [width * min(2**level, 8) for level in range(layers + 1)]
    down: list[nn.Module] = [nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for level, (wide, next_wide) in enumerate(itertools.pairwise(widths), start=1):
        stride = 2 if level < layers else 1
        down += [nn.Conv2d(wide, next_wide, 4, stride=stride, padding=1), InstanceNorm(next_wide)]
        down.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*down, nn.Conv2d(widths[-1], 1, 4, stride=1, padding=1))
