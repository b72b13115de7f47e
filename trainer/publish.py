"""From a finished run to a folder that ships: half-precision weights, measured figures, card, samples, history.

The averaged and the last weights are compared as they would ship, and the better ones go out, where a figure can tell.
Runs of the same recipe with other seeds ship no weights, but are measured the same way: their figures stand in the card
beside the first run's.
"""

import json
import shutil
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo import examples, zoo
from ganzoo.files import replace_file
from ganzoo.images import fit, grid, to_pil
from ganzoo.models import ImageModel, Translation
from trainer import card, checkpoint, codes, data, evaluate, recipes, run
from trainer.figures import as_json
from trainer.games import Game
from trainer.loop import Training, recipe_differences
from trainer.losses import ADVERSARIAL_LOSSES
from trainer.preview import save_animation, save_image
from trainer.recipe import Recipe

PUBLISHED = {
    zoo.CONFIG,
    zoo.TENSORS,
    "README.md",
    "history.json",
    "codes.json",
    "samples.webp",
    "siblings.webp",
    "training.webp",
}
"""The files of a published model."""
HISTORY_ROWS = 200
"""How many rows of the loss history ship."""
MAP_POINTS = 2000
"""How many test pictures' codes ship with a model of 2-number codes."""
DIRECTIONS = 8
"""How many leading directions of the code ship."""
FLOORS = ("Frechet distance", "test L1", "found again (IoU)")
"""How figures end that have beside them what no model of ours was asked for: what real pictures get, or a look-up."""


def publish(
    folder: Path,
    *,
    data_root: Path,
    out: Path | None = None,
    readme: Path = card.README,
    samples: int = evaluate.SAMPLES,
    reader: str | None = None,
    other_seeds: Sequence[Path] = (),
) -> Path:
    """Measure a finished run and write it to `out`; gives that folder.

    By default that is the place in weights/ of the recipe of that name, and the table in `readme` is brought up to
    date; what a model of the same recipe there records of other seeds is kept. `other_seeds` are runs of the same
    recipe with other seeds, whose figures are recorded too; with them `folder` may also be a published model, which
    stays as it is but for that. Raises ValueError for a run that is not finished, for one with another recipe than
    the catalogue's that has no `out` of its own, and for `other_seeds` as `runs_by_seed` does. `reader` as in
    `trainer.evaluate.evaluate`.
    """
    if other_seeds and is_published(folder):
        if out is not None:
            raise ValueError(f"{folder} is published already, and seeds are added to it where it is: leave out --out")
        return add_seeds(folder, other_seeds, data_root=data_root, samples=samples, reader=reader)
    recipe = run.read_recipe(folder)
    differences = recipe_differences(recipes.named(recipe.name).as_json(), recipe.as_json())
    if differences and out is None:
        raise ValueError(f"{folder} is not the {recipe.name} of the catalogue ({'; '.join(differences)}); name --out")
    anew = runs_by_seed(recipe, other_seeds)  # better refused now than after the first was measured
    training = finished_training(folder, recipe, data_root)
    recipe = recipes.retold(recipe)
    place = (out or zoo.WEIGHTS / recipe.name).resolve()
    if place.exists() and not replaceable(place):
        raise ValueError(f"{place} is no published model, and nothing but one is replaced: name another --out")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".publishing-") as scratch:
        made = Path(scratch) / recipe.name
        write_best(folder, training, recipe, made, data_root, samples, reader)
        keep_seeds(place, made, anew)
        write_extras(folder, recipe, made, data_root)
        if other_seeds:
            add_seeds(made, other_seeds, data_root=data_root, samples=samples, reader=reader)
        shutil.rmtree(place, ignore_errors=True)
        shutil.move(made, place)
    if out is None:
        card.update_readme(readme)
        for one in card.siblings(ganzoo.load(place)):
            write_card(one)
    return place


def add_seeds(
    folder: Path,
    runs: Sequence[Path],
    *,
    data_root: Path,
    samples: int = evaluate.SAMPLES,
    reader: str | None = None,
) -> Path:
    """Record in a published model what `runs` of its recipe with other seeds measure, and write its card anew.

    Gives `folder`, whose weights and own figures stay as they are. Raises ValueError as `runs_by_seed` does.
    """
    config = zoo.read_config(folder)
    recipe, known = Recipe.from_json(config["recipe"]), config.get("seeds", {})
    new = runs_by_seed(recipe, runs, list(known))
    told = {str(seed): as_published(path, recipe, data_root, samples, reader) for seed, path in new.items()}
    for seed, other in told.items():
        refuse_other_floor(new[int(seed)], config["figures"], other["figures"])
    checkpoint.write_json(folder / zoo.CONFIG, {**config, "seeds": {**known, **told}})
    write_card(ganzoo.load(folder))
    return folder


