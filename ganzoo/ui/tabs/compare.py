"""Models side by side: the images of each under its title, with figures; and a pair that shows a collapse."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

from ganzoo import LoadedModel, Sampler
from ganzoo.ui import catalogue, encoding, events, model_facts, texts
from ganzoo.ui.components import figures, filled, lesson

COLLAPSED = 0.15
"""A GAN whose coverage and recall are lower has collapsed: one class of ten, well drawn, covers a tenth. Broken
images of every class cover little, too, but their recall is high. Where no recall is recorded, coverage decides."""
COLLAPSE_FIGURES = ("coverage", "entropy")
"""The figures that show a collapse."""
COUNT = 16
"""Images of each of the pair."""


def side_by_side(columns: Iterable[str]) -> str:
    return f'<div class="gz-sides">{"".join(columns)}</div>'


def column(model: LoadedModel, *parts: str) -> str:
    """HTML parts under a model's title."""
    return f"<section><h4>{html.escape(catalogue.display_title(model))}</h4>{''.join(parts)}</section>"


def figures_html(model: LoadedModel, *keys: str) -> str:
    """HTML of the figures `keys` that the model has, with those of real images in brackets."""
    return f'<p class="gz-figures">{"".join(figure_html(model, key) for key in keys)}</p>'


def figure_html(model: LoadedModel, key: str) -> str:
    value, floor = model_facts.measured(model, key), model_facts.floor(model, key)
    if value is None:
        return ""
    real = "" if floor is None else f" <small>({floor:.3g})</small>"
    return f"<span>{texts.both(f'column_{key}')} <b>{value:.3g}</b>{real}</span>"


def find_collapse(models: Sequence[Sampler]) -> list[Sampler]:
    """A collapsed GAN and a healthy one of the same dataset, of the same year if possible; empty without a collapse.

    Only GANs without labels: a conditional one draws ten kinds even where each has collapsed.
    """
    rows = {model: model_facts.describe(model) for model in models if not model.classes}
    rows = {model: row for model, row in rows.items() if row["coverage"] is not None and row["data"]}
    collapsed = [model for model, row in rows.items() if max(row["coverage"], row["recall"] or 0) < COLLAPSED]

    def coverage(model: Sampler) -> float:
        return rows[model]["coverage"]

    if not collapsed:
        return []
    worst = min(collapsed, key=coverage)
    same_data = [model for model, row in rows.items() if row["data"] == rows[worst]["data"]]
    healthy = [model for model in same_data if coverage(model) >= COLLAPSED]
    peers = [model for model in healthy if rows[model]["year"] == rows[worst]["year"]]
    return [worst, max(peers or healthy, key=coverage)] if healthy else []


def show_collapse(seed: int) -> str:
    """HTML of the pair of `find_collapse` at one seed, each with its recommended truncation."""
    columns = []
    for model in find_collapse(catalogue.generators()):
        images = map(encoding.png, model.sample(COUNT, seed=seed).images)
        gallery = figures.gallery(map(figures.figure, images))
        columns.append(column(model, gallery, figures_html(model, *COLLAPSE_FIGURES)))
    return side_by_side(columns)


def build(seed: Any) -> None:
    """Lay out what can go wrong; `find_collapse` must have a pair for it."""
    lesson("collapse_lesson", heading="collapse")
    shown = filled("collapse")
    events.react_at_once([events.shown(shown), seed.change], show_collapse, [seed], shown)
