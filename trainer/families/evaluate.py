"""How any model is measured and shown, by the row of its family."""

import torch
from PIL import Image

import ganzoo
from ganzoo import checks
from ganzoo.models import ImageModel
from trainer.data import ImageDataset
from trainer.families.table import FAMILIES, Families, family_of
from trainer.games import Game
from trainer.measures import EvaluationSetup, Figure


def evaluate(model: ganzoo.LoadedModel, setup: EvaluationSetup, families: Families = FAMILIES) -> dict[str, Figure]:
    """All figures of a model on the test split, by name. Raises ValueError for a model that cannot be measured."""
    check_reader(model, setup, families)
    return dict(family_of(model, families).measure(model, setup))


def check_reader(model: ganzoo.LoadedModel, setup: EvaluationSetup, families: Families = FAMILIES) -> None:
    """Raise ValueError for a classifier or a translator that is named in vain or does not fit."""
    if setup.classifier is None:
        return
    family = family_of(model, families)
    if not family.takes_reader(model):
        raise ValueError(
            f"{model.name} is measured without another model, got {checks.shown(setup.classifier)}: leave out --reader"
        )
    family.check_setup(model, setup)


def primary_figure(
    model: ganzoo.LoadedModel, setup: EvaluationSetup, families: Families = FAMILIES
) -> tuple[str, float]:
    """The figure by which two versions of a model are compared: divergence, distance, error or accuracy."""
    name, figure = next(iter(family_of(model, families).measure(model, setup)))
    return name, figure.value


def headline_figures(model: ganzoo.LoadedModel, families: Families = FAMILIES) -> dict[str, float]:
    """The recorded figures that say most about a model."""
    names = family_of(model, families).headline(model)
    return {name: model.figures[name].value for name in names if name in model.figures}


@torch.no_grad()
def preview(
    network: ImageModel, game: Game, dataset: ImageDataset, *, seed: int, families: Families = FAMILIES
) -> Image.Image | None:
    """A grid that shows a network in training; None for a family without previews."""
    was_training = network.training
    network.eval()
    try:
        return family_of(network, families).preview(network, game, dataset, seed)
    finally:
        network.train(was_training)
