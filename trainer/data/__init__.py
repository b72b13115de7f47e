"""Where images come from: datasets by name, own folders, and the batches that games see.

| to add | write |
|---|---|
| a dataset | a row of `registry.DATASETS`, whose loader comes from `sources` or is your function from `LoadOptions` |
| a layout of folders | a function from a folder and a split to a `files.Listing`, and a row of `registry.LAYOUTS` |
| an augmentation | a function from a `Batch` to its images, and a row of `augmentations.AUGMENTATIONS` |

Labelled images are uint8 (n, c, h, w). Pairs are uint8 (n, 2c, h, w), the left image's channels first.
"""

from trainer.data.augmentations import AUGMENTATIONS, diff_augment, small_affine
from trainer.data.batch import Batch, mix_seeds
from trainer.data.images import ImageDataset, ImageFiles, ImageShape, IndexValues, InMemoryImages
from trainer.data.loader import Batches
from trainer.data.palettes import find_palette, nearest_colours
from trainer.data.registry import (
    DATASETS,
    FOLDER_PREFIXES,
    SINGLE_IMAGES,
    DataSource,
    classifier_for,
    folder_of,
    frame_fits,
    get_source,
    load,
    own_classes,
)
from trainer.data.synthetic import draw_digit

__all__ = [
    "AUGMENTATIONS",
    "DATASETS",
    "FOLDER_PREFIXES",
    "SINGLE_IMAGES",
    "Batch",
    "Batches",
    "DataSource",
    "ImageDataset",
    "ImageFiles",
    "ImageShape",
    "InMemoryImages",
    "IndexValues",
    "classifier_for",
    "diff_augment",
    "draw_digit",
    "find_palette",
    "folder_of",
    "frame_fits",
    "get_source",
    "load",
    "mix_seeds",
    "nearest_colours",
    "own_classes",
    "small_affine",
]
