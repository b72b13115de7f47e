"""The part of the latent tab for readable codes: class, slant and thickness over one noise vector (InfoGAN)."""

import html
from typing import Any

import gradio as gr

from ganzoo import CodedSampler
from ganzoo.images import grid
from ganzoo.ui import catalogue, events, pictures, texts

MIDDLE = 0.0


def draw_codes(model: str, label: int = 3, codes: list[float] | None = None, seed: int = 0, columns: int = 9) -> dict:
    """Pictures of one noise vector while the codes of an InfoGAN change; each of the two codes lies in -1..1.

    Gives `classes` (PNG data URIs: every class at the codes asked for), `grid` (PNG data URI: class `label` with the
    first code from -1 to 1 to the right and the second downwards, 2..20 columns) and `names` of the codes.
    """
    source = coded(model)
    at = dict(zip(source.code_names, checked_codes(codes or [MIDDLE, MIDDLE]), strict=True))
    return {
        "classes": [pictures.png(image) for image in source.every_class(seed=seed, codes=at)],
        "grid": pictures.png(grid(source.plane(seed=seed, label=label, columns=columns), columns=columns, padding=0)),
        "names": source.code_names,
    }


def coded(name: Any) -> CodedSampler:
    """The model of that name. Raises ValueError where it has not two continuous codes."""
    model = catalogue.load(name, CodedSampler)
    if model not in catalogue.coded():
        raise ValueError(f"{name} has no two codes with a known meaning")
    return model


def checked_codes(codes: Any) -> list[float]:
    if not isinstance(codes, list) or len(codes) != 2:
        raise ValueError(f"codes must be a list of two numbers, got {codes!r}")
    return codes


def show_codes(name: str, label: int, first: float, second: float, seed: int) -> str:
    made = draw_codes(name, label, [first, second], seed)
    names = coded(name).class_names
    plane = f'<img src="{made["grid"]}" alt="">'
    row = map(pictures.figure, made["classes"], map(html.escape, names))
    across, down = (texts.both(code) if code in texts.TEXTS else html.escape(code) for code in made["names"])
    axes = f"<figcaption>{across} → · {down} ↓</figcaption>"
    return f'{pictures.gallery(row)}<figure class="gz-codes">{plane}{axes}</figure>'


def build() -> None:
    models = catalogue.coded()
    events.lesson("codes_lesson", heading="codes")
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            model = events.model_control(models, models[0].name)
            label = events.class_control("code_class", 3)
            sliders = [
                gr.Slider(-1, 1, MIDDLE, step=0.05, label=texts.label(name) if name in texts.TEXTS else name)
                for name in models[0].code_names
            ]
            seed = events.seed_control("noise_vector")
        with gr.Column(scale=2, min_width=320):
            inputs = [model, label, *sliders, seed]
            first = show_codes(*[control.value for control in inputs])
            shown = gr.HTML(first, elem_id="codes", elem_classes="gz-panel")
    events.react_at_once(events.changes(*inputs), show_codes, inputs, shown)
    events.about(model)
    events.endpoint(draw_codes)
