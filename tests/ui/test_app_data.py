"""Autoencoders of another data set than digits: their generators, their classifiers, the names of their classes."""

import base64
import html
import re

import numpy as np
import pytest
from app_fixtures import set_fields, untrained, write_fashion
from PIL import Image
from training_fixtures import SLIM

from ganzoo.images import fit, open_picture
from ganzoo.inference import save_network
from ganzoo.ui import cards, catalogue, controls, encoding, events, texts
from ganzoo.ui.tabs import example_images, generate, latent, reconstruct
from trainer.data.registry import ARTICLES

DRESS = 3


@pytest.fixture
def shelf(zoo):
    """Models of digits and of articles."""
    write_fashion(zoo)
    return zoo


def picture(uri: str) -> np.ndarray:
    return np.asarray(open_picture(base64.b64decode(uri.split(",", 1)[1])))


def shoe() -> Image.Image:
    """Something grey in a corner of a wide black page."""
    page = np.zeros((60, 100), np.uint8)
    page[40:55, 25:70] = 128
    return Image.fromarray(page)


def by_name(name: str):
    return catalogue.load(name)


def test_an_autoencoder_has_generators_and_a_classifier_of_the_same_images(shelf):
    digits, articles = by_name("ae-wide"), by_name("vae2d-fashion")
    assert example_images.sources(digits) == ["gan-digits", "gan-readable"]
    assert example_images.sources(articles) == ["cdcgan-fashion"]
    assert catalogue.generated_classes(digits) == catalogue.DIGITS and catalogue.generated_classes(articles) == list(
        ARTICLES
    )
    assert catalogue.classifier_for(digits).name == "reader"
    assert catalogue.classifier_for(articles).name == "classifier-fashion"
    assert articles.class_names == [] and articles.data_classes == list(ARTICLES), "it knows no labels itself"
    assert catalogue.without_tab() == []
    names = [model.name for model in catalogue.autoencoders()]
    assert names[-3:] == ["ae2d-fashion", "dae-robust-fashion", "vae2d-fashion"], "digits come first"


def test_an_autoencoder_whose_images_no_model_draws_gets_digits(shelf):
    set_fields(shelf / "cdcgan-fashion", class_names=["cat"] * 10)
    articles = by_name("vae2d-fashion")
    assert example_images.sources(articles) == ["gan-digits", "gan-readable"]
    assert catalogue.generated_classes(articles) == catalogue.DIGITS
    for strange in (None, "shoes", 3, {"a": 1}):
        set_fields(shelf / "vae2d-fashion", class_names=strange)
        assert catalogue.training_classes(by_name("vae2d-fashion")) == catalogue.DIGITS


def test_own_pictures_without_classes_are_no_digits(shelf):
    set_fields(shelf / "vae2d-fashion", class_names=None, recipe={"data": "folder:shoes"})
    own = by_name("vae2d-fashion")
    assert catalogue.training_classes(own) == [] and catalogue.classifier_for(own) is None
    assert picture(reconstruct.reconstruct("vae2d-fashion", encoding.png(shoe()))["input"]).max() < 200, "not a digit"
    assert texts.both("classified_as") not in reconstruct.show_one("vae2d-fashion", encoding.png(shoe()), 0, 0, 0)
    assert latent.map_value("vae2d-fashion")["classes"] == []
    assert example_images.sources(own) == ["gan-digits", "gan-readable"]


def test_ten_pairs_and_captions_speak_of_articles(shelf):
    made = reconstruct.ten_pairs("vae2d-fashion")
    assert made["input"] == generate.generate("cdcgan-fashion", 10)["pictures"]
    with pytest.raises(ValueError, match=r"source must be one of cdcgan-fashion, got 'gan-digits'"):
        reconstruct.ten_pairs("vae2d-fashion", source="gan-digits")
    named = [texts.word("class", article) for article in ARTICLES]
    left_over = reconstruct.show_ten("vae2d-fashion", 0, 0, 0, "gan-digits", 0)
    assert left_over == reconstruct.show_ten("vae2d-fashion", 0, 0, 0, "cdcgan-fashion", 0)
    assert re.findall("<small>(.*?)</small>", left_over) == named
    assert "<small>" not in reconstruct.show_ten("ae-wide", 0, 0, 0, "gan-digits", 0)
    taken = reconstruct.picked("vae2d-fashion", "cdcgan-fashion", DRESS, 7)
    assert taken == generate.generate("cdcgan-fashion", 1, 7, label=DRESS)["pictures"][0]
    assert reconstruct.picked("vae2d-fashion", "gan-digits", DRESS, 7) == taken, "until the menu has followed"
    for name, known in (("vae2d-fashion", ARTICLES), ("ae-wide", catalogue.DIGITS)):
        shown = reconstruct.show_one(name, taken, 0, 0, 0)
        read = re.findall(re.escape(texts.both("classified_as")) + r" (.*?) \(", shown)
        assert len(read) == 3 and set(read) <= {texts.word("class", name) for name in known}
    set_fields(shelf / "classifier-fashion", class_names=["<b>"] * 10)
    set_fields(shelf / "vae2d-fashion", class_names=["<b>"] * 10)
    assert html.escape("<b>") in reconstruct.show_one("vae2d-fashion", taken, 0, 0, 0)


