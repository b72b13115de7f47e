"""Pairs of images and collections without pairs on disk, and what is learnt from somebody's own."""

import pickle
import shutil
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image
from training_fixtures import TINY, training, write_image

import ganzoo
from ganzoo import models
from trainer.__main__ import main as trainer_main
from trainer.data import images, registry
from trainer.data.files import digest_of
from trainer.data.pairs import list_collections, list_pairs
from trainer.engine import describe_dataset, prepare_training, start, write_model
from trainer.families import evaluate
from trainer.measures import EvaluationSetup
from trainer.measures.splits import splits_of
from trainer.recipes import translators

CPU = torch.device("cpu")


@pytest.fixture
def layouts(tmp_path):
    """The same 24 + 4 pairs, red left and green right, in three ways; red below 100 is training, above is test."""
    for i in range(28):
        split = "train" if i < 24 else "test"
        left, right = (i if i < 24 else 100 + i, 0, 0), (0, i if i < 24 else 100 + i, 0)
        write_image(tmp_path / "beside" / split / f"{i}.png", left, right)
        write_image(tmp_path / "folders" / split / "photo" / f"{i}.png", left)
        write_image(tmp_path / "folders" / split / "plan" / f"{i}.png", right)
        write_image(tmp_path / "cycle" / f"{split}A" / f"a{i}.png", left)
        write_image(tmp_path / "cycle" / f"{split}B" / f"b{i}.png", right)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "sides"),
    [("pairs:beside", ("left", "right")), ("pairs:folders", ("photo", "plan")), ("unpaired:cycle", ("A", "B"))],
)
def test_pairs_are_read_and_no_test_image_is_trained_on(layouts, name, sides):
    kind, _, folder = name.partition(":")
    train, test = (
        registry.load(f"{kind}:{layouts / folder}", train=part, image_shape=(3, 16, 16)) for part in (True, False)
    )
    assert train.images.shape == (24, 6, 16, 16) and len(test) == 4 and train.sides == sides
    assert train.images[:, 0].max() < 100 <= test.images[:, 0].min()
    assert train.unpaired == (kind == "unpaired")
    assert train.unpaired or torch.equal(train.images[:, 0], train.images[:, 4])


@pytest.mark.parametrize("name", ["pairs:beside", "pairs:folders", "unpaired:cycle"])
def test_no_batch_of_a_training_holds_a_image_of_the_test_folder(layouts, name):
    kind, _, folder = name.partition(":")
    known = translators.CYCLEGAN if kind == "unpaired" else translators.PIX2PIX
    small = {"image_shape": (3, 16, 16), "width": 4, "patch_width": 4, "patch_layers": 1}
    own = replace(known, data=f"{kind}:{layouts / folder}", model=small, batch_size=4, steps=12)
    training = prepare_training(own, layouts, torch.device("cpu"))
    drawn = [training.batches.draw(step, rng=torch.Generator()).images[:, 0] for step in range(12)]
    assert len(torch.cat(drawn).round(decimals=3).unique()) > 12 and max(one.max() for one in drawn) < 100 / 127.5 - 1


def test_a_test_image_that_a_training_collection_has_too_is_left_out(layouts):
    shutil.copy(layouts / "cycle" / "trainB" / "b3.png", layouts / "cycle" / "testA" / "seen.png")
    train, test = (list_collections(layouts / "cycle", part) for part in (True, False))
    assert [len(side) for side in (*train.collections, *test.collections)] == [24, 24, 4, 4]
    assert test.left_out == ("testA/seen.png is among the training pictures, too, and not measured on",)


