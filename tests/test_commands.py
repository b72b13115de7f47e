"""How the trainer's command line explains what it cannot do, and what `list` prints."""

import io
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest
import tyro

import ganzoo
from ganzoo.command_line import run_commands
from trainer.__main__ import main, next_command, report
from trainer.engine import RunFolder
from trainer.recipes.catalogue import RECIPES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "gan-z"], "unknown recipe 'gan-z'; choices: ae-mnist"),
        (["train", "gan-b-mnist", "--device", "abacus"], "unknown device 'abacus'; choices: auto"),
        (["train", "gan-b-mnist", "--data", "cats"], "data must be one of mnist"),
        (["train", "gan-b-mnist", "--set", "loss=guess", "--data", "synthetic"], "unknown loss 'guess'; choices"),
        (
            ["train", "gan-b-mnist", "--set", "model.wings=2", "--data", "synthetic"],
            "unknown field 'model.wings' of gan-b-mnist; choices: ",
        ),
        (["train", "gan-b-mnist", "--set", "k=1.5", "--data", "synthetic"], "k must be a whole number, got 1.5"),
        (["train", "gan-b-mnist", "--set", "r1=abc", "--data", "synthetic"], "r1 must be a finite number, got 'abc'"),
        (["train", "gan-b-mnist", "--set", "latent_dim=-3", "--data", "synthetic"], "architecture 'mlp-gan'"),
        (["train", "dae-mnist", "--set", "noise=0.5", "--data", "synthetic"], "game 'autoencoding'"),
        (
            ["train", "gan-b-mnist", "--set", "schedule=never", "--data", "synthetic"],
            "unknown schedule 'never'",
        ),
        (["train", "pix2pix-facades", "--set", "source=sideways"], "source must be one of left, right, got 'sideways'"),
        (["train", "dcgan-mnist", "--set", "width=60000"], "parameters, above 8,000,000,000"),
        (
            ["train", "gan-c-mnist", "--data", "synthetic", "--batch-size", "1"],
            "--batch-size must be at least 2",
        ),
        (["train", "gan-b-mnist", "--steps", "many"], "--steps"),
        (["train", "gan-b-mnist", "--steps", "9" * 20], "steps must be at most 1,000,000,000,000, got 9999"),
        (["train", "gan-b-mnist", "--batch-size", "9" * 20], "batch_size must be at most 10,000,000, got 9999"),
        (["train", "gan-b-mnist", "--set", "previews=100000000"], "previews must be at most 100,000"),
        (
            ["train", "gan-b-mnist", "--data", "synthetic", "--set", "generator_norm=no"],
            "generator_norm must be one of",
        ),
        (["train", "gan-b-mnist", "--data", "synthetic", "--reader", "cats"], "no model 'cats'"),
        (["train", "ae-mnist", "--data", "synthetic", "--reader", "cats"], "leave out --reader"),
        (["evaluate", "ae-mnist", "--data", "synthetic", "--reader", "cats"], "leave out --reader"),
        (["evaluate", ""], "an argument is empty"),
        (["resume", ""], "an argument is empty"),
        (["train", "gan-b-mnist", "--data-root", ""], "--data-root needs a name behind it"),
        (["train", "gan-b-mnist", "--data-root="], "--data-root needs a name behind it"),
        (["publish", "nowhere", "--out", ""], "--out needs a name behind it"),
        (["resume", "two  spaces"], "two  spaces is no run"),
        (["resume", "nowhere"], "nowhere is no run"),
        (["publish", "nowhere"], "nowhere is no run"),
        (["evaluate", "nowhere"], "no model 'nowhere'"),
        (["evaluate", "x" * 300], "no model 'xxx"),
        (["resume", "x" * 300], "xxx...xxx"),
        (["train", "gan-b-mnist", "--data", "folder:" + "x" * 300], "xxx...xxx"),
        (["train", "pix2pix-facades", "--data", "pairs:" + "x" * 300], "xxx...xxx"),
    ],
)
def test_the_command_line_explains_and_exits_with_2(arguments, message, tmp_path, capsys):
    out = ["--out", str(tmp_path / "run")] if arguments[0] == "train" else []
    assert main([*arguments, *out]) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_an_unknown_option_is_named_on_any_terminal(encoding, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert main(["list", "--wings"]) == 2
    assert capsys.readouterr().err.startswith("error: Unrecognized options: --wings (see ")


@pytest.mark.parametrize("finished", [True, False])
def test_the_command_that_comes_next_runs_as_it_is_printed(finished, capsys):
    report(finished, Path("my runs (2)/one"))
    command = "evaluate" if finished else "resume"
    assert shlex.split(capsys.readouterr().out)[-5:] == ["python", "-m", "trainer", command, "my runs (2)/one"]


def test_every_path_on_a_command_line_may_begin_with_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    seen = {}

    def look(first: Annotated[Path, tyro.conf.Positional], more: tuple[Path, ...], out: Path | None = None) -> None:
        seen.update(first=first, more=more, out=out)

    arguments = ["look", "~/a", "--more", "~/b", "c/~", "--out=~"]
    assert run_commands({"look": look, "other": look}, program="test", arguments=arguments) == 0
    assert seen == {"first": tmp_path / "a", "more": (tmp_path / "b", Path("c/~")), "out": tmp_path}


def test_a_terminal_that_shows_no_such_letters_ends_no_command(monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", terminal)
    show = {"show": lambda: print("f\udcfcr, für"), "other": lambda: None}
    assert run_commands(show, program="test", arguments=["show"]) == 0
    terminal.flush()
    assert terminal.buffer.getvalue().split() == [rb"f\udcfcr,", rb"f\xfcr"]


def test_the_command_that_comes_next_names_what_it_needs(trained):
    folder = RunFolder(trained("my run"))
    folder.write_run({**folder.read_run(), "data_root": "my data", "reader": "my reader"})
    command = ["python", "-m", "trainer", "evaluate", str(folder.path)]
    assert shlex.split(next_command(folder)) == [*command, "--data-root", "my data", "--reader", "my reader"]
    folder.write_run({**folder.read_run(), "data_root": "data", "reader": None})
    assert shlex.split(next_command(folder)) == command
    folder.write_recipe(replace(folder.read_recipe(), data="folder:my pictures"))
    assert shlex.split(next_command(folder))[:5] == ["python", "-m", "ganzoo", "sample", str(folder.path)]


def test_list_names_every_recipe(capsys):
    assert main(["list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [recipe.name + "*" * (recipe.name not in ganzoo.names()) for recipe in RECIPES]