def keep_seeds(old: Path, new: Path, anew: Collection[int]) -> None:
    """Record in a model what the published one that it replaces tells of other seeds of the very same recipe.

    Those that are measured `anew` are left out, and all where the data gave other `floors`.
    """
    if not is_published(old):
        return
    before, config = zoo.read_config(old), zoo.read_config(new)
    same = not recipe_differences(before["recipe"], config["recipe"])
    if "seeds" in before and same and same_floors(before["figures"], config["figures"]):
        kept = {seed: told for seed, told in before["seeds"].items() if int(seed) not in anew}
        checkpoint.write_json(new / zoo.CONFIG, {**config, "seeds": kept})


def runs_by_seed(recipe: Recipe, runs: Sequence[Path], measured: Sequence[str] = ()) -> dict[int, Path]:
    """The folders of finished runs of `recipe`, by the seeds that they were trained with.

    Raises ValueError that names the folder for one whose recipe differs in more than the seed and `PRESENTATION`, for
    an unfinished one, and for a seed that is there already: the recipe's own, one of `measured`, or another run's.
    """
    taken: dict[int, str | Path] = {recipe.seed: recipe.name, **{int(seed): recipe.name for seed in measured}}
    found = {}
    for folder in runs:
        other = run.read_recipe(folder)
        differences = recipe_differences(recipe.as_json(), replace(other, seed=recipe.seed).as_json())
        if differences:
            raise ValueError(f"{folder} is not the same {recipe.name} with another seed: {'; '.join(differences)}")
        if other.seed in taken:
            raise ValueError(f"{folder} has seed {other.seed}, and so has {taken[other.seed]}: each seed counts once")
        refuse_unfinished(folder, other)
        taken[other.seed] = found[other.seed] = folder
    return found


def floors(figures: dict[str, Any]) -> dict[str, float]:
    """What stood beside the `FLOORS`, which is the same for every seed."""
    return {name: next(iter(one["beside"].values())) for name, one in figures.items() if name.endswith(FLOORS)}


def same_floors(one: dict[str, Any], other: dict[str, Any]) -> bool:
    before, now = floors(one), floors(other)
    return before.keys() == now.keys() and all(np.isclose(now[name], before[name], rtol=0.01) for name in now)


def refuse_other_floor(folder: Path, figures: dict[str, Any], others: dict[str, Any]) -> None:
    """Raise ValueError where the data gave other figures than when the model was published."""
    if not same_floors(figures, others):
        raise ValueError(
            f"{folder} was measured by another --reader or beside other pictures than the published model: beside "
            f"its figures stands {floors(others)} now and stood {floors(figures)}"
        )


def as_published(folder: Path, recipe: Recipe, data_root: Path, samples: int, reader: str | None) -> dict[str, Any]:
    """What config.json would record of a run of `recipe` with another seed: its training and its figures."""
    training = finished_training(folder, run.read_recipe(folder), data_root)
    recipe = replace(recipe, seed=training.recipe.seed)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / recipe.name
        write_best(folder, training, recipe, made, data_root, samples, reader)
        config = zoo.read_config(made)
    return {key: config[key] for key in ("training", "weights", "compared", "figures")}


def is_published(folder: Path) -> bool:
    """Whether a folder holds a published model and no run."""
    there = (folder / zoo.CONFIG).exists() and replaceable(folder)
    return there and {"recipe", "training", "figures"} <= zoo.read_config(folder).keys()


def replaceable(place: Path) -> bool:
    """Whether a folder is empty or holds a published model and nothing else."""
    if not place.is_dir():
        return False
    found = {path.name for path in place.iterdir()}
    return not found or (zoo.CONFIG in found and found <= PUBLISHED)


def finished_training(folder: Path, recipe: Recipe, data_root: Path) -> Training:
    refuse_unfinished(folder, recipe)
    training = run.prepared(recipe, data_root, torch.device("cpu"))
    training.restore(checkpoint.load(folder / "checkpoints", device=training.device))
    return training


def refuse_unfinished(folder: Path, recipe: Recipe) -> None:
    """Raise ValueError, with the command that goes on, where a run has not come to its last step."""
    step = max(map(checkpoint.step_of, checkpoint.checkpoints(folder / "checkpoints")), default=0)
    if step < recipe.steps:
        done = f"step {step} of {recipe.steps}"
        raise ValueError(f"{folder} is not finished ({done}); go on with: {run.resume_command(folder)}")


