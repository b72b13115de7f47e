"""Where images come from: data sets by name, own folders, and the batches that games see."""

from trainer.data.batch import AUGMENTATIONS, Batch, diff_augment, mix, small_affine
from trainer.data.loader import Batches
from trainer.data.palettes import drawn_with, nearest_colours
from trainer.data.registry import DATASETS, FOLDER, FOLDER_PREFIXES, DataSource, ImageDataset, ImageFiles, InMemoryImages, classifier_for, draw_digit, frames, get_source, load

__all__ = ["AUGMENTATIONS", "Batch", "Batches", "DATASETS", "DataSource", "FOLDER", "FOLDER_PREFIXES", "ImageDataset", "ImageFiles", "InMemoryImages", "classifier_for", "diff_augment", "draw_digit", "drawn_with", "frames", "get_source", "load", "mix", "nearest_colours", "small_affine"]