def test_a_picture_is_fitted_unless_it_is_for_a_model_of_digits(shelf):
    seen = picture(reconstruct.reconstruct("vae2d-fashion", encoding.png(shoe()))["input"])
    assert np.array_equal(seen, fit(shoe(), (1, 28, 28))[0]) and seen.max() < 200
    digit = picture(reconstruct.reconstruct("vae-two", encoding.png(shoe()))["input"])
    assert digit.max() == 255 and not np.array_equal(seen, digit)
    shoe().save(shelf / "shoe.png")
    assert np.array_equal(picture(example_images.uploaded("vae2d-fashion", str(shelf / "shoe.png"))), seen)
    assert np.array_equal(picture(example_images.uploaded("vae-two", str(shelf / "shoe.png"))), digit)
    way = latent.walk("vae2d-fashion", encoding.png(shoe()), encoding.png(shoe()))["pictures"]
    assert latent.decode("vae2d-fashion", latent.encode("vae2d-fashion", encoding.png(shoe()))) == way[0]


def test_the_menus_follow_the_data_of_the_model(shelf):
    for name, source, expected in (
        ("vae2d-fashion", "gan-readable", "cdcgan-fashion"),
        ("ae-two", "gan-readable", "gan-readable"),
        ("ae-two", "cdcgan-fashion", "gan-digits"),
    ):
        menu = example_images.fit_sources(name, source)
        assert (menu["choices"], menu["value"]) == (example_images.sources(by_name(name)), expected)
    with pytest.raises(ValueError, match="source must be one of"):
        example_images.fit_sources("ae-two", "nobody")
    buttons = controls.fit_classes("vae2d-fashion", DRESS)
    assert [label for _, label in buttons["choices"]] == list(range(len(ARTICLES))) and buttons["value"] == DRESS
    assert controls.class_choices(["7", "<b>"]) == [("7", 0), ("<b>", 1)], "what is not known stays as it is"
    assert reconstruct.classifier_card("ae-two") == cards.card_markdown("reader")
    assert reconstruct.classifier_card("vae2d-fashion") == cards.card_markdown("classifier-fashion")


def test_a_model_of_fewer_classes_gets_ten_pairs_too(shelf):
    pets, options = ["cat", "dog", "fish"], {**SLIM, "classes": 3}
    network = untrained("conditional-dcgan", options)
    fields = {"architecture": "conditional-dcgan", "options": options, "class_names": pets}
    save_network(network, shelf / "pets", name="pets", **fields)
    set_fields(shelf / "vae2d-fashion", class_names=pets)
    assert example_images.sources(by_name("vae2d-fashion")) == ["pets"]
    assert len(reconstruct.ten_pairs("vae2d-fashion")["input"]) == 10
    assert reconstruct.show_ten("vae2d-fashion", 0, 0, 0, "pets", 0).count("<small>cat</small>") == 4
    buttons = controls.fit_classes("vae2d-fashion", 7)
    assert (buttons["choices"], buttons["value"]) == ([("cat", 0), ("dog", 1), ("fish", 2)], 0)
    left_over = reconstruct.picked("vae2d-fashion", "pets", 7, 5)
    assert left_over == generate.generate("pets", 1, 5, label=0)["pictures"][0], "until the menu has followed"
    assert reconstruct.classifier_card("vae2d-fashion") == ""


def test_maps_of_the_same_pictures_stand_beside_each_other(shelf):
    assert latent.partner("ae-two") == "vae-two"
    assert latent.partner("vae2d-fashion") == "ae2d-fashion"
    assert latent.fit_partner("ae2d-fashion", "vae-two") == "vae2d-fashion"
    assert latent.fit_partner("vae-two", "vae-two") == "vae-two", "twice the same is a choice, too"
    assert latent.map_value("ae-two")["classes"] == catalogue.DIGITS
    assert latent.map_value("ae2d-fashion")["classes"] == [texts.word("class", name) for name in ARTICLES]
    first, second, third = latent.locate(DRESS, 1, "ae2d-fashion", "vae2d-fashion", "vae-two")
    dress = generate.generate("cdcgan-fashion", 1, 1, label=DRESS)["pictures"][0]
    assert first.props["at"] == latent.encode("ae2d-fashion", dress)
    assert second.props["at"] == latent.encode("vae2d-fashion", dress)
    assert third == events.gr.skip(), "a dress has no place among digits"
