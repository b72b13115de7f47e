"""Runs that were begun before stored names changed resume as if nothing had changed."""

import json
import shutil
import signal

import pytest
from training_fixtures import CPU, SLIM, assert_same, small

from ganzoo.config import ALIASES, with_current_names
from trainer.engine import RunFolder, Training, resume, start

RECIPES = [
    small("cdcgan-mnist", model=SLIM, steps=6, previews=2),
    small("gan-d-mnist", steps=6, previews=2),
    small("dae-robust-mnist", steps=6, previews=2, ema_decay=0.9),
]


def with_old_names(kind, values):
    """The inverse of `ganzoo.config.aliases.with_current_names`."""
    old_names = {new: old for old, new in ALIASES[kind].items()}
    renamed = {old_names.get(name, name): value for name, value in values.items()}
    if kind != "recipe.json" and "recipe" in renamed:
        renamed["recipe"] = with_old_names("recipe.json", renamed["recipe"])
    return renamed


def write_with_old_names(path):
    """Rewrite a run's recipe and newest checkpoint as they were written under the old names."""
    folder = RunFolder(path)
    recipe = json.loads((path / "recipe.json").read_text())
    (path / "recipe.json").write_text(json.dumps(with_old_names("recipe.json", recipe)))
    folder.save_state(with_old_names("checkpoint", folder.load_state(device=CPU)))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_run_with_old_names_resumes_with_the_same_bits(recipe, tmp_path, monkeypatch):
    new, old, train_step = tmp_path / "new", tmp_path / "old", Training.train_step

    def stop_in_the_third(training):
        if training.step == 2:
            signal.raise_signal(signal.SIGINT)
        return train_step(training)

    monkeypatch.setattr(Training, "train_step", stop_in_the_third)
    assert not start(recipe, new, device="cpu")
    monkeypatch.undo()
    shutil.copytree(new, old)
    write_with_old_names(old)
    stored = RunFolder(old).load_state(device=CPU)
    assert stored["step"] == 3
    assert {"average"} == stored.keys() - {"step", "seconds", "recipe", "game", "optimizers"}
    assert "average" in stored["recipe"] and "average" in json.loads((old / "recipe.json").read_text())

    assert resume(new, device="cpu") and resume(old, device="cpu")
    assert_same(*(RunFolder(path).load_state(device=CPU) for path in (new, old)))
    assert (new / "model.safetensors").read_bytes() == (old / "model.safetensors").read_bytes()
    assert (new / "config.json").read_bytes() == (old / "config.json").read_bytes()
    histories = [[{**row, "seconds": 0} for row in RunFolder(path).read_history()] for path in (new, old)]
    assert histories[0] == histories[1]
    assert RunFolder(old).read_recipe().as_json() == RunFolder(new).read_recipe().as_json() == recipe.as_json()


@pytest.mark.parametrize("kind", ALIASES)
def test_old_names_are_read_and_present_ones_win(kind):
    present = dict.fromkeys(ALIASES[kind].values(), 1) | {"other": 2}
    old = with_old_names(kind, present)
    assert old.keys() == {*ALIASES[kind], "other"}
    assert with_current_names(kind, old) == present
    assert with_current_names(kind, {**dict.fromkeys(ALIASES[kind], 3), **present}) == present
