"""One recipe trained with several seeds: a published model records what the others measure beside its own figures.

Runs with other seeds ship no weights, but are measured as if each were published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganzoo.inference import storage
from ganzoo.inference.recorded import RecordedFigure, figures_from_json
from trainer.engine import RunFolder
from trainer.measures import EvaluationSetup
from trainer.publishing import selection
from trainer.recipes import Recipe, recipe_differences

FLOORS = ("Frechet distance", "test L1", "found again (IoU)")
"""How the figures end that have beside them, first, what does not depend on the model: what real pictures get, or a
look-up."""


def measured(folder: Path, runs: Mapping[int, Path], setup: EvaluationSetup) -> dict[str, Any]:
    """What config.json of a published model is to record of its `runs_by_seed`.

    Raises ValueError where the data gave other `floors`.
    """
    config, told = storage.read_config(folder), {}
    recipe = Recipe.from_json(config.recipe)
    for seed, path in runs.items():
        told[str(seed)] = selection.as_published(path, recipe, setup)
        refuse_other_floor(path, config.figures, figures_from_json(told[str(seed)]["figures"]))
    return told


def runs_by_seed(recipe: Recipe, runs: Sequence[Path], known: Iterable[str] = ()) -> dict[int, Path]:
    """The folders of finished runs of `recipe`, by the seeds that they were trained with.

    Raises ValueError that names the folder for one whose recipe differs in more than the seed and `PRESENTATION`, for
    an unfinished one, and for a seed that is there already: the recipe's own, one of `known`, or another run's.
    """
    taken: dict[int, str | Path] = {recipe.seed: recipe.name, **{int(seed): recipe.name for seed in known}}
    found = {}
    for folder in runs:
        other = RunFolder(folder).read_recipe()
        differences = recipe_differences(recipe.as_json(), replace(other, seed=recipe.seed).as_json())
        if differences:
            raise ValueError(f"{folder} is not the same {recipe.name} with another seed: {'; '.join(differences)}")
        if other.seed in taken:
            raise ValueError(f"{folder} has seed {other.seed}, and so has {taken[other.seed]}: each seed counts once")
        selection.refuse_unfinished(folder, other)
        taken[other.seed] = found[other.seed] = folder
    return found


def floors(figures: Mapping[str, RecordedFigure]) -> dict[str, float]:
    """What stood beside the `FLOORS`, which is the same for every seed."""
    return {name: next(iter(one.beside.values())) for name, one in figures.items() if name.endswith(FLOORS)}


def same_floors(one: Mapping[str, RecordedFigure], other: Mapping[str, RecordedFigure]) -> bool:
    before, now = floors(one), floors(other)
    return before.keys() == now.keys() and all(np.isclose(now[name], before[name], rtol=0.01) for name in now)


def refuse_other_floor(
    folder: Path, figures: Mapping[str, RecordedFigure], others: Mapping[str, RecordedFigure]
) -> None:
    """Raise ValueError where the data gave other figures than when the model was published."""
    if not same_floors(figures, others):
        raise ValueError(
            f"{folder} was measured by another --reader or beside other pictures than the published model: beside "
            f"its figures stands {floors(others)} now and stood {floors(figures)}"
        )
