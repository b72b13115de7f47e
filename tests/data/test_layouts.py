"""The layouts in which folders of images come, and what is said of each."""

import io
import os
import struct
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ganzoo.checks import comparable
from trainer.__main__ import main
from trainer.data import own_classes, registry
from trainer.data.files import digest_of, is_test
from trainer.data.folder import list_folder
from trainer.data.images import is_turned
from trainer.data.pairs import MAP, list_collections, list_pairs
from trainer.data.registry import LAYOUTS
from trainer.data.tree import by_number, walk
from trainer.recipes import fit_to_data, get_recipe

SHAPE = (3, 4, 4)
CONTENT = io.BytesIO()
Image.new("RGB", (4, 2), "red").save(CONTENT, "PNG")
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


def fill(root: Path, *folders: str, count: int = 3, ending: str = "png") -> None:
    """Put images 0, 1, ... into each folder; the bytes of each file differ, the images do not."""
    for folder in folders:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            (root / folder / f"{i}.{ending}").write_bytes(CONTENT.getvalue() + f"{folder}{i}".encode())


def in_splits(*splits: str, classes: str = "ab") -> list[str]:
    """The folders of classes in each split."""
    return [f"{split}/{name}" for split in splits for name in classes]


@pytest.mark.parametrize(
    ("folders", "root", "classes", "splits"),
    [
        (["a", "b"], "", "ab", ""),
        (in_splits("train", "test"), "", "ab", "splits: train, test"),
        (in_splits("Training", "TESTING"), "", "ab", "splits: Training, TESTING"),
        (in_splits("train", "valid"), "", "ab", "splits: train, valid"),
        (in_splits("train", "test", "val"), "", "ab", "splits: train, test; val is not read"),
        (["a/train", "a/test", "b/train", "b/test"], "", "ab", "splits: train, test"),
        (["archive/Pets/a", "archive/Pets/b"], "archive/Pets", "ab", ""),
        ([*in_splits("x/train", "x/test"), "x/__MACOSX/a", "__MACOSX/x"], "x", "ab", "splits: train, test"),
        (["a", "b", "@eaDir/c", ".ipynb_checkpoints"], "", "ab", ""),
        (["train/train/a", "train/train/b", "test/test/a"], "", "ab", "splits: train, test, which has none of b"),
        (in_splits("training_set/training_set", "test_set/test_set"), "", "ab", "splits: training_set, test_set"),
        (in_splits("seg_train", "seg_test"), "", "ab", "splits: seg_train, seg_test"),
        (in_splits("train-images", "test-images"), "", "ab", "splits: train-images, test-images"),
        (["train/a", "train/b", "test/A", "test/B"], "", "ab", "splits: train, test"),
        (["train/h\u00fc", "train/x", "test/hu\u0308", "test/x"], "", ["h\u00fc", "x"], "splits: train, test"),
        (["black_train", "black_bus"], "", ["black_bus", "black_train"], ""),
        (
            ["train/a", "train/b", "test/unknown"], "", "ab",
            "splits: train; no class has a picture in test, so one in ten of train is held back",
        ),
        (["train", "test"], "", "", "splits: train, test"),
        (["train"], "train", "", ""),
        (["train", "bus"], "", ["bus", "train"], ""),
        (["a"], "", "a", ""),
        (["a/deep", "b"], "", "ab", ""),
    ],
)  # fmt: skip
def test_classes_and_splits_are_told_by_their_folders(tmp_path, folders, root, classes, splits):
    fill(tmp_path, *folders)
    train, test = (list_folder(tmp_path, part) for part in (True, False))
    assert (train.root, train.classes, train.splits) == (tmp_path / root, tuple(classes), splits)
    assert test.classes == train.classes
    seen = [{path for (path,) in listing.collections[0]} for listing in (train, test)]
    assert not seen[0] & seen[1] and len(seen[0]) >= len(folders)
    if "is held back" not in splits and splits:
        assert len(seen[1]) == 3 * sum("test" in folder.lower() or "valid" in folder for folder in folders)


def test_the_sentence_says_what_a_folder_was_taken_for(tmp_path):
    fill(tmp_path, *in_splits("train", "test"), count=12)
    dataset = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE)
    assert dataset.notes[1] == "classes: a (12), b (12); splits: train, test"


def test_classes_of_the_test_split_alone_are_named(tmp_path):
    fill(tmp_path, *in_splits("train", "test"), "test/c", count=12)
    dataset = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE)
    assert dataset.notes[-1] == "left out 1: c in test is in no class of the training"


