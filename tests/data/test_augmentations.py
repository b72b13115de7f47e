"""Random changes of the images of a batch."""

import torch

from trainer.data.augmentations import diff_augment, flip
from trainer.data.batch import Batch


def batch_of(images: torch.Tensor, seed: int = 0) -> Batch:
    rng = torch.Generator().manual_seed(seed)
    return Batch(images, torch.zeros(len(images)), 0, rng, size=len(images), shard=slice(None))


def test_flip_turns_about_half_of_the_images():
    images = torch.rand(200, 1, 4, 4)
    turned = flip(batch_of(images))
    same = (turned == images).flatten(1).all(dim=1)
    assert torch.equal(turned[~same], images[~same].flip(3))
    assert 70 < same.sum() < 130


def test_diff_augment_varies_every_image_and_lets_gradients_through():
    images = torch.rand(64, 3, 16, 16).mul_(2).sub_(1).requires_grad_(True)
    seen = diff_augment(images, batch_of(images))
    assert seen.shape == images.shape
    assert not torch.isclose(seen, images).flatten(1).all(dim=1).any()
    holes = (seen == 0).all(dim=1).float().mean(dim=(1, 2))
    assert holes.min() > 0.05 and holes.max() < 0.6
    seen.sum().backward()
    assert images.grad.flatten(1).abs().sum(dim=1).min() > 0
    assert torch.equal(seen, diff_augment(images, batch_of(images)))
    assert not torch.equal(seen, diff_augment(images, batch_of(images, seed=1)))


def test_the_hole_is_half_as_wide_as_the_image_at_any_size():
    small = torch.rand(64, 3, 4, 4).mul_(2).sub_(1)  # so small that none is shifted
    holes = (diff_augment(small, batch_of(small)) == 0).all(dim=1).sum(dim=(1, 2))
    assert holes.max() == 4 and holes.min() == 1
