"""Changing recipes by name, and fitting them to the images at hand."""

import json

import pytest

from trainer.recipes import catalogue, gans, overrides
from trainer.recipes.overrides import fit_to_data, game_rules, model_options, own_fields, with_assignments
from trainer.recipes.recipe import WORDS, Recipe


def test_recipes_are_changed_by_name():
    recipe = with_assignments(
        catalogue.get_recipe("gan-b-mnist"), ["k=3", "latent_dim=16", "steps=7", "precision=float32"]
    )
    assert recipe.rules["k"] == 3
    assert recipe.model["latent_dim"] == 16
    assert (recipe.steps, recipe.precision) == (7, "float32")
    assert Recipe.from_json(json.loads(json.dumps(recipe.as_json()))).as_json() == recipe.as_json()


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("steps=many", "steps must be a whole number, got 'many'"),
        ("steps=0", "steps must be at least 1, got 0"),
        ("colour=red", "unknown field 'colour' of gan-b-mnist; choices: .*rules.k"),
        ("precision=int8", "precision must be float32 or bfloat16, got 'int8'"),
        ("betas=[0.5]", "betas must be two numbers"),
        ("previews=-1", "previews must be at least 0"),
        ("learning_rate=-1", "learning_rate must lie between 0 and 1"),
        ("steps", "expected field=value"),
    ],
)
def test_bad_changes_are_explained(assignment, message):
    with pytest.raises(ValueError, match=message):
        with_assignments(catalogue.get_recipe("gan-b-mnist"), [assignment])


@pytest.mark.parametrize("assignment", ["architecture=mlp", "game=chess", "image_shape=28", "image_shape=[1, 28]"])
def test_what_later_assignments_depend_on_is_checked_at_once(assignment):
    with pytest.raises(ValueError, match=f"^{assignment.split('=')[0]} must be"):
        with_assignments(catalogue.get_recipe("gan-b-mnist"), [assignment, "latent_dim=16", "k=3"])


def test_a_number_of_too_many_digits_and_brackets_nested_too_deep_are_text():
    recipe = catalogue.get_recipe("gan-b-mnist")
    for text in ("9" * 5000, "[" * 100_000):
        assert with_assignments(recipe, [f"recipe.title={text}"]).title == text
        with pytest.raises(ValueError, match="steps must be a whole number"):
            with_assignments(recipe, [f"steps={text}"])


def test_words_are_set_only_by_their_full_name():
    recipe = catalogue.get_recipe("pix2pix-facades")
    turned = with_assignments(recipe, ["source=left"])
    assert turned.rules["source"] == "left" and turned.source == recipe.source
    assert with_assignments(recipe, ["recipe.source=Mine"]).source == "Mine"
    for name, word in (("pix2pix-facades", "title"), ("gan-b-mnist", "source"), ("gan-b-mnist", "year")):
        with pytest.raises(ValueError, match=f"{word!r} only describes {name} .*: write recipe.{word}$"):
            with_assignments(catalogue.get_recipe(name), [f"{word}=left"])
    for name in ("recipe.rules", "recipe.name", "recipe.k"):
        with pytest.raises(ValueError, match=f"unknown field {name!r}"):
            with_assignments(recipe, [f"{name}=1"])


@pytest.mark.parametrize("recipe", catalogue.RECIPES, ids=lambda recipe: recipe.name)
def test_no_name_of_a_recipe_has_two_meanings(recipe):
    names = [*(name for name in own_fields(recipe) if name not in WORDS), *game_rules(recipe), *model_options(recipe)]
    assert sorted(names) == sorted(set(names))


def test_a_name_with_two_meanings_is_refused_with_both(monkeypatch):
    monkeypatch.setattr(overrides, "game_rules", lambda recipe: ["latent_dim"])
    recipe = catalogue.get_recipe("gan-b-mnist")
    with pytest.raises(ValueError, match=r"'latent_dim' has 2 meanings for gan-b-mnist: write rules.latent_dim or mod"):
        with_assignments(recipe, ["latent_dim=3"])
    assert with_assignments(recipe, ["model.latent_dim=3"]).model["latent_dim"] == 3


def test_a_recipe_is_fitted_to_a_size_and_to_the_classes_of_a_folder(tmp_path):
    recipe = catalogue.get_recipe("cdcgan-mnist")
    assert fit_to_data(recipe, image_size=16).image_shape == (1, 16, 16)
    assert fit_to_data(recipe, channels=3).image_shape == (3, 28, 28)
    assert fit_to_data(recipe) == recipe
    for size in (0, 3, 1025):
        with pytest.raises(ValueError, match=f"image size must lie between 4 and 1024, got {size}"):
            fit_to_data(recipe, image_size=size)
    with pytest.raises(ValueError, match="channels must be one of 1, 3, got 0"):
        fit_to_data(recipe, channels=0)
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "first.png").write_bytes(b"")
    own = with_assignments(recipe, [f"data=folder:{tmp_path}"])
    assert fit_to_data(own).model["classes"] == 2
    assert "classes" not in fit_to_data(with_assignments(gans.GAN_B, [f"data=folder:{tmp_path}"])).model
