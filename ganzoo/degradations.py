"""Degradations of images that a model learns to undo: without colour, scratched, blurred, or reduced to an outline.

The trainer makes its sources this way, anew in every step, and the app lets visitors do the same. Each function is
called with images, float (n, 3, h, w) in [-1, 1], strengths (n, 1, 1, 1) in [0, 1], and `uniform`, which returns random
numbers from U(0, 1) of a shape (n, ...). The result has the shape of the images.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

Uniform = Callable[[tuple[int, ...]], Tensor]
SCRATCHES, HOLES = 8, 4
"""The numbers of scratches and holes at full strength."""
LONGEST_BLUR = 0.08
"""The path of the camera at full strength, as a share of the image's side."""
BLUR_STEPS = 13
LUMA = (0.299, 0.587, 0.114)
"""The luminance of red, green and blue (ITU-R BT.601)."""


def grey(images: Tensor, strength: Tensor, uniform: Uniform) -> Tensor:
    """Remove the colours."""
    weights = torch.tensor(LUMA, device=images.device).view(1, 3, 1, 1)
    return images.lerp((images * weights).sum(dim=1, keepdim=True).expand_as(images), strength)


def scratches(images: Tensor, strength: Tensor, uniform: Uniform) -> Tensor:
    """Draw white lines, and white rectangular holes of up to a third of the side."""
    n, _, height, width = images.shape
    y, x = (torch.linspace(0, 1, side, device=images.device) for side in (height, width))
    y, x = y.view(1, 1, -1, 1), x.view(1, 1, 1, -1)
    # For each line two ends and a thickness: (n, SCRATCHES, 1, 1) each.
    x0, y0, x1, y1, thickness = uniform((n, 5, SCRATCHES))[:, :, :, None, None].unbind(1)
    length = ((x1 - x0).square() + (y1 - y0).square()).sqrt().clamp(min=1e-3)
    along = (((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length.square()).clamp(0, 1)
    distance = ((x - x0 - along * (x1 - x0)).square() + (y - y0 - along * (y1 - y0)).square()).sqrt()
    lines = distance < 0.004 + 0.008 * thickness  # (n, SCRATCHES, h, w)
    # For each hole a centre and a size: (n, HOLES, 1, 1) each.
    centre_x, centre_y, wide, high = uniform((n, 4, HOLES))[:, :, :, None, None].unbind(1)
    holes = ((x - centre_x).abs() < 0.04 + 0.12 * wide) & ((y - centre_y).abs() < 0.04 + 0.12 * high)
    scratched = (lines & first_marks(SCRATCHES, strength)).any(dim=1, keepdim=True)
    cut_out = (holes & first_marks(HOLES, strength)).any(dim=1, keepdim=True)
    return torch.where(scratched | cut_out, torch.ones_like(images), images)


def first_marks(count: int, strength: Tensor) -> Tensor:
    """Which of `count` marks are drawn at a strength (n, 1, 1, 1): bool (n, count, 1, 1)."""
    return torch.arange(count, device=strength.device).view(1, -1, 1, 1) < (strength * count).round()


def motion_blur(images: Tensor, strength: Tensor, uniform: Uniform) -> Tensor:
    """Blur as a camera does that moves along a straight line while the shutter is open."""
    n, _, *sides = images.shape
    angle = math.pi * uniform((n, 1, 1, 1))
    path = LONGEST_BLUR * strength * torch.cat([angle.cos(), angle.sin()], dim=3)  # (n, 1, 1, 2), share of the sides
    y, x = ((2 * torch.arange(side, device=images.device) + 1) / side - 1 for side in sides)
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=2)  # (h, w, 2), in coordinates from -1 to 1
    total = torch.zeros_like(images)
    for step in torch.linspace(-1, 1, BLUR_STEPS).tolist():
        shifted = grid + step * path
        total = total + F.grid_sample(images, shifted, mode="bilinear", padding_mode="reflection", align_corners=False)
    return total / BLUR_STEPS


def outline(images: Tensor, strength: Tensor, uniform: Uniform) -> Tensor:
    """Draw black lines on white where colours meet, as a person would: thick or thin, simplified, with gaps.

    Higher strengths smooth the image more before its edges are taken, so that more detail is lost.
    """
    n, _, height, width = images.shape
    smoothed = images.lerp(smooth(images), strength)
    contrast = (F.max_pool2d(pad(smoothed), 2, 1) + F.max_pool2d(-pad(smoothed), 2, 1)).amax(dim=1, keepdim=True)
    threshold, thickness, gaps = uniform((n, 3))[:, :, None, None, None].unbind(1)
    lines = (contrast > 0.12 + 0.25 * threshold).float()
    lines = torch.where(thickness < 0.5, lines, F.max_pool2d(pad(lines), 2, 1))
    coarse = uniform((n, 1, max(1, height // 6), max(1, width // 6)))
    noise = F.interpolate(coarse, size=(height, width), mode="bilinear")
    return (1 - 2 * lines * (noise > 0.3 * gaps * strength)).expand_as(images)


def smooth(images: Tensor) -> Tensor:
    """The mean of 5x5 pixels around each."""
    return F.avg_pool2d(F.pad(images, (2, 2, 2, 2), mode="replicate"), 5, 1)


def pad(images: Tensor) -> Tensor:
    """Repeat the last row and column, so that pooling over 2x2 keeps the size."""
    return F.pad(images, (0, 1, 0, 1), mode="replicate")


@dataclass(frozen=True)
class Degradation:
    """A way to degrade images, and how strongly it is applied."""

    apply: Callable[[Tensor, Tensor, Uniform], Tensor]
    """Called with images, strengths and `uniform`, as described at the top of this module."""
    min_strength: float
    """The lowest strength at which models are trained."""
    default_strength: float = 0.6
    """The strength of examples and of measurements."""
    is_random: bool = True
    """Whether results depend on `uniform`."""


DEGRADATIONS: dict[str, Degradation] = {
    "grey": Degradation(grey, 1.0, default_strength=1.0, is_random=False),
    "scratches": Degradation(scratches, 0.2),
    "motion-blur": Degradation(motion_blur, 0.2),
    "outline": Degradation(outline, 0.0),
}
