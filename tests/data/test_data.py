"""Data sets, batches, and the order of a run."""

import sys

import pytest
import torch

from trainer.data import emoji, registry, synthetic
from trainer.data.batch import mix_seeds
from trainer.data.loader import Batches

fetch_package = emoji.Package.fetch  # what the tests' stand-in for it hides


def batches(**options):
    settings = {"batch_size": 100, "seed": 3, "pixels": "unit"} | options
    return Batches(registry.load("synthetic", train=True), torch.device("cpu"), **settings)


def draw(source, index):
    return source.draw(index, rng=torch.Generator().manual_seed(0))


def test_synthetic_digits_are_balanced_and_readable():
    pictures = registry.load("synthetic", train=False)
    assert pictures.images.shape == (1000, 1, 28, 28)
    assert pictures.labels.bincount().tolist() == [100] * 10
    assert pictures.images.amax(dim=(1, 2, 3)).min() > 200
    assert pictures.images[:, :, 0].float().mean() < 20, "the rim is dark"


def test_stacked_pictures_are_three_independent_digits_under_a_label_that_names_them():
    grey, stacked = (registry.load(name, train=False) for name in ("synthetic", "stacked-synthetic"))
    assert stacked.image_shape == (3, 28, 28)
    assert len(stacked) == len(grey)
    for picture, label in zip(stacked.images[:50], stacked.labels[:50].tolist(), strict=True):
        for channel, digit in zip(picture, f"{label:03}", strict=True):
            found = grey.labels[(grey.images[:, 0] == channel).flatten(1).all(dim=1)]
            assert set(found.tolist()) == {int(digit)}
    digits = torch.stack([stacked.labels // 100, stacked.labels // 10 % 10, stacked.labels % 10]).float()
    assert (torch.corrcoef(digits) - torch.eye(3)).abs().max() < 0.1
    assert stacked.labels.unique().numel() > 550, "of 1,000 draws from 1,000 classes, 632 differ"


def test_stacked_pictures_are_the_same_each_time_and_the_splits_differ():
    train, test = (registry.load("stacked-synthetic", train=part) for part in (True, False))
    synthetic.draw_digits.cache_clear()
    again = registry.load("stacked-synthetic", train=True)
    assert torch.equal(train.images, again.images)
    assert torch.equal(train.labels, again.labels)
    assert not torch.equal(train.labels[: len(test)], test.labels)


def test_digits_get_a_black_frame_where_a_network_takes_pictures_a_little_larger():
    for name, channels in (("synthetic", 1), ("stacked-synthetic", 3)):
        plain, framed = (registry.load(name, train=False, image_shape=(channels, side, side)) for side in (28, 32))
        assert framed.image_shape == (channels, 32, 32)
        assert torch.equal(framed.images[:, :, 2:-2, 2:-2], plain.images)
        assert framed.images.sum() == plain.images.sum(), "the frame is black"
        assert torch.equal(framed.labels, plain.labels)
    for side in (24, 64):
        assert registry.load("synthetic", train=False, image_shape=(1, side, side)).image_shape == (1, 28, 28)


def test_an_epoch_shows_every_picture_once():
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
    with pytest.raises(
        ValueError,
        match=r"data must be one of mnist, fashion-mnist, .* folder:PATH, pairs:PATH, unpaired:PATH, got 'cats'",
    ):
        registry.load("cats", train=True)
    with pytest.raises(ValueError, match="between 1 and the 4000 pictures, got 5000"):
        batches(batch_size=5000)
    with pytest.raises(ValueError, match="unknown augmentation 'spin'; choices: none, flip, affine"):
        batches(augment="spin")


def test_a_missing_data_set_says_what_to_do(tmp_path, monkeypatch):
    def no_network(*args, **kwargs):
        raise RuntimeError("no network")

    monkeypatch.setattr("torchvision.datasets.MNIST.download", no_network)
    for name in ("mnist", "fashion-mnist", "stacked-mnist"):
        with pytest.raises(OSError, match="--data synthetic"):
            registry.load(name, root=tmp_path, train=True)


def test_emoji_lie_on_white_without_flags():
    train, test = (registry.load("emoji", train=part, image_shape=(3, 64, 64)) for part in (True, False))
    assert len(train) + len(test) == 40
    assert len(test) > 0
    assert train.images[:, :, 0, 0].eq(255).all()
    assert {train.classes[label] for label in train.labels} == {"Food & Drink", "Symbols"}
    assert registry.load("emoji", train=False, image_shape=(1, 32, 32)).image_shape == (1, 32, 32)


def test_emoji_of_two_collections_are_those_that_both_have():
    pytest.importorskip("resvg_py")
    train, test = (registry.load("emoji-styles", train=part, image_shape=(3, 32, 32)) for part in (True, False))
    assert len(train) + len(test) == 36 and train.unpaired and train.sides == ("Noto", "OpenMoji")
    noto, drawn = train.images.chunk(2, dim=1)
    assert noto[:, :, 0, 0].eq(255).all() and drawn[:, :, 0, 0].eq(255).all()
    black = (drawn < 60).all(dim=1).flatten(1)
    assert black.any(dim=1).all() and not (noto < 60).all(dim=1).any()


def test_without_a_renderer_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(OSError, match=r"pip install resvg_py"):
        emoji.render("<svg/>", 16)


def test_missing_emoji_are_fetched_or_say_what_to_do(tmp_path, monkeypatch):
    def fetch(url, folder, name, md5):
        (folder / name).write_bytes(b"as published")

    (tmp_path / "emoji").mkdir()
    monkeypatch.setattr("torchvision.datasets.utils.download_url", fetch)
    assert fetch_package(emoji.NOTO, tmp_path).read_bytes() == b"as published"

    def fail(*args):
        raise RuntimeError("File not found or corrupted.")

    monkeypatch.setattr("torchvision.datasets.utils.download_url", fail)
    with pytest.raises(OSError, match=r"emoji-datasource-google-16\.0\.0\.tgz could not be fetched .*corrupted"):
        fetch_package(emoji.NOTO, tmp_path)


def test_mix_tells_neighbouring_steps_apart():
    seeds = {mix_seeds(seed, step) for seed in range(20) for step in range(50)}
    assert len(seeds) == 1000
    assert all(0 <= seed < 2**63 for seed in seeds)
