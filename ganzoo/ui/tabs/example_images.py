"""Images that an autoencoder can be given: generated ones, MNIST's test digits, uploads and drawings.

They show what the model was trained on (`catalogue.training_classes`), digits or something else.
"""

import gzip
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from torch import Tensor

from ganzoo import Reconstructor, Sampler, checks
from ganzoo.ui import catalogue, controls, encoding

MNIST_TEST = "MNIST"
"""The menu's name for MNIST's test set."""
MNIST = Path("data/MNIST/raw")
"""Where torchvision keeps the dataset; read only if it is there."""


def autoencoder(name: Any) -> Reconstructor:
    return catalogue.load(name, Reconstructor)


def sources(model: Reconstructor) -> list[str]:
    """The sources of images for a model: conditional GANs, and for digits MNIST's test set if it is on this machine."""
    gans = catalogue.matching_generators(model)
    names = sorted((gan.name for gan in gans), key=lambda name: name not in catalogue.PREFERRED)
    digits = all(map(catalogue.draws_digits, gans))
    return [*names, MNIST_TEST] if digits and mnist_is_here() else names


def valid_source(model: Reconstructor, source: str) -> str:
    """The source, or the model's first one where it is left over from a model of other images."""
    choices = sources(model)
    if source in choices:
        return source
    checks.choice("source", source, [*catalogue.folders(), MNIST_TEST])
    return choices[0]


def fit_sources(name: str, source: str) -> dict[str, Any]:
    """The menu of sources for a newly chosen model; the chosen source stays if the model has it."""
    model = autoencoder(name)
    return gr.update(choices=sources(model), value=valid_source(model, source))


def draw(model: Reconstructor, labels: list[int], seed: int, source: str = "") -> np.ndarray:
    """Images uint8 (n, 28, 28), one for each label, from one of the model's `sources`: the first one when empty."""
    choices, classes = sources(model), catalogue.generated_classes(model)
    source = checks.choice("source", (choices or [""])[0] if source in ("", None) else source, choices)
    names = [classes[checks.whole("label", label, 0, len(classes) - 1)] for label in labels]
    seed = checks.whole("seed", seed, 0, checks.MAX_SEED)
    if source == MNIST_TEST:
        return mnist_digits([int(name) for name in names], seed=seed)
    samples = catalogue.load(source, Sampler).sample(len(names), seed=seed, label=names)
    return np.asarray(samples.images)[:, 0]


def draw_one(model: Reconstructor, label: int, seed: int, source: str = "") -> np.ndarray:
    """One image uint8 (1, 28, 28); `label` may be left over from another model's menu."""
    return draw(model, [controls.valid_label(label, catalogue.generated_classes(model))], seed, source)


def opened(model: Reconstructor, uri: str) -> Tensor:
    """A data URI as the model expects it: uint8 (1, 1, 28, 28). Raises ValueError."""
    return encoding.open_uri(uri, model.prepared)


def uploaded(name: str, path: str) -> str:
    """A stranger's file as a data URI for the canvas."""
    return encoding.png(encoding.open_upload(path, autoencoder(name).prepared)[0])


def mnist_is_here() -> bool:
    return (MNIST / "t10k-images-idx3-ubyte.gz").is_file() and (MNIST / "t10k-labels-idx1-ubyte.gz").is_file()


def mnist_digits(labels: list[int], *, seed: int) -> np.ndarray:
    """Test digits uint8 (n, 28, 28): the seed picks one of each label."""
    images = np.frombuffer(gzip.decompress((MNIST / "t10k-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    classes = np.frombuffer(gzip.decompress((MNIST / "t10k-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    places = [np.flatnonzero(classes == label) for label in labels]
    return images.reshape(-1, 28, 28)[[places[i][seed % len(places[i])] for i in range(len(labels))]]
