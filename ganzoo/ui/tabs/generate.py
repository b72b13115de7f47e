"""The tab of GANs: pictures from a seed, numbers written by a conditional one, verdicts, and how the training went."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from ganzoo import GrowingSampler, LoadedModel, Sampler, checks
from ganzoo.inference.sampler import Samples
from ganzoo.ui import catalogue, events, model_facts, pictures, texts
from ganzoo.ui.charts import loss_curves
from ganzoo.ui.tabs import compare, growth

MOST = 64
"""Pictures in one answer."""
LONGEST = 20
"""Digits of a number."""
ALL = -1
"""The menu's value for every label in turn."""
NONE = ""
"""The menu's value for no second model."""
KEY_FIGURES = ("distance", "precision", "recall", "coverage", "right")


def generator(name: Any) -> Sampler:
    return catalogue.load(name, Sampler)


def generate(
    model: str, count: int = 16, seed: int = 0, truncation: float | None = None, label: int | None = None
) -> dict:
    """Draw 1..64 pictures from a GAN; the same seed gives the same pictures.

    `truncation` in 0..2 scales the latents (null: as the model recommends). `label` is one class of a conditional
    model, or null for all in turn.
    Gives `pictures` (PNG data URIs), `verdicts` of the discriminator, their `scale` ("probability" of being real or
    "score", higher for real) and `labels` (null for a model without).
    """
    source = generator(model)
    count = checks.whole("count", count, 1, MOST)
    if label is not None and source.classes:
        label = checks.whole("label", label, 0, source.classes - 1)
    return drawn(source, source.sample(count, seed=seed, label=label, truncation=truncation))


def write_number(model: str, number: str, seed: int = 0, truncation: float | None = None) -> dict:
    """Have a conditional GAN write a number of at most 20 digits, one picture for each; the answer is `generate`'s."""
    writer = generator(model)
    if not writes_digits(writer):
        raise ValueError(f"{model} cannot write digits: choose a conditional model")
    number = number.strip() if isinstance(number, str) else ""
    if not re.fullmatch(rf"[0-9]{{1,{LONGEST}}}", number):
        raise ValueError(f"a number must be 1 to {LONGEST} of the digits 0 to 9")
    labels = [int(digit) for digit in number]
    return drawn(writer, writer.sample(len(labels), seed=seed, label=labels, truncation=truncation))


def drawn(model: Sampler, samples: Samples) -> dict:
    return {
        "pictures": [pictures.png(image) for image in samples.images],
        "verdicts": model.scores(samples.images, samples.labels).tolist(),
        "scale": model.score_scale,
        "labels": None if samples.labels is None else samples.labels.tolist(),
    }


def gallery(made: dict) -> str:
    """Pictures with the verdicts under them."""
    write = "{:.0%}".format if made["scale"] == "probability" else "{:+.2f}".format
    return pictures.gallery(map(pictures.figure, made["pictures"], map(write, made["verdicts"])))


def chosen(name: str, other: str) -> list[Sampler]:
    """One model, or two to be compared."""
    return [generator(one) for one in ([name] if other == NONE else [name, other])]


def wanted(model: Sampler, label: int | None) -> int | None:
    """The label in the terms of `generate`: null for all in turn, and for a model without labels."""
    return None if label in (ALL, None) or not model.classes else label


def show(name: str, other: str, count: int, seed: int, truncation: float, label: int | None) -> str:
    """Pictures of one model, or of two beside each other; a label counts where all that know any know it."""
    models = chosen(name, other)
    known = all(label in range(model.classes) for model in models if model.classes)
    label = label if known or len(models) == 1 else ALL
    made = [generate(model.name, count, seed, truncation, wanted(model, label)) for model in models]
    columns = [
        compare.column(model, compare.figures(model, *KEY_FIGURES), gallery(its))
        for model, its in zip(models, made, strict=True)
    ]
    scales = dict.fromkeys(its["scale"] for its in made)
    return compare.sides(columns) + "".join(f'<p class="gz-lesson">{texts.both(scale)}</p>' for scale in scales)


def show_number(name: str, number: str, seed: int, truncation: float) -> str:
    empty = isinstance(number, str) and not number.strip()
    if empty or not writes_digits(generator(name)):
        return ""
    return gallery(write_number(name, number, seed, truncation))