def test_splits_beside_other_folders_can_be_read_in_two_ways(tmp_path):
    fill(tmp_path, "train", "test", "bus", count=30)
    with pytest.raises(ValueError, match=r"test and train, which are splits, beside bus: name one .* or say classes:"):
        own_classes(f"folder:{tmp_path}")
    assert own_classes(f"classes:{tmp_path}") == ("bus", "test", "train")
    assert registry.load(f"classes:{tmp_path}", train=True, image_shape=SHAPE).classes == ("bus", "test", "train")
    recipe = replace(get_recipe("cdcgan-mnist"), data=f"classes:{tmp_path}")
    assert fit_to_data(recipe).model["classes"] == 3


def test_splits_inside_some_of_the_classes_can_be_read_in_two_ways(tmp_path):
    fill(tmp_path, "cat/train", "cat/test", "dog", count=12)
    with pytest.raises(ValueError, match=r"inside its folders, but not in dog: give all classes both, or say classes:"):
        own_classes(f"folder:{tmp_path}")
    assert own_classes(f"classes:{tmp_path}") == ("cat", "dog")
    fill(tmp_path, "dog/train", "dog/test", "dog/more", count=12)
    with pytest.raises(ValueError, match=r"inside its folders, beside more: give"):
        own_classes(f"folder:{tmp_path}")


def test_a_model_s_classes_decide_how_its_folder_is_read(tmp_path):
    fill(tmp_path, *in_splits("train", "test"), count=20)

    def load(classes):
        return registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE, classes=classes)

    assert load(["train", "test"]).classes == ("train", "test"), "they were its classes when it was trained"
    assert load(["b", "a"]).labels.unique(return_counts=True)[1].tolist() == [20, 20]
    assert load(["b", "a"]).labels[0] == 1, "the first picture is an a"
    with pytest.raises(ValueError, match=r"which knows a, b, c: they have no c"):
        load(["a", "b", "c"])


def test_names_are_the_same_however_a_system_spells_them(tmp_path):
    composed, macos = "caf\u00e9", "cafe\u0301"
    fill(tmp_path, macos, "bar", count=40)
    dataset = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE, classes=[composed, "bar"])
    assert dataset.classes == (composed, "bar") and dataset.labels[0] == 1
    assert is_turned((macos, "bar"), ("bar", composed)) and not is_turned((macos, "bar"), (composed, "bar"))
    assert comparable([composed, macos]) == [composed, macos], "two folders stay two"


def test_numbers_sort_as_numbers(tmp_path):
    names = ["0", "1", "2", "9", "10", "11"]
    assert sorted(sorted(names), key=by_number) == names
    numbers = ["-10", "-2", "-1.5", "-1", "0", "0.5", "1", "1.25", "1.5", "2", "10"]
    assert sorted(sorted(numbers), key=by_number) == numbers
    versions = ["-5C", "1.9.0", "1.10.0", "10C", "a-1", "a-2", "v1.9", "v1.10"]
    assert sorted(sorted(versions), key=by_number) == versions
    assert sorted(["b10", "b2", "a", "b02", "B"], key=by_number) == ["B", "a", "b02", "b2", "b10"]
    fill(tmp_path, *names, count=4)
    dataset = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE)
    assert dataset.classes == tuple(names)
    assert dataset.labels.tolist() == sorted(dataset.labels.tolist(), key=lambda label: names[label])


def test_a_run_that_began_with_the_first_reader_sees_what_it_saw(tmp_path):
    fill(tmp_path, "10", "2", "train/x", count=9)
    for i in range(9):
        (tmp_path / "2" / f"later{i}.tif").write_bytes(CONTENT.getvalue())
    dataset = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE, earlier=True)
    assert dataset.classes == ("10", "2", "train")
    listing = list_folder(tmp_path, True, earlier=True)
    names = [
        f"{path.relative_to(tmp_path).as_posix()}={label}"
        for (path,), label in zip(listing.collections[0], listing.labels, strict=True)
    ]
    assert dataset.digest == digest_of(names) and names == sorted(names)