@pytest.mark.parametrize("name", ["pairs:beside", "pairs:folders", "unpaired:cycle"])
def test_pairs_that_are_too_many_for_the_memory_stay_in_their_files(layouts, name):
    kind, _, folder = name.partition(":")
    own = {"root": layouts, "train": True, "image_shape": (3, 16, 16)}
    kept = registry.load(f"{kind}:{layouts / folder}", **own)
    files = registry.load(f"{kind}:{layouts / folder}", **own, memory=1000)
    assert isinstance(files, images.ImageFiles) and files.digest == kept.digest and files.sides == kept.sides
    assert files.image_shape == kept.image_shape
    assert all(torch.equal(files[i], kept[i]) for i in range(24))
    if kind == "pairs":  # looked at by `evaluate`, too
        recipe = replace(translators.PIX2PIX, data=f"{kind}:{layouts / folder}", model=TINY)
        write_model(models.build("pix2pix", TINY), recipe, layouts / "model", sides=list(files.sides))
        assert evaluate(ganzoo.load(layouts / "model"), EvaluationSetup(layouts))["test L1"].value > 0
    assert pickle.loads(pickle.dumps(files))[3].equal(kept[3])  # worker processes get a copy


def test_without_a_test_folder_one_in_ten_is_held_back_and_partners_stay_together(tmp_path):
    for i in range(60):
        write_image(tmp_path / "one" / f"{i}.png", (i, 0, 0))
        if i != 7:
            write_image(tmp_path / "two" / f"{i}.jpg", (0, i, 0))
    splits = [list_pairs(tmp_path, part) for part in (True, False)]
    names = [{left.stem for left, _ in split.collections[0]} for split in splits]
    assert not names[0] & names[1] and len(names[0] | names[1]) == 59 and 1 <= len(names[1]) < 15
    assert all(left.stem == right.stem for split in splits for left, right in split.collections[0])
    assert sum((split.left_out for split in splits), ()) == ("one/7.png has no partner of its own",)


def test_folders_that_hold_no_pairs_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no folder"):
        registry.load(f"pairs:{tmp_path / 'nowhere'}", train=True, image_shape=(3, 16, 16))
    with pytest.raises(ValueError, match=r"no pictures for that split: make folders train and test"):
        registry.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))
    write_image(tmp_path / "train" / "0.png", (1, 2, 3), (4, 5, 6))
    with pytest.raises(ValueError, match=r"1 pairs can be read.*at least 20 are needed"):
        registry.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))
    shutil.rmtree(tmp_path / "train")
    for name in ("a/1_a.png", "b/1_b.png"):
        write_image(tmp_path / name, (1, 2, 3))
    with pytest.raises(ValueError, match=r"0 pairs can be read.*a/1_a.png has no partner of its own"):
        registry.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))
    shutil.rmtree(tmp_path / "a")
    shutil.rmtree(tmp_path / "b")
    for name in "abc":
        (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=r"must have two sub-folders, one for each side; it has a, b, c"):
        registry.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))
    with pytest.raises(OSError, match=r"put pairs into its folders train and test"):
        registry.load("facades", root=tmp_path, train=True, image_shape=(3, 16, 16))


def test_a_broken_pair_is_named_and_left_out(layouts):
    (layouts / "beside" / "train" / "3.png").write_bytes(b"no picture")
    (layouts / "beside" / "train" / "4.png").write_bytes((layouts / "beside" / "train" / "5.png").read_bytes()[:60])
    dataset = registry.load(f"pairs:{layouts / 'beside'}", train=True, image_shape=(3, 16, 16))
    assert dataset.digest == digest_of(f"train/{i}.png" for i in sorted(set(range(24)) - {3, 4}, key=str))
    assert len(dataset) == 22 and "left out 2: 3.png is no picture" in dataset.notes[1] and "4.png" in dataset.notes[1]


def test_the_shorter_collection_begins_again_without_its_broken_files(layouts):
    broken = [layouts / "cycle" / "trainB" / f"b{i}.png" for i in (0, 5, 22, 23, 1)]
    for path in broken[:4]:
        path.write_bytes(b"no picture")
    load = partial(registry.load, f"unpaired:{layouts / 'cycle'}", train=True, image_shape=(3, 16, 16))
    dataset = load()
    reds, greens = dataset.images[:, 0, 0, 0].tolist(), dataset.images[:, 4, 0, 0].tolist()
    assert sorted(reds) == list(range(24)) and greens == greens[:20] + greens[:4]
    assert set(greens) == set(range(24)) - {0, 5, 22, 23}
    assert all(one.equal(other) for one, other in zip(load(memory=1000), dataset, strict=True))
    broken[4].write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"19 pictures in the smaller collection can be read.*at least 20"):
        load()


