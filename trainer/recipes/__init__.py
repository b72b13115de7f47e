"""What is trained: one frozen recipe per model, in a catalogue."""

from trainer.recipes.catalogue import (
    RECIPES,
    get_recipe,
    is_from_catalogue,
    with_catalogue_presentation,
    with_title_for_data,
)
from trainer.recipes.overrides import check_flags, check_members, fit_to_data, with_assignments, with_field
from trainer.recipes.recipe import PRESENTATION, Recipe, lacks_classifier, recipe_differences

__all__ = [
    "PRESENTATION",
    "RECIPES",
    "Recipe",
    "check_flags",
    "check_members",
    "fit_to_data",
    "get_recipe",
    "is_from_catalogue",
    "lacks_classifier",
    "recipe_differences",
    "with_assignments",
    "with_catalogue_presentation",
    "with_field",
    "with_title_for_data",
]
