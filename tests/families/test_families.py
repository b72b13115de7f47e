"""The table of families: every architecture has one, and a fifth is one row."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from torch import nn

import ganzoo
from ganzoo import models
from ganzoo.inference import read_config
from ganzoo.models import ImageModel
from trainer.data import InMemoryImages
from trainer.families import FAMILIES, Family, Usage, evaluate, family_of, headline_figures, preview, primary_figure
from trainer.measures import EvaluationSetup, Figure
from trainer.publishing import card


@pytest.mark.parametrize("name", models.ARCHITECTURES)
def test_each_architecture_belongs_to_one_family(name):
    families = [family for family in FAMILIES if issubclass(models.ARCHITECTURES[name], family.network)]
    assert len(families) == 1


@pytest.mark.parametrize(
    "name", ["ae2d-mnist", "infogan-mnist", "progan-fashion", "cyclegan-seasons", "classifier-mnist"]
)
def test_a_model_and_its_network_belong_to_the_same_family(name):
    model = ganzoo.load(name)
    assert family_of(model) is family_of(model.network)
    assert list(headline_figures(model)) == [key for key in family_of(model).headline(model) if key in model.figures]


def test_what_belongs_to_no_family_is_refused():
    with pytest.raises(
        ValueError, match="SimpleNamespace belongs to no family of models; families: Reconstructor, Samp"
    ):
        family_of(SimpleNamespace())


class Flow(ImageModel):
    """A fifth kind of network."""

    def __init__(self):
        super().__init__(image_shape=(1, 8, 8), pixels="unit")
        self.layer = nn.BatchNorm2d(1)


class Flower(ganzoo.LoadedModel):
    """What it can do."""


def previewed(network, game, dataset, seed):
    assert not network.training
    return Image.new("L", (len(dataset), seed))


FIFTH = Family(
    model=Flower,
    network=Flow,
    measure=lambda model, setup: iter([("bits", Figure(1.5, {"uniform": 8.0})), ("seconds", Figure(setup.samples))]),
    headline=lambda model: ["bits", "unknown"],
    usage=lambda model, name: Usage("other-task", "flow", f'ganzoo.load("{name}").flow()'),
    notes=lambda model: "Bits are per pixel.",
    faults=lambda model: ["It has no depth."],
    sample_sheet=lambda model, store: Image.new("L", (8, 8)),
    preview=previewed,
)


@pytest.fixture
def flower(trained):
    folder = trained("run")
    figures = {"bits": {"value": 1.5, "beside": {"uniform": 8.0}}}
    training = {"steps": 3, "images": 48, "seconds": 1, "seed": 0, "device": "cpu"}
    return Flower(folder, read_config(folder).with_fields(figures=figures, training=training), Flow())


def test_a_fifth_family_is_one_row(flower, tmp_path):
    families, setup = (*FAMILIES, FIFTH), EvaluationSetup(tmp_path, samples=7)
    with pytest.raises(ValueError, match="Flower belongs to no family"):
        evaluate(flower, setup)
    assert evaluate(flower, setup, families) == {"bits": Figure(1.5, {"uniform": 8.0}), "seconds": Figure(7)}
    assert primary_figure(flower, setup, families) == ("bits", 1.5)
    assert headline_figures(flower, families) == {"bits": 1.5}
    text = card.model_card(flower, families=families)
    for words in (
        "pipeline_tag: other-task",
        "- flow\n",
        '\nganzoo.load("path/to/this/folder").flow()\n',
        "| bits | 1.5 | uniform: 8 |",
        "\n\nBits are per pixel.\n\n## Faults seen\n\n* It has no depth.\n\n## Training",
    ):
        assert words in text
    assert family_of(flower, families).sample_sheet(flower, setup.store).size == (8, 8)


def test_a_preview_is_the_family_s_and_leaves_the_network_in_training():
    network, images = Flow(), InMemoryImages(torch.zeros(5, 1, 8, 8, dtype=torch.uint8), torch.zeros(5))
    families = (*FAMILIES, FIFTH)
    assert preview(network, None, images, seed=3, families=families).size == (5, 3)
    assert network.training
    silent = (replace(FIFTH, preview=lambda *given: None),)
    assert preview(network.eval(), None, images, seed=3, families=silent) is None and not network.training
