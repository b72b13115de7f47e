"""What is trained: one frozen recipe per model, in a catalogue."""

from trainer.recipes.catalogue import RECIPES, get_recipe, is_from_catalogue, retitled_for_data, with_current_text
from trainer.recipes.recipe import PRESENTATION, Recipe, fit_to_data, recipe_differences, with_assignments, with_field

__all__ = [
    "PRESENTATION",
    "RECIPES",
    "Recipe",
    "fit_to_data",
    "get_recipe",
    "is_from_catalogue",
    "recipe_differences",
    "retitled_for_data",
    "with_assignments",
    "with_current_text",
    "with_field",
]
