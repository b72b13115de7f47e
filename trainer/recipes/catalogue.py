"""The catalogue: one frozen recipe per model, in the order in which they are listed.

A recipe stands in the file of its family. It keeps the textbook's sizes and settings where there is a textbook, and
says only what differs from its sibling. What was tried before a setting was chosen is in docs/experiments.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from trainer.data import get_source
from trainer.recipes.autoencoders import (
    AE,
    AE2D,
    AE2D_FASHION,
    AE32,
    DAE_FASHION,
    DENOISING_AE,
    LATENT_NOISE_AE,
    ROBUST_AE,
    VAE2D,
    VAE2D_FASHION,
    VAE32,
)
from trainer.recipes.classifiers import (
    CLASSIFIER,
    CLASSIFIER_EMOJI,
    CLASSIFIER_FASHION,
)
from trainer.recipes.gans import (
    CDCGAN,
    CDCGAN_FASHION,
    CGAN,
    CGAN_FASHION,
    COLLAPSED_A,
    DCGAN,
    DCGAN_STACKED,
    GAN_A,
    GAN_B,
    GAN_C,
    GAN_D,
    INFOGAN,
    LSGAN,
    LSGAN_C,
    MODERN,
    MODERN_EMOJI,
    MODERN_FASHION,
    MODERN_STACKED,
    PROGAN,
    PROGAN_EMOJI,
    WGAN_GP,
)
from trainer.recipes.recipe import PRESENTATION, Recipe, recipe_differences
from trainer.recipes.translators import (
    AERIAL,
    COLORIZE_EMOJI,
    CYCLEGAN,
    CYCLEGAN_EMOJI,
    DEBLUR,
    ENCDEC,
    INPAINT,
    L1_FACADES,
    MAP,
    PIX2PIX,
    PIX2PIX_EMOJI,
    WINDOWS,
)

RECIPES: tuple[Recipe, ...] = (
    AE, DENOISING_AE, ROBUST_AE, LATENT_NOISE_AE, AE32, AE2D, VAE2D, VAE32,
    GAN_A, COLLAPSED_A, GAN_B, GAN_C, LSGAN_C, GAN_D,
    CGAN, CDCGAN,
    DCGAN, LSGAN, WGAN_GP, INFOGAN, MODERN,
    DCGAN_STACKED, MODERN_STACKED,
    DAE_FASHION, AE2D_FASHION, VAE2D_FASHION,
    CGAN_FASHION, CDCGAN_FASHION, PROGAN, MODERN_FASHION,
    PROGAN_EMOJI, MODERN_EMOJI,
    PIX2PIX, ENCDEC, L1_FACADES, WINDOWS, AERIAL, MAP, INPAINT, DEBLUR, PIX2PIX_EMOJI, COLORIZE_EMOJI,
    CYCLEGAN, CYCLEGAN_EMOJI,
    CLASSIFIER, CLASSIFIER_FASHION, CLASSIFIER_EMOJI,
)  # fmt: skip


def get_recipe(name: str, recipes: Sequence[Recipe] | None = None) -> Recipe:
    """The recipe of that name, from the catalogue unless other `recipes` are given.

    Raises ValueError that lists the choices.
    """
    recipes = RECIPES if recipes is None else recipes
    for recipe in recipes:
        if recipe.name == name:
            return recipe
    raise ValueError(f"unknown recipe {name!r}; choices: {', '.join(recipe.name for recipe in recipes)}")


def with_title_for_data(recipe: Recipe, recipes: Sequence[Recipe] | None = None) -> Recipe:
    """The recipe, with title and text that name its data if those are not the catalogue's.

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
