"""Random changes of the images of a batch."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from trainer.data.batch import Batch


def unchanged(batch: Batch) -> Tensor:
    return batch.images


def flip(batch: Batch) -> Tensor:
    """Left and right changed over in every second picture."""
    turned = batch.uniform((len(batch), 1, 1, 1)) < 0.5
    return torch.where(turned, batch.images.flip(3), batch.images)


def small_affine(batch: Batch) -> Tensor:
    """Turn by up to 12 degrees, scale by up to 12 %, shear by up to 0.15, shift by up to 2 pixels of 28."""
    turn, scale, shear, x, y = batch.uniform((len(batch), 5)).mul(2).sub(1).unbind(1)
    turn, scale = turn * math.radians(12), 1 + 0.12 * scale
    cos, sin = turn.cos() * scale, turn.sin() * scale
    top = torch.stack([cos, 0.15 * shear - sin, x * 4 / 28], dim=1)
    bottom = torch.stack([sin, cos, y * 4 / 28], dim=1)
    where = F.affine_grid(torch.stack([top, bottom], dim=1), list(batch.images.shape), align_corners=False)
    return F.grid_sample(batch.images, where, mode="bilinear", padding_mode="border", align_corners=False)


def jitter(batch: Batch) -> Tensor:
    """A random piece of 87 to 100 % of each side, at full size again, and every second one flipped (pix2pix, appendix
    6.2). The pictures of a pair stay together.
    """
    size, x, y, flipped = batch.uniform((len(batch), 4)).unbind(1)
    scale = 1 - 0.13 * size
    nothing = torch.zeros_like(scale)
    top = torch.stack([torch.where(flipped < 0.5, -scale, scale), nothing, (1 - scale) * (2 * x - 1)], dim=1)
    bottom = torch.stack([nothing, scale, (1 - scale) * (2 * y - 1)], dim=1)
    where = F.affine_grid(torch.stack([top, bottom], dim=1), list(batch.images.shape), align_corners=False)
    return F.grid_sample(batch.images, where, mode="bilinear", padding_mode="border", align_corners=False)


AUGMENTATIONS: dict[str, Callable[[Batch], Tensor]] = {
    "none": unchanged,
    "flip": flip,
    "affine": small_affine,
    "jitter": jitter,
}


def diff_augment(images: Tensor, batch: Batch) -> Tensor:
    """DiffAugment (Zhao et al. 2020, arXiv 2006.10738): colour, shift and a hole, differentiable, each picture its own.

    For small sets: what the discriminator sees of real and of generated pictures alike. Images and result are
    (n, c, h, w) in [-1, 1]; brightness moves by up to 0.5, saturation by a factor up to 2, contrast up to 1.5; shifts
    are up to an eighth of the side, and the hole is half as wide and high as the picture.
    """
    n, _, height, width = images.shape
    draws = batch.uniform((n, 7))[:, :, None, None, None]  # (n, 7, 1, 1, 1)
    brightness, saturation, contrast, down, right, hole_y, hole_x = draws.unbind(1)
    images = images + (brightness - 0.5)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * (2 * saturation)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    images = mean + (images - mean) * (contrast + 0.5)
    rows = torch.arange(height, device=images.device).view(1, 1, -1, 1)
    columns = torch.arange(width, device=images.device).view(1, 1, 1, -1)
    y = rows + ((2 * down - 1) * (height / 8)).round().long()  # (n, 1, h, 1)
    x = columns + ((2 * right - 1) * (width / 8)).round().long()  # (n, 1, 1, w)
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)  # (n, 1, h, w)
    place = y.clamp(0, height - 1) * width + x.clamp(0, width - 1)
    images = images.flatten(2).gather(2, place.expand_as(images).flatten(2)).view_as(images)
    in_y = rows - (hole_y * height).long() + height // 4
    in_x = columns - (hole_x * width).long() + width // 4
    hole = (in_y >= 0) & (in_y < height // 2) & (in_x >= 0) & (in_x < width // 2)  # (n, 1, h, w)
    return images * (inside & ~hole)
