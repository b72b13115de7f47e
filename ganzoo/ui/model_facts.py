"""What is known of a model, as plain values; a stranger's config.json may lack or garble any of it."""

import re
from functools import lru_cache
from time import perf_counter
from typing import Any

from PIL import Image

from ganzoo import Classifier, LoadedModel, Reconstructor, Sampler, Translator, checks
from ganzoo.images import fit
from ganzoo.inference import storage
from ganzoo.inference.model import part
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
    recipe, training = model.recipe, part(model.config, "training")
    year, data = number(recipe, "year"), text(recipe, "data")
    kin = family_tree.named(text(recipe, "name"), family_tree.rules_of(recipe), text(model.config, "architecture"))
    return {
        "name": model.name,
        "title": model.title,
        "family": kin.name,
        "year": None if year is None else int(year),
        "source": text(recipe, "source") or None,
        "data": re.split(r"[/\\:]", data.rstrip("/\\"))[-1] or None,
        "parameters": model.parameters,
        "seconds": number(training, "seconds"),
        "device": text(training, "device") or None,
        "images": number(training, "images"),
        **{key: measured(model, key) for key in FIGURES},
        "floor": floor(model, "distance"),
    }


def measured(model: LoadedModel, key: str) -> float | None:
    return number(part(model.figures, FIGURES[key]), "value")


def floor(model: LoadedModel, key: str) -> float | None:
    """What real pictures get where the model gets `measured`."""
    beside = part(part(model.figures, FIGURES[key]), "beside")
    return next((number(beside, name) for name in FLOORS if number(beside, name) is not None), None)


def along_the_tree(models: list[Any]) -> list[Any]:
    """Models by their families in the order of `family_tree.tree`; within one the order stays."""
    rows = [facts(model) for model in models]
    order = family_tree.order(family_tree.members(rows))
    return [model for name in order for model, row in zip(models, rows, strict=True) if row["family"] == name]


def number(found: dict[str, Any], key: str) -> float | None:
    return found.get(key) if checks.is_number(found.get(key)) else None


def text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


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
