"""PatchGAN (Isola et al. 2016, arXiv 1611.07004, section 3.2.2): a discriminator of patches in place of whole images.

(n, c, h, w) to a map of logits (n, 1, h', w'), one for each patch. With 2 strided layers a patch is 34 pixels wide,
with 3 it is 70, as in the paper.
"""

import itertools

from torch import nn

from ganzoo import checks
from ganzoo.models.blocks import InstanceNorm

MIN_SIDE = 3
"""Pixels: the smallest map after the strided layers, because each of the two other layers removes one."""


def patchgan(image_shape: tuple[int, int, int], *, width: int, layers: int) -> nn.Sequential:
    """A discriminator with `width` channels after the first of its strided `layers`, doubled by each up to 8 * `width`.

    Raises ValueError if images of that shape are too small for so many layers.
    """
    channels, *sides = image_shape
    most = (min(sides) // MIN_SIDE).bit_length() - 1
    if most < 1:
        raise ValueError(f"images of {sides[0]}x{sides[1]} are too small for a discriminator of patches")
    checks.whole("patch_layers", layers, 1, most)
    width = checks.size("patch_width", width)
    widths = [width * min(2**level, 8) for level in range(layers + 1)]
    down: list[nn.Module] = [nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for level, (wide, next_wide) in enumerate(itertools.pairwise(widths), start=1):
        stride = 2 if level < layers else 1
        down += [nn.Conv2d(wide, next_wide, 4, stride=stride, padding=1), InstanceNorm(next_wide)]
        down.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*down, nn.Conv2d(widths[-1], 1, 4, stride=1, padding=1))
