"""What a model's config records, as plain values, and the model's latency on this machine."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from time import perf_counter
from typing import Any, TypeVar

from PIL import Image
from torch import Tensor

from ganzoo import Classifier, LoadedModel, Reconstructor, Sampler, Translator
from ganzoo.config import TrainingFacts
from ganzoo.images import fit
from ganzoo.inference import CACHED_NETWORKS
from ganzoo.ui import lineage

Model = TypeVar("Model", bound=LoadedModel)
FIGURES = {
    "distance": "Frechet distance",
    "precision": "precision",
    "recall": "recall",
    "coverage": "coverage",
    "entropy": "class entropy",
    "right": "labels right",
    "mse": "test MSE",
    "l1": "test L1",
    "ssim": "test SSIM",
    "sharpness": "sharpness, share of real",
}
FLOORS = ("train against test", "half of train against the other", "test split")
"""Keys in a figure's `beside` under which the value of real images is recorded."""
WORK: dict[type[LoadedModel], Callable[[Any, Tensor], object]] = {
    Sampler: lambda model, _: model.sample(1, truncation=1),
    Reconstructor: lambda model, blank: model.reconstruct(blank),
    Translator: lambda model, blank: model.translate(blank),
    Classifier: lambda model, blank: model.predict_proba(blank),
}
"""The call that `latency` measures, by the kind of model."""
REPEATS = 10


def describe(model: LoadedModel) -> dict[str, Any]:
    """One row of the zoo; None for what is not recorded. `floor` says which distances are comparable: equal ones."""
    config, training = model.config, model.config.training or TrainingFacts()
    return {
        "name": model.name,
        "title": model.title,
        "family": lineage.find_family(config).name,
        "year": config.year,
        "source": config.source or None,
        "data": re.split(r"[/\\:]", config.data.rstrip("/\\"))[-1] or None,
        "parameters": model.parameters,
        "seconds": training.seconds,
        "device": training.device or None,
        "images": training.images,
        **{key: measured(model, key) for key in FIGURES},
        "floor": floor(model, "distance"),
    }


def measured(model: LoadedModel, key: str) -> float | None:
    """The value of the figure `key` of `FIGURES`; None where it is not recorded."""
    figure = model.figures.get(FIGURES[key])
    return figure.value if figure else None


def floor(model: LoadedModel, key: str) -> float | None:
    """The same figure of real images; None where it is not recorded."""
    figure = model.figures.get(FIGURES[key])
    return next((figure.beside[name] for name in FLOORS if name in figure.beside), None) if figure else None


def sort_by_family(models: Sequence[Model]) -> list[Model]:
    """Models in the order of their families' years; within a family the order stays."""
    rows = [describe(model) for model in models]
    order = lineage.start_years(lineage.by_family(rows))
    return [model for name in order for model, row in zip(models, rows, strict=True) if row["family"] == name]


@lru_cache(maxsize=CACHED_NETWORKS)
def latency(model: LoadedModel, repeats: int = REPEATS) -> float | None:
    """Milliseconds for one sample, reconstruction, translation or prediction here: the quickest of `repeats`."""
    work = next((work for kind, work in WORK.items() if isinstance(model, kind)), None)
    if work is None:
        return None
    blank, seconds = fit(Image.new("L", (32, 32)), model.image_shape)[None], []
    for _ in range(repeats):
        start = perf_counter()
        work(model, blank)
        seconds.append(perf_counter() - start)
    return 1000 * min(seconds)
