"""The tab of GANs: images from a seed, and numbers written by a conditional one, with the discriminator's scores."""

import re
from collections.abc import Sequence
from typing import Any

import gradio as gr

from ganzoo import GrowingSampler, Sampler, Samples, checks
from ganzoo.ui import cards, catalogue, controls, encoding, events, model_facts, texts
from ganzoo.ui.components import figures, filled, lesson
from ganzoo.ui.tabs import compare, growth, training_history

MAX_COUNT = 64
"""Images in one answer."""
MAX_DIGITS = 20
"""Digits of a number."""
NUMBER = "20261120"
"""The number at the start."""
ALL = -1
"""The menu's value for every label in turn."""
NONE = ""
"""The menu's value for no second model."""
KEY_FIGURES = ("distance", "precision", "recall", "coverage", "right")


def generator(name: Any) -> Sampler:
    return catalogue.load(name, Sampler)


def generate(
    model: str, count: int = 16, seed: int = 0, truncation: float | None = None, label: int | str | None = None
) -> dict:
    """Draw 1..64 pictures from a GAN; the same seed gives the same pictures.

    `truncation` in 0..2 scales the latents (null: as the model recommends). `label` is one class of a conditional
    model, its name or its number, or null for all in turn.
    Gives `pictures` (PNG data URIs), `verdicts` of the discriminator, their `scale` ("probability" of being real or
    "score", higher for real) and `labels` (null for a model without).
    """
    sampler = generator(model)
    count = checks.whole("count", count, 1, MAX_COUNT)
    if label is not None and sampler.classes:
        label = sampler.label_of(label)
    return scored(sampler, sampler.sample(count, seed=seed, label=label, truncation=truncation))


def write_number(model: str, number: str, seed: int = 0, truncation: float | None = None) -> dict:
    """Have a conditional GAN write a number of at most 20 digits, one picture for each; the answer is `generate`'s."""
    sampler = generator(model)
    if not catalogue.draws_digits(sampler):
        raise ValueError(f"{model} cannot write digits: choose a conditional model")
    number = number.strip() if isinstance(number, str) else ""
    if not re.fullmatch(rf"[0-9]{{1,{MAX_DIGITS}}}", number):
        raise ValueError(f"a number must be 1 to {MAX_DIGITS} of the digits 0 to 9")
    return scored(sampler, sampler.sample(len(number), seed=seed, label=list(number), truncation=truncation))


def scored(model: Sampler, samples: Samples) -> dict[str, Any]:
    """The answer of `generate`."""
    return {
        "pictures": [encoding.png(image) for image in samples.images],
        "verdicts": model.scores(samples.images, samples.labels).tolist(),
        "labels": None if samples.labels is None else samples.labels.tolist(),
        "scale": model.score_scale,
    }


def gallery(answer: dict[str, Any]) -> str:
    """HTML of images with their scores."""
    write = "{:.0%}".format if answer["scale"] == "probability" else "{:+.2f}".format
    return figures.gallery(map(figures.figure, answer["pictures"], map(write, answer["verdicts"])))


def chosen(name: str, other: str) -> list[Sampler]:
    """The chosen model, and the second one if there is one."""
    return [generator(choice) for choice in ([name] if other == NONE else [name, other])]


def wanted_class(models: Sequence[Sampler], label: int | None) -> str | None:
    """The name of the class chosen in the menu, which is that of the first conditional model; None for all in turn.

    It counts only if each conditional model has it.
    """
    conditional = [model for model in models if model.classes]
    if label in (ALL, None) or not conditional:
        return None
    first, *others = conditional
    if others and label not in range(first.classes):
        return None
    name = first.class_names[first.label_of(label)]
    return name if all(name in other.class_names for other in others) else None


def show(name: str, other: str, count: int, seed: int, truncation: float, label: int | None) -> str:
    """HTML of the images of one model, or of two side by side; `label` as in `wanted_class`."""
    models = chosen(name, other)
    wanted = wanted_class(models, label)
    answers = [generate(model.name, count, seed, truncation, wanted if model.classes else None) for model in models]
    columns = [
        compare.column(model, compare.figures_html(model, *KEY_FIGURES), gallery(answer))
        for model, answer in zip(models, answers, strict=True)
    ]
    scales = dict.fromkeys(answer["scale"] for answer in answers)
    return compare.side_by_side(columns) + "".join(f'<p class="gz-lesson">{texts.both(scale)}</p>' for scale in scales)


