"""One recipe with other options of its networks: what such runs measure is recorded with a published model."""

from dataclasses import replace

import pytest

import ganzoo
from trainer.__main__ import main
from trainer.measures import EvaluationSetup
from trainer.publishing import card, other_runs, publish
from trainer.recipes import catalogue

SIZE = {"image_shape": (3, 128, 128)}
WIDE = {**catalogue.get_recipe("gan-c-mnist").model, "latent_dim": 48}


@pytest.fixture
def setup(tmp_path):
    return EvaluationSetup(tmp_path, samples=100)


def test_other_options_are_measured_as_if_each_were_published(trained, tmp_path, setup):
    narrow, wide = trained("narrow"), trained("wide", model=WIDE)
    alone, other = (publish.publish(one, setup, out=tmp_path / f"only-{one.name}") for one in (narrow, wide))
    both = ganzoo.load(publish.publish(narrow, setup, out=tmp_path / "both", other_options=[wide]))
    plain, wider = ganzoo.load(alone), ganzoo.load(other)
    recorded = both.config.variants["latent_dim=48"]
    assert recorded.options == {"latent_dim": 48}
    assert recorded.figures == wider.figures != both.figures and recorded.parameters == wider.parameters
    before, after = (model.config.with_fields(variants=None) for model in (plain, both))
    assert after == before, "what ships does not change"
    table = both.card.split("## With other options")[1].split("\n## ")[0]
    assert "| measure | these weights | `latent_dim=48` |" in table
    assert f"| parameters | {both.parameters:,} | {wider.parameters:,} |" in table
    for name, figure in both.figures.items():
        assert f"| {name} | {figure.value:.4g} | {wider.figures[name].value:.4g} |" in table
    assert "With other options" not in plain.card


def test_options_are_added_to_a_published_model_and_kept_when_it_is_published_again(trained, tmp_path, setup, capsys):
    narrow, wide, named = trained("narrow"), trained("wide", model=WIDE), trained("named", "lsgan-c-mnist")
    other = trained("other", seed=1)
    out = publish.publish(narrow, setup, out=tmp_path / "out", other_seeds=[other])
    assert publish.publish(out, setup, other_options=[wide]) == out
    once = ganzoo.load(out)
    assert once.config.as_json().keys() >= {"variants", "seeds"}
    again = ganzoo.load(publish.publish(narrow, setup, out=out))
    assert again.config == once.config and again.card == once.card
    anew = ganzoo.load(publish.publish(narrow, setup, out=out, other_options=[wide]))
    assert anew.config == once.config
    for run, sentence in (
        (wide, "wide has the options latent_dim=48, and so has gan-c-mnist: each counts once"),
        (narrow, "narrow has the options of the recipe, and so has gan-c-mnist: each counts once"),
        (other, "other is not the same gan-c-mnist with other options of the model: seed: 0 -> 1"),
        (named, "named is not the same gan-c-mnist with other options of the model: "),
    ):
        command = ["publish", str(out), "--data-root", str(tmp_path), "--other-option", str(run)]
        assert main(command) == 2 and sentence in capsys.readouterr().err
    with pytest.raises(ValueError, match="has the options latent_dim=48, and so has gan-c-mnist"):
        publish.publish(out, setup, other_seeds=[trained("more", seed=2)], other_options=[wide])
    assert ganzoo.load(out).config == once.config and ganzoo.load(out).card == once.card


def test_options_are_told_apart_by_what_they_come_to():
    recipe = catalogue.get_recipe("encdec-facades")
    for model, expected in (
        ({"skip": True}, {"skip": True}),
        ({}, {"skip": True}),
        ({"skip": False, "width": 24}, {}),
        ({"widest": 8, "skip": False, "width": 32}, {"widest": 8, "width": 32}),
        ({"width": 32, "widest": 8, "skip": False}, {"widest": 8, "width": 32}),
    ):
        assert other_runs.changed_options(recipe, replace(recipe, model={**SIZE, **model})) == expected
    assert other_runs.in_words({"widest": 8, "width": 32}) == "widest=8 width=32"


def test_a_card_that_knows_a_wider_generator_says_so():
    wide, narrow, other = (ganzoo.load(name) for name in ("pix2pix-facades", "pix2pix-map", "cyclegan-seasons"))
    assert "has not been measured, but a step towards it has: see below." in card.model_card(wide)
    assert "not been measured; the card of `pix2pix-facades` says what a step towards it brought." in card.model_card(
        narrow
    )
    assert "has not been measured." in card.model_card(other)
    smaller = {"options": {"skip": False}, "parameters": 1, "figures": {}}
    narrow.config = narrow.config.with_fields(variants={"skip=False": smaller})
    assert "the card of `pix2pix-facades` says what" in card.model_card(narrow)
    for name, more, expected in (("widest", 1, True), ("width", -1, False), ("patch_width", 1, False)):
        variant = {"options": {name: 5}, "parameters": narrow.parameters + more, "figures": {}}
        narrow.config = narrow.config.with_fields(variants={f"{name}=5": variant})
        assert ("a step towards it has: see below." in card.model_card(narrow)) == expected
    assert "has not been measured." in card.model_card(ganzoo.load("encdec-facades")), "it has another kind of middle"
