"""The colours of pictures that have few: label maps, on which each stands for a kind of thing."""

import torch
from torch import Tensor

MOST_COLOURS = 8
"""Colours in a palette."""
MOST_PICTURES, LONGEST = 100, 128
"""Of how many pictures it is taken at most, and of how many pixels along a side."""
RARE, BLENDED = 0.01, 0.05
"""Shares of the pixels: rarer colours count for none, and rarer ones between two others for their soft edges."""
APART = 48
"""Of 255: how far two colours of a palette are apart at least, in some channel."""
NEAR, FLAT = 16, 0.8
"""Pictures are drawn with a palette when that share of their pixels is that near to it, in every channel."""


def coarse(images: Tensor) -> Tensor:
    """(n, 3, h, w) to (n, h, w): one of 512 colours for each pixel."""
    red, green, blue = (images.long() // 32).unbind(1)
    return red * 64 + green * 8 + blue


def palette(images: Tensor) -> Tensor:
    """The colours (k, 3) that stand for most of uint8 pictures (n, 3, h, w): means of coarse ones, commonest first."""
    cells, flat = coarse(images).flatten(), images.permute(0, 2, 3, 1).reshape(-1, 3).float()
    shares = torch.bincount(cells, minlength=512) / len(cells)
    sums = torch.stack([torch.bincount(cells, channel.double(), minlength=512) for channel in flat.T], dim=1)
    means = (sums / (len(cells) * shares[:, None])).float()
    kept = torch.zeros(0, 3)
    for cell in shares.argsort(descending=True).tolist():
        if shares[cell] < RARE or len(kept) == MOST_COLOURS:
            break
        apart = ((means[cell] - kept).abs() >= APART).any(dim=1).all()
        if apart and not (shares[cell] < BLENDED and is_blend(means[cell], kept)):
            kept = torch.cat([kept, means[cell, None]])
    return kept


def is_blend(colour: Tensor, known: Tensor) -> bool:
    """Whether a colour (3,) lies near the straight line between two of the `known` ones (k, 3)."""
    starts, ends = (known[side] for side in torch.combinations(torch.arange(len(known))).T)  # (pairs, 3) each
    ways = ends - starts
    share = ((colour - starts) * ways).sum(dim=1) / ways.square().sum(dim=1)
    nearest = starts + share.clamp(0, 1)[:, None] * ways
    return bool(((colour - nearest).abs() < APART / 2).all(dim=1).any())


def nearest_colours(images: Tensor, colours: Tensor) -> Tensor:
    """Which of the colours (k, 3) each pixel is nearest to: (n, h, w)."""
    flat = images.permute(0, 2, 3, 1).float()
    return torch.stack([(flat - colour).square().sum(dim=3) for colour in colours]).argmin(dim=0)


def drawn_with(images: Tensor) -> list[str]:
    """The colours "#rrggbb" that uint8 pictures (n, c, h, w) are drawn with, commonest first; empty for photos."""
    step = -(-max(images.shape[2:]) // LONGEST)
    images = images[:MOST_PICTURES, :, ::step, ::step].expand(-1, 3, -1, -1)
    colours = palette(images)
    if len(colours) < 2:
        return []
    nearest = colours[nearest_colours(images, colours)]  # (n, h, w, 3)
    away = (images.permute(0, 2, 3, 1) - nearest).abs().amax(dim=3)
    if (away <= NEAR).float().mean() < FLAT:
        return []
    return ["#" + bytes(colour).hex() for colour in colours.round().to(torch.uint8).tolist()]
