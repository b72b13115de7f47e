"""Which weights of a finished run ship, and what config.json records of them.

Where a figure can decide, the averaged weights (EMA) and the last ones are both measured as they would ship, in half
precision, and the better ones are chosen.
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import ganzoo
from ganzoo.config import CONFIG
from ganzoo.inference import read_config
from ganzoo.models import ImageModel
from trainer.data import ImageDataset
from trainer.engine import (
    RunFolder,
    Training,
    changeable_fields,
    continued_recipe,
    describe_dataset,
    naming,
    prepare_training,
    write_model,
)
from trainer.families import check_reader, evaluate, family_of, primary_figure
from trainer.games import Game
from trainer.games.losses import ADVERSARIAL_LOSSES
from trainer.measures import EvaluationSetup
from trainer.measures.figures import as_json
from trainer.recipes import Recipe


def load_training(folder: Path, recipe: Recipe, data_root: Path) -> Training:
    """A finished run as its last checkpoint left it, on the CPU; its images may have moved to the recipe's place.

    Raises ValueError for an unfinished one.
    """
    refuse_unfinished(folder, recipe)
    run = RunFolder(folder)
    training = prepare_training(recipe, data_root, torch.device("cpu"), earlier=run.reads_as_earlier())
    checkpoint = run.checkpoint()
    with naming(checkpoint):
        state = run.read_state(checkpoint, device=training.device)
        training.restore({**state, "recipe": {**state["recipe"], **changeable_fields(recipe)}})
    return training


def read_recipe(folder: Path, setup: EvaluationSetup) -> Recipe:
    """The recipe of a run, with the place to which its images have moved. Raises ValueError for other data."""
    recipe = RunFolder(folder).read_recipe()
    return recipe if setup.data in (None, recipe.data) else continued_recipe(recipe, setup.data, None)


def refuse_unfinished(folder: Path, recipe: Recipe) -> None:
    """Raise ValueError, with the command that resumes, for a run that has not reached its last step."""
    step = RunFolder(folder).last_step()
    if step < recipe.steps:
        progress = f"step {step} of {recipe.steps}"
        raise ValueError(f"{folder} is not finished ({progress}); go on with: {RunFolder(folder).resume_command}")


def training_fields(folder: Path, training: Training) -> dict[str, Any]:
    """What config.json records of a run besides its recipe and its figures."""
    recipe, run = training.recipe, RunFolder(folder).read_run()
    return {
        "score_scale": "probability" if scores_are_logits(training.game) else "score",
        "training": {
            "device": run["device"],
            "seconds": round(training.seconds),
            "seed": recipe.seed,
            "steps": recipe.steps,
            "images": recipe.steps * recipe.batch_size,
            "versions": run["versions"],
        },
        **describe_dataset(recipe, in_trained_sides(folder, training.batches.dataset)),
        **trained_classes(folder, training),
    }


def in_trained_sides(folder: Path, dataset: ImageDataset) -> ImageDataset:
    """The dataset with the sides that the end of the run recorded. Raises ValueError for others."""
    sides = read_config(folder).sides if (folder / CONFIG).is_file() else None
    return replace(dataset.with_sides(sides), sides=sides) if sides and dataset.sides else dataset


def trained_classes(folder: Path, training: Training) -> dict[str, list[str]]:
    """The names of the labels, as the end of the run recorded them: the folder may have changed since."""
    is_recorded = training.game.model.classes > 1 and (folder / CONFIG).is_file()
    names = read_config(folder).class_names if is_recorded else []
    return {"class_names": names} if names else {}


def scores_are_logits(game: Game) -> bool:
    """Whether the discriminator's score is the logit of a probability."""
    return getattr(game, "loss", None) is ADVERSARIAL_LOSSES["non-saturating"]


def write_best(folder: Path, training: Training, recipe: Recipe, out: Path, setup: EvaluationSetup) -> None:
    """Write the better weights of a finished run to `out`, with how they were trained and their figures."""
    fields = training_fields(folder, training)
    best, compared = best_weights(training, recipe, fields, setup)
    fields |= {"weights": best, "compared": compared}
    write_measured(candidates(training)[best], recipe, out, fields, setup)


def as_published(folder: Path, recipe: Recipe, setup: EvaluationSetup) -> dict[str, Any]:
    """What config.json would record of another run of `recipe`: its training, its choice of weights and its figures."""
    training = load_training(folder, read_recipe(folder, setup), setup.data_root)
    recipe = replace(recipe, seed=training.recipe.seed, model=training.recipe.model)
    setup = replace(setup, data=training.recipe.data)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / recipe.name
        write_best(folder, training, recipe, place, setup)
        stored = read_config(place).as_json()
    return {key: stored[key] for key in ("training", "weights", "compared", "figures")}


def write_measured(
    network: ImageModel, recipe: Recipe, out: Path, fields: dict[str, Any], setup: EvaluationSetup
) -> None:
    """Write the model in half precision, measure it as it is on disk, and record the figures beside it."""
    write_model(network, recipe, out, half=True, **fields)
    model = ganzoo.load(out)
    fields = {**fields, **family_of(model).config_fields(model, setup)}
    write_model(network, recipe, out, half=True, **fields, figures=as_json(evaluate(model, setup)))


def candidates(training: Training) -> dict[str, ImageModel]:
    """The weights that may ship, by name: the averaged ones alone where no figure can decide."""
    network = training.game.model
    if not training.ema:
        return {"last": network}
    averaged = {"averaged": training.ema.model}
    return averaged | {"last": network} if family_of(network).figure_decides(network) else averaged


def best_weights(
    training: Training, recipe: Recipe, fields: dict[str, Any], setup: EvaluationSetup
) -> tuple[str, dict[str, Any]]:
    """The candidate with the best figure as it would ship, and what config.json records of the comparison."""
    values: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, network in candidates(training).items():
            write_model(network, recipe, Path(scratch) / name, half=True, **fields)
            model = ganzoo.load(Path(scratch) / name)
            check_reader(model, setup)
            figure, values[name] = primary_figure(model, setup)
    best = (max if "accuracy" in figure else min)(values, key=values.__getitem__)
    return best, {"figure": figure, **values}
