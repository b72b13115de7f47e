"""What a recipe gives with other options of its network: a published model records what such runs measure.

A wider generator, or one without skip connections, says what the shipped options cost or bring. Such runs ship no
weights, but are measured as if each were published.
"""

import inspect
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ganzoo import models
from ganzoo.inference import storage
from ganzoo.inference.recorded import figures_from_json
from trainer.engine import RunFolder
from trainer.measures import EvaluationSetup
from trainer.publishing import seeds, selection
from trainer.recipes import Recipe, recipe_differences


def measured(folder: Path, runs: Mapping[str, Path], setup: EvaluationSetup) -> dict[str, Any]:
    """What config.json of a published model is to record of its `runs_by_options`.

    Raises ValueError where the data gave other `seeds.floors`.
    """
    config, told = storage.read_config(folder), {}
    recipe = Recipe.from_json(config.recipe)
    for options, path in runs.items():
        other = RunFolder(path).read_recipe()
        network = models.build(recipe.architecture, other.model)
        parameters = sum(parameter.numel() for parameter in network.parameters())
        facts = {"options": changed(recipe, other), "parameters": parameters}
        told[options] = {**facts, **selection.as_published(path, recipe, setup)}
        seeds.refuse_other_floor(path, config.figures, figures_from_json(told[options]["figures"]))
    return told


def runs_by_options(recipe: Recipe, runs: Sequence[Path], known: Collection[str] = ()) -> dict[str, Path]:
    """The folders of finished runs of `recipe` with other options of the network, by these; their names may differ.

    Raises ValueError that names the folder for one that differs in more or in nothing, for an unfinished one, and for
    options that are `known` already.
    """
    found: dict[str, Path] = {}
    for folder in runs:
        other = RunFolder(folder).read_recipe()
        alike = replace(other, name=recipe.name, model=recipe.model)
        if differences := recipe_differences(recipe.as_json(), alike.as_json()):
            raise ValueError(f"{folder} is not {recipe.name} with other options of the model: {'; '.join(differences)}")
        options = in_words(changed(recipe, other))
        if not options or options in found or options in known:
            raise ValueError(f"{folder} has no options of its own: {options or 'they are those of ' + recipe.name}")
        selection.refuse_unfinished(folder, other)
        found[options] = folder
    return found


def changed(recipe: Recipe, other: Recipe) -> dict[str, Any]:
    """The options of the network that are others in `other`, in the order of the alphabet."""
    one, two = ({**defaults(recipe.architecture), **told.as_json()["model"]} for told in (recipe, other))
    return {name: two.get(name) for name in sorted({**one, **two}) if one.get(name) != two.get(name)}


def in_words(options: Mapping[str, Any]) -> str:
    """For example "widest=8 width=32"."""
    return " ".join(f"{name}={value}" for name, value in options.items())


def defaults(architecture: str) -> dict[str, Any]:
    """What an architecture's options are where a recipe names none, as JSON has them."""
    options = inspect.signature(models.ARCHITECTURES[architecture]).parameters.values()
    given = {option.name: option.default for option in options if option.default is not option.empty}
    return json.loads(json.dumps(given))
