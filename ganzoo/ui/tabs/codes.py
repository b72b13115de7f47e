"""The part of the latent tab for readable codes: class, slant and thickness over one noise vector (InfoGAN)."""

import html
from typing import Any

import gradio as gr

from ganzoo import CodedSampler, checks
from ganzoo.images import grid
from ganzoo.ui import cards, catalogue, controls, encoding, events, texts
from ganzoo.ui.components import figures, filled, lesson

MIDDLE = 0.0


def draw_codes(
    model: str, label: int | str = 3, codes: list[float] | None = None, seed: int = 0, columns: int = 9
) -> dict:
    """Pictures of one noise vector while the codes of an InfoGAN change; each of the two codes lies in -1..1.

    Gives `classes` (PNG data URIs: every class at the codes asked for), `grid` (PNG data URI: class `label`, its
    name or number, with the first code from -1 to 1 to the right and the second downwards, 2..20 columns) and `names`
    of the codes.
    """
    sampler = coded_sampler(model)
    values = dict(zip(sampler.code_names, checked_codes([MIDDLE, MIDDLE] if codes is None else codes), strict=True))
    plane = grid(sampler.plane(seed=seed, label=label, columns=columns), columns=columns, padding=0)
    return {
        "classes": [encoding.png(image) for image in sampler.every_class(seed=seed, codes=values)],
        "grid": encoding.png(plane),
        "names": sampler.code_names,
    }


def coded_sampler(name: Any) -> CodedSampler:
    """The model of that name. Raises ValueError unless it has two continuous codes."""
    model = catalogue.load(name, CodedSampler)
    if model not in catalogue.coded_generators():
        raise ValueError(f"{name} has no two codes with a known meaning")
    return model


def checked_codes(codes: Any) -> list[float]:
    if not isinstance(codes, list) or len(codes) != 2:
        raise ValueError(f"codes must be a list of two numbers, got {checks.shown(codes)}")
    return codes


def show_codes(name: str, label: int, first: float, second: float, seed: int) -> str:
    """HTML of `draw_codes`."""
    drawn = draw_codes(name, str(label), [first, second], seed)  # the buttons are the digits' names
    names = coded_sampler(name).class_names
    plane = f'<img src="{drawn["grid"]}" alt="">'
    row = map(figures.figure, drawn["classes"], map(html.escape, names))
    across, down = (texts.both(code) if code in texts.TEXTS else html.escape(code) for code in drawn["names"])
    axes = f"<figcaption>{across} → · {down} ↓</figcaption>"
    return f'{figures.gallery(row)}<figure class="gz-codes">{plane}{axes}</figure>'


def build() -> None:
    """Lay out the part."""
    models = catalogue.coded_generators()
    lesson("codes_lesson", heading="codes")
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            model = controls.model_control(models, models[0].name)
            label = controls.class_control("code_class", 3)
            sliders = [
                gr.Slider(-1, 1, MIDDLE, step=0.05, label=texts.label(name) if name in texts.TEXTS else name)
                for name in models[0].code_names
            ]
            seed = controls.seed_control("noise_vector")
        with gr.Column(scale=2, min_width=320):
            inputs: list[Any] = [model, label, *sliders, seed]
            shown = filled("codes")
    events.react_at_once([events.shown(shown), *events.changes(*inputs)], show_codes, inputs, shown)
    cards.accordion(model)
    events.endpoint(draw_codes)
