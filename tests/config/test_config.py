"""config.json as typed values: errors name the field, garbled descriptions are absent, nothing is lost on the way."""

import dataclasses
import json

import pytest

import ganzoo
from ganzoo.config import CONFIG, Code, Codes, ModelConfig, RecordedFigure, TrainingFacts
from ganzoo.inference import read_config, write_config

REQUIRED = {"name": "mine", "architecture": "dcgan", "options": {"width": 8}, "sha256": "0" * 64}


def config(**fields) -> ModelConfig:
    return ModelConfig.from_json({**REQUIRED, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": 7}, "config.json: name must be text, got 7"),
        ({"architecture": None}, "config.json: architecture must be text, got None"),
        ({"options": [1]}, "config.json: options must be an object, got \\[1\\]"),
        ({"sha256": 3}, "config.json: sha256 must be text, got 3"),
    ],
)
def test_a_required_field_that_is_wrong_is_named(fields, message, tmp_path):
    with pytest.raises(ValueError, match=f"^{message}$"):
        config(**fields)
    (tmp_path / CONFIG).write_text(json.dumps({**REQUIRED, **fields}))
    with pytest.raises(ValueError, match=message):
        ganzoo.load(tmp_path)


def test_all_missing_required_fields_are_named():
    with pytest.raises(ValueError, match=r"^config\.json lacks name, sha256$"):
        ModelConfig.from_json({"architecture": "dcgan", "options": {}})


@pytest.mark.parametrize(
    ("fields", "preparation"),
    [
        ({}, "digit"),
        ({"recipe": {"data": "mnist"}}, "digit"),
        ({"recipe": {"data": "folder:mine"}, "class_names": [*"0123456789"]}, "digit"),
        ({"recipe": {"data": "folder:mine"}}, "middle"),
        ({"recipe": {"data": "fashion-mnist"}, "class_names": ["coat", "bag"]}, "middle"),
        ({"recipe": {"data": "facades"}}, "middle"),
        ({"recipe": {"data": "mnist"}, "preparation": "middle"}, "middle"),
    ],
)
def test_the_preparation_follows_from_the_data_where_none_is_recorded(fields, preparation):
    assert config(**fields).preparation == preparation


def test_a_config_of_required_fields_alone_has_defaults_and_no_problems():
    bare = config()
    assert (bare.title, bare.data, bare.truncation, bare.score_scale) == ("mine", "", 1.0, "score")
    assert bare.recipe == bare.figures == bare.seeds == bare.variants == bare.palettes == bare.rules == {}
    assert bare.training is bare.compared is bare.weights is bare.sides is bare.year is None
    assert bare.codes == Codes() and bare.class_names == bare.problems == []
    assert config(recipe=None, figures=None, class_names=None).problems == []


@pytest.mark.parametrize(
    ("path", "value", "absent", "kind"),
    [
        ("recipe", 3, {}, "an object"),
        ("recipe.title", 3, "mine", "text"),
        ("recipe.data", [1], "", "text"),
        ("recipe.year", "1999", None, "a finite number"),
        ("recipe.truncation", 3, 1.0, "a number in 0..2"),
        ("recipe.rules", 3, {}, "an object"),
        ("recipe.rules.undo", 3, "", "text"),
        ("class_names", "cat", [], "a list"),
        ("preparation", "upside down", "digit", "digit or middle"),
        ("index_values", [[2, 1]], [], "a list of ascending lists of numbers in 0..255"),
        ("index_values", [[0, 300]], [], "a list of ascending lists of numbers in 0..255"),
        ("sides", ["a"], None, "a list of two"),
        ("palettes", "red", {}, "an object"),
        ("score_scale", 3, "score", "probability or score"),
        ("codes.labels", [0, 0], Codes(), "a list with each of 0, 1, ... once"),
        ("weights", 1, None, "text"),
        ("compared.figure", 3, None, "text"),
        ("figures.L1.value", "x", {}, "a finite number"),
        ("figures.L1.value", None, {}, "a finite number"),
        ("training.seconds", "x", TrainingFacts(), "a finite number"),
        ("variants.a=1.parameters", 0.5, {}, "a whole number of at least 0"),
    ],
)
def test_a_garbled_description_is_absent_and_named(path, value, absent, kind):
    top, *_ = keys = path.split(".")
    fields = value
    for key in reversed(keys):
        fields = {key: fields}
    garbled = config(**fields)
    assert getattr(garbled, keys[-1] if top == "recipe" else top) == absent
    assert f"{path} must be {kind}, got {value!r}" in garbled.problems
    assert garbled.as_json() == {**REQUIRED, **fields}


def test_what_is_right_beside_what_is_garbled_counts():
    figures = {"L1": {"value": 0.5, "beside": {"grey": 0.25, "look-up": "x"}}, "SSIM": 3}
    codes = {"labels": [1, 0], "continuous": [3, {"name": "slant", "index": 1, "sign": -1}]}
    mixed = config(
        figures=figures, codes=codes, training={"device": "CPU", "seed": 1.5}, palettes={"a": ["#FFF", "#0a64ff"]}
    )
    assert mixed.figures == {"L1": RecordedFigure(0.5, {"grey": 0.25})}
    assert mixed.codes == Codes([1, 0], [Code("slant", 1, -1)])
    assert mixed.training == TrainingFacts(device="CPU")
    assert mixed.palettes == {"a": ["#0a64ff"]}
    assert sorted(problem.split(" must")[0] for problem in mixed.problems) == [
        "codes.continuous.0", "figures.L1.beside.look-up", "figures.SSIM", "palettes.a.0", "training.seed",
    ]  # fmt: skip


def test_seeds_are_numbers():
    named = config(seeds={"7": {"figures": {"L1": {"value": 1}}}, "seven": {}})
    assert named.seeds.keys() == {"7"} and named.seeds["7"].figures == {"L1": RecordedFigure(1)}
    assert named.problems == ["seeds.seven must be named by a whole number"]


def test_unknown_fields_survive_and_a_folder_reads_as_it_was_written(tmp_path):
    unknown = {"licence": "mit", "figures": {"L1": {"value": 0.5, "unit": "levels"}}, "training": {"watts": 7}}
    before = config(**unknown).with_fields(sides=("a", "b"))
    write_config(tmp_path, before)
    after = read_config(tmp_path)
    assert after == before and after.as_json() == {**REQUIRED, **unknown, "sides": ["a", "b"]}
    assert after.sides == ("a", "b") and after.with_fields(sides=None).sides is None


def test_a_config_is_changed_in_one_way_only():
    with pytest.raises((TypeError, ValueError), match="figures"):  # TypeError from Python 3.13 on
        dataclasses.replace(config(), figures={})
    with pytest.raises(dataclasses.FrozenInstanceError):
        config().name = "other"


@pytest.mark.parametrize("name", ganzoo.names())
def test_what_ships_has_no_problems(name):
    assert ganzoo.load(name).config.problems == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"recipe": {"name": "mine"}, "training": {"steps": 3}, "figures": {}}, True),
        ({"recipe": {"name": "mine"}}, False),
        ({"recipe": {"name": "mine"}, "training": 3, "figures": {}}, False),
    ],
)
def test_only_a_published_model_records_its_training(fields, expected):
    assert config(**fields).is_published == expected
