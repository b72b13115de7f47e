"""How an image is prepared for a translator: scaled, checked, degraded, and padded until the network can divide it."""

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.degradations import DEGRADATIONS
from ganzoo.images import from_uint8, to_tensor, to_uint8
from ganzoo.models import Translation

CHUNK = 8
"""Images that go through a network at once."""
MIN_SIDE, MAX_SIDE = 16, 1024
"""Pixels: the smallest shorter side that can be asked for, and the largest side of what goes through a network."""
COLOURLESS = 12
"""The mean distance between a pixel's channels, 0..255, up to which an image counts as a drawing in one colour."""


def prepare(image: Image.Image, *, channels: int, side: int) -> Tensor:
    """A PIL image as uint8 (1, c, h, w), scaled to a shorter side of `side` pixels.

    The shorter side becomes smaller than that where the longer one would exceed `MAX_SIDE`.
    """
    scale = min(side / min(image.size), MAX_SIDE / max(image.size))
    width, height = (max(1, round(scale * length)) for length in image.size)
    converted = image.convert("L" if channels == 1 else "RGB")
    return to_tensor(converted.resize((width, height), Image.Resampling.LANCZOS))[None]


def check(images: Tensor, *, channels: int) -> Tensor:
    """Images that a network can translate, unchanged. Raises ValueError for all others."""
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[1] != channels or 0 in images.shape:
        raise ValueError(f"expected pictures uint8 (n, {channels}, h, w), got {images.dtype} {tuple(images.shape)}")
    if max(images.shape[2:]) > MAX_SIDE:
        raise ValueError(f"sides must be at most {MAX_SIDE} pixels, got {images.shape[2]}x{images.shape[3]}")
    return images


def pad(images: Tensor, network: Translation, *, least: int = 1) -> Tensor:
    """uint8 images (n, c, h, w) as floats for the network, with sides that divide by its `divisor`.

    The border is repeated to the right and below, until the sides divide and are at least `least` pixels long.
    """
    divisor = network.divisor
    down, right = (-(-max(length, least) // divisor) * divisor - length for length in images.shape[2:])
    return F.pad(from_uint8(images, network.pixels), (0, right, 0, down), mode="replicate")


def is_coloured(images: Tensor) -> bool:
    """Whether uint8 images (n, c, h, w) are more than a drawing in one colour."""
    return bool((images.amax(dim=1) - images.amin(dim=1)).float().mean() >= COLOURLESS)


def degrade(images: Tensor, degradation: str, *, strength: float, seed: int) -> Tensor:
    """Degrade uint8 images (n, 3, h, w) by a key of `DEGRADATIONS`; the same seed has the same result.

    Raises ValueError for a `strength` outside 0..1 and for a seed out of range.
    """
    strength = checks.finite("strength", strength, 0, 1)
    rng = torch.Generator().manual_seed(checks.whole("seed", seed, 0, checks.MAX_SEED))
    degraded = []
    for part in images.split(CHUNK):
        strengths = torch.full((len(part), 1, 1, 1), float(strength))
        signed = DEGRADATIONS[degradation].apply(
            from_uint8(part, "signed"), strengths, lambda shape: torch.rand(shape, generator=rng)
        )
        degraded.append(to_uint8(signed, "signed"))
    return torch.cat(degraded)
