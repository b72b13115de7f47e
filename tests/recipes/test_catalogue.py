"""The catalogue: every recipe stands in it once, and what a stored recipe has in common with it is found."""

from dataclasses import replace

import pytest

from trainer.recipes import autoencoders, catalogue, classifiers, gans, translators
from trainer.recipes.recipe import Recipe


@pytest.mark.parametrize("family", [autoencoders, gans, translators, classifiers])
def test_every_recipe_of_a_family_is_listed(family):
    recipes = [value for value in vars(family).values() if isinstance(value, Recipe)]
    assert recipes and [recipe.name for recipe in recipes if recipe not in catalogue.RECIPES] == []


def test_names_and_titles_are_each_recipe_s_own():
    for values in zip(*((recipe.name, recipe.title) for recipe in catalogue.RECIPES), strict=True):
        assert len(set(values)) == len(catalogue.RECIPES)


def test_another_table_may_stand_in_the_catalogue_s_place():
    table = (replace(gans.GAN_B, steps=3, title="Three steps"),)
    stored = catalogue.get_recipe("gan-b-mnist", table)
    assert stored.steps == 3
    assert catalogue.is_from_catalogue(stored.as_json(), table) and not catalogue.is_from_catalogue(stored.as_json())
    renamed = replace(stored, title="Another", seed=5)
    assert catalogue.with_catalogue_presentation(renamed, table) == replace(stored, seed=5)
    assert catalogue.with_catalogue_presentation(renamed) == renamed
    elsewhere = catalogue.with_title_for_data(replace(stored, data="fashion-mnist"), table)
    assert (elsewhere.title, stored.title) == ("As gan-b-mnist, Fashion-MNIST articles", "Three steps")
    with pytest.raises(ValueError, match=r"unknown recipe .gan-c-mnist.; choices: gan-b-mnist$"):
        catalogue.get_recipe("gan-c-mnist", table)


def test_own_pictures_do_not_tell_the_recipe_s_story(tmp_path):
    assert "house" in translators.PIX2PIX.about
    own = replace(translators.PIX2PIX, data=f"pairs:{tmp_path}")
    own = catalogue.with_catalogue_presentation(catalogue.with_title_for_data(own))
    assert "house" not in own.title + own.about and "pix2pix-facades" in own.about
    named = catalogue.with_title_for_data(replace(own, title="Mine"))
    assert named.title == "Mine" and named.about == own.about
    assert catalogue.with_title_for_data(translators.PIX2PIX) == translators.PIX2PIX


def test_words_are_brought_up_to_date_where_the_catalogue_computes_the_same():
    before = replace(translators.PIX2PIX, title="Before", seed=3)
    assert catalogue.with_catalogue_presentation(before) == replace(translators.PIX2PIX, seed=3)
    mine = replace(before, steps=5)
    assert catalogue.with_catalogue_presentation(mine) == mine


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "no such fields in a recipe: colour"),
        ({"steps": None, "title": None}, "title must be text, got None"),
        ({"steps": "5"}, "steps must be a whole number, got '5'"),
        ({"betas": 0.5}, r"betas must be a list such as \[0.5, 0.999\], got 0.5"),
        ({"learning_rate": True}, "learning_rate must be a number, got True"),
        ({"rules": [1]}, r"rules must be named values, got \(1,\)"),
        ({"epsilon": -1e-8}, "epsilon must be a finite number, at least 0, got -1e-08"),
    ],
)
def test_what_a_stored_recipe_has_wrong_is_named(changes, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Recipe.from_json({**gans.GAN_B.as_json(), **changes})


def test_what_a_stored_recipe_lacks_is_named():
    stored = gans.GAN_B.as_json()
    del stored["steps"], stored["game"], stored["seed"]
    with pytest.raises(ValueError, match=r"^a recipe lacks game, steps$"):
        Recipe.from_json(stored)
