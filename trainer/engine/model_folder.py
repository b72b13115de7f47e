"""From a training to a model folder that `ganzoo.load` reads."""

from pathlib import Path
from typing import Any

import torch

from ganzoo.config import DIGITS
from ganzoo.images import as_digit, to_pil
from ganzoo.inference import DIGIT, save_network
from ganzoo.models import ImageModel
from trainer.data import FOLDER_PREFIXES, ImageDataset, get_source, palettes
from trainer.recipes import Recipe

MAX_COMPARED = 100
"""Images of a folder that are compared with MNIST's."""


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

    Also how the images were prepared. For the user's own pairs also `palettes`: the colours of each side that has only
    a few, for the app to draw with.
    """
    described: dict[str, Any] = {
        "class_names": list(dataset.classes),
        "sides": list(dataset.sides),
        "preparation": describe_preparation(recipe, dataset),
        "index_values": [list(values) for values in dataset.index_values],
    }
    if dataset.sides and recipe.data.startswith(FOLDER_PREFIXES):
        halves = dataset.first(palettes.MAX_IMAGES).cpu().chunk(2, dim=1)
        by_side = {side: palettes.find_palette(images) for side, images in zip(dataset.sides, halves, strict=True)}
        described["palettes"] = {side: colours for side, colours in by_side.items() if colours}
    return {field: values for field, values in described.items() if values}


def describe_preparation(recipe: Recipe, dataset: ImageDataset) -> str:
    """How an image becomes one like those of a dataset: "digit" or "middle"; empty for pairs, which are only scaled.

    A folder of the ten digits is like MNIST where centring leaves its images as they are.
    """
    if dataset.sides:
        return ""
    is_digits = get_source(recipe.data).has_digits
    if list(dataset.classes) == DIGITS and dataset.image_shape == DIGIT:
        is_digits = all(torch.equal(as_digit(to_pil(image)), image) for image in dataset.first(MAX_COMPARED).cpu())
    return "digit" if is_digits else "middle"