def test_classes_without_a_picture_are_left_out_and_named(tmp_path):
    fill(tmp_path, "a", "c", count=20)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "empty").mkdir()
    train, test = (registry.load(f"folder:{tmp_path}", train=part, image_shape=SHAPE) for part in (True, False))
    assert train.classes == test.classes == own_classes(f"folder:{tmp_path}") == ("a", "c")
    assert train.labels.unique().tolist() == [0, 1]
    assert "b holds no picture that can be read and is no class; empty is empty" in train.notes[-1]
    known = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE, classes=["a", "b", "c"])
    assert known.classes == ("a", "b", "c"), "a model that was trained when b could be read knows it"


@needs_links
def test_linked_folders_count_and_links_that_lead_nowhere_or_back_are_named(tmp_path):
    fill(tmp_path, "pets/cat", "elsewhere/dog", count=12)
    for name, target in (("dog", tmp_path / "elsewhere" / "dog"), ("up", ".."), ("root", "/"), ("lost", "nowhere")):
        (tmp_path / "pets" / name).symlink_to(target)
    (tmp_path / "pets" / "cat" / "back").symlink_to("..")
    dataset = registry.load(f"folder:{tmp_path / 'pets'}", train=True, image_shape=SHAPE)
    assert dataset.classes == ("cat", "dog")
    expected = [
        "lost is a link that points nowhere",
        *(f"{n} is a link to a folder around it" for n in ("cat/back", "root", "up")),
    ]
    assert sorted(walk(tmp_path / "pets").problems) == sorted(expected)
    assert all(problem in dataset.notes[-1] for problem in expected)


@needs_links
def test_links_between_two_folders_are_followed_once(tmp_path):
    fill(tmp_path, "a", "b")
    (tmp_path / "a" / "other").symlink_to("../b")
    (tmp_path / "b" / "other").symlink_to("../a")
    tree = walk(tmp_path)
    assert len(tree.images) == 12, "each folder has its own three and the other's"
    assert tree.problems == [f"{name}/other/other is a link to a folder around it" for name in "ab"]


@pytest.mark.parametrize(
    ("folders", "root", "sides", "splits"),
    [
        (["photo", "plan"], "", ("photo", "plan"), ""),
        (["train/A", "train/B", "test/A", "test/B"], "", ("A", "B"), "splits: train, test"),
        (["A/train", "B/train", "A/test", "B/test"], "", ("A", "B"), "splits: train, test"),
        (["A/train", "B/train", "A/val", "B/val"], "", ("A", "B"), "splits: train, val"),
        (["trainA", "trainB", "testA", "testB"], "", ("A", "B"), "splits: trainA, testA"),
        (["Train_a", "Train_b"], "", ("A", "B"), ""),
        (["archive/x/A", "archive/x/B", "__MACOSX/x/A"], "archive/x", ("A", "B"), ""),
        (["A", "B", "@eaDir", "__MACOSX"], "", ("A", "B"), ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("layout", [list_pairs, list_collections])
def test_sides_are_told_by_their_folders(tmp_path, layout, folders, root, sides, splits):
    fill(tmp_path, *folders, count=12)
    (tmp_path / root / "docs").mkdir()
    train, test = (layout(tmp_path, part) for part in (True, False))
    assert (train.root, train.sides, train.splits) == (tmp_path / root, sides, splits)
    assert train.root == test.root and test.sides == sides
    held_back = [name for name in map(str, range(12)) if is_test(name)]
    assert len(test) == (12 if splits else len(held_back)) and len(train) == (12 if splits else 12 - len(held_back))


def test_two_files_of_one_name_are_a_pair_and_no_halves(tmp_path):
    for ending in ("jpg", "png", "xml"):
        fill(tmp_path / "base", "", count=30, ending=ending)
    train, test = (list_pairs(tmp_path, part) for part in (True, False))
    assert (train.sides, train.splits) == (("jpg", "png"), "two files of one name"), "the photo is left"
    assert all(left.suffix == ".jpg" and left.stem == right.stem for left, right in train.collections[0])
    assert len(train) + len(test) == 30
    (note,) = registry.load(f"pairs:{tmp_path}", train=True, image_shape=SHAPE).notes
    assert note.endswith(f"in {tmp_path / 'base'}: jpg (left) and png (right); two files of one name")
    assert list_pairs(tmp_path / "base", True, earlier=True).sides == ("left", "right")


@pytest.mark.parametrize(
    ("photo", "label_map"),
    [("{}.jpg", "{}_mask.png"), ("{}.png", "{}-MASK.png"), ("a {}.png", "a {}_gt.png"), ("{}_sat.jpg", "{}_mask.png")],
)
def test_a_map_named_after_its_photo_is_its_partner(tmp_path, photo, label_map):
    for name in (photo, label_map):
        for i in range(30):
            (tmp_path / name.format(i)).write_bytes(CONTENT.getvalue())
    train, test = (list_pairs(tmp_path, part) for part in (True, False))
    word = MAP.fullmatch(Path(label_map).stem)[2].lower()
    assert train.sides == test.sides == ("picture", word) and not (train.left_out or test.left_out)
    (pairs,), (others,) = train.collections, test.collections
    assert {(left.name, right.name) for left, right in [*pairs, *others]} == {
        (photo.format(i), label_map.format(i)) for i in range(30)
    }
    assert pairs and others


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["{}.jpg", "{}_mask.png", "{}_seg.png"], "2 ways, such as 0.jpg and 0_mask.png or 0.jpg and 0_seg.png: put"),
        (["{}.jpg", "0_mask.png"], "most files are in none, such as 0.jpg and 0_mask.png: put"),
    ],
)
def test_files_that_may_be_halves_or_pairs_are_refused_with_the_choices(tmp_path, names, message):
    for name in names:
        for i in range(30):
            (tmp_path / name.format(i)).write_bytes(CONTENT.getvalue())
    with pytest.raises(ValueError, match=message):
        list_pairs(tmp_path, True)
    assert list_pairs(tmp_path, True, earlier=True).sides == ("left", "right")


