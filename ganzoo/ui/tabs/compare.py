"""Models beside each other: the pictures of each under its title, with figures; and the pair that shows a collapse."""

import html
from collections.abc import Iterable

import gradio as gr

from ganzoo import LoadedModel, Sampler
from ganzoo.ui import catalogue, events, model_facts, pictures, texts

COLLAPSED = 0.15
"""A GAN whose coverage and recall are lower has collapsed: one class of ten, well drawn, covers a tenth. Broken
pictures of every class cover little, too, but their recall is high. Where none is recorded, coverage decides."""
TELLING = ("coverage", "entropy")
"""The figures that tell."""
FEW = 16
"""Pictures of each of the pair."""


def sides(columns: Iterable[str]) -> str:
    return f'<div class="gz-sides">{"".join(columns)}</div>'


def column(model: LoadedModel, *parts: str) -> str:
    """HTML parts under a model's title."""
    return f"<section><h4>{html.escape(catalogue.shown_as(model))}</h4>{''.join(parts)}</section>"


def figures(model: LoadedModel, *keys: str) -> str:
    """Those of `model_facts.FIGURES` that the model has, with what real pictures get in brackets."""
    return f'<p class="gz-figures">{"".join(figure(model, key) for key in keys)}</p>'


def figure(model: LoadedModel, key: str) -> str:
    value, floor = model_facts.measured(model, key), model_facts.floor(model, key)
    if value is None:
        return ""
    beside = "" if floor is None else f" <small>({floor:.3g})</small>"
    return f"<span>{texts.both(f'column_{key}')} <b>{value:.3g}</b>{beside}</span>"


def collapse(models: list[Sampler]) -> list[Sampler]:
    """A collapsed GAN and a healthy one of the same data set, of the same year if there is one; none where no GAN is
    that bad.

    Only GANs without labels: one that is told which digit to draw draws ten kinds even where each has collapsed.
    """
    known = {model: model_facts.facts(model) for model in models if not model.classes}
    covering = {model: row["coverage"] for model, row in known.items() if row["coverage"] is not None and row["data"]}
    collapsed = [model for model in covering if max(covering[model], known[model]["recall"] or 0) < COLLAPSED]
    worst = min(collapsed, key=covering.get, default=None)
    if worst is None:
        return []
    alike = [model for model in covering if known[model]["data"] == known[worst]["data"]]
    healthy = [model for model in alike if covering[model] >= COLLAPSED]
    peers = [model for model in healthy if known[model]["year"] == known[worst]["year"]]
    return [worst, max(peers or healthy, key=covering.get)] if healthy else []


def show_collapse(seed: int) -> str:
    """The pair of `collapse` at one seed, each with the truncation that it recommends."""
    columns = []
    for model in collapse(catalogue.generators()):
        drawn = map(pictures.png, model.sample(FEW, seed=seed).images)
        columns.append(column(model, pictures.gallery(map(pictures.figure, drawn)), figures(model, *TELLING)))
    return sides(columns)


def build(seed: gr.Number) -> None:
    """Lay out what can go wrong; there must be a pair for it."""
    events.lesson("collapse_lesson", heading="collapse")
    shown = gr.HTML(show_collapse(seed.value), elem_id="collapse", elem_classes="gz-panel")
    events.react_at_once([seed.change], show_collapse, [seed], shown)
