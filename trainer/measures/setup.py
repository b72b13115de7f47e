"""How models are measured: where the data is, on how many images, and by which classifier."""

from dataclasses import dataclass
from pathlib import Path

from ganzoo.inference import SHIPPED, ModelStore

SAMPLES = 26_000
"""Samples of which modes are counted (Lin et al. 2018, arXiv 1712.04086).

Other figures take no more than the test split has.
"""
CLASSIFIER_IMAGES = 10_000
"""Training images from which the small classifier on an encoder's codes learns."""
IMAGES_PER_CATEGORY = 200
"""Images of each InfoGAN category in which correlations with the codes are measured."""


@dataclass(frozen=True)
class EvaluationSetup:
    """What `trainer.families.evaluate` needs to know besides the model."""

    data_root: Path
    """Where the datasets are, or where torchvision puts them."""
    samples: int = SAMPLES
    """How many images are drawn, and how many test images are used, at most."""
    classifier: str | None = None
    """The name or folder of the classifier in whose features a generator is measured, or of the translator that maps
    results back to sources; by default the shipped one for the dataset."""
    data: str | None = None
    """The dataset to measure on, such as the new place of a folder; by default the one that a model was trained on."""
    store: ModelStore = SHIPPED
    """Where shipped models are looked up."""
    classifier_images: int = CLASSIFIER_IMAGES
    images_per_category: int = IMAGES_PER_CATEGORY
