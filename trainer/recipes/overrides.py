"""Changes of a recipe: one field, `field=value` assignments, or what the images to train on require."""

import inspect
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ganzoo import checks
from ganzoo.config import ALIASES
from ganzoo.models import ARCHITECTURES
from trainer.data import FOLDER, list_classes
from trainer.games import GAMES
from trainer.recipes.recipe import Recipe

NOT_SETTABLE = ("name", "model", "rules")
"""Fields that no assignment can set: the name, and the two groups, whose members are set one by one."""


def fit_to_data(recipe: Recipe, *, image_size: int | None = None, channels: int | None = None) -> Recipe:
    """The recipe with its model changed for square images and for the classes of its folder of images.

    `image_size` is height and width in pixels, 4 to 1024; `channels` is 1 or 3; None keeps the recipe's. Raises
    ValueError for other values.
    """
    model = dict(recipe.model)
    if image_size is not None or channels is not None:
        old_channels, old_height, _ = recipe.image_shape
        side = checks.whole("image size", old_height if image_size is None else image_size, 4, 1024)
        channels = checks.choice("channels", old_channels if channels is None else channels, (1, 3))
        model["image_shape"] = [channels, side, side]
    if recipe.data.startswith(FOLDER) and "classes" in model_options(recipe):
        model["classes"] = max(1, len(list_classes(Path(recipe.data.removeprefix(FOLDER)))))
    return replace(recipe, model=model)


def with_assignments(recipe: Recipe, assignments: Sequence[str]) -> Recipe:
    """The recipe with `field=value` assignments applied in order; a value is JSON, or text where it is no JSON.

    A name is looked up among the recipe's fields, then the game's rules, then the model's options; `rules.k=2` and
    `model.latent_dim=16` name the group outright. Hyphens in names count as underscores, and old names of stored
    fields count as the present ones. Raises ValueError for unknown names and for values of another kind.
    """
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"expected field=value, got {assignment!r}")
        name = name.replace("-", "_")
        recipe = with_field(recipe, ALIASES["recipe.json"].get(name, name), parse_value(text))
    return recipe


def parse_value(text: str) -> Any:
    """What follows "=" as JSON, or the text itself where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # RecursionError: brackets nested by the thousand
        return text


def with_field(recipe: Recipe, name: str, value: Any) -> Recipe:
    """The recipe with one field, rule or option of the model changed, named as in `with_assignments`.

    `value` is as JSON has it: lists for tuples. Raises ValueError for an unknown name, or a value of another kind
    than the field's.
    """
    own_fields = [f.name for f in fields(recipe) if f.name not in NOT_SETTABLE]
    if name in own_fields:
        change: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value}
        return replace(recipe, **change)
    group, _, key = name.rpartition(".")
    if group in ("rules", "model"):
        return with_member(recipe, group, key, value)
    members = {"rules": game_rules(recipe), "model": model_options(recipe)}
    for group, names in members.items():
        if name in names:
            return with_member(recipe, group, name, value)
    choices = own_fields + [f"{group}.{member}" for group, names in members.items() for member in names]
    raise ValueError(f"unknown field {name!r} of {recipe.name}; choices: {', '.join(choices)}")


def with_member(recipe: Recipe, group: str, name: str, value: Any) -> Recipe:
    """The recipe with one of its `rules`, or of its options of the `model`, changed."""
    change: dict[str, Any] = {group: {**getattr(recipe, group), name: value}}
    return replace(recipe, **change)


def game_rules(recipe: Recipe) -> list[str]:
    """The names of the rules of the recipe's game."""
    return [name for name in keyword_names(GAMES[recipe.game]) if name != "model"]


def model_options(recipe: Recipe) -> list[str]:
    """The names of the options of the recipe's architecture."""
    return list(dict.fromkeys([*recipe.model, *keyword_names(ARCHITECTURES[recipe.architecture])]))


def keyword_names(cls: type) -> list[str]:
    """The parameters of a class's constructor; where it passes keywords on, those of its parent too."""
    parameters = inspect.signature(cls).parameters.values()
    names = [parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD]
    passes_on = len(names) < len(parameters)
    return names + keyword_names(cls.__bases__[0]) if passes_on else names
