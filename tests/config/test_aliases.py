"""Files under old names of fields are read as those under the present names."""

from functools import partial

import pytest

from ganzoo.config import ALIASES, ModelConfig, with_current_names
from trainer.recipes import get_recipe
from trainer.recipes.recipe import Recipe

CONFIG = {"name": "mine", "architecture": "dcgan", "options": {}, "sha256": ""}
RECIPE = {name: value for name, value in get_recipe("dcgan-mnist").as_json().items() if name != "ema_decay"}
READERS = {
    "config.json": lambda values: ModelConfig.from_json({**CONFIG, **values}).as_json(),
    "recipe.json": lambda values: Recipe.from_json({**RECIPE, **values}).as_json(),
    "checkpoint": partial(with_current_names, "checkpoint"),
}
VALUES = {"score_scale": "probability", "ema_decay": 0.25, "ema": {"weight": 1}}


@pytest.mark.parametrize(
    ("kind", "old", "new"), [(kind, *names) for kind in ALIASES for names in ALIASES[kind].items()]
)
def test_a_field_is_read_under_its_old_name(kind, old, new):
    value = VALUES[new]
    read = READERS[kind]({old: value})
    assert read[new] == value and old not in read
    assert READERS[kind]({old: "no such value", new: value}) == read, "the present name counts"


@pytest.mark.parametrize("kind", ["config.json", "checkpoint"])
def test_a_recipe_within_another_file_is_read_under_old_names(kind):
    assert READERS[kind]({"recipe": {"average": 0.25, "name": "mine"}})["recipe"] == {"ema_decay": 0.25, "name": "mine"}


def test_typed_values_follow_the_old_names():
    config = ModelConfig.from_json({**CONFIG, "verdict": "probability", "recipe": {"average": 0.5}})
    assert config.score_scale == "probability" and config.recipe == {"ema_decay": 0.5}
