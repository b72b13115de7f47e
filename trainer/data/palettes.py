"""The colours of images that have few: label maps, on which each colour stands for a kind of thing."""

import torch
from torch import Tensor

MAX_COLOURS = 8
"""Colours, at most, in a palette."""
MAX_IMAGES, MAX_SIDE = 100, 128
"""A palette is taken from at most this many images, and this many pixels along a side."""
RARE, BLENDED = 0.01, 0.05
"""Shares of the pixels. Rarer colours do not count; rarer ones between two others are taken for their soft edges."""
MIN_DISTANCE = 48
"""Of 255: two colours of a palette differ by at least this much in some channel."""
NEAR, FLAT = 16, 0.8
"""Images have a palette if at least the share FLAT of their pixels lies within NEAR of it in every channel."""


def find_palette(images: Tensor) -> list[str]:
    """The colours "#rrggbb" of uint8 label maps (n, c, h, w), commonest first; empty for photos."""
    step = -(-max(images.shape[2:]) // MAX_SIDE)
    images = images[:MAX_IMAGES, :, ::step, ::step].expand(-1, 3, -1, -1)
    colours = common_colours(images)
    if len(colours) < 2:
        return []
    nearest = colours[nearest_colours(images, colours)]  # (n, h, w, 3)
    distances = (images.permute(0, 2, 3, 1) - nearest).abs().amax(dim=3)
    if (distances <= NEAR).float().mean() < FLAT:
        return []
    return ["#" + bytes(colour).hex() for colour in colours.round().to(torch.uint8).tolist()]


def nearest_colours(images: Tensor, colours: Tensor) -> Tensor:
    """The index of the colour (k, 3) that each pixel of images (n, 3, h, w) is nearest to: (n, h, w)."""
    pixels = images.permute(0, 2, 3, 1).float()
    return torch.stack([(pixels - colour).square().sum(dim=3) for colour in colours]).argmin(dim=0)


def common_colours(images: Tensor) -> Tensor:
    """The colours (k, 3) of most pixels of uint8 images (n, 3, h, w): means of quantized colours, commonest first."""
    cells, pixels = quantize(images).flatten(), images.permute(0, 2, 3, 1).reshape(-1, 3).float()
    shares = torch.bincount(cells, minlength=512) / len(cells)
    sums = torch.stack([torch.bincount(cells, channel.double(), minlength=512) for channel in pixels.T], dim=1)
    means = (sums / (len(cells) * shares[:, None])).float()
    colours = torch.zeros(0, 3)
    for cell in shares.argsort(descending=True).tolist():
        if shares[cell] < RARE or len(colours) == MAX_COLOURS:
            break
        distinct = ((means[cell] - colours).abs() >= MIN_DISTANCE).any(dim=1).all()
        if distinct and not (shares[cell] < BLENDED and is_blend(means[cell], colours)):
            colours = torch.cat([colours, means[cell, None]])
    return colours


def quantize(images: Tensor) -> Tensor:
    """(n, 3, h, w) to (n, h, w): one of 512 colours for each pixel."""
    red, green, blue = (images.long() // 32).unbind(1)
    return red * 64 + green * 8 + blue


def is_blend(colour: Tensor, colours: Tensor) -> bool:
    """Whether a colour (3,) lies near the straight line between two of the `colours` (k, 3)."""
    starts, ends = (colours[side] for side in torch.combinations(torch.arange(len(colours))).T)  # (pairs, 3) each
    directions = ends - starts
    share = ((colour - starts) * directions).sum(dim=1) / directions.square().sum(dim=1)
    nearest = starts + share.clamp(0, 1)[:, None] * directions
    return bool(((colour - nearest).abs() < MIN_DISTANCE / 2).all(dim=1).any())
