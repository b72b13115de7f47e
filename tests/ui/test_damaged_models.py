"""Damaged files of models: the app works without them, says so, and looks again when they change."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from app_fixtures import ZOO, set_fields
from PIL import Image
from safetensors.torch import save

import ganzoo
from ganzoo import models
from ganzoo.config import CONFIG
from ganzoo.inference import TENSORS, read_config
from ganzoo.ui import cards, catalogue
from ganzoo.ui.tabs import latent, training_history
from ganzoo.ui.tabs import zoo as zoo_tab


def not_text(path: Path) -> None:
    path.write_bytes(b"caf\xe9 \xff")


def nested(path: Path) -> None:
    path.write_text("[" * 100_000 + "]" * 100_000)


def folder(path: Path) -> None:
    path.mkdir()


def broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


def loop(path: Path) -> None:
    path.symlink_to(path)


def cut(path: Path) -> None:
    path.write_bytes(b"RIFF\x10")


def json_list(path: Path) -> None:
    path.write_text("[1, 2]")


def json_of(**fields) -> object:
    def write(path: Path) -> None:
        path.write_text(json.dumps(fields))

    write.__name__ = str(fields)
    return write


DAMAGES = [not_text, nested, folder, broken_link, loop, cut, json_list]
FILES = {
    "vae-two": ["codes.json"],
    "gan-digits": ["history.json", "training.webp", "README.md", "samples.webp"],
    "ae-wide": [CONFIG, "model.safetensors"],
}
GARBLED = [
    ("vae-two", "codes.json", json_of(codes=[[1, 2], [3]])),
    ("vae-two", "codes.json", json_of(codes=5)),
    ("vae-two", "codes.json", json_of(codes=[[0, 1]], labels=["a"])),
    ("vae-many", "codes.json", json_of(mean=[0, 1])),
    ("gan-digits", "history.json", json_of(rows=[{"epoch": 1, "loss": "high"}])),
    ("gan-digits", "history.json", json_of(rows=7)),
    ("gan-digits", "history.json", json_of(frames=["a"])),
    ("ae-wide", CONFIG, json_of(name="ae-wide", architecture=["x"])),
]
CARD = "# Card\n\n![samples](samples.webp)\n"
CASES = [(model, file, damage) for model, files in FILES.items() for file in files for damage in DAMAGES]
HARMLESS = {("README.md", each) for each in (nested, cut, json_list, broken_link)} | {("codes.json", broken_link)}
"""Damages that are none: any text is a card, and a link to nowhere is no file."""
HARMLESS |= {("history.json", broken_link)}


@pytest.mark.parametrize(
    ("model", "file", "damage"), [*CASES, *GARBLED], ids=lambda value: getattr(value, "__name__", None)
)
def test_a_damaged_file_stops_nothing_but_its_own(zoo, capsys, model, file, damage):
    (zoo / "gan-digits" / "README.md").write_text(CARD)
    path = zoo / model / file
    path.unlink(missing_ok=True)
    damage(path)
    show_all()
    assert {each.name for each in catalogue.models()} == set(ZOO) - {model if file in FILES["ae-wide"] else ""}
    printed = capsys.readouterr().out
    name = model if file in FILES["ae-wide"] else f"{model}/{file}"
    if (file, damage) in HARMLESS:
        assert printed == "" and catalogue.damaged() == {}
        return
    assert len(printed.splitlines()) == 1 and name in printed
    assert list(catalogue.damaged()) == [name]
    shown = zoo_tab.damaged_html()
    assert name in shown and str(zoo) not in shown
    show_all()
    assert capsys.readouterr().out == "", "said once"


def show_all() -> None:
    """What the app shows of the models that a damage is tried on."""
    for name in ("gan-digits", "vae-two", "vae-many"):
        cards.card_markdown(name)
        training_history.panel_value(name)
    latent.map_value("vae-two")
    latent.directions_value("vae-many")


@pytest.mark.parametrize("read", [lambda model: model.card, lambda model: model.history])
def test_python_says_which_file_is_damaged(zoo, read):
    for file in ("README.md", "history.json"):
        not_text(zoo / "gan-plain" / file)
    with pytest.raises(ValueError, match=r"gan-plain.(README|history)"):
        read(ganzoo.load(zoo / "gan-plain"))


def test_a_damaged_model_is_read_once_until_it_changes(zoo, monkeypatch):
    config = zoo / "ae-wide" / CONFIG
    whole, tried = config.read_bytes(), []
    open_folder = catalogue.open_folder
    monkeypatch.setattr(catalogue, "open_folder", lambda folder: tried.append(folder.name) or open_folder(folder))
    config.write_text("{")
    for _ in range(3):
        catalogue.models()
        with pytest.raises(ValueError, match=r"ae-wide cannot be read: .*no valid JSON"):
            catalogue.load("ae-wide")
    assert tried.count("ae-wide") == 1
    config.write_bytes(whole)
    assert catalogue.load("ae-wide").name == "ae-wide"
    assert catalogue.damaged() == {}


def test_weights_that_are_no_numbers_are_noticed_when_they_are_read(zoo, capsys):
    config = read_config(zoo / "gan-plain")
    network = models.build(config.architecture, config.options)
    path, tensors = zoo / "gan-plain" / TENSORS, network.state_dict()
    next(iter(tensors.values())).fill_(float("nan"))
    path.write_bytes(save(tensors))
    set_fields(path.parent, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(ValueError, match="not finite"):
        catalogue.load("gan-plain").network  # noqa: B018
    catalogue.read_weights()
    assert capsys.readouterr().out.count("gan-plain is left out") == 1
    assert list(catalogue.damaged()) == ["gan-plain"]
    assert {each.name for each in catalogue.models()} == set(ZOO) - {"gan-plain"}


def test_a_picture_that_is_none_is_left_out_of_the_card(zoo):
    folder = zoo / "gan-digits"
    (folder / "README.md").write_text(CARD)
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(folder / "samples.webp")
    assert "data:image/webp" in cards.card_markdown("gan-digits")
    os.truncate(folder / "samples.webp", 20)
    assert "data:image" not in cards.card_markdown("gan-digits")
