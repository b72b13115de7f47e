"""From a finished run to a folder that ships: half-precision weights, measured figures, card, samples, history."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo.files import replace_file
from ganzoo.inference import storage
from trainer import data, recipes
from trainer.engine import RunFolder, save_animation, save_image
from trainer.measures import EvaluationSetup
from trainer.measures.splits import splits_of
from trainer.publishing import card, sample_sheets, seeds, selection, variants
from trainer.publishing.readme import README, update_readme
from trainer.recipes import Recipe, recipe_differences

PUBLISHED = {
    storage.CONFIG,
    storage.TENSORS,
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


def publish(
    folder: Path,
    setup: EvaluationSetup,
    *,
    out: Path | None = None,
    readme: Path = README,
    other_seeds: Sequence[Path] = (),
    other_options: Sequence[Path] = (),
) -> Path:
    """Measure a finished run and write it to `out`; gives that folder.

    By default that is the place in weights/ of the recipe of that name, and the tables in `readme` is brought up to
    date; what a model of the same recipe there records of other seeds and options is kept. `other_seeds` are runs of
    the same recipe with other seeds, `other_options` with other options of the model; their figures are recorded too.
    `folder` may also be a published model: its weights and figures stay, those runs are added, and its words and card
    are brought up to date where it is. Raises ValueError for a run that is not finished, for one with another recipe
    than the catalogue's that has no `out` of its own, for a published model with an `out`, or with a classifier in
    `setup` and nothing to measure, for `other_seeds` as `seeds.runs_by_seed` does, and for `other_options` as
    `variants.runs_by_options` does.
    """
    if is_published(folder):
        if out is not None:
            raise ValueError(f"{folder} is published already and stays where it is: leave out --out")
        if setup.classifier is not None and not (other_seeds or other_options):
            raise ValueError(f"{folder} is published already and not measured again: leave out --reader")
        config = storage.read_config(folder)
        recipe = Recipe.from_json(config.recipe)
        by_seed = seeds.runs_by_seed(recipe, other_seeds, config.seeds)
        by_options = variants.runs_by_options(recipe, other_options, config.variants)
        add_others(folder, by_seed, by_options, setup)
        return renewed(folder.resolve(), readme)
    recipe = RunFolder(folder).read_recipe()
    differences = recipe_differences(recipes.get_recipe(recipe.name).as_json(), recipe.as_json())
    if differences and out is None:
        raise ValueError(f"{folder} is not the {recipe.name} of the catalogue ({'; '.join(differences)}); name --out")
    # Better refused now than after the first was measured.
    by_seed, by_options = seeds.runs_by_seed(recipe, other_seeds), variants.runs_by_options(recipe, other_options)
    training = selection.training_of(folder, recipe, setup.data_root)
    recipe = recipes.with_catalogue_presentation(recipe)
    place = (out or storage.SHIPPED.root / recipe.name).resolve()
    if place.exists() and not replaceable(place):
        raise ValueError(f"{place} is no published model, and nothing but one is replaced: name another --out")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".publishing-") as scratch:
        made = Path(scratch) / recipe.name
        selection.write_best(folder, training, recipe, made, setup)
        if is_published(place):
            keep_others(place, made)
        add_others(made, by_seed, by_options, setup)
        write_extras(folder, made, setup.data_root)
        shutil.rmtree(place, ignore_errors=True)
        shutil.move(made, place)
    if out is None:
        update_readme(readme)
        for one in card.siblings(ganzoo.load(place)):
            write_card(one)
    return place


def add_others(
    folder: Path, by_seed: Mapping[int, Path], by_options: Mapping[str, Path], setup: EvaluationSetup
) -> None:
    """Record in a published model what runs with other seeds and options measure: all of them, or none.

    What it tells of the same seeds and options already is replaced.
    """
    told = {
        "seeds": seeds.measured(folder, by_seed, setup),
        "variants": variants.measured(folder, by_options, setup),
    }
    config = storage.read_config(folder)
    stored = config.as_json()
    more = {group: {**stored.get(group, {}), **new} for group, new in told.items() if new}
    storage.write_config(folder, config.with_fields(**more))


def keep_others(old: Path, new: Path) -> None:
    """Record in a model what the published one that it replaces tells of other runs of the very same recipe.

    Nothing is kept where the data gave other `seeds.floors`.
    """
    before, config = storage.read_config(old), storage.read_config(new)
    same = not recipe_differences(before.recipe, config.recipe)
    if same and seeds.same_floors(before.figures, config.figures):
        kept = {group: runs for group, runs in before.as_json().items() if group in ("seeds", "variants")}
        storage.write_config(new, config.with_fields(**kept))


def renewed(folder: Path, readme: Path) -> Path:
    """A published model whose card, and the table if it ships, are in the words of the catalogue as it is now.

    Only the truncation stays, for the figures were measured at it.
    """
    config = storage.read_config(folder)
    recipe = Recipe.from_json(config.recipe)
    recipe = replace(recipes.with_catalogue_presentation(recipe), truncation=recipe.truncation)
    storage.write_config(folder, config.with_fields(recipe=recipe.as_json()))
    write_card(ganzoo.load(folder))
    if folder.parent == storage.SHIPPED.root:
        update_readme(readme)
    return folder


def is_published(folder: Path) -> bool:
    """Whether a folder holds a published model and no run."""
    return (folder / storage.CONFIG).exists() and storage.read_config(folder).is_published


def replaceable(place: Path) -> bool:
    """Whether a folder is empty or holds a published model and nothing else."""
    if not place.is_dir():
        return False
    found = {path.name for path in place.iterdir()}
    return not found or (storage.CONFIG in found and found <= PUBLISHED)


def write_extras(folder: Path, out: Path, data_root: Path) -> None:
    """History, codes, samples and card."""
    model = ganzoo.load(out)
    write_history(folder, model)
    if isinstance(model, ganzoo.Reconstructor) and len(model.code_shape) == 1:
        write_codes(model, splits_of(model, data_root)[1])
    photos = isinstance(model, ganzoo.Translator)
    save_image(sample_sheets.sample_sheet(model), out / "samples.webp", lossless=not photos, quality=90)
    write_card(model)


def write_card(model: ganzoo.LoadedModel) -> None:
    """The card, and the picture in it of what its siblings make of the same."""
    if siblings := card.siblings(model):
        save_image(sample_sheets.siblings_sheet(model, siblings), model.folder / "siblings.webp", quality=90)
    replace_file(model.folder / "README.md", card.model_card(model).encode())


def write_history(folder: Path, model: ganzoo.LoadedModel) -> None:
    """history.json (losses by epoch, epochs of the frames) and, where the run drew grids of samples, training.webp."""
    rows = RunFolder(folder).read_history()
    kept = [rows[i] for i in sorted({round(i) for i in np.linspace(0, len(rows) - 1, HISTORY_ROWS)})]
    history: dict[str, Any] = {"rows": kept}
    grids = RunFolder(folder).grids()
    if grids and isinstance(model, ganzoo.Sampler):
        per_step = rows[-1]["epoch"] / rows[-1]["step"]
        history["frames"] = [round(step * per_step, 2) for step in grids]
        save_animation([Image.open(path) for path in grids.values()], model.folder / "training.webp")
    replace_file(model.folder / "history.json", (json.dumps(history) + "\n").encode())


def write_codes(model: ganzoo.Reconstructor, test: data.InMemoryImages) -> None:
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
