"""The catalogue: one frozen recipe per model, in the order in which they are listed.

A recipe is defined in the file of its family and listed in that file's `RECIPES`. It keeps the textbook's sizes and
settings where there is a textbook, and says only what differs from its sibling. What was tried before a setting was
chosen is in docs/experiments.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ganzoo import checks
from trainer.data import get_source
from trainer.recipes import autoencoders, classifiers, gans, translators
from trainer.recipes.recipe import PRESENTATION, Recipe, recipe_differences

RECIPES: tuple[Recipe, ...] = (*autoencoders.RECIPES, *gans.RECIPES, *translators.RECIPES, *classifiers.RECIPES)


def get_recipe(name: str, recipes: Sequence[Recipe] | None = None) -> Recipe:
    """The recipe of that name, from the catalogue unless other `recipes` are given.

    Raises ValueError that lists the choices.
    """
    recipes = RECIPES if recipes is None else recipes
    for recipe in recipes:
        if recipe.name == name:
            return recipe
    raise ValueError(f"unknown recipe {checks.shown(name)}; choices: {', '.join(recipe.name for recipe in recipes)}")


def with_title_for_data(recipe: Recipe, recipes: Sequence[Recipe] | None = None) -> Recipe:
    """The recipe, with a title and text that name its data if these are not the data of the catalogue's recipe.

    A title or text that the user has set stays. Raises ValueError for a recipe whose name is not in the catalogue.
    """
    original = get_recipe(recipe.name, recipes)
    if recipe.data == original.data:
        return recipe
    data_title = get_source(recipe.data).title
    words = {
        "title": f"As {original.name}, {data_title}",
        "about": f"The recipe of {original.name}, trained on {data_title}.",
    }
    unset: dict[str, Any] = {key: text for key, text in words.items() if getattr(recipe, key) == getattr(original, key)}
    return replace(recipe, **unset)


def is_from_catalogue(recipe: Mapping[str, Any], recipes: Sequence[Recipe] | None = None) -> bool:
    """Whether a stored recipe, as `Recipe.as_json` gives it, computes exactly what the catalogue's of its name does.

    Raises ValueError for a recipe whose name is not in the catalogue.
    """
    return not recipe_differences(get_recipe(recipe["name"], recipes).as_json(), recipe)


def with_catalogue_presentation(recipe: Recipe, recipes: Sequence[Recipe] | None = None) -> Recipe:
    """The recipe with the `PRESENTATION` fields that the catalogue has now; what the run computed stays.

    The seed may differ. A recipe that computes something else than the catalogue's is returned as it is.
    """
    for original in RECIPES if recipes is None else recipes:
        updated = replace(recipe, **{name: getattr(original, name) for name in PRESENTATION})
        if replace(updated, seed=original.seed).as_json() == original.as_json():
            return updated
    return recipe
