"""The part of the tab of GANs for one that has grown in stages (ProGAN): what each stage draws of the same latents."""

from typing import Any

import gradio as gr

from ganzoo import GrowingSampler, checks
from ganzoo.ui import catalogue, encoding, events
from ganzoo.ui.components import figures, filled, lesson_html

MAX_ROWS = 16
"""In one answer."""
SHOWN_ROWS = 4


def grow(model: str, count: int = SHOWN_ROWS, seed: int = 0) -> dict:
    """Draw 1..16 pictures by every stage of a ProGAN; the last ones are those of `generate` for the same seed.

    Gives `sides` (of what the stages draw: 4, 8, ...) and `pictures`: a row of PNG data URIs for each latent, one for
    each stage, all enlarged to full size.
    """
    sampler = catalogue.load(model, GrowingSampler)
    count = checks.whole("count", count, 1, MAX_ROWS)
    stages = sampler.sample_stages(count, seed=seed)
    return {"sides": sampler.sides, "pictures": [[encoding.png(image) for image in row] for row in stages]}


def show_growth(name: str, seed: int) -> str:
    """HTML with a row of images for each latent, under a lesson; empty for a model without stages."""
    if not isinstance(catalogue.load(name), GrowingSampler):
        return ""
    drawn = grow(name, SHOWN_ROWS, seed)
    captions = [f"{side}x{side}" for side in drawn["sides"]]
    rows = (f"<div>{''.join(map(figures.figure, row, captions))}</div>" for row in drawn["pictures"])
    lesson = f'<div class="gz-lesson">{lesson_html("growing_lesson", "growing")}</div>'
    return f'{lesson}<div class="gz-stages">{"".join(rows)}</div>'


def build(model: gr.Dropdown, seed: gr.Number) -> None:
    """Lay out the stages of the chosen model."""
    inputs: list[Any] = [model, seed]
    shown = filled("growth")
    events.react_at_once([events.shown(shown), *events.changes(*inputs)], show_growth, inputs, shown)
    events.endpoint(grow)
