"""The U-Net of pix2pix (Isola et al. 2016, arXiv 1611.07004, section 3.2.1), and the same without skip connections.

(n, c, h, w) to (n, c, h, w) in [-1, 1]; sides divide by 2^depth. Each level down halves the picture with a strided
convolution, each level up doubles it with nearest-neighbour upsampling and a convolution. Instance norm, but not on the
two smallest maps: of a few numbers it keeps nothing. Dropout in the two innermost levels up is the only noise, and only
while training, so that the same drawing always gives the same picture.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo.models.blocks import Dropout, InstanceNorm, UpConvolution

UNNORMED = 2
"""How many of the innermost levels go without norm."""
DROPPED = 2
"""How many of the innermost levels up have dropout."""


def norm(channels: int, *, on: bool) -> nn.Module:
    return InstanceNorm(channels) if on else nn.Identity()


class Down(nn.Sequential):
    """(n, fan_in, h, w) to (n, fan_out, h / 2, w / 2)."""

    def __init__(self, fan_in: int, fan_out: int, *, normed: bool):
        super().__init__(
            nn.Conv2d(fan_in, fan_out, 4, stride=2, padding=1),
            norm(fan_out, on=normed),
            nn.LeakyReLU(0.2),
        )


class Up(nn.Module):
    """(n, fan_in, h, w) to (n, fan_out, 2h, 2w)."""

    def __init__(self, fan_in: int, fan_out: int, *, normed: bool, dropout: float):
        super().__init__()
        self.convolution = UpConvolution(fan_in, fan_out)
        self.norm = norm(fan_out, on=normed)
        self.dropout = Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.convolution(x)
        return F.relu(self.dropout(self.norm(x)))


class UNet(nn.Module):
    """`width` channels at half the full size, doubled with each level up to `widest` times that; `skip` joins what a
    level down has seen to the level up of the same size, and without it everything goes through the innermost map.
    """

    def __init__(self, *, channels: int, width: int, widest: int, depth: int, skip: bool, dropout: float):
        super().__init__()
        widths = [width * min(2**level, widest) for level in range(depth)]
        self.skip = skip
        inner = depth - UNNORMED
        self.down = nn.ModuleList(
            Down(fan_in, fan_out, normed=0 < level < inner)
            for level, (fan_in, fan_out) in enumerate(zip([channels, *widths[:-1]], widths, strict=True))
        )
        self.up = nn.ModuleList(
            Up(
                widths[level] * (2 if skip and level < depth - 1 else 1),
                widths[level - 1] if level else width,
                normed=level <= inner,
                dropout=dropout if level >= depth - DROPPED else 0.0,
            )
            for level in reversed(range(depth))
        )
        self.last = nn.Conv2d(width + (channels if skip else 0), channels, 3, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        seen = [images]
        for level in self.down:
            seen.append(level(seen[-1]))
        x = seen.pop()
        for level in self.up:
            x = level(x)
            x = torch.cat([x, seen.pop().to(x.dtype)], dim=1) if self.skip else x
        return torch.tanh(self.last(x))
