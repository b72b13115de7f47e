"""Random changes of the images of a batch."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from trainer.data.batch import Batch


def unchanged(batch: Batch) -> Tensor:
    """The images as they are."""
    return batch.images


def flip(batch: Batch) -> Tensor:
    """Every second image, on average, mirrored left to right."""
    flipped = batch.uniform((len(batch), 1, 1, 1)) < 0.5
    return torch.where(flipped, batch.images.flip(3), batch.images)


def small_affine(batch: Batch) -> Tensor:
    """Rotate by up to 12 degrees, scale by up to 12 %, shear by up to 0.15, shift by up to 2 pixels of 28."""
    angle, scale, shear, x, y = batch.uniform((len(batch), 5)).mul(2).sub(1).unbind(1)
    angle, scale = angle * math.radians(12), 1 + 0.12 * scale
    cos, sin = angle.cos() * scale, angle.sin() * scale
    top = torch.stack([cos, 0.15 * shear - sin, x * 4 / 28], dim=1)
    bottom = torch.stack([sin, cos, y * 4 / 28], dim=1)
    return warp(batch.images, torch.stack([top, bottom], dim=1))


def jitter(batch: Batch) -> Tensor:
    """A random crop of 87 to 100 % of each side, scaled to full size, and every second image mirrored.

    The two images of a pair are changed alike (pix2pix, Isola et al. 2016, arXiv 1611.07004, appendix 6.2).
    """
    size, x, y, flipped = batch.uniform((len(batch), 4)).unbind(1)
    scale = 1 - 0.13 * size
    zeros = torch.zeros_like(scale)
    top = torch.stack([torch.where(flipped < 0.5, -scale, scale), zeros, (1 - scale) * (2 * x - 1)], dim=1)
    bottom = torch.stack([zeros, scale, (1 - scale) * (2 * y - 1)], dim=1)
    return warp(batch.images, torch.stack([top, bottom], dim=1))


def warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Images (n, c, h, w) under affine maps (n, 2, 3) of the target's coordinates in [-1, 1] to the source's."""
    coordinates = F.affine_grid(matrices, list(images.shape), align_corners=False)
    return F.grid_sample(images, coordinates, mode="bilinear", padding_mode="border", align_corners=False)


AUGMENTATIONS: dict[str, Callable[[Batch], Tensor]] = {
    "none": unchanged,
    "flip": flip,
    "affine": small_affine,
    "jitter": jitter,
}


def diff_augment(images: Tensor, batch: Batch) -> Tensor:
    """DiffAugment (Zhao et al. 2020, arXiv 2006.10738): colour, shift and a hole, differentiable, for each image anew.

    For small datasets: what the discriminator sees of real and of generated images alike. Images and result are
    (n, c, h, w) in [-1, 1]; brightness moves by up to 0.5, saturation by a factor up to 2, contrast up to 1.5; shifts
    are up to an eighth of the side, and the hole is half as wide and high as the image.
    """
    numbers = batch.uniform((len(images), 7))[:, :, None, None, None]  # (n, 7, 1, 1, 1)
    brightness, saturation, contrast, down, right, hole_y, hole_x = numbers.unbind(1)
    images = images + (brightness - 0.5)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * (2 * saturation)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    images = mean + (images - mean) * (contrast + 0.5)
    return shift_and_cut(images, down, right, hole_y, hole_x)


def shift_and_cut(images: Tensor, down: Tensor, right: Tensor, hole_y: Tensor, hole_x: Tensor) -> Tensor:
    """The geometric half of DiffAugment: shifted images (n, c, h, w) with a hole; what moved in from outside is 0.

    The four numbers of each image (n, 1, 1, 1) lie in [0, 1].
    """
    height, width = images.shape[2:]
    ys = torch.arange(height, device=images.device).view(1, 1, -1, 1)
    xs = torch.arange(width, device=images.device).view(1, 1, 1, -1)
    y = ys + ((2 * down - 1) * (height / 8)).round().long()  # (n, 1, h, 1)
    x = xs + ((2 * right - 1) * (width / 8)).round().long()  # (n, 1, 1, w)
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)  # (n, 1, h, w)
    places = y.clamp(0, height - 1) * width + x.clamp(0, width - 1)
    images = images.flatten(2).gather(2, places.expand_as(images).flatten(2)).view_as(images)
    in_y = ys - (hole_y * height).long() + height // 4
    in_x = xs - (hole_x * width).long() + width // 4
    hole = (in_y >= 0) & (in_y < height // 2) & (in_x >= 0) & (in_x < width // 2)  # (n, 1, h, w)
    return images * (inside & ~hole)
