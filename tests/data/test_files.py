"""The reader of image folders, whatever their layout."""

import pytest
from PIL import Image

from trainer.data import registry
from trainer.data.files import is_test
from trainer.data.tree import list_paths, walk


def write_images(root, *names):
    """Images that all differ: an image of a train split is left out of the test split."""
    for i, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 2), (i, 0, 0)).save(root / name)


def in_folders(*folders, count=30):
    return [f"{folder}/{i}.png" for folder in folders for i in range(count)]


@pytest.mark.parametrize(
    ("kind", "names", "train", "test"),
    [
        ("folder", [f"{i}.png" for i in range(30)], "a3b9094a5effa3b7", "5b425f186c7ee82f"),
        ("folder", in_folders("cats", "dogs/big"), "6a9384f28c7a671f", "100bfb9467a420da"),
        ("pairs", in_folders("train", "val"), "5a0a89fa428cda6c", "c6f17b6b893b94b6"),
        ("pairs", in_folders("photo", "plan"), "2822317afeda44f3", "3cf6ada650f415cb"),
        ("unpaired", in_folders("trainA", "trainB", count=40), "75281fc5ce98efb1", "19cee21e03d345d3"),
        (
            "unpaired",
            in_folders("train/summer", "train/winter", "test/summer", "test/winter"),
            "52c9800c6a0ee06a",
            "eb187d61d4aa963b",
        ),
    ],
    ids=["images", "classes", "halves", "sides", "CycleGAN's collections", "collections"],
)
def test_a_folder_has_the_digest_that_runs_have_recorded(tmp_path, kind, names, train, test):
    write_images(tmp_path, *names)
    loaded = [registry.load(f"{kind}:{tmp_path}", train=part, image_shape=(3, 4, 4)) for part in (True, False)]
    assert [dataset.digest for dataset in loaded] == [train, test]


def test_paths_come_in_order_without_hidden_ones(tmp_path):
    for name in ("b/2.png", "b/.hidden.png", ".git/x.png", "a.png", "b/c/1.png", "B.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in list_paths(tmp_path)] == ["B.png", "a.png", "b"]
    assert [path.as_posix() for path in walk(tmp_path).files] == ["B.png", "a.png", "b/2.png", "b/c/1.png"]
    assert len(list_paths(tmp_path / ".git")) == 1, "a folder that was asked for may be hidden"


def test_one_name_in_ten_is_of_the_test_split():
    assert sum(is_test(f"cats/{i}.png") for i in range(10_000)) == pytest.approx(1000, abs=100)
    assert [i for i in range(40) if is_test(f"{i}.png")] == [12, 38, 39], "as ever: runs go on with their images"


def test_the_notes_name_the_smallest_and_the_largest_size(tmp_path):
    def first_note():
        return registry.load(f"folder:{tmp_path}", train=True, image_shape=(3, 4, 4)).notes[0]

    write_images(tmp_path, *(f"{i}.png" for i in range(30)))
    assert first_note() == f"29 pictures can be read in {tmp_path}, 4x2 pixels"
    Image.new("RGB", (30, 9)).save(tmp_path / "large.png")
    assert first_note() == f"30 pictures can be read in {tmp_path}, 4x2 to 30x9 pixels"


def test_only_five_of_the_files_that_are_left_out_are_named(tmp_path):
    write_images(tmp_path, *(f"{i}.png" for i in range(30)))
    for i in range(8):
        (tmp_path / f"{i}.png").write_text("no image")
    (note,) = registry.load(f"folder:{tmp_path}", train=True, image_shape=(3, 4, 4)).notes[1:]
    assert note.startswith("left out 8: 0.png is no picture") and note.endswith("; and 3 more")
    assert note.count("is no picture") == 5