def show_number(name: str, number: str, seed: int, truncation: float) -> str:
    """HTML of a written number; empty for an empty one, and for a model that draws no digits."""
    is_empty = isinstance(number, str) and not number.strip()
    if is_empty or not catalogue.draws_digits(generator(name)):
        return ""
    return gallery(write_number(name, number, seed, truncation))


def fit_controls(name: str, other: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The number field, shown for a model of digits; the recommended truncation, shown where it matters."""
    model = generator(name)
    number = gr.update(visible=catalogue.draws_digits(model))
    return number, gr.update(value=model.truncation, visible=truncates(name, other))


def fit_truncation(name: str, other: str) -> dict[str, Any]:
    """The truncation slider for another second model, shown where it matters; its value stays."""
    return gr.update(visible=truncates(name, other))


def truncates(name: str, other: str) -> bool:
    """Whether the length of a latent matters to a chosen model; to a ProGAN only its direction matters."""
    return not all(isinstance(model, GrowingSampler) for model in chosen(name, other))


def fit_labels(name: str, other: str, label: int) -> dict[str, Any]:
    """The menu of labels of the first conditional model; the chosen label stays if the model has it."""
    model = max(chosen(name, other), key=lambda sampler: bool(sampler.classes))
    value = label if label in range(model.classes) else ALL
    return gr.update(choices=label_choices(model), value=value, visible=bool(model.classes))


def label_choices(model: Sampler) -> list[tuple[Any, int]]:
    return [(texts.label("all_digits"), ALL), *controls.class_choices(model.class_names)]


def build() -> None:
    """Lay out the tab."""
    generators = catalogue.generators()
    models, first = model_facts.sort_by_family(generators), generator(catalogue.preferred(generators))
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            model = controls.model_control(models, first.name, elem_id="generate_model")
            settings = build_settings(models, first)
            other, _, seed, truncation, label = settings
            lesson("generate_lesson")
        with gr.Column(scale=5, min_width=320):
            number = gr.Textbox(
                NUMBER,
                label=texts.label("typed_number"),
                max_length=40,
                visible=catalogue.draws_digits(first),
                max_lines=1,
                elem_id="number",
            )
            writing = [model, number, seed, truncation]
            written = filled("written", "gz-written")
            inputs = [model, *settings]
            shown = filled("gallery")
    if catalogue.growing_generators():
        growth.build(model, seed)
    if compare.find_collapse(generators):
        compare.build(seed)
    training_history.build(model)
    cards.accordion(model)

    events.react_at_once([events.shown(shown), *events.changes(*inputs)], show, inputs, shown)
    events.react_at_once([events.shown(written), *events.changes(*writing)], show_number, writing, written)
    events.react([model.change], fit_controls, [model, other], [number, truncation])
    events.react([other.change], fit_truncation, [model, other], truncation)
    events.react(events.changes(model, other), fit_labels, [model, other, label], label)
    for function in (generate, write_number):
        events.endpoint(function)


def build_settings(models: Sequence[Sampler], first: Sampler) -> list[Any]:
    """The second model, the count, the seed, the truncation and the label: the inputs of `show` after the first."""
    other = gr.Dropdown(
        [(texts.label("no_other"), NONE), *catalogue.menu(models, " ✎")],
        value=NONE,
        label=texts.label("compare_with"),
        filterable=False,
        elem_id="other_model",
    )
    label = gr.Dropdown(
        label_choices(first),
        value=ALL,
        label=texts.label("wanted_digit"),
        visible=bool(first.classes),
        filterable=False,
        elem_id="label",
    )
    seed = controls.seed_control("seed")
    count = gr.Slider(1, MAX_COUNT, 20, step=1, label=texts.label("count"), elem_id="count")
    truncation = gr.Slider(
        0,
        1.5,
        first.truncation,
        step=0.05,
        label=texts.label("truncation"),
        visible=truncates(first.name, NONE),
        elem_id="truncation",
    )
    return [other, count, seed, truncation, label]
