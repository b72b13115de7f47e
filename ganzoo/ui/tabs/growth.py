"""The part of the tab of GANs for one that has grown in stages (ProGAN): what each stage makes of the same latents."""

import gradio as gr

from ganzoo import GrowingSampler, checks
from ganzoo.ui import catalogue, events, pictures

MOST = 16
"""Rows in one answer."""
FEW = 4
"""Rows that are shown."""


def grow(model: str, count: int = FEW, seed: int = 0) -> dict:
    """Draw 1..16 pictures by every stage of a ProGAN; the last ones are those of `generate` for the same seed.

    Gives `sides` (of what the stages draw: 4, 8, ...) and `pictures`: a row of PNG data URIs for each latent, one for
    each stage, all enlarged to full size.
    """
    source = catalogue.load(model, GrowingSampler)
    count = checks.whole("count", count, 1, MOST)
    drawn = source.sample_stages(count, seed=seed)
    return {"sides": source.sides, "pictures": [[pictures.png(image) for image in row] for row in drawn]}


def show_growth(name: str, seed: int) -> str:
    """A lesson over a row of pictures for each latent; nothing for a model without stages."""
    if not isinstance(catalogue.load(name), GrowingSampler):
        return ""
    made = grow(name, FEW, seed)
    captions = [f"{side}x{side}" for side in made["sides"]]
    rows = (f"<div>{''.join(map(pictures.figure, row, captions))}</div>" for row in made["pictures"])
    lesson = f'<div class="gz-lesson">{events.words("growing_lesson", "growing")}</div>'
    return f'{lesson}<div class="gz-stages">{"".join(rows)}</div>'


def build(model: gr.Dropdown, seed: gr.Number) -> None:
    """Lay out the stages of the chosen model."""
    inputs = [model, seed]
    first = show_growth(*[control.value for control in inputs])
    shown = gr.HTML(first, elem_id="growth", elem_classes="gz-panel")
    events.react_at_once(events.changes(*inputs), show_growth, inputs, shown)
    events.endpoint(grow)
