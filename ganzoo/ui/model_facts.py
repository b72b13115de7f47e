"""What is known of a model, as plain values."""

import re
from functools import lru_cache
from time import perf_counter
from typing import Any

from PIL import Image

from ganzoo import Classifier, LoadedModel, Reconstructor, Sampler, Translator
from ganzoo.images import fit
from ganzoo.inference import storage
from ganzoo.inference.recorded import TrainingFacts
from ganzoo.ui.charts import family_tree

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
"""What figures are recorded beside: what real pictures get, against other real ones in the same features or alone."""
WORK = {
    Sampler: lambda model, _: model.sample(1, truncation=1),
    Reconstructor: lambda model, blank: model.reconstruct(blank),
    Translator: lambda model, blank: model.translate(blank),
    Classifier: lambda model, blank: model.predict_proba(blank),
}
"""What takes a model's latency, by its kind."""
TIMES = 10


def facts(model: LoadedModel) -> dict[str, Any]:
    """One row of the zoo; None for what is not recorded. `floor` says which distances are comparable: equal ones."""
    config, training = model.config, model.config.training or TrainingFacts()
    kin = family_tree.named(config.recipe_name, family_tree.rules_of(config), config.architecture)
    return {
        "name": model.name,
        "title": model.title,
        "family": kin.name,
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
    figure = model.figures.get(FIGURES[key])
    return figure.value if figure else None


def floor(model: LoadedModel, key: str) -> float | None:
    """What real pictures get where the model gets `measured`."""
    figure = model.figures.get(FIGURES[key])
    return next((figure.beside[name] for name in FLOORS if name in figure.beside), None) if figure else None


def along_the_tree(models: list[Any]) -> list[Any]:
    """Models by their families in the order of `family_tree.tree`; within one the order stays."""
    rows = [facts(model) for model in models]
    order = family_tree.order(family_tree.members(rows))
    return [model for name in order for model, row in zip(models, rows, strict=True) if row["family"] == name]


@lru_cache(maxsize=storage.KEPT)
def latency(model: LoadedModel) -> float | None:
    """Milliseconds for one sample, reconstruction, translation or reading on this machine: the quickest of ten."""
    work = next((work for kind, work in WORK.items() if isinstance(model, kind)), None)
    if work is None:
        return None
    blank, seconds = fit(Image.new("L", (32, 32)), model.image_shape)[None], []
    for _ in range(TIMES):
        start = perf_counter()
        work(model, blank)
        seconds.append(perf_counter() - start)
    return 1000 * min(seconds)