def history_frame(model: str, frame: int) -> str:
    """Frame `frame` of a model's training animation, as a PNG data URI."""
    film = frames(catalogue.load(model).folder)
    if not film:
        raise ValueError(f"no training animation was published with {model}")
    return film[checks.whole("frame", frame, 0, len(film) - 1)]


@lru_cache(maxsize=32)
def frames(folder: Path) -> list[str]:
    """The pictures of training.webp; none where there is no such file."""
    path, found = folder / "training.webp", []
    if path.is_file():
        with Image.open(path, formats=["WEBP"]) as film:
            for i in range(film.n_frames):
                film.seek(i)
                found.append(pictures.png(film.convert("RGB")))
    return found


def history_value(name: str) -> dict:
    """What history.js shows; each part may be missing."""
    model: LoadedModel = catalogue.load(name)
    epochs = model.history.get("frames", [])[: len(frames(model.folder))]
    return {"name": name, "epochs": epochs, "curves": loss_curves.svg(model.history.get("rows", []))}


def fit_controls(name: str, other: str) -> tuple[dict, dict]:
    """The number for a model that writes digits, and the truncation that it recommends, where that counts."""
    model = generator(name)
    return gr.update(visible=writes_digits(model)), gr.update(value=model.truncation, visible=truncates(name, other))


def fit_truncation(name: str, other: str) -> dict:
    """The truncation beside another second model: its value stays."""
    return gr.update(visible=truncates(name, other))


def truncates(name: str, other: str) -> bool:
    """Whether the length of a latent counts for a chosen model; for a ProGAN, only its direction does."""
    return not all(isinstance(model, GrowingSampler) for model in chosen(name, other))


def fit_labels(name: str, other: str, label: int) -> dict:
    """The menu of labels of the first model that knows some; a choice stays where it can."""
    model = max(chosen(name, other), key=lambda one: bool(one.classes))
    value = label if label in range(model.classes) else ALL
    return gr.update(choices=label_choices(model), value=value, visible=bool(model.classes))


def label_choices(model: Sampler) -> list[tuple[Any, int]]:
    return [(texts.label("all_digits"), ALL), *events.labelled(model.class_names)]


def writes_digits(model: Sampler) -> bool:
    return model in catalogue.digit_writers()


def build() -> None:
    """Lay out the tab."""
    generators = catalogue.generators()
    models, name = model_facts.along_the_tree(generators), catalogue.preferred(generators)
    first, scale = generator(name), generator(name).truncation
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            model = events.model_control(models, name, elem_id="generate_model")
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
            seed = events.seed_control("seed")
            count = gr.Slider(1, MOST, 20, step=1, label=texts.label("count"), elem_id="count")
            truncation = gr.Slider(
                0,
                1.5,
                scale,
                step=0.05,
                label=texts.label("truncation"),
                visible=truncates(name, NONE),
                elem_id="truncation",
            )
            events.lesson("generate_lesson")
        with gr.Column(scale=5, min_width=320):
            number = gr.Textbox(
                "20261120",
                label=texts.label("typed_number"),
                max_length=40,
                visible=writes_digits(first),
                max_lines=1,
                elem_id="number",
            )
            written = gr.HTML(
                show_number(name, "20261120", 0, scale), elem_id="written", elem_classes=["gz-panel", "gz-written"]
            )
            shown = gr.HTML(show(name, NONE, 20, 0, scale, ALL), elem_id="gallery", elem_classes="gz-panel")
    if catalogue.growing():
        growth.build(model, seed)
    if compare.collapse(generators):
        compare.build(seed)
    events.lesson("training_lesson", heading="training")
    functions = [events.for_panel(history_frame)]
    history = events.panel("history", history_value(name), server_functions=functions, elem_id="history")
    events.about(model)

    settings = [model, other, count, seed, truncation, label]
    events.react_at_once(events.changes(*settings), show, settings, shown)
    writing = [model, number, seed, truncation]
    events.react_at_once(events.changes(*writing), show_number, writing, written)
    events.react([model.change], fit_controls, [model, other], [number, truncation])
    events.react([other.change], fit_truncation, [model, other], truncation)
    events.react(events.changes(model, other), fit_labels, [model, other, label], label)
    events.react([model.change], history_value, [model], history)
    for function in (generate, write_number, history_frame):
        events.endpoint(function)