def test_photos_to_test_without_maps_are_not_cut_into_halves(tmp_path):
    fill(tmp_path, "train", "test", count=30, ending="jpg")
    for i in range(30):
        (tmp_path / "train" / f"{i}_mask.png").write_bytes(CONTENT.getvalue())
    test = list_pairs(tmp_path, False)
    assert not len(test) and len(test.left_out) == 30 and test.sides == ("picture", "mask")


def test_names_that_end_in_a_word_but_have_no_photo_are_halves(tmp_path):
    for i in range(30):
        (tmp_path / f"{i}_label.png").write_bytes(CONTENT.getvalue())
    assert list_pairs(tmp_path, True).sides == ("left", "right")


def test_several_folders_of_two_files_of_one_name_are_no_sides(tmp_path):
    for ending in ("jpg", "png"):
        fill(tmp_path, "base", "extended", count=30, ending=ending)
    train, test = (list_pairs(tmp_path, part) for part in (True, False))
    assert train.sides == ("jpg", "png") and len(train) + len(test) == 60
    assert all(left.parent == right.parent for left, right in train.collections[0])
    assert list_pairs(tmp_path, True, earlier=True).sides == ("base", "extended")


def test_a_lone_copy_in_another_format_does_not_turn_halves_into_pairs_of_files(tmp_path):
    fill(tmp_path, "", count=30)
    fill(tmp_path, "", count=2, ending="jpg")
    assert list_pairs(tmp_path, True).sides == ("left", "right")


def test_a_tiff_beside_a_jpeg_has_a_partner(tmp_path):
    fill(tmp_path, "a", count=24, ending="jpg")
    fill(tmp_path, "b", count=24, ending="tiff")
    listing = list_pairs(tmp_path, True)
    assert len(listing) > 20 and not listing.left_out
    with pytest.raises(ValueError, match=r"0 pairs can be read"):
        registry.load(f"pairs:{tmp_path}", train=True, image_shape=SHAPE, earlier=True)


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        (["A", "B", "AB"], "it has A, AB, B; move others away, or name the folder that holds the sides"),
        (["A/train", "A/test", "B"], "must have a test folder for both"),
        (["A/x", "B/x"], "others lie in folders inside those of the sides, which are not read: move"),
    ],
)
def test_sides_that_cannot_be_told_are_refused_with_a_way_on(tmp_path, folders, message):
    fill(tmp_path, *folders)
    with pytest.raises(ValueError, match=message):
        list_pairs(tmp_path, True)


def test_a_folder_beside_those_of_the_splits_is_named(tmp_path):
    fill(tmp_path, "train", "test", "masks")
    assert list_pairs(tmp_path, True).splits == "splits: train, test; masks beside train is not read"


