"""How images are prepared for a model, whoever sends them: the command line, Python or the app.

What the model saw in training says how: digits are centred, index masks are spread, drawings keep their lines. For
translators, images are also degraded, and padded until the network can divide them.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.degradations import DEGRADATIONS
from ganzoo.images import as_digit, fit, from_uint8, spread, to_tensor, to_uint8, upright
from ganzoo.models import Translation

ImageInput: TypeAlias = Tensor | np.ndarray | Image.Image | Sequence[Image.Image]
"""uint8 images (n, c, h, w) or (n, h, w, c), or (n, h, w) for grey ones; one PIL image, or several."""
CHUNK = 8
"""Images that go through a network at once."""
MIN_SIDE, MAX_SIDE = 16, 1024
"""Pixels: the smallest shorter side that can be asked for, and the largest side of what goes through a network."""
DARK_PAPER = 64
"""Of 255: a drawing whose median is darker is drawn in white on black, and is inverted."""
MOSTLY_PAPER = 0.6
"""The share of a drawing that has nearly the grey level of the paper; less is a photo."""
MIN_INK = 16
"""Of 255: a sheet with less contrast is empty."""
COLOURLESS = 12
"""The mean distance between a pixel's channels, 0..255, up to which an image counts as a drawing in one colour."""


def as_batch(images: Tensor | np.ndarray, *, channels: int) -> Tensor:
    """Images as uint8 (n, c, h, w), where c is `channels`.

    They come as (n, c, h, w), as (n, h, w, c), or as (n, h, w) where they are grey. Where both c could be meant, the
    first one is. Raises ValueError for another dtype and for other channels.
    """
    if images.dtype not in (torch.uint8, np.uint8):
        raise ValueError(
            f"pictures must be uint8 in 0..255, got {str(images.dtype).removeprefix('torch.')}; "
            "multiply numbers in 0..1 by 255, round and convert them"
        )
    tensor = torch.as_tensor(np.ascontiguousarray(images) if isinstance(images, np.ndarray) else images)
    if tensor.ndim == 3 and channels == 1:
        tensor = tensor[:, None]
    elif tensor.ndim == 4 and tensor.shape[1] != channels == tensor.shape[3]:
        tensor = tensor.permute(0, 3, 1, 2)
    if tensor.ndim != 4 or tensor.shape[1] != channels:
        raise ValueError(f"pictures must have shape {layouts(channels, 'h', 'w')}, got {tuple(images.shape)}")
    return tensor


def layouts(*shape: int | str) -> str:
    """The shapes of a batch of images (c, h, w) that `as_batch` accepts, in words."""
    channels, height, width = map(str, shape)
    other = f"(n, {height}, {width})" if channels == "1" else f"(n, {height}, {width}, {channels})"
    return f"(n, {channels}, {height}, {width}) or {other}"


def unmask(image: Image.Image, index_values: Sequence[Sequence[int]]) -> Image.Image:
    """A PIL image of any mode as "L" or "RGB", upright; an index mask is spread by the first values that there are."""
    return spread(upright(image), next((values for values in index_values if values), ()))


def prepare_to_shape(
    image: Image.Image, image_shape: tuple[int, int, int], *, is_digit: bool, index_values: Sequence[Sequence[int]] = ()
) -> Tensor:
    """A PIL image of any mode and size as uint8 `image_shape`; a digit is centred, of others the middle is taken."""
    image = unmask(image, index_values)
    return as_digit(image) if is_digit else fit(image, image_shape)


def prepare(
    image: Image.Image,
    *,
    channels: int,
    side: int,
    is_outline: bool = False,
    index_values: Sequence[Sequence[int]] = (),
) -> Tensor:
    """A PIL image as uint8 (1, c, h, w), scaled to a shorter side of `side` pixels; the lines of outlines survive.

    The shorter side becomes smaller than that where the longer one would exceed `MAX_SIDE`.
    """
    image = unmask(image, index_values).convert("L" if channels == 1 else "RGB")
    scale = min(side / min(image.size), MAX_SIDE / max(image.size))
    width, height = (max(1, round(scale * length)) for length in image.size)
    scaled = to_tensor(image.resize((width, height), Image.Resampling.LANCZOS))[None]
    return keep_lines(image, scaled) if is_outline and not is_coloured(scaled) else scaled


def keep_lines(drawing: Image.Image, scaled: Tensor) -> Tensor:
    """A drawing, `scaled` to uint8 (1, c, h, w), with lines as dark as they were drawn, on light paper.

    Scaling mixes a thin line with the paper around it. The ink is therefore raised until the darkest of 7x7 pixels is
    as dark as the darkest ink drawn there, and the darkest of all is black. Thick black lines stay as they are.
    """
    grey = to_tensor(drawing.convert("L"))[None].float()  # (1, 1, H, W)
    soft, paper = scaled[:, :1].float(), grey.median()
    if ((soft - paper).abs() < DARK_PAPER).float().mean() < MOSTLY_PAPER:
        return scaled  # a grey photo
    if paper < DARK_PAPER:
        grey, soft, paper = 255 - grey, 255 - soft, 255 - paper
    drawn = F.adaptive_max_pool2d((paper - grey).clamp(min=0), scaled.shape[2:])
    if drawn.max() < MIN_INK:
        return scaled
    ink = (paper - soft).clamp(min=0)
    darkest, wanted = (F.max_pool2d(part, 7, 1, padding=3) for part in (ink, drawn * (paper / drawn.max())))
    gain = (wanted / darkest.clamp(min=1)).clamp(min=1)
    raised = (ink * gain).clamp(max=float(paper))
    wide = F.max_pool2d(F.pad(raised, (0, 1, 0, 1)), 2, 1)
    raised = raised.lerp(wide, (gain - 1).clamp(max=1))
    lines = torch.where(raised > 0, paper - raised, soft)
    return lines.round().to(torch.uint8).expand_as(scaled)


def check(images: Tensor | np.ndarray, *, channels: int) -> Tensor:
    """Images that a network can translate, as `as_batch` lays them out. Raises ValueError for all others."""
    images = as_batch(images, channels=channels)
    if 0 in images.shape:
        raise ValueError(f"expected pictures of at least one pixel, got {tuple(images.shape)}")
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