def facts_of(folder: Path, training: Training) -> dict[str, Any]:
    """What config.json records of a run besides its recipe."""
    recipe, facts = training.recipe, run.read_json(folder / "run.json")
    return {
        "verdict": "probability" if logistic(training.game) else "score",
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


def write_best(
    folder: Path, training: Training, recipe: Recipe, out: Path, data_root: Path, samples: int, reader: str | None
) -> None:
    """Write the better weights of a finished run to `out`, with its facts and their figures."""
    kept, compared = best_weights(training, recipe, data_root, samples, reader)
    told = {**facts_of(folder, training), **run.names(training), "weights": kept, "compared": compared}
    write_measured(candidates(training)[kept], recipe, out, told, data_root, samples, reader)


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
    run.write_model(network, recipe, out, half=True, **told, figures=as_json(figures))


def write_extras(folder: Path, recipe: Recipe, out: Path, data_root: Path) -> None:
    """History, codes, samples and card."""
    model = ganzoo.load(out)
    write_history(folder, model)
    if isinstance(model, ganzoo.Reconstructor) and len(model.code_shape) == 1:
        write_codes(model, evaluate.splits_of(model, data_root)[2])
    photos = isinstance(model, ganzoo.Translator)
    save_image(sample_sheet(model), out / "samples.webp", lossless=not photos, quality=90)
    write_card(model)


def write_card(model: ganzoo.LoadedModel) -> None:
    """The card, and the picture in it of what its siblings make of the same."""
    if siblings := card.siblings(model):
        save_image(siblings_sheet(model, siblings), model.folder / "siblings.webp", quality=90)
    replace_file(model.folder / "README.md", card.model_card(model).encode())


def candidates(training: Training) -> dict[str, ImageModel]:
    """The weights that may ship, by name.

    No figure says which of two translators with a discriminator is better: blur has the smallest L1, and a CycleGAN
    that changes nothing the best cycle. Their averaged weights ship.
    """
    model = training.game.model
    last = {"last": model}
    if not training.average:
        return last
    averaged = {"averaged": training.average.model}
    return averaged if isinstance(model, Translation) and model.judges else averaged | last


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
    if isinstance(model, ganzoo.Translator):
        return translation_sheet(model)
    shown = own_pictures(model.recipe.get("data"), 20, model.image_shape)
    if isinstance(model, ganzoo.Reconstructor):
        result = model.reconstruct(shown)
        rows = [part for pair in zip(result.images.split(10), result.output.split(10), strict=True) for part in pair]
        return grid(torch.cat(rows), columns=10)
    return grid(shown[model.read(shown).argsort(stable=True)], columns=10)


def translation_sheet(model: ganzoo.Translator) -> Image.Image:
    """For each direction a row of sources over what becomes of them: drawn by code, or results of shipped models.

    Where nothing makes such sources for the way back, the results of the way there go back.
    """
    rows = []
    for direction, kind in zip(model.directions, model.sides, strict=False):  # the second one goes back
        sources = own_sources(model, kind, otherwise=rows[-1] if rows else None)
        rows += [sources, model.translate(sources, direction=direction)]
    return grid(torch.cat(rows), columns=len(rows[0]))


def siblings_sheet(model: ganzoo.Translator, siblings: Sequence[ganzoo.Translator]) -> Image.Image:
    """A row of sources, a row of what the model makes of them, and one for each sibling."""
    sources = own_sources(model, model.sides[0])
    made = [one.translate(sources, direction=model.directions[0]) for one in (model, *siblings)]
    return grid(torch.cat([sources, *made]), columns=len(sources))


def own_sources(model: ganzoo.Translator, kind: str, *, n: int = 8, otherwise: Tensor | None = None) -> Tensor:
    """Pictures uint8 (n, c, h, w) of a kind that a translator takes; `otherwise` where nothing of ours makes such."""
    found = examples.sources(model, kind, n, map(ganzoo.load, ganzoo.names()))
    if found is None:
        found = otherwise
    if found is None:
        found = own_pictures(model.recipe.get("data"), n, model.image_shape)
        found = model.degrade(found, strength=model.strength) if model.undoes else found
    return found


def own_pictures(data_name: str | None, n: int, image_shape: tuple[int, int, int]) -> Tensor:
    """uint8 (n, c, h, w) by the shipped GAN nearest to that data set, else to MNIST; one that knows classes goes first.

    Where none ships, digits drawn by code.
    """
    shipped = [ganzoo.load(name) for name in ganzoo.names()]
    if gan := examples.closest_gan(data_name, shipped) or examples.closest_gan("mnist", shipped):
        found = gan.sample(n, seed=0).images
    else:
        found = [data.draw_digit(i % 10, 0.5, 0.6, 0.4, 0.5, 0.5) for i in range(n)]
    return torch.stack([fit(to_pil(one), image_shape) for one in found])