def test_pix2pix_refuses_collections_and_says_what_it_accepts(layouts):
    tiny = ["--image-size", "32", "--steps", "2", "--batch-size", "2", "--out", str(layouts / "run")]
    for name, wanted in (("unpaired:cycle", "of collections without pairs"), ("folder:cycle", "--set undo=")):
        kind, _, folder = name.partition(":")
        recipe = replace(translators.PIX2PIX, data=f"{kind}:{layouts / folder}", model=TINY)
        with pytest.raises(ValueError, match=wanted):
            training(recipe)
    assert trainer_main(["train", "pix2pix-facades", "--data", f"unpaired:{layouts / 'cycle'}", *tiny]) == 2


def test_one_test_folder_of_two_is_refused(layouts):
    shutil.rmtree(layouts / "cycle" / "testB")
    with pytest.raises(ValueError, match=r"testA and testB, or for neither"):
        registry.load(f"unpaired:{layouts / 'cycle'}", train=True, image_shape=(3, 16, 16))


def test_own_label_maps_can_be_drawn_in_their_own_colours(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3), dtype=np.uint8)
    for i, photo in enumerate(noise):
        for side in ("map", "photo"):
            (tmp_path / "own" / "train" / side).mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo).save(tmp_path / "own" / "train" / "photo" / f"{i}.png")
        plan = Image.new("RGB", (32, 32), "#102030")
        plan.paste("#f0e0d0", (0, 0, 10, 1 + i))
        plan.save(tmp_path / "own" / "train" / "map" / f"{i}.png")
    recipe = replace(
        translators.PIX2PIX, data=f"pairs:{tmp_path / 'own'}", model=TINY, rules={"source": "left"}, steps=1
    )
    assert start(recipe, tmp_path / "run", device="cpu")
    model = ganzoo.load(tmp_path / "run")
    assert model.sides == ("map", "photo") and model.config.palettes == {"map": ["#102030", "#f0e0d0"]}
    assert model.palette("map") == {"#102030": (16, 32, 48), "#f0e0d0": (240, 224, 208)}
    assert model.palette("photo") == {} and "road" not in model.palette("map")
    for palettes in ([], {"map": "red"}, {"map": ["red", 3, "#<b>"]}):
        model.config = model.config.with_fields(palettes=palettes)
        assert model.palette("map") == {}


@pytest.mark.parametrize("shape", [(20, 20), (40, 40), (41, 40), (10, 10)])
def test_pairs_of_one_shape_or_scaled_are_cropped_alike(shape, tmp_path):
    for i in range(40):
        write_image(tmp_path / "photo" / f"{i}.png", (i, 0, 0))
        write_image(tmp_path / "mask" / f"{i}.png", (0, i, 0), size=shape)
    assert len(registry.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))) > 30


def test_pairs_of_different_shapes_are_left_out_and_named(tmp_path):
    for i in range(40):
        write_image(tmp_path / "photo" / f"{i}.png", (i, 0, 0), size=(30, 20) if i == 3 else (20, 20))
        write_image(tmp_path / "mask" / f"{i}.png", (0, i, 0))
    options = {"train": True, "image_shape": (3, 16, 16)}
    pairs, earlier = (registry.load(f"pairs:{tmp_path}", **options, earlier=earlier) for earlier in (False, True))
    assert any("3.png and 3.png have different shapes, 20x20 and 30x20" in note for note in pairs.notes)
    assert len(earlier) == len(pairs) + 1, "a run that began with them goes on with them"


def index_mask(seed):
    values = np.random.default_rng(seed).integers(0, 3, (20, 20), dtype=np.uint8)
    return Image.fromarray(values)


