"""The U-Net of pix2pix (Isola et al. 2016, arXiv 1611.07004, section 3.2.1), with or without skip connections.

(n, c, h, w) to (n, c, h, w) in [-1, 1]; sides divide by 2^depth. Each level down halves the size with a strided
convolution, each level up doubles it with nearest-neighbour upsampling and a convolution. All maps but the two smallest
have instance norm; it would remove most of what so few numbers hold. Dropout in the two innermost levels up is the only
noise. It acts in training alone, so that a trained model maps the same source to the same result.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo.models.blocks import Dropout, InstanceNorm, UpConvolution

LEVELS_WITHOUT_NORM = 2
"""Counted from the innermost level."""
LEVELS_WITH_DROPOUT = 2
"""Counted from the innermost level, on the way up."""


def make_norm(channels: int, *, normed: bool) -> nn.Module:
    """Instance norm if `normed`, else a layer that changes nothing."""
    return InstanceNorm(channels) if normed else nn.Identity()


class Down(nn.Sequential):
    """One level down: (n, fan_in, h, w) to (n, fan_out, h / 2, w / 2)."""

    def __init__(self, fan_in: int, fan_out: int, *, normed: bool):
        super().__init__(
            nn.Conv2d(fan_in, fan_out, 4, stride=2, padding=1),
            make_norm(fan_out, normed=normed),
            nn.LeakyReLU(0.2),
        )


class Up(nn.Module):
    """One level up: (n, fan_in, h, w) to (n, fan_out, 2h, 2w)."""

    def __init__(self, fan_in: int, fan_out: int, *, normed: bool, dropout: float):
        super().__init__()
        self.convolution = UpConvolution(fan_in, fan_out)
        self.norm = make_norm(fan_out, normed=normed)
        self.dropout = Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.convolution(x)
        return F.relu(self.dropout(self.norm(x)))


class UNet(nn.Module):
    """A generator with `width` channels at half the full size, doubled with each level up to `widest` * `width`.

    `skip` concatenates the input of each level down with the output of the level up of the same size. Without it all
    information passes through the innermost map.
    """

    def __init__(self, *, channels: int, width: int, widest: int, depth: int, skip: bool, dropout: float):
        super().__init__()
        widths = [width * min(2**level, widest) for level in range(depth)]
        self.skip = skip
        inner = depth - LEVELS_WITHOUT_NORM
        self.down = nn.ModuleList(
            Down(fan_in, fan_out, normed=0 < level < inner)
            for level, (fan_in, fan_out) in enumerate(zip([channels, *widths[:-1]], widths, strict=True))
        )
        self.up = nn.ModuleList(
            Up(
                widths[level] * (2 if skip and level < depth - 1 else 1),
                widths[level - 1] if level else width,
                normed=level <= inner,
                dropout=dropout if level >= depth - LEVELS_WITH_DROPOUT else 0.0,
            )
            for level in reversed(range(depth))
        )
        self.last = nn.Conv2d(width + (channels if skip else 0), channels, 3, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        maps = [images]
        for level in self.down:
            maps.append(level(maps[-1]))
        x = maps.pop()
        for level in self.up:
            x = level(x)
            x = torch.cat([x, maps.pop().to(x.dtype)], dim=1) if self.skip else x
        return torch.tanh(self.last(x))
