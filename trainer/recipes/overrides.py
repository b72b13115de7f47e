"""Changes of a recipe: one field, `field=value` assignments, or what the images to train on require."""

import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from ganzoo import checks
from ganzoo.config import ALIASES
from ganzoo.models import ARCHITECTURES
from trainer.data import own_classes
from trainer.games import GAMES
from trainer.recipes.recipe import WORDS, Recipe

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
    if "classes" in model_options(recipe) and (classes := own_classes(recipe.data)) is not None:
        model["classes"] = max(1, len(classes))
    return replace(recipe, model=model)


def with_assignments(recipe: Recipe, assignments: Sequence[str]) -> Recipe:
    """The recipe with `field=value` assignments applied in order; a value is JSON, or text where it is no JSON.

    A name is looked up among the recipe's fields, the game's rules and the model's options; `recipe.steps=9`,
    `rules.k=2` and `model.latent_dim=16` name the group outright, and `WORDS` are set only so. Hyphens in names count
    as underscores, and old names of stored fields count as the present ones. Raises ValueError for names that are
    unknown or in two groups, and for values of another kind than the recipe's field.
    """
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"expected field=value, got {checks.shown(assignment)}")
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

    `value` is as JSON has it: lists for tuples. Raises ValueError as `with_assignments` does.
    """
    members = {"recipe": own_fields(recipe), "rules": game_rules(recipe), "model": model_options(recipe)}
    group, _, key = name.rpartition(".")
    if group not in members:
        key, group = name, group_of(name, recipe, members)
    if group != "recipe":
        return with_member(recipe, group, key, value)
    if key not in members["recipe"]:
        raise unknown_field(name, recipe, members)
    change: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value}
    return replace(recipe, **change)


def group_of(name: str, recipe: Recipe, members: Mapping[str, Sequence[str]]) -> str:
    """The one group with a field of that name. Raises ValueError for none, for two, and for a recipe's words."""
    groups = [group for group, names in members.items() if name in names and (group != "recipe" or name not in WORDS)]
    if len(groups) > 1:
        choices = " or ".join(f"{group}.{name}" for group in groups)
        raise ValueError(f"{checks.shown(name)} has {len(groups)} meanings for {recipe.name}: write {choices}")
    if groups:
        return groups[0]
    if name in WORDS:
        raise ValueError(
            f"{checks.shown(name)} only describes {recipe.name} and changes nothing in it: write recipe.{name}"
        )
    raise unknown_field(name, recipe, members)


def unknown_field(name: str, recipe: Recipe, members: Mapping[str, Sequence[str]]) -> ValueError:
    """The error for a name that no group has. It lists the choices."""
    choices = [
        member if group == "recipe" and member not in WORDS else f"{group}.{member}"
        for group, names in members.items()
        for member in names
    ]
    return ValueError(f"unknown field {checks.shown(name)} of {recipe.name}; choices: {', '.join(choices)}")


def check_members(recipe: Recipe) -> None:
    """Raise ValueError, which lists the choices, for a rule or an option that the game or the architecture lacks."""
    members = {"rules": game_rules(recipe), "model": known_options(recipe)}
    for group, names in members.items():
        for name in getattr(recipe, group):
            if name not in names:
                raise unknown_field(f"{group}.{name}", recipe, {"recipe": own_fields(recipe), **members})


def check_flags(recipe: Recipe) -> None:
    """Raise ValueError for a rule or an option that is a flag, with another value than true and false.

    Only new recipes are checked: stored ones may hold any text or number for true.
    """
    for values, cls in ((recipe.rules, GAMES[recipe.game]), (recipe.model, ARCHITECTURES[recipe.architecture])):
        for name, value in values.items():
            if keywords(cls).get(name) is bool:
                checks.flag(name, value)


def with_member(recipe: Recipe, group: str, name: str, value: Any) -> Recipe:
    """The recipe with one of its `rules`, or of its options of the `model`, changed."""
    change: dict[str, Any] = {group: {**getattr(recipe, group), name: value}}
    return replace(recipe, **change)


def own_fields(recipe: Recipe) -> list[str]:
    """The names of the recipe's own fields that can be set."""
    return [field.name for field in fields(recipe) if field.name not in NOT_SETTABLE]


def game_rules(recipe: Recipe) -> list[str]:
    """The names of the rules of the recipe's game."""
    return [name for name in keywords(GAMES[recipe.game]) if name != "model"]


def model_options(recipe: Recipe) -> list[str]:
    """The names of the options of the recipe's architecture."""
    return list(dict.fromkeys([*recipe.model, *known_options(recipe)]))


def known_options(recipe: Recipe) -> list[str]:
    """The names of the options that the recipe's architecture knows."""
    return list(keywords(ARCHITECTURES[recipe.architecture]))


def keywords(cls: type) -> dict[str, Any]:
    """The parameters of a class's constructor and their types; where it passes keywords on, those of its parent too."""
    parameters = inspect.signature(cls).parameters.values()
    own = {each.name: each.annotation for each in parameters if each.kind is not each.VAR_KEYWORD}
    return own | keywords(cls.__bases__[0]) if len(own) < len(parameters) else own
