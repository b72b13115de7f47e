"""What is measured of translators, and what their cards make of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from training_fixtures import TINY, small

import ganzoo
from ganzoo.drawing import scenes
from ganzoo.inference import ModelStore
from ganzoo.ui import cards
from trainer.data.palettes import common_colours, find_palette, nearest_colours
from trainer.engine import start
from trainer.measures import EvaluationSetup, translators
from trainer.publishing import card, faults, publish, readme
from trainer.recipes import catalogue as recipes


def test_figures_of_known_pictures():
    colours = torch.tensor([[0.0, 0, 255], [255, 0, 0]])
    truth = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    truth[:, 2] = 255
    truth[0, :, :, :2] = torch.tensor([255, 0, 0], dtype=torch.uint8)[:, None, None]
    made = truth.clone()
    made[0, :, 0, :2] = torch.tensor([20, 0, 250], dtype=torch.uint8)[:, None]
    read, known = (nearest_colours(images, colours) for images in (made, truth))
    assert translators.overlap(read, known, 1) == pytest.approx(6 / 8)
    assert translators.overlap(read, known, 0) == pytest.approx(8 / 10)
    noise = torch.rand(2, 3, 16, 16)
    blurred = F.avg_pool2d(noise, 3, 1, padding=1)
    assert translators.sharpness(blurred) < 0.5 * translators.sharpness(noise)
    assert translators.ssim(noise, noise) == pytest.approx(1)
    assert translators.ssim(blurred, noise) < 0.9


def test_a_palette_has_neither_shades_nor_the_blends_of_soft_edges():
    maps = np.stack([np.asarray(scenes.windows(seed, size=(96, 96)).resize((61, 61), 3)) for seed in range(12)])
    noise = np.random.default_rng(0).integers(-20, 21, maps.shape)
    images = torch.from_numpy((maps + noise).clip(0, 255).astype(np.uint8)).permute(0, 3, 1, 2)
    blue, red = common_colours(images)
    for average, drawn in ((blue, scenes.WALL), (red, scenes.WINDOW)):
        assert (average - torch.tensor(drawn)).abs().max() < 12
    assert len(find_palette(images[:, :1])) == 2, "grey ones, too"
    photos = [np.asarray(scenes.landscape(seed, winter=False, size=(64, 64))) for seed in range(4)]
    assert find_palette(torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2)) == []
    assert len(common_colours(torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8))) == 0
    assert find_palette(torch.zeros(2, 3, 8, 8, dtype=torch.uint8)) == [], "one colour draws nothing"
    large = torch.zeros(24, 3, 160, 160, dtype=torch.uint8)
    large[:, 2] = 255
    large[:, :, :40] = 255
    assert find_palette(large) == ["#0000ff", "#ffffff"], "sums of many pixels are exact"


@pytest.mark.parametrize("name", ["pix2pix-facades", "windows-facades", "colorize-emoji", "cyclegan-seasons"])
def test_a_translator_is_published_with_figures_a_card_and_pictures_of_our_own(name, tmp_path):
    recipe = small(name)
    assert start(replace(recipe, model={**recipe.model, **TINY}), tmp_path / "run", device="cpu")
    place = publish.publish(tmp_path / "run", EvaluationSetup(tmp_path), out=tmp_path / "out")
    model = ganzoo.load(place)
    sides = {"pix2pix-facades": ("windows", "photo"), "colorize-emoji": ("grey", "picture")}
    assert model.sides == sides.get(name, ("photo", "windows"))
    rivals = set() if model.network.has_discriminator else {"last"}
    assert set(model.config.as_json()["compared"]) == {"figure", "averaged"} | rivals
    assert model.score_scale == ("score" if name == "cyclegan-seasons" else "probability")
    assert model.strength == (1.0 if name == "colorize-emoji" else 0.0)
    rows = 2 * len(model.directions)
    assert Image.open(place / "samples.webp").size == (8 * 34 + 2, rows * 34 + 2)
    assert "pipeline_tag: image-to-image" in (place / "README.md").read_text()
    assert all(f"| {figure} |" in model.card for figure in model.figures)
    figures = model.figures
    if name == "cyclegan-seasons":
        assert [len(one.beside) for one in figures.values()] == [1, 1]
        return
    assert figures["test L1"].value > 0 and figures["test SSIM"].beside["look-up"] <= 1
    assert ("mean IoU of the colours" in figures) == (name == "windows-facades")
    assert ("grey" in figures["test L1"].beside) == (name == "colorize-emoji")


def test_cards_of_siblings_show_each_other(tmp_path):
    names = ("pix2pix-facades", "encdec-facades", "pix2pix-map")
    tiny = {name: replace(small(name), model={**recipes.get_recipe(name).model, **TINY}) for name in names}
    setup = EvaluationSetup(tmp_path, store=ModelStore(tmp_path / "weights"))
    setup.store.root.mkdir()
    (setup.store.root / "README.md").write_text(f"{readme.BEGIN}\n{readme.END}\n")
    for name, recipe in tiny.items():
        assert start(recipe, tmp_path / name, device="cpu")
        publish.publish(tmp_path / name, setup, catalogue=tuple(tiny.values()))
    first, second, other = map(setup.store.load, names)
    assert "Beside its siblings" not in other.card
    for one, sibling in ((first, second), (second, first)):
        assert Image.open(one.folder / "siblings.webp").size == (8 * 34 + 2, 3 * 34 + 2)
        assert f"the sources, then the results of `{one.name}`, `{sibling.name}`." in one.card
        assert "![siblings](siblings.webp)" in one.card.split("Beside its siblings")[1]
        values = " | ".join(f"{figure.value:.4g}" for figure in sibling.figures.values())
        assert f"| `{sibling.name}` | {values} |" in one.card
    assert "](data:image/webp" in cards.card_markdown(names[0]).split("Beside its siblings")[1], "the app shows it"


def test_the_card_says_what_the_figures_say_against_a_translator(translator):
    translator, generator = ganzoo.load(translator.folder), ganzoo.load("gan-c-mnist")

    def faults_with(model=translator, **figures):
        recorded = {name: {"value": value, "beside": beside} for name, (value, beside) in figures.items()}
        model.config = model.config.with_fields(figures=recorded)
        return faults.faults_of(model)

    good = {"test L1": (0.1, {"look-up": 0.2}), "sharpness, share of real": (0.9, {})}
    assert faults_with(**good) == []
    assert faults_with(**{**good, "test L1": (0.3, {"look-up": 0.2, "grey": 0.4})}) == [
        "Farther from the truth (L1 0.300) than the look-up (0.200)."
    ]
    assert "Blurred" in faults_with(**{**good, "sharpness, share of real": (0.4, {})})[0]
    assert "commonest colour" in faults_with(**{"pixels of the right colour": (0.4, {"commonest colour": 0.5})})[0]
    assert "there and back (0.200)" in faults_with(**{"cycle L1, a and back": (0.2, {"change on the way": 0.1})})[0]
    assert faults_with(generator, coverage=(0.58, {"train against test": 0.95})) == []
    assert faults_with(generator, coverage=(0.56, {"train against test": 0.95})) == [
        "Only 56% of the real images have a sample close by; 95% have another real image close by."
    ]


def test_what_was_seen_and_how_wide_the_paper_s_are_is_told_of_the_catalogue_s_own_models():
    assert set(faults.SEEN) <= {recipe.name for recipe in recipes.RECIPES}
    first, without, other = map(ganzoo.load, ("pix2pix-facades", "encdec-facades", "gan-c-mnist"))
    assert faults.SEEN["pix2pix-facades"] in faults.faults_of(first)
    assert "generator is 64 to 512 channels wide and has 54.4 million parameters: 109 MB" in card.paper_size(first)
    assert (
        "without skip connections is 64 to 512 channels wide and has 39.1 million parameters: 78 MB"
        in card.paper_size(without)
    )
    assert card.paper_size(other) == ""
    recipe = {**first.recipe, "model": {**first.recipe["model"], "width": 64}}
    first.config = first.config.with_fields(recipe=recipe)
    assert faults.SEEN["pix2pix-facades"] not in faults.faults_of(first) and card.paper_size(first) == ""
