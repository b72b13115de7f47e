"""One recipe trained with several seeds: a published model records what the others measure beside its own figures.

Runs with other seeds ship no weights, but are measured as if each were published.
"""

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganzoo import zoo
from trainer import checkpoint, evaluate, finished, run
from trainer.loop import recipe_differences
from trainer.recipe import Recipe

FLOORS = ("Frechet distance", "test L1", "found again (IoU)")
"""How the figures end that have beside them, first, what does not depend on the model: what real pictures get, or a
look-up."""


def add(
    folder: Path,
    runs: Sequence[Path],
    *,
    data_root: Path,
    samples: int = evaluate.SAMPLES,
    reader: str | None = None,
) -> None:
    """Record in a published model what `runs` of its recipe with other seeds measure; its own figures stay.

    Raises ValueError as `runs_by_seed` does.
    """
    if not runs:
        return
    config = zoo.read_config(folder)
    recipe, known = Recipe.from_json(config["recipe"]), config.get("seeds", {})
    new = runs_by_seed(recipe, runs, list(known))
    measured = {str(seed): as_published(path, recipe, data_root, samples, reader) for seed, path in new.items()}
    for seed, other in measured.items():
        refuse_other_floor(new[int(seed)], config["figures"], other["figures"])
    checkpoint.write_json(folder / zoo.CONFIG, {**config, "seeds": {**known, **measured}})


def keep(old: Path, new: Path, anew: Collection[int]) -> None:
    """Record in a model what the published one that it replaces tells of other seeds of the very same recipe.

    Those that are measured `anew` are left out, and all where the data gave other `floors`.
    """
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
        finished.refuse_unfinished(folder, other)
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
    training = finished.training_of(folder, run.read_recipe(folder), data_root)
    recipe = replace(recipe, seed=training.recipe.seed)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / recipe.name
        finished.write_best(folder, training, recipe, made, data_root=data_root, samples=samples, reader=reader)
        config = zoo.read_config(made)
    return {key: config[key] for key in ("training", "weights", "compared", "figures")}
