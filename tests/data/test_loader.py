"""Batches, and the order of a run."""

import pytest
import torch

from trainer.data import images, registry
from trainer.data.batch import mix_seeds
from trainer.data.loader import Batches

CPU = torch.device("cpu")


def batches(**options):
    settings = {"batch_size": 100, "seed": 3, "pixels": "unit"} | options
    return Batches(registry.load("synthetic", train=True), torch.device("cpu"), **settings)


def draw(source, index):
    return source.draw(index, rng=torch.Generator().manual_seed(0))


def test_an_epoch_shows_every_image_once():
    source = batches()
    assert source.per_epoch == 40
    seen = torch.cat([draw(source, i).labels for i in range(40)])
    assert torch.equal(seen.bincount(), source.dataset.labels.bincount())
    assert sorted(source.order(0).tolist()) == list(range(4000))
    assert not torch.equal(source.order(0), source.order(1))


def test_a_batch_follows_from_seed_and_index_alone():
    first, second = batches(), batches()
    for i in range(60):
        draw(first, i)
    assert torch.equal(draw(first, 45).images, draw(second, 45).images)
    assert not torch.equal(draw(batches(seed=4), 45).images, draw(second, 45).images)


def test_pixels_come_in_the_model_s_range():
    unit, signed = draw(batches(), 0).images, draw(batches(pixels="signed"), 0).images
    assert unit.min() == 0
    assert unit.max() <= 1
    torch.testing.assert_close(signed, unit * 2 - 1)


def test_augmentation_moves_digits_a_little():
    plain, moved = draw(batches(), 0).images, draw(batches(augment="affine"), 0).images
    assert moved.shape == plain.shape
    assert not torch.equal(moved, plain)
    assert (moved.sum() / plain.sum()).item() == pytest.approx(1, abs=0.1)
    assert (moved - plain).square().mean() < 2 * plain.var()


def test_bad_requests_name_the_choices():
    with pytest.raises(ValueError, match="between 1 and the 4000 pictures, got 5000"):
        batches(batch_size=5000)
    with pytest.raises(ValueError, match="unknown augmentation 'spin'; choices: none, flip, affine"):
        batches(augment="spin")


def test_loose_sides_are_drawn_in_orders_of_their_own():
    n = 40
    ramp = torch.arange(n, dtype=torch.uint8)[:, None, None, None].expand(n, 6, 4, 4).contiguous()
    dataset = images.InMemoryImages(ramp, torch.zeros(n, dtype=torch.int64), unpaired=True)
    source = Batches(dataset, CPU, batch_size=4, seed=0, pixels="unit")
    drawn = [source.draw(step, rng=torch.Generator()).images[:, [0, 3], 0, 0] * 255 for step in range(20)]
    for epoch in (torch.cat(drawn[:10]).round(), torch.cat(drawn[10:]).round()):
        assert all(sorted(side.tolist()) == list(range(n)) for side in epoch.T)
        assert (epoch[:, 0] == epoch[:, 1]).float().mean() < 0.3
    assert torch.equal(dataset.images, ramp)


def test_mix_tells_neighbouring_steps_apart():
    seeds = {mix_seeds(seed, step) for seed in range(20) for step in range(50)}
    assert len(seeds) == 1000
    assert all(0 <= seed < 2**63 for seed in seeds)
