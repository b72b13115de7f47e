"""Datasets by name."""

import pytest
import torch

from trainer.data import InMemoryImages, registry


def test_digits_get_a_black_frame_where_a_network_accepts_images_a_little_larger():
    for name, channels in (("synthetic", 1), ("stacked-synthetic", 3)):
        plain, framed = (registry.load(name, train=False, image_shape=(channels, side, side)) for side in (28, 32))
        assert framed.image_shape == (channels, 32, 32)
        assert torch.equal(framed.images[:, :, 2:-2, 2:-2], plain.images)
        assert framed.images.sum() == plain.images.sum(), "the frame is black"
        assert torch.equal(framed.labels, plain.labels)
    for side in (24, 64):
        assert registry.load("synthetic", train=False, image_shape=(1, side, side)).image_shape == (1, 28, 28)


def test_an_unknown_dataset_names_the_choices():
    with pytest.raises(
        ValueError,
        match=r"one of mnist, fashion-mnist, .* folder:PATH, classes:PATH, pairs:PATH, unpaired:PATH, got 'cats'",
    ):
        registry.load("cats", train=True)


def test_a_missing_data_set_says_what_to_do(tmp_path, monkeypatch):
    def no_network(*args, **kwargs):
        raise RuntimeError("no network")

    monkeypatch.setattr("torchvision.datasets.MNIST.download", no_network)
    for name in ("mnist", "fashion-mnist", "stacked-mnist"):
        with pytest.raises(OSError, match="--data synthetic"):
            registry.load(name, root=tmp_path, train=True)


def test_labels_are_places_among_the_names_that_a_model_has_recorded():
    images = InMemoryImages(torch.zeros(3, 1, 2, 2), torch.tensor([0, 1, 2]), classes=("0", "10", "2"))
    assert images.with_classes(["0", "2", "10"]).labels.tolist() == [0, 2, 1]
    assert images.with_classes(["0", "2", "10"]).classes == ("0", "2", "10")
    assert images.with_classes(()) is images, "a model may have recorded no names"
    with pytest.raises(ValueError, match=r"knows 0, 1: they have no 1; new are 10, 2; use pictures of the same"):
        images.with_classes(["0", "1"])