@needs_links
def test_a_lost_link_is_no_reason_to_cut_the_other_side_into_halves(tmp_path):
    fill(tmp_path, "photo")
    (tmp_path / "plan").symlink_to("nowhere")
    with pytest.raises(ValueError, match=r"it has photo.*these links point nowhere: plan"):
        list_pairs(tmp_path, True)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_no_utf_8_is_read_like_any_other(tmp_path, capsysbinary):
    fill(tmp_path, "cat", count=24)
    folder = os.fsencode(tmp_path)
    os.rename(folder + b"/cat", folder + b"/cat\xe9")
    os.rename(folder + b"/cat\xe9/0.png", folder + b"/cat\xe9/f\xfcr.png")
    Path(os.fsdecode(folder + b"/cat\xe9/b\xe4d.png")).write_bytes(b"no picture")
    train, test = (registry.load(f"folder:{tmp_path}", train=part, image_shape=SHAPE) for part in (True, False))
    assert len(train) + len(test) == 24 and train.classes == (r"cat\udce9",)
    assert train.digest != digest_of([]) and train.notes[-1].startswith(r"left out 1: cat\udce9: b\udce4d.png is no")
    assert main(["train", "classifier-mnist", "--data", os.fsdecode(b"folder:/no/\xe9")]) == 2
    assert rb"no folder '/no/\udce9'" in capsysbinary.readouterr().err


@pytest.mark.parametrize("name", [f"{prefix}{blank}" for prefix in LAYOUTS for blank in ("", "  ")])
def test_a_prefix_without_a_folder_is_refused(name, tmp_path, capsys):
    recipe = "cyclegan-seasons" if name.startswith("unpaired") else "cdcgan-mnist"
    assert main(["train", recipe, "--data", name, "--out", str(tmp_path / "run")]) == 2
    assert f"must be followed by a folder, such as {name.strip()}my_pictures" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_home_in_the_name_of_a_folder_is_the_user_s(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    fill(tmp_path / "own", "a", "b", count=12)
    assert own_classes("folder:~/own") == ("a", "b")
    assert len(registry.load("folder:~/own", train=True, image_shape=SHAPE)) >= 20
    with pytest.raises(ValueError, match="no folder '~no-such-user"):
        own_classes("folder:~no-such-user/own")


MNIST_FILES = {
    f"{split}-{what}-idx{dimensions}-ubyte": struct.pack(f">I{dimensions}I", 0x800 + dimensions, *shape) + bytes(size)
    for split in ("train", "t10k")
    for what, dimensions, shape, size in (("images", 3, (5, 28, 28), 5 * 784), ("labels", 1, (5,), 5))
}


@pytest.mark.parametrize(("name", "folder"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST")])
@pytest.mark.parametrize(
    ("file", "kept", "fault"),
    [
        ("train-labels-idx1-ubyte", None, "train-labels-idx1-ubyte is missing"),
        ("train-images-idx3-ubyte", 500, r"train-images-idx3-ubyte is damaged \(500 bytes\)"),
        ("train-images-idx3-ubyte", 0, r"train-images-idx3-ubyte is damaged \(0 bytes\)"),
        ("train-labels-idx1-ubyte", 9, r"train-labels-idx1-ubyte is damaged \(9 bytes\)"),
    ],
)
def test_what_is_missing_or_damaged_of_mnist_is_named(tmp_path, monkeypatch, name, folder, file, kept, fault):
    def no_network(*args, **kwargs):
        raise RuntimeError("no network")

    monkeypatch.setattr("torchvision.datasets.utils._get_redirect_url", no_network)
    raw = tmp_path / folder / "raw"
    raw.mkdir(parents=True)
    for each, content in MNIST_FILES.items():
        (raw / each).write_bytes(content)
    assert registry.load(name, root=tmp_path, train=True).images.shape == (5, 1, 28, 28)
    content = (raw / file).read_bytes()
    (raw / file).unlink()
    if kept is None:
        (raw / f"{file}.gz").write_bytes(b"half of it")
        fault = f"{file}.gz is damaged"
    else:
        (raw / file).write_bytes(content[:kept])
    with pytest.raises(OSError, match=f"{folder} is not complete in .*: {fault}; delete what is damaged, and put"):
        registry.load(name, root=tmp_path, train=True)


def test_a_damaged_archive_is_named_and_half_of_it_is_not_taken_for_the_whole(tmp_path):
    (tmp_path / "maps.tar.gz").write_bytes(b"\x1f\x8b half of it")
    with pytest.raises(OSError, match=r"maps.tar.gz is damaged .*: delete it, and it is fetched from http"):
        registry.load("maps", root=tmp_path, train=True)
    assert [path.name for path in tmp_path.iterdir()] == ["maps.tar.gz"]
