"""Changing recipes by name, and how the trainer's command line explains what it cannot do."""

import json

import pytest

import ganzoo
from trainer.__main__ import main
from trainer.recipes import catalogue
from trainer.recipes.catalogue import RECIPES
from trainer.recipes.overrides import with_assignments
from trainer.recipes.recipe import Recipe


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
        ("steps=many", "steps must be of the kind of"),
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "gan-z"], "unknown recipe 'gan-z'; choices: ae-mnist"),
        (["train", "gan-b-mnist", "--device", "abacus"], "unknown device 'abacus'; choices: auto"),
        (["train", "gan-b-mnist", "--data", "cats"], "data must be one of mnist"),
        (["train", "gan-b-mnist", "--set", "loss=guess", "--data", "synthetic"], "unknown loss 'guess'; choices"),
        (
            ["train", "gan-b-mnist", "--set", "model.wings=2", "--data", "synthetic"],
            "unexpected keyword argument 'wings'",
        ),
        (["train", "gan-b-mnist", "--set", "k=1.5", "--data", "synthetic"], "k must be a whole number, got 1.5"),
        (["train", "gan-b-mnist", "--set", "r1=abc", "--data", "synthetic"], "r1 must be a finite number, got 'abc'"),
        (["train", "gan-b-mnist", "--set", "latent_dim=-3", "--data", "synthetic"], "architecture 'mlp-gan'"),
        (["train", "dae-mnist", "--set", "noise=0.5", "--data", "synthetic"], "game 'autoencoding'"),
        (["train", "gan-b-mnist", "--steps", "many"], "--steps"),
        (["resume", "nowhere"], "nowhere is no run"),
        (["publish", "nowhere"], "nowhere is no run"),
        (["evaluate", "nowhere"], "no model 'nowhere'"),
    ],
)
def test_the_command_line_explains_and_exits_with_2(arguments, message, tmp_path, capsys):
    out = ["--out", str(tmp_path / "run")] if arguments[0] == "train" else []
    assert main([*arguments, *out]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_list_names_every_recipe(capsys):
    assert main(["list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [recipe.name + "*" * (recipe.name not in ganzoo.names()) for recipe in RECIPES]
