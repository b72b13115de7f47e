"""Where images come from: data sets by name, own folders, and the batches that games see."""

from trainer.data.augmentations import AUGMENTATIONS, diff_augment, small_affine
from trainer.data.batch import Batch, mix_seeds
from trainer.data.images import ImageDataset, ImageFiles, InMemoryImages
from trainer.data.loader import Batches
from trainer.data.palettes import find_palette, nearest_colours
from trainer.data.registry import (
    DATASETS,
    FOLDER,
    FOLDER_PREFIXES,
    DataSource,
    classifier_for,
    frames,
    get_source,
    load,
)
from trainer.data.synthetic import draw_digit

__all__ = [
    "AUGMENTATIONS",
    "DATASETS",
    "FOLDER",
    "FOLDER_PREFIXES",
    "Batch",
    "Batches",
    "DataSource",
    "ImageDataset",
    "ImageFiles",
    "InMemoryImages",
    "classifier_for",
    "diff_augment",
    "draw_digit",
    "find_palette",
    "frames",
    "get_source",
    "load",
    "mix_seeds",
    "nearest_colours",
    "small_affine",
]
