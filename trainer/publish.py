"""From a finished run to a folder that ships: half-precision weights, measured figures, card, samples, history.

The averaged and the last weights are compared as they would ship, and the better ones go out.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo import zoo
from ganzoo.files import replace_file
from ganzoo.images import fit, grid, to_pil
from ganzoo.models import ImageModel
from trainer import card, checkpoint, codes, data, evaluate, recipes, run
from trainer.loop import Training, recipe_differences
from trainer.preview import save_animation, save_image
from trainer.recipe import Recipe

PUBLISHED = {zoo.CONFIG, zoo.TENSORS, "README.md", "history.json", "codes.json", "samples.webp", "training.webp"}
"""The files of a published model."""
HISTORY_ROWS = 200
"""How many rows of the loss history ship."""
MAP_POINTS = 2000
"""How many test pictures' codes ship with a model of 2-number codes."""
DIRECTIONS = 8
"""How many leading directions of the code ship."""


def publish(
    folder: Path,
    *,
    data_root: Path,
    out: Path | None = None,
    readme: Path = card.README,
    samples: int = evaluate.SAMPLES,
    reader: str | None = None,
) -> Path:
    """Measure a finished run and write it to `out`; gives that folder.

    By default that is the place in weights/ of the recipe of that name, and the table in `readme` is brought up to
    date. Raises ValueError for a run that is not finished, and for one with another recipe than the catalogue's that
    has no `out` of its own. `reader` as in `trainer.evaluate.evaluate`.
    """
    recipe = run.read_recipe(folder)
    differences = recipe_differences(recipes.named(recipe.name).as_json(), recipe.as_json())
    if differences and out is None:
        raise ValueError(f"{folder} is not the {recipe.name} of the catalogue ({'; '.join(differences)}); name --out")
    training = finished_training(folder, recipe, data_root)
    recipe = recipes.retold(recipe)
    place = (out or zoo.WEIGHTS / recipe.name).resolve()
    if place.exists() and not replaceable(place):
        raise ValueError(f"{place} is no published model, and nothing but one is replaced: name another --out")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".publishing-") as scratch:
        kept, compared = best_weights(training, recipe, data_root, samples, reader)
        told = {**facts_of(folder, training), **run.class_names(training), "weights": kept, "compared": compared}
        made = Path(scratch) / recipe.name
        write_measured(candidates(training)[kept], recipe, made, told, data_root, samples, reader)
        write_extras(folder, recipe, made, data_root)
        shutil.rmtree(place, ignore_errors=True)
        shutil.move(made, place)
    if out is None:
        card.update_readme(readme)
    return place


def replaceable(place: Path) -> bool:
    """Whether a folder is empty or holds a published model and nothing else."""
    if not place.is_dir():
        return False
    found = {path.name for path in place.iterdir()}
    return not found or (zoo.CONFIG in found and found <= PUBLISHED)


def finished_training(folder: Path, recipe: Recipe, data_root: Path) -> Training:
    training = run.prepared(recipe, data_root, torch.device("cpu"))
    training.restore(checkpoint.load(folder / "checkpoints", device=training.device))
    if training.step < recipe.steps:
        done = f"step {training.step} of {recipe.steps}"
        raise ValueError(f"{folder} is not finished ({done}); go on with: {run.resume_command(folder)}")
    return training


def facts_of(folder: Path, training: Training) -> dict[str, Any]:
    """What config.json records of a run besides its recipe."""
    recipe, facts = training.recipe, run.read_json(folder / "run.json")
    return {
        "verdict": "probability" if recipe.rules.get("loss", "non-saturating") == "non-saturating" else "score",
        "training": {
            "device": facts["device"],
            "seconds": round(training.seconds),
            "seed": recipe.seed,
            "steps": recipe.steps,
            "images": recipe.steps * recipe.batch_size,
            "versions": facts["versions"],
        },
    }


def write_measured(
    network: ImageModel,
    recipe: Recipe,
    out: Path,
    told: dict[str, Any],
    data_root: Path,
    samples: int,
    reader: str | None,
) -> None:
    """Write the model in half precision, measure it as it is on disk, and record the figures beside it."""
    run.write_model(network, recipe, out, half=True, **told)
    model = ganzoo.load(out)
    if isinstance(model, ganzoo.CodedSampler):
        told |= {"codes": codes.meaning(model, evaluate.splits_of(model, data_root)[2]).as_json()}
    figures = evaluate.evaluate(model, data_root=data_root, samples=samples, reader=reader)
    run.write_model(network, recipe, out, half=True, **told, figures=evaluate.as_json(figures))


