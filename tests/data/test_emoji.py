"""Emoji as datasets, of the small packages that the tests put in the place of the npm packages."""

import sys

import pytest

from trainer.data import emoji, registry
from trainer.data.downloads import Package


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

    package = Package(emoji.NOTO.url, md5="that of the tests")
    (tmp_path / "emoji").mkdir()
    monkeypatch.setattr("torchvision.datasets.utils.download_url", fetch)
    assert package.fetch(tmp_path).read_bytes() == b"as published"

    def fail(*args):
        raise RuntimeError("File not found or corrupted.")

    monkeypatch.setattr("torchvision.datasets.utils.download_url", fail)
    with pytest.raises(
        OSError,
        match=r"emoji-datasource-google-16\.0\.0\.tgz could not be fetched .*corrupted.*the one there is damaged",
    ):
        package.fetch(tmp_path)
