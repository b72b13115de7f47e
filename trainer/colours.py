"""The colours of pictures that have few: label maps, on which each stands for a kind of thing."""

import torch
from torch import Tensor

MOST_COLOURS = 8
"""Colours in a palette."""
PALETTE_FROM = 500
"""Of how many pictures it is taken at most."""
NEAR, FLAT = 32, 0.9
"""Of 255: how near to a colour of the palette a pixel is, in every channel, that has it, and the share of such pixels
from which on a picture counts as drawn with it.
"""


def coarse(images: Tensor) -> Tensor:
    """(n, 3, h, w) to (n, h, w): one of 512 colours for each pixel."""
    red, green, blue = (images.long() // 32).unbind(1)
    return red * 64 + green * 8 + blue


def palette(images: Tensor) -> Tensor:
    """The colours (k, 3) of pictures that have few: means of the commonest coarse ones, with a share over 1 %.

    There are none where every colour is rare.
    """
    images = images[:PALETTE_FROM]
    cells, flat = coarse(images).flatten(), images.permute(0, 2, 3, 1).reshape(-1, 3).float()
    counts = torch.bincount(cells, minlength=512)
    common = counts.argsort(descending=True)[:MOST_COLOURS]
    common = common[counts[common] > 0.01 * len(cells)]
    return torch.zeros(len(counts), 3).index_add(0, cells, flat)[common] / counts[common, None]


def nearest_colours(images: Tensor, colours: Tensor) -> Tensor:
    """Which of the palette each pixel is nearest to: (n, h, w)."""
    flat = images.permute(0, 2, 3, 1).float()
    return torch.stack([(flat - colour).square().sum(dim=3) for colour in colours]).argmin(dim=0)


def drawn_with(images: Tensor) -> list[str]:
    """The colours "#rrggbb" that uint8 pictures (n, c, h, w) are drawn with, commonest first; empty for photos."""
    images = images[:PALETTE_FROM].expand(-1, 3, -1, -1)
    colours = palette(images)
    if len(colours) < 2:
        return []
    nearest = colours[nearest_colours(images, colours)]  # (n, h, w, 3)
    away = (images.permute(0, 2, 3, 1) - nearest).abs().amax(dim=3)
    if (away <= NEAR).float().mean() < FLAT:
        return []
    return ["#" + bytes(colour).hex() for colour in colours.round().to(torch.uint8).tolist()]
