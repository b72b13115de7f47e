"""A finished run as it would ship: the better of its weights in half precision, with facts and figures.

The averaged and the last weights are compared as they would ship, where a figure can tell.
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import ganzoo
from ganzoo.inference import storage
from ganzoo.models import ImageModel, Translation
from trainer.engine import RunFolder, Training, describe_dataset, prepare_training, write_model
from trainer.games import Game
from trainer.games.losses import ADVERSARIAL_LOSSES
from trainer.measures import EvaluationSetup, evaluate, infogan_codes, primary_figure
from trainer.measures.figures import as_json
from trainer.measures.splits import splits_of
from trainer.recipes import Recipe


def training_of(folder: Path, recipe: Recipe, data_root: Path) -> Training:
    """A finished run as its last checkpoint left it, on the CPU. Raises ValueError for one that is not finished."""
    refuse_unfinished(folder, recipe)
    training = prepare_training(recipe, data_root, torch.device("cpu"))
    training.restore(RunFolder(folder).load_state(device=training.device))
    return training


def refuse_unfinished(folder: Path, recipe: Recipe) -> None:
    """Raise ValueError, with the command that goes on, where a run has not come to its last step."""
    step = RunFolder(folder).last_step()
    if step < recipe.steps:
        done = f"step {step} of {recipe.steps}"
        raise ValueError(f"{folder} is not finished ({done}); go on with: {RunFolder(folder).resume_command}")


def facts_of(folder: Path, training: Training) -> dict[str, Any]:
    """What config.json records of a run besides its recipe."""
    recipe, facts = training.recipe, RunFolder(folder).read_run()
    return {
        "score_scale": "probability" if logistic(training.game) else "score",
        "training": {
            "device": facts["device"],
            "seconds": round(training.seconds),
            "seed": recipe.seed,
            "steps": recipe.steps,
            "images": recipe.steps * recipe.batch_size,
            "versions": facts["versions"],
        },
    }


def logistic(game: Game) -> bool:
    """Whether the discriminator's verdict is the logit of a probability."""
    return getattr(game, "loss", None) is ADVERSARIAL_LOSSES["non-saturating"]


def write_best(folder: Path, training: Training, recipe: Recipe, out: Path, setup: EvaluationSetup) -> None:
    """Write the better weights of a finished run to `out`, with its facts and their figures."""
    kept, compared = best_weights(training, recipe, setup)
    told = {
        **facts_of(folder, training),
        **describe_dataset(training.recipe, training.batches.dataset),
        "weights": kept,
        "compared": compared,
    }
    network = candidates(training)[kept]
    write_measured(network, recipe, out, told, setup)


def as_published(folder: Path, recipe: Recipe, setup: EvaluationSetup) -> dict[str, Any]:
    """What config.json would record of a run of `recipe` with another seed or other options of the model.

    That is its training and its figures.
    """
    training = training_of(folder, RunFolder(folder).read_recipe(), setup.data_root)
    recipe = replace(recipe, seed=training.recipe.seed, model=training.recipe.model)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / recipe.name
        write_best(folder, training, recipe, made, setup)
        config = storage.read_config(made)
    return {key: config.as_json()[key] for key in ("training", "weights", "compared", "figures")}


def write_measured(
    network: ImageModel, recipe: Recipe, out: Path, told: dict[str, Any], setup: EvaluationSetup
) -> None:
    """Write the model in half precision, measure it as it is on disk, and record the figures beside it."""
    write_model(network, recipe, out, half=True, **told)
    model = ganzoo.load(out)
    if isinstance(model, ganzoo.CodedSampler):
        told |= {"codes": infogan_codes.find_meaning(model, splits_of(model, setup.data_root)[1]).as_json()}
    figures = evaluate(model, setup)
    write_model(network, recipe, out, half=True, **told, figures=as_json(figures))


def candidates(training: Training) -> dict[str, ImageModel]:
    """The weights that may ship, by name.

    No figure says which of two translators with a discriminator is better: blur has the smallest L1, and a CycleGAN
    that changes nothing the best cycle. Their averaged weights ship.
    """
    model = training.game.model
    last = {"last": model}
    if not training.ema:
        return last
    averaged = {"averaged": training.ema.model}
    return averaged if isinstance(model, Translation) and model.has_discriminator else averaged | last


def best_weights(training: Training, recipe: Recipe, setup: EvaluationSetup) -> tuple[str, dict[str, float]]:
    """Which of the candidates measures best as it would ship, and the figure that decided for each."""
    measured = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, network in candidates(training).items():
            write_model(network, recipe, Path(scratch) / name, half=True)
            model = ganzoo.load(Path(scratch) / name)
            figure, measured[name] = primary_figure(model, setup)
    best = (max if "accuracy" in figure else min)(measured, key=measured.get)
    return best, {"figure": figure, **measured}
