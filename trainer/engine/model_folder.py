"""From a training to a model folder that `ganzoo.load` reads."""

from pathlib import Path
from typing import Any

from ganzoo.inference import save_network
from ganzoo.models import ImageModel
from trainer.data import FOLDER_PREFIXES, ImageDataset, palettes
from trainer.recipes import Recipe


def write_model(model: ImageModel, recipe: Recipe, folder: Path, *, half: bool = False, **fields: Any) -> None:
    """Write the weights and a config.json with the recipe and `fields`; `half` stores float16.

    Raises ValueError, before anything is written, for weights that are not finite or too large for float16.
    """
    values = recipe.as_json()
    save_network(
        model,
        folder,
        half=half,
        name=recipe.name,
        architecture=recipe.architecture,
        options=values["model"],
        recipe=values,
        **fields,
    )


def describe_dataset(recipe: Recipe, dataset: ImageDataset) -> dict[str, Any]:
    """What config.json records of a dataset: `class_names`, or `sides` of pairs, where they have names.

    For the user's own pairs also `palettes`: the colours of each side that has only a few, for the app to draw with.
    """
    described: dict[str, Any] = {"class_names": list(dataset.classes), "sides": list(dataset.sides)}
    if dataset.sides and recipe.data.startswith(FOLDER_PREFIXES):
        halves = dataset.first(palettes.MAX_IMAGES).cpu().chunk(2, dim=1)
        by_side = {side: palettes.find_palette(images) for side, images in zip(dataset.sides, halves, strict=True)}
        described["palettes"] = {side: colours for side, colours in by_side.items() if colours}
    return {field: values for field, values in described.items() if values}
