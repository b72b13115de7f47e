"""What ships in weights/: whole, small, from the committed recipes, with cards that say what config.json records."""

import json

import pytest
import safetensors.torch
import torch
from PIL import Image

import ganzoo
from ganzoo.inference import SHIPPED, TENSORS, read_config
from ganzoo.ui import catalogue
from ganzoo.ui.tabs import compare
from trainer.publishing import card
from trainer.recipes.catalogue import RECIPES, get_recipe
from trainer.recipes.recipe import recipe_differences

names = pytest.mark.parametrize("name", ganzoo.names())


def test_what_ships_has_a_recipe():
    assert set(ganzoo.names()) <= {recipe.name for recipe in RECIPES}


@names
def test_the_weights_are_whole_half_precision_and_small(name):
    folder = SHIPPED.find(name)
    assert (folder / TENSORS).stat().st_size <= 10 * 2**20
    stored = safetensors.torch.load_file(folder / TENSORS)
    assert {tensor.dtype for tensor in stored.values()} <= {torch.float16, torch.int64}
    assert ganzoo.load(name).parameters > 1000


@names
def test_the_weights_come_from_the_committed_recipe(name):
    config = read_config(SHIPPED.find(name))
    assert recipe_differences(config.recipe, get_recipe(name).as_json()) == []
    assert config.options == config.recipe["model"]
    assert config.training.steps == config.recipe["steps"]


@names
def test_the_card_says_what_the_config_records(name):
    model = ganzoo.load(name)
    assert (model.folder / "README.md").read_text(encoding="utf-8") == card.model_card(model)
    assert model.figures
    assert Image.open(model.folder / "samples.webp").format == "WEBP"


@names
def test_the_history_reaches_the_last_step(name):
    model = ganzoo.load(name)
    assert model.history["rows"][-1]["step"] == model.recipe["steps"]
    if isinstance(model, ganzoo.Sampler):
        assert Image.open(model.folder / "training.webp").n_frames == len(model.history["frames"])


def test_what_can_go_wrong_is_shown_by_the_model_that_has_collapsed():
    pair = compare.find_collapse(catalogue.generators())
    assert [model.name for model in pair] == ["collapsed-a-mnist", "gan-b-mnist"]


def test_all_weights_together_stay_small():
    assert sum(path.stat().st_size for path in SHIPPED.root.rglob("*") if path.is_file()) <= 120 * 2**20


def test_maps_of_two_number_codes_ship():
    for name in ganzoo.names():
        model = ganzoo.load(name)
        if isinstance(model, ganzoo.Reconstructor) and model.code_shape == (2,):
            codes = model.read_json("codes.json")
            assert len(codes["codes"]) == len(codes["labels"]) == 2000
            assert set(codes["labels"]) == set(range(10))


def test_only_safetensors_json_and_pictures_ship():
    endings = {path.suffix for path in SHIPPED.root.rglob("*") if path.is_file()}
    assert endings == {".safetensors", ".json", ".md", ".webp"}
    assert not [path for path in SHIPPED.root.rglob("*.json") if not json.loads(path.read_text())]
