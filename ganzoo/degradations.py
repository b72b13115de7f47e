"""What a picture loses before a model is asked to bring it back: colour, parts, sharpness, everything but its outline.

The trainer makes its sources this way, fresh in every step, and the app lets a visitor do the same. Each function takes
pictures float (n, 3, h, w) in [-1, 1], a strength (n, 1, 1, 1) in [0, 1] and `draw`, which gives numbers from U(0, 1)
of a shape (n, ...); the result has the shape of the pictures.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

Draw = Callable[[tuple[int, ...]], Tensor]
SCRATCHES, HOLES = 8, 4
"""How many there are at full strength."""
LONGEST_BLUR = 0.08
"""The path of the camera at full strength, in sides of the picture."""
BLUR_STEPS = 13
LUMA = (0.299, 0.587, 0.114)
"""How bright red, green and blue look (ITU-R BT.601)."""


def grey(images: Tensor, strength: Tensor, draw: Draw) -> Tensor:
    """Without colour."""
    weights = torch.tensor(LUMA, device=images.device).view(1, 3, 1, 1)
    return images.lerp((images * weights).sum(dim=1, keepdim=True).expand_as(images), strength)


def scratches(images: Tensor, strength: Tensor, draw: Draw) -> Tensor:
    """White lines across, and rectangular holes up to a third of the side, also white."""
    n, _, height, width = images.shape
    y, x = (torch.linspace(0, 1, side, device=images.device) for side in (height, width))
    y, x = y.view(1, 1, -1, 1), x.view(1, 1, 1, -1)
    # Lines: (n, SCRATCHES, 1, 1) each for two ends and a width.
    x0, y0, x1, y1, wide = draw((n, 5, SCRATCHES))[:, :, :, None, None].unbind(1)
    length = ((x1 - x0).square() + (y1 - y0).square()).sqrt().clamp(min=1e-3)
    along = (((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length.square()).clamp(0, 1)
    away = ((x - x0 - along * (x1 - x0)).square() + (y - y0 - along * (y1 - y0)).square()).sqrt()
    lines = away < 0.004 + 0.008 * wide  # (n, SCRATCHES, h, w)
    left, top, across, down = draw((n, 4, HOLES))[:, :, :, None, None].unbind(1)
    holes = ((x - left).abs() < 0.04 + 0.12 * across) & ((y - top).abs() < 0.04 + 0.12 * down)
    gone = (lines & there(SCRATCHES, strength)).any(1, keepdim=True) | (holes & there(HOLES, strength)).any(1, True)
    return torch.where(gone, torch.ones_like(images), images)


def there(count: int, strength: Tensor) -> Tensor:
    """Which of `count` marks a strength (n, 1, 1, 1) leaves: bool (n, count, 1, 1)."""
    return torch.arange(count, device=strength.device).view(1, -1, 1, 1) < (strength * count).round()


def motion_blur(images: Tensor, strength: Tensor, draw: Draw) -> Tensor:
    """As if the camera had moved along a straight line while the shutter was open."""
    n, _, *sides = images.shape
    angle = math.pi * draw((n, 1, 1, 1))
    path = LONGEST_BLUR * strength * torch.cat([angle.cos(), angle.sin()], dim=3)  # (n, 1, 1, 2), in sides
    y, x = ((2 * torch.arange(side, device=images.device) + 1) / side - 1 for side in sides)
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=2)  # (h, w, 2), whose sides are 2 long
    steps = torch.linspace(-1, 1, BLUR_STEPS).tolist()
    shifted = (
        F.grid_sample(images, grid + step * path, mode="bilinear", padding_mode="reflection", align_corners=False)
        for step in steps
    )
    return sum(shifted) / BLUR_STEPS


def outline(images: Tensor, strength: Tensor, draw: Draw) -> Tensor:
    """Black lines on white where colours meet, as a person would draw them: thick or thin, simplified, with gaps.

    The stronger, the more detail is lost: the picture is smoothed before its edges are taken.
    """
    n, _, height, width = images.shape
    smooth = images.lerp(smoothed(images), strength)
    contrast = (F.max_pool2d(padded(smooth), 2, 1) + F.max_pool2d(-padded(smooth), 2, 1)).amax(dim=1, keepdim=True)
    threshold, thick, gaps = draw((n, 3))[:, :, None, None, None].unbind(1)
    lines = (contrast > 0.12 + 0.25 * threshold).float()
    lines = torch.where(thick < 0.5, lines, F.max_pool2d(padded(lines), 2, 1))
    noise = F.interpolate(draw((n, 1, max(1, height // 6), max(1, width // 6))), size=(height, width), mode="bilinear")
    return (1 - 2 * lines * (noise > 0.3 * gaps * strength)).expand_as(images)


def smoothed(images: Tensor) -> Tensor:
    """Averaged over 5x5 pixels."""
    return F.avg_pool2d(F.pad(images, (2, 2, 2, 2), mode="replicate"), 5, 1)


def padded(images: Tensor) -> Tensor:
    """One more row and column, so that a 2x2 window keeps the size."""
    return F.pad(images, (0, 1, 0, 1), mode="replicate")


@dataclass(frozen=True)
class Degradation:
    apply: Callable[[Tensor, Tensor, Draw], Tensor]
    weakest: float
    """The least strength at which models learn to undo it."""
    usual: float = 0.6
    """At which strength examples are shown and results are measured."""
    random: bool = True
    """Whether it draws numbers, so that it differs from one time to the next."""


DEGRADATIONS: dict[str, Degradation] = {
    "grey": Degradation(grey, 1.0, usual=1.0, random=False),
    "scratches": Degradation(scratches, 0.2),
    "motion-blur": Degradation(motion_blur, 0.2),
    "outline": Degradation(outline, 0.0),
}
