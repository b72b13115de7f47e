"""Which models the app offers, by which names, and what it says of those that it cannot."""

import copy

import gradio as gr
import pytest
from app_fixtures import ZOO, picture
from training_fixtures import SLIM

from ganzoo import models
from ganzoo.inference import save_network
from ganzoo.ui import catalogue, events, layout
from ganzoo.ui.tabs import generate


def test_models_of_one_s_own_stand_beside_the_shipped_ones(zoo, tmp_path, capsys):
    own = {**SLIM, "classes": 3, "image_shape": [3, 16, 16]}
    for folder, options in (("pets", own), ("gan-digits", SLIM)):
        network = models.build("conditional-dcgan", options)
        fields = {"name": "cdcgan-mnist", "class_names": ["cat", "dog", "fish"]} if options is own else {"name": "x"}
        save_network(network, tmp_path / "runs" / folder, architecture="conditional-dcgan", options=options, **fields)
    store, _ = catalogue.use()
    catalogue.use(store, [tmp_path / "runs"])
    assert set(catalogue.folders()) == {*ZOO, "pets", "runs/gan-digits"}
    assert ("pets: pets ✎", "pets") in catalogue.menu(catalogue.generators(), " ✎")
    made = generate.generate("pets", 4, label=2)
    assert generate.generate("pets", 4, label="fish") == made
    assert picture(made["pictures"][0]).shape == (16, 16, 3)
    labels, (number, _) = generate.fit_labels("pets", generate.NONE, 7), generate.fit_controls("pets", generate.NONE)
    assert [label for _, label in labels["choices"]] == [-1, 0, 1, 2]
    assert labels["choices"][3][0] == "fish"
    assert labels["visible"] and labels["value"] == generate.ALL and not number["visible"]
    with pytest.raises(ValueError, match="cannot write digits"):
        generate.write_number("pets", "12")
    assert catalogue.without_tab() == []
    colour = {"image_shape": [3, 16, 16]}
    folder = tmp_path / "runs" / "reader"
    network = models.build("conv-classifier", colour)
    save_network(network, folder, name="reader", architecture="conv-classifier", options=colour)
    assert [model.name for model in catalogue.without_tab()] == ["runs/reader"]
    assert "is loaded, but" not in capsys.readouterr().out
    layout.build()
    printed = capsys.readouterr().out
    assert "runs/reader is loaded, but only the Zoo tab shows a Classifier of pictures 3 x 16 x 16" in printed
    catalogue.use(store, [tmp_path / "runs" / "pets"])
    assert set(catalogue.folders()) == {*ZOO, "pets"}
    with pytest.raises(ValueError, match="no model in"):
        catalogue.use(store, [tmp_path / "nowhere"])
    assert set(catalogue.folders()) == {*ZOO, "pets"}, "what was offered stays"


def test_a_damaged_model_is_left_out_and_named_once(zoo, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{")
    store, _ = catalogue.use()
    catalogue.use(store, [tmp_path])
    layout.build()
    assert "mine" not in {model.name for model in catalogue.models()}
    assert capsys.readouterr().out.count("mine is left out: ") == 1


def test_a_class_is_the_same_in_two_models_by_its_name(zoo):
    digits = generate.generator("gan-digits")
    turned, letters = copy.copy(digits), copy.copy(digits)
    turned.config = digits.config.with_fields(class_names=catalogue.DIGITS[::-1])
    letters.config = digits.config.with_fields(class_names=list("abcdefghij"))
    assert generate.wanted_class([turned, digits], 2) == generate.wanted_class([turned], 2) == "7"
    assert generate.wanted_class([turned, letters], 2) is None, "one of them does not know it"
    assert catalogue.draws_digits(turned) and not catalogue.draws_digits(letters)


def test_no_message_shows_the_folders_of_this_machine(zoo):
    (folder,) = {folder.parent for folder in catalogue.folders().values()}

    def refuse():
        raise ValueError(f"{folder / 'pets' / 'config.json'} lacks name")

    with pytest.raises(gr.Error) as refused:
        events.clear_errors(refuse)()
    assert refused.value.message == "pets/config.json lacks name"
