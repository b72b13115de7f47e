"""The train and test splits with which a model is measured, in memory."""

import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import torch

import ganzoo
from ganzoo import checks
from ganzoo.config import without_path
from trainer import data
from trainer.data import ImageDataset, InMemoryImages
from trainer.measures.setup import EvaluationSetup

SEED = 1234
"""The seed of everything that a measurement draws at random."""
LIMIT_FROM_FILES = 10_000
"""Of a dataset that stays in its files, at most this many images of each split are measured on."""


def data_name_of(model: ganzoo.LoadedModel, setup: EvaluationSetup) -> str:
    """The dataset to measure a model on: that of the `setup`, or else the one that it was trained on.

    Raises ValueError for a model that does not record it, for a published one of a user's folder, of which it records
    the name alone, and for a folder that is not there.
    """
    name = setup.data or model.config.data
    if not name:
        raise ValueError(f"{model.name} does not record the dataset it was trained on; name one with --data")
    prefix = next((prefix for prefix in data.FOLDER_PREFIXES if name.startswith(prefix)), "")
    has_no_place = prefix and not setup.data and model.config.is_published and without_path(name) == name
    if has_no_place:  # another folder here may have the same name
        raise ValueError(
            f"{model.name} was published without the place of its pictures, {checks.shown(name)}; "
            f"say where with --data {prefix}PATH"
        )
    if prefix and not (folder := data.folder_of(name)).is_dir():
        raise ValueError(
            f"no folder {str(folder)!r} with the pictures of {model.name}; say where with --data {prefix}PATH"
        )
    return name


def splits_of(model: ganzoo.LoadedModel, setup: EvaluationSetup) -> tuple[InMemoryImages, InMemoryImages]:
    """The train and the test split of a model's dataset.

    Labels are places among the class names that the model records, if it has labels, and pairs are in the order of its
    sides. Raises ValueError for images of another shape, of other classes or of other sides than the model's.
    """
    name = data_name_of(model, setup)
    index_values = tuple(tuple(values) for values in model.config.index_values)
    train, test = load_splits(
        name,
        setup.data_root,
        model.image_shape,
        classes=known_classes(model),
        sides=model.config.sides or (),
        index_values=index_values,
    )
    refuse_other_shapes(model, name, test)
    sides = model.config.sides
    # Sides with other names are told by their places.
    if sides and test.sides and checks.comparable(test.sides) != checks.comparable(sides):
        taken = ", ".join(f"{found} as {known}" for found, known in zip(test.sides, sides, strict=True))
        print(f"the sides of {name} are taken by their order: {taken}", file=sys.stderr)
    return train, test


def known_classes(model: ganzoo.LoadedModel) -> tuple[str, ...]:
    """The names of a model's labels; empty for a model with at most one label, and where they are not recorded.

    Datasets without names have numbers, and so have models that were trained on them.
    """
    if model.classes <= 1:
        return ()
    is_numbered = model.config.data in data.DATASETS
    return tuple(model.data_classes) or (numbers(model.classes) if is_numbered else ())


def numbers(count: int) -> tuple[str, ...]:
    """The names of labels that have no others."""
    return tuple(map(str, range(count)))


def refuse_other_shapes(model: ganzoo.LoadedModel, name: str, dataset: InMemoryImages) -> None:
    """Raise ValueError for images that are no images of the model, nor pairs of them for a translator."""
    channels, height, width = dataset.image_shape
    wanted, *sides = model.image_shape
    if isinstance(model, ganzoo.Translator):
        fits = channels == 2 * wanted or (channels == wanted and bool(model.undoes))
    else:
        fits = channels == wanted
    if not fits or [height, width] != sides:
        pairs = "pairs of " if isinstance(model, ganzoo.Translator) and not model.undoes else ""
        raise ValueError(
            f"{model.name} is measured on {pairs}images {model.image_shape}, but those of {name} are "
            f"{dataset.image_shape}: choose other --data"
        )


@lru_cache(maxsize=1)
def load_splits(
    name: str,
    root: Path,
    image_shape: tuple[int, int, int],
    *,
    classes: tuple[str, ...] = (),
    sides: tuple[str, ...] = (),
    limit: int = LIMIT_FROM_FILES,
    memory: int | None = None,
    index_values: data.IndexValues | None = None,
) -> tuple[InMemoryImages, InMemoryImages]:
    """The train and the test split of a dataset; at most `limit` images of each where they come from files.

    With `classes`, labels are places in that list, and a dataset of other classes is refused with ValueError. `sides`,
    `memory` and `index_values` are those of `trainer.data.load`. The last result is cached: a folder is slow to decode,
    and a run is measured several times.
    """
    train, test = (
        in_classes(
            data.load(
                name,
                root=root,
                train=part,
                image_shape=image_shape,
                memory=memory,
                classes=classes,
                sides=sides,
                index_values=index_values,
            ),
            classes,
        )
        for part in (True, False)
    )
    if (
        isinstance(train, InMemoryImages)
        and isinstance(test, InMemoryImages)
        and not name.startswith(data.SINGLE_IMAGES)
    ):
        return train, test
    return shuffled(train, limit), shuffled(test, limit)


def in_classes(dataset: ImageDataset, classes: tuple[str, ...]) -> ImageDataset:
    """The dataset with labels among `classes`, if there are any; labels without names are numbers."""
    if not classes or dataset.classes:
        return dataset.with_classes(classes)
    names = max(numbers(int(dataset.labels.max()) + 1), numbers(len(classes)), key=len)
    if len(dataset.labels.unique()) == 1:
        raise ValueError(
            f"the pictures have no classes, but the model knows {', '.join(classes)}: sort them into these"
        )
    return replace(dataset, classes=names).with_classes(classes)


def shuffled(dataset: ImageDataset, limit: int) -> InMemoryImages:
    """The images in random order. A folder is sorted by class; shuffled, its first images stand for all of it."""
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(SEED))
    if isinstance(dataset, InMemoryImages):
        return dataset.take(order)
    kept = order[:limit]
    images = torch.stack([dataset[int(i)] for i in kept])
    return InMemoryImages(images, dataset.labels[kept], classes=dataset.classes, sides=dataset.sides)