def write_extras(folder: Path, recipe: Recipe, out: Path, data_root: Path) -> None:
    """History, codes, samples and card."""
    model = ganzoo.load(out)
    write_history(folder, model)
    if isinstance(model, ganzoo.Reconstructor) and len(model.code_shape) == 1:
        write_codes(model, evaluate.splits_of(model, data_root)[2])
    save_image(sample_sheet(model), out / "samples.webp", lossless=True)
    replace_file(out / "README.md", card.model_card(model).encode())


def candidates(training: Training) -> dict[str, ImageModel]:
    """The weights that may ship, by name."""
    last = {"last": training.game.model}
    return {"averaged": training.average.model, **last} if training.average else last


def best_weights(
    training: Training, recipe: Recipe, data_root: Path, samples: int, reader: str | None
) -> tuple[str, dict[str, float]]:
    """Which of the candidates measures best as it would ship, and the figure that decided for each."""
    measured = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, network in candidates(training).items():
            run.write_model(network, recipe, Path(scratch) / name, half=True)
            model = ganzoo.load(Path(scratch) / name)
            figure, measured[name] = evaluate.primary_figure(model, data_root=data_root, samples=samples, reader=reader)
    best = (max if "accuracy" in figure else min)(measured, key=measured.get)
    return best, {"figure": figure, **measured}


def write_history(folder: Path, model: ganzoo.LoadedModel) -> None:
    """history.json (losses by epoch, epochs of the frames) and, where the run drew grids of samples, training.webp."""
    rows = run.read_history(folder / "history.jsonl")
    kept = [rows[i] for i in sorted({round(i) for i in np.linspace(0, len(rows) - 1, HISTORY_ROWS)})]
    history: dict[str, Any] = {"rows": kept}
    grids = run.grid_paths(folder)
    if grids and isinstance(model, ganzoo.Sampler):
        per_step = rows[-1]["epoch"] / rows[-1]["step"]
        history["frames"] = [round(run.grid_step(path) * per_step, 2) for path in grids]
        save_animation([Image.open(path) for path in grids], model.folder / "training.webp")
    replace_file(model.folder / "history.json", (json.dumps(history) + "\n").encode())


def write_codes(model: ganzoo.Reconstructor, test: data.Pictures) -> None:
    """codes.json: where the test pictures lie in code space, and along which directions they vary most."""
    codes = model.encode(test.images).double()
    mean = codes.mean(dim=0)
    variances, axes = torch.linalg.eigh(torch.cov(codes.T))
    order = variances.argsort(descending=True)[:DIRECTIONS]
    content = {
        "mean": rounded(mean),
        "directions": rounded(axes.T[order]),
        "deviations": rounded(variances[order].clamp(min=0).sqrt()),
    }
    if codes.shape[1] == 2:
        content |= {"codes": rounded(codes[:MAP_POINTS]), "labels": test.labels[:MAP_POINTS].tolist()}
    replace_file(model.folder / "codes.json", (json.dumps(content) + "\n").encode())


def rounded(tensor: Tensor) -> list:
    return np.round(tensor.numpy(), 4).tolist()


def sample_sheet(model: ganzoo.LoadedModel) -> Image.Image:
    """What the model makes, drawn by our own models alone: no picture of a data set ships."""
    if isinstance(model, ganzoo.Sampler):
        return grid(model.sample(50, seed=0).images, columns=10)
    shown = torch.stack([fit(to_pil(one), model.image_shape) for one in own_pictures(model.recipe.get("data"), 20)])
    if isinstance(model, ganzoo.Reconstructor):
        result = model.reconstruct(shown)
        rows = [part for pair in zip(result.images.split(10), result.output.split(10), strict=True) for part in pair]
        return grid(torch.cat(rows), columns=10)
    return grid(shown[model.read(shown).argsort(stable=True)], columns=10)


def own_pictures(data_name: str | None, n: int) -> Tensor:
    """uint8 (n, c, h, w) by the shipped GAN nearest to that data set, else to MNIST; one that knows classes goes first.

    Where none ships, digits drawn by code.
    """
    shipped = [model for model in map(ganzoo.load, ganzoo.names()) if isinstance(model, ganzoo.Sampler)]
    for name in (data_name, "mnist"):
        if alike := [model for model in shipped if model.recipe["data"] == name]:
            return min(alike, key=closeness).sample(n, seed=0).images
    return torch.stack([data.draw_digit(i % 10, 0.5, 0.6, 0.4, 0.5, 0.5) for i in range(n)])


def closeness(model: ganzoo.Sampler) -> tuple[bool, float]:
    """Smaller for a GAN whose pictures show the data set better."""
    return not model.classes, model.figures["Frechet distance"]["value"]
