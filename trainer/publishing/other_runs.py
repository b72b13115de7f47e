"""Other runs of a published model's recipe: with another seed, or with other options of the network.

Their weights do not ship, but they are measured as if they did, and the published model records the figures. Other
seeds show how far a figure depends on chance; other options show what a wider generator or skip connections bring.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ganzoo import models
from ganzoo.config import RecordedFigure, figures_from_json, is_same_data
from ganzoo.inference import read_config
from trainer.engine import RunFolder
from trainer.measures import EvaluationSetup
from trainer.publishing import selection
from trainer.recipes import Recipe, recipe_differences

Figures = Mapping[str, RecordedFigure]
FLOORS = ("Frechet distance", "test L1", "found again (IoU)")
"""Endings of the names of figures whose first reference value does not depend on the model.

It is what real images or a look-up score, so it is equal for two models that were measured alike.
"""


@dataclass(frozen=True)
class Difference:
    """One way in which runs of a recipe may differ."""

    field: str
    """Where config.json records such runs."""
    words: str
    """How a message names the difference."""
    key: Callable[[Recipe, Recipe], str]
    """What names a run in that field, given the published recipe and the run's."""
    describe: Callable[[str], str]
    """The key in words."""
    revert: Callable[[Recipe, Recipe], Recipe]
    """The run's recipe without the difference."""
    details: Callable[[Recipe, Recipe], dict[str, Any]]
    """What is recorded of such a run besides its training and its figures."""

    def collect(self, recipe: Recipe, folders: Sequence[Path], known: Iterable[str] = ()) -> dict[str, Path]:
        """The folders of finished runs by their keys.

        Raises ValueError that names the folder for a run whose recipe differs in anything else, for an unfinished one,
        and for a key that is there already: the published recipe's own, one of the `known` ones, or another run's.
        """
        owners = {self.key(recipe, recipe): recipe.name, **dict.fromkeys(known, recipe.name)}
        runs = {}
        for folder in folders:
            other = RunFolder(folder).read_recipe()
            if is_same_data(recipe.data, other.data):
                other = replace(other, data=recipe.data)
            if differences := recipe_differences(recipe.as_json(), self.revert(recipe, other).as_json()):
                raise ValueError(f"{folder} is not the same {recipe.name} {self.words}: {'; '.join(differences)}")
            key = self.key(recipe, other)
            if key in owners:
                raise ValueError(f"{folder} has {self.describe(key)}, and so has {owners[key]}: each counts once")
            selection.refuse_unfinished(folder, other)
            runs[key], owners[key] = folder, str(folder)
        return runs

    def measure(self, published: Path, runs: Mapping[str, Path], setup: EvaluationSetup) -> dict[str, Any]:
        """What config.json of a published model is to record of the runs. Raises ValueError for other `floors`."""
        config = read_config(published)
        recipe = Recipe.from_json(config.recipe)
        records = {}
        for key, folder in runs.items():
            details = self.details(recipe, RunFolder(folder).read_recipe())
            records[key] = details | selection.as_published(folder, recipe, setup)
            refuse_other_floors(folder, config.figures, figures_from_json(records[key]["figures"]))
        return records


def changed_options(recipe: Recipe, other: Recipe) -> dict[str, Any]:
    """The network's options that differ in `other`, in alphabetical order."""
    before, after = ({**default_options(recipe.architecture), **each.as_json()["model"]} for each in (recipe, other))
    return {name: after.get(name) for name in sorted({**before, **after}) if before.get(name) != after.get(name)}


def default_options(architecture: str) -> dict[str, Any]:
    """The default values of an architecture's options, as JSON has them."""
    options = inspect.signature(models.ARCHITECTURES[architecture]).parameters.values()
    defaults = {option.name: option.default for option in options if option.default is not option.empty}
    return json.loads(json.dumps(defaults))


def in_words(options: Mapping[str, Any]) -> str:
    """For example "widest=8 width=32"."""
    return " ".join(f"{name}={value}" for name, value in options.items())


def option_details(recipe: Recipe, other: Recipe) -> dict[str, Any]:
    network = models.build(recipe.architecture, other.model)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return {"options": changed_options(recipe, other), "parameters": parameters}


SEEDS = Difference(
    field="seeds",
    words="with another seed",
    key=lambda recipe, other: str(other.seed),
    describe=lambda key: f"seed {key}",
    revert=lambda recipe, other: replace(other, seed=recipe.seed),
    details=lambda recipe, other: {},
)
OPTIONS = Difference(
    field="variants",
    words="with other options of the model",
    key=lambda recipe, other: in_words(changed_options(recipe, other)),
    describe=lambda key: f"the options {key}" if key else "the options of the recipe",
    revert=lambda recipe, other: replace(other, name=recipe.name, model=recipe.model),
    details=option_details,
)
DIFFERENCES = (SEEDS, OPTIONS)


def floors(figures: Figures) -> dict[str, float]:
    """The reference values of the `FLOORS`."""
    return {name: next(iter(figure.beside.values())) for name, figure in figures.items() if name.endswith(FLOORS)}


def same_floors(first: Figures, second: Figures) -> bool:
    before, after = floors(first), floors(second)
    return before.keys() == after.keys() and all(np.isclose(after[name], before[name], rtol=0.01) for name in after)


def refuse_other_floors(folder: Path, published: Figures, others: Figures) -> None:
    """Raise ValueError for a run that was measured in another way than the published model."""
    if not same_floors(published, others):
        raise ValueError(
            f"{folder} was measured with another --reader or on other images than the published model: the reference "
            f"values are {floors(others)} and were {floors(published)}"
        )
