"""The train and test splits with which a model is measured, in memory."""

from functools import lru_cache
from pathlib import Path

import torch

import ganzoo
from trainer import data
from trainer.data import ImageDataset, InMemoryImages

SEED = 1234
"""The seed of everything that a measurement draws at random."""
LIMIT_FROM_FILES = 10_000
"""Of a dataset that stays in its files, at most this many images of each split are measured on."""


def data_name_of(model: ganzoo.LoadedModel) -> str:
    """The dataset that a model was trained on. Raises ValueError for a model that does not record it."""
    if not model.config.data:
        raise ValueError(f"{model.name} does not record the dataset it was trained on")
    return model.config.data


def splits_of(model: ganzoo.LoadedModel, data_root: Path) -> tuple[InMemoryImages, InMemoryImages]:
    """The train and the test split of a model's dataset."""
    return load_splits(data_name_of(model), data_root, model.image_shape)


@lru_cache(maxsize=1)
def load_splits(
    name: str,
    root: Path,
    image_shape: tuple[int, int, int],
    *,
    limit: int = LIMIT_FROM_FILES,
    memory: int | None = None,
) -> tuple[InMemoryImages, InMemoryImages]:
    """The train and the test split of a dataset; at most `limit` images of each where they come from files.

    `memory` is that of `trainer.data.load`. The last result is cached: a folder is slow to decode, and a run is
    measured several times.
    """
    train, test = (
        data.load(name, root=root, train=part, image_shape=image_shape, memory=memory) for part in (True, False)
    )
    if (
        isinstance(train, InMemoryImages)
        and isinstance(test, InMemoryImages)
        and not name.startswith(data.SINGLE_IMAGES)
    ):
        return train, test
    return shuffled(train, limit), shuffled(test, limit)


def shuffled(dataset: ImageDataset, limit: int) -> InMemoryImages:
    """The images in random order. A folder is sorted by class; shuffled, its first images stand for all of it."""
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(SEED))
    if isinstance(dataset, InMemoryImages):
        return dataset.take(order)
    kept = order[:limit]
    return InMemoryImages(torch.stack([dataset[int(i)] for i in kept]), dataset.labels[kept])
