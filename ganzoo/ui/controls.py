"""The controls that several tabs repeat: menus of models, seeds, buttons for classes."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from ganzoo import LoadedModel, Reconstructor, checks
from ganzoo.ui import catalogue, events, texts

RANDOM_SEED = f"() => Math.floor(Math.random() * {checks.MAX_SEED})"


def model_control(
    models: Sequence[LoadedModel], value: str | None = None, *, key: str = "model", **options: Any
) -> gr.Dropdown:
    """A menu of models; a mark follows the titles of conditional ones."""
    choices = catalogue.menu(models, " ✎")
    value = value or catalogue.preferred(models)
    return gr.Dropdown(choices, value=value, label=texts.label(key), filterable=False, **options)


def seed_control(key: str, value: int = 0) -> gr.Number:
    """A number and a button that picks a random one."""
    with gr.Row(elem_classes="gz-seed"):
        seed = gr.Number(value, label=texts.label(key), precision=0, min_width=90, elem_id=key)
        gr.Button("⚄", min_width=44, scale=0).click(None, None, seed, js=RANDOM_SEED, api_visibility="private")
    return seed


def upload_control(**options: Any) -> gr.UploadButton:
    """A button that uploads an image."""
    return gr.UploadButton(texts.label("upload"), type="filepath", file_types=["image"], **options)


def class_control(key: str, value: int, names: list[str] = catalogue.DIGITS) -> gr.Radio:
    """Buttons for the classes of a conditional model; the value is the label."""
    label = texts.label(key)
    return gr.Radio(class_choices(names), value=value, label=label, elem_classes="gz-classes", elem_id=key)


def class_choices(names: list[str]) -> list[tuple[Any, int]]:
    """(shown name, label) for each class; the browser translates the names that `texts` has."""
    keys = [texts.key_of("class", name) for name in names]
    return [(texts.label(key) if key else names[label], label) for label, key in enumerate(keys)]


def follow_model(model: gr.Dropdown, *classes: gr.Radio) -> None:
    """Let `class_control`s offer the classes that can be drawn for the chosen autoencoder."""
    for control in classes:
        events.react([model.change], fit_classes, [model, control], control)


def fit_classes(name: str, label: int) -> dict[str, Any]:
    """The classes for a newly chosen model; the chosen label stays if the model has it."""
    names = catalogue.generated_classes(catalogue.load(name, Reconstructor))
    return gr.update(choices=class_choices(names), value=valid_label(label, names))


def valid_label(label: int, names: list[str]) -> int:
    """The label, or 0 where it is left over from a model of more classes."""
    return label if label in range(len(names)) else 0
