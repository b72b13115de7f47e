"""The `--set` language, by properties: what can be set is read back, and nonsense is a ValueError that says so."""

import json
import math
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganzoo.config import ALIASES
from ganzoo.models import ARCHITECTURES
from trainer.data import AUGMENTATIONS, DATASETS
from trainer.games import GAMES
from trainer.recipes.catalogue import RECIPES
from trainer.recipes.gans import GAN_B
from trainer.recipes.overrides import NOT_SETTABLE, game_rules, model_options, with_assignments
from trainer.recipes.recipe import PRECISIONS, WORDS, Recipe

repeatable = settings(max_examples=25, deadline=None, derandomize=True, database=None)

DECAYS = st.floats(0, 1, exclude_max=True)
VALID = {
    "title": st.text(),
    "about": st.text(),
    "source": st.text(),
    "year": st.integers(),
    "architecture": st.sampled_from(sorted(ARCHITECTURES)),
    "game": st.sampled_from(sorted(GAMES)),
    "steps": st.integers(1, 10**12),
    "batch_size": st.integers(1, 10**7),
    "data": st.sampled_from(sorted(DATASETS)) | st.text().map("folder:{}".format),
    "augment": st.sampled_from(sorted(AUGMENTATIONS)),
    "learning_rate": st.floats(0, 1, exclude_min=True, exclude_max=True),
    "schedule": st.text(),
    "betas": st.lists(DECAYS, min_size=2, max_size=2),
    "epsilon": st.floats(0, allow_infinity=False),
    "ema_decay": DECAYS,
    "precision": st.sampled_from(PRECISIONS),
    "truncation": st.floats(0, 2, exclude_min=True),
    "previews": st.integers(0, 100_000),
    "seed": st.integers(0, 2**63 - 1),
}
"""By the recipe's own field: values that it allows."""
FREE_TEXTS = ("title", "about", "source", "schedule")
"""Fields for which every text is valid here; the engine knows the schedules."""
REPRESENTATIVES = sorted(
    {(recipe.architecture, recipe.game): recipe for recipe in RECIPES}.values(), key=lambda r: r.name
)
"""One recipe for each pair of an architecture and a game."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
"""What JSON can say, but for NaN, which does not equal itself."""


def assigned(name: str, value: object, recipe: Recipe = GAN_B) -> Recipe:
    return with_assignments(recipe, [f"{name}={json.dumps(value)}"])


def test_every_field_that_can_be_set_has_its_values_here():
    assert {field.name for field in fields(Recipe)} - set(NOT_SETTABLE) == set(VALID)


@pytest.mark.parametrize("name", VALID)
def test_a_valid_value_is_read_back_and_nothing_else_changes(name):
    @repeatable
    @given(value=VALID[name])
    def check(value):
        before, after = GAN_B.as_json(), assigned(f"recipe.{name}", value).as_json()
        assert after == {**before, name: value}
        if name not in WORDS:
            assert assigned(name.replace("_", "-"), value).as_json() == assigned(name, value).as_json() == after
        assert Recipe.from_json(after).as_json() == after

    check()


@pytest.mark.parametrize("name", sorted(set(VALID) - {*FREE_TEXTS, "data"}))
def test_values_outside_the_range_and_of_another_kind_name_the_field(name):
    @repeatable
    @given(value=VALUES | st.sampled_from([-1, 0, 1, 2**63, -0.5, 1.5, math.inf, -math.inf, math.nan, [0.5, True]]))
    def check(value):
        try:
            after = getattr(assigned(f"recipe.{name}", value), name)
        except ValueError as error:
            assert str(error).startswith(f"{name} must be ") or str(error).startswith(f"{name} must lie ")
        else:
            assert (list(after) if name == "betas" else after) == value
            assert not isinstance(value, bool)

    check()


@pytest.mark.parametrize("name", VALID)
def test_any_text_is_set_or_refused_by_a_sentence_that_names_the_field(name):
    @repeatable
    @given(text=st.text() | st.text("0123456789.eE+-[]{},:\"'NaInfity", max_size=12))
    def check(text):
        try:
            after = getattr(with_assignments(GAN_B, [f"recipe.{name}={text}"]), name)
        except ValueError as error:
            assert str(error).startswith(f"{name} must ") and "\n" not in str(error)
        else:
            assert after == text or after == json.loads(text) or list(after) == json.loads(text)

    check()


@pytest.mark.parametrize("recipe", REPRESENTATIVES, ids=lambda recipe: recipe.name)
def test_every_rule_and_option_is_set_and_read_back(recipe):
    members = [("rules", name) for name in game_rules(recipe)] + [("model", name) for name in model_options(recipe)]

    @repeatable
    @given(member=st.sampled_from([member for member in members if member[1] != "image_shape"]), value=VALUES)
    def check(member, value):
        group, name = member
        for written in (f"{group}.{name}", name):
            after = assigned(written, value, recipe)
            assert after.as_json()[group][name] == value
            assert {**after.as_json()[group], name: None} == {**recipe.as_json()[group], name: None}

    check()


@repeatable
@given(shape=st.lists(st.integers(1, 1024), min_size=3, max_size=3))
def test_an_image_shape_is_read_back(shape):
    assert assigned("image_shape", shape).image_shape == tuple(shape)


@repeatable
@given(shape=VALUES | st.lists(st.integers(-5, 5), max_size=4))
def test_what_is_no_image_shape_is_named(shape):
    try:
        assert list(assigned("image_shape", shape).image_shape) == shape
    except ValueError as error:
        assert str(error).startswith("image_shape must be channels, height and width")


@repeatable
@given(name=st.text() | st.sampled_from(["name", "model", "rules", "k.rules", ".k", "rule.k"]), value=VALUES)
def test_an_unknown_name_lists_the_choices(name, value):
    name = name.replace("=", "").replace(".", "·") if name.startswith(("rules.", "model.")) else name.replace("=", "")
    known = [*VALID, *ALIASES["recipe.json"], *game_rules(GAN_B), *model_options(GAN_B)]
    if name.replace("-", "_") in known:
        return
    with pytest.raises(ValueError, match="unknown field") as raised:
        assigned(name, value)
    assert all(f"{choice}" in str(raised.value) for choice in ("steps", "rules.k", "model.latent_dim"))


@repeatable
@given(text=st.text().filter(lambda text: "=" not in text))
def test_what_assigns_nothing_is_named(text):
    with pytest.raises(ValueError) as raised:
        with_assignments(GAN_B, [text])
    assert str(raised.value) == f"expected field=value, got {text!r}"


@repeatable
@given(decay=DECAYS, old=st.sampled_from(sorted(ALIASES["recipe.json"])))
def test_old_names_mean_the_present_fields(decay, old):
    assert old == "average", "a new alias needs values here"
    assert assigned(old, decay) == assigned("ema_decay", decay)


@repeatable
@given(values=st.lists(st.integers(1, 10**12), min_size=1, max_size=4))
def test_of_several_assignments_to_a_field_the_last_counts(values):
    assert with_assignments(GAN_B, [f"steps={value}" for value in values]).steps == values[-1]