@pytest.mark.parametrize(
    ("layout", "values"),
    [
        ("pairs", ((0, 1, 2), ())),
        ("unpaired", ((0, 1, 2), ())),
        ("halves", ((0, 1, 2), ())),
        ("folder", ((0, 1, 2),)),
        ("classes", ((0, 1, 2),)),
    ],
)
def test_index_masks_are_spread_and_the_note_says_so(layout, values, tmp_path):
    for i in range(40):
        mask, place = index_mask(i), {"pairs": "mask", "unpaired": "mask", "classes": f"c{i % 2}"}.get(layout, "")
        if layout == "halves":
            both = Image.new("RGB", (40, 20), (200, 30, 30))
            both.paste(mask.convert("RGB"), (0, 0))
            mask = both
        (tmp_path / place).mkdir(exist_ok=True)
        mask.save(tmp_path / place / f"{i}.png")
        if layout in ("pairs", "unpaired"):
            write_image(tmp_path / "photo" / f"{i}.png", (200, 30, i))
    name = f"{'pairs' if layout == 'halves' else layout}:{tmp_path}"
    options = {"image_shape": (1, 20, 20)}
    train, test = (registry.load(name, train=part, **options) for part in (True, False))
    assert train.index_values == test.index_values == values
    assert any("masks of the values 0, 1, 2, spread to 0, 127, 255" in note for note in train.notes)
    for dataset in (train, test, registry.load(name, train=True, **options, memory=1000)):
        assert dataset[0][0].unique().tolist() == [0, 127, 255]
    for unspread in (
        registry.load(name, train=True, **options, earlier=True),
        registry.load(name, train=True, **options, index_values=()),
    ):
        assert unspread[0][0].unique().tolist() == [0, 1, 2] and unspread.digest == train.digest


def test_what_a_model_records_of_masks_is_what_it_is_measured_with(tmp_path):
    for i in range(40):
        (tmp_path / "mask").mkdir(exist_ok=True)
        index_mask(i).save(tmp_path / "mask" / f"{i}.png")
        write_image(tmp_path / "photo" / f"{i}.png", (200, 30, 30))
    recipe = replace(translators.PIX2PIX, data=f"pairs:{tmp_path}", model=TINY)
    dataset = registry.load(recipe.data, train=True, image_shape=TINY["image_shape"])
    fields = describe_dataset(recipe, dataset)
    assert fields["index_values"] == [[0, 1, 2], []] and "preparation" not in fields
    write_model(models.build("pix2pix", TINY), recipe, tmp_path / "model", **fields)
    model = ganzoo.load(tmp_path / "model")
    for stored, are_spread in ((model.config, True), (model.config.with_fields(index_values=[]), False)):
        model.config = stored
        train, _ = splits_of(model, EvaluationSetup(tmp_path))
        assert (train.images[:, 0].max() > 200) == are_spread


@pytest.mark.parametrize("kind", ["pairs", "unpaired"])
@pytest.mark.parametrize("memory", [None, 1000])
def test_sides_are_those_that_a_model_has_recorded(kind, memory, tmp_path):
    for i in range(40):
        (tmp_path / "mask").mkdir(exist_ok=True)
        index_mask(i).save(tmp_path / "mask" / f"{i}.png")
        write_image(tmp_path / "photo" / f"{i}.png", (200, 200, 200))

    def load(*sides, values=None):
        options = {"image_shape": (1, 20, 20), "train": True, "memory": memory}
        return registry.load(f"{kind}:{tmp_path}", sides=sides, index_values=values, **options)

    values = ((), (0, 1, 2))
    for turned in (load("photo", "mask"), load("photo", "mask", values=values)):
        assert turned.sides == ("photo", "mask") and turned.index_values == values
        assert turned[0][0].unique().tolist() == [200] and turned[0][1].unique().tolist() == [0, 127, 255]
    for same in ((), ("mask", "photo"), ("left", "right"), ("A", "B")):
        assert load(*same)[0][1].unique().tolist() == [200]
    with pytest.raises(ValueError, match="are mask and photo, but those of the model are map and photo: put"):
        load("map", "photo")


def test_sides_without_names_are_taken_by_their_order_and_that_is_said(tmp_path, capsys):
    for i in range(40):
        write_image(tmp_path / f"{i}.png", (200, 30, 30), size=(32, 64))
    recipe = replace(translators.PIX2PIX, data="facades", model=TINY)
    write_model(models.build("pix2pix", TINY), recipe, tmp_path / "model", sides=["photo", "windows"])
    splits_of(ganzoo.load(tmp_path / "model"), EvaluationSetup(tmp_path, data=f"pairs:{tmp_path}"))
    assert "left as photo, right as windows" in capsys.readouterr().err
