"""Datasets that are drawn by code."""

import torch

from trainer.data import registry, synthetic


def test_synthetic_digits_are_balanced_and_readable():
    dataset = registry.load("synthetic", train=False)
    assert dataset.images.shape == (1000, 1, 28, 28)
    assert dataset.labels.bincount().tolist() == [100] * 10
    assert dataset.images.amax(dim=(1, 2, 3)).min() > 200
    assert dataset.images[:, :, 0].float().mean() < 20, "the rim is dark"


def test_stacked_images_are_three_independent_digits_under_a_label_that_names_them():
    grey, stacked = (registry.load(name, train=False) for name in ("synthetic", "stacked-synthetic"))
    assert stacked.image_shape == (3, 28, 28)
    assert len(stacked) == len(grey)
    for image, label in zip(stacked.images[:50], stacked.labels[:50].tolist(), strict=True):
        for channel, digit in zip(image, f"{label:03}", strict=True):
            labels = grey.labels[(grey.images[:, 0] == channel).flatten(1).all(dim=1)]
            assert set(labels.tolist()) == {int(digit)}
    digits = torch.stack([stacked.labels // 100, stacked.labels // 10 % 10, stacked.labels % 10]).float()
    assert (torch.corrcoef(digits) - torch.eye(3)).abs().max() < 0.1
    assert stacked.labels.unique().numel() > 550, "of 1,000 draws from 1,000 classes, 632 differ"


def test_stacked_images_are_the_same_each_time_and_the_splits_differ():
    train, test = (registry.load("stacked-synthetic", train=part) for part in (True, False))
    synthetic.draw_digits.cache_clear()
    again = registry.load("stacked-synthetic", train=True)
    assert torch.equal(train.images, again.images)
    assert torch.equal(train.labels, again.labels)
    assert not torch.equal(train.labels[: len(test)], test.labels)
