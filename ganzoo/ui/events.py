"""How handlers are hooked up: light, latest wins, clear errors; and the few controls that every tab repeats."""

import functools
import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import HTTPException

from ganzoo import Reconstructor, checks
from ganzoo.ui import catalogue, texts

HERE = Path(__file__).parent / "components"
QUIET = {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}
"""Of every event. Most also leave Gradio's own checks out (`preprocess`), which let NaN through, and put a trace on the
terminal for what is no number: the functions check every value themselves."""
RANDOM_SEED = f"() => Math.floor(Math.random() * {checks.MAX_SEED})"


def clear_errors(function: Callable) -> Callable:
    """What ganzoo's checks say reaches the reader as one sentence, never as a trace."""

    @functools.wraps(function)
    def checked(*values, **named):
        try:
            return function(*values, **named)
        except OverflowError:
            raise gr.Error("a number is too large", print_exception=False) from None
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return checked


def errors_in_place(function: Callable) -> Callable:
    """The same sentence as HTML in the place of the answer: Gradio shows no message for an event without the queue."""

    @functools.wraps(function)
    def checked(*values):
        try:
            return clear_errors(function)(*values)
        except gr.Error as error:
            return sentence(error.message)

    return checked


def sentence(error: str) -> str:
    """HTML of what is wrong."""
    return f'<p class="gz-error">{html.escape(error)}</p>'


def endpoint(function: Callable) -> None:
    """A public, typed API endpoint under the function's name."""
    gr.api(clear_errors(function), api_name=function.__name__, queue=False)


def react(triggers: list[Callable], function: Callable, inputs: list, outputs: Any, *, upload: bool = False) -> Any:
    """Call `function` whenever one of `triggers` fires; of events that pile up only the last one counts.

    Gradio turns an `upload` into a path, and sees to it that the path is that of an upload.
    """
    checked = clear_errors(function)
    return gr.on(triggers, checked, inputs, outputs, concurrency_limit=None, preprocess=upload, **QUIET)


def react_at_once(triggers: list[Callable], function: Callable, inputs: list, output: gr.HTML) -> Any:
    """As `react`, past the queue: for a function that gives HTML and is called while a slider moves."""
    return gr.on(triggers, errors_in_place(function), inputs, output, queue=False, preprocess=False, **QUIET)


def changes(*components: Any) -> list[Callable]:
    return [component.change for component in components]


def panel(name: str, value: Any = None, *, parts: Sequence[str] = (), **props) -> gr.HTML:
    """A component of our own: `name`.html and `name`.js beside this file. The script reads its value and watches it.

    `parts` are other scripts that it calls; the markup takes in that of another file as [[file.html]].
    """
    script = "\n".join((HERE / f"{part}.js").read_text(encoding="utf-8") for part in ("latest", *parts, name))
    markup = (HERE / f"{name}.html").read_text(encoding="utf-8")
    markup = re.sub(r"\[\[(\w+\.html)\]\]", lambda file: (HERE / file[1]).read_text(encoding="utf-8"), markup)
    markup = texts.fill(markup)
    return gr.HTML(value, html_template=markup, js_on_load=script, elem_classes="gz-panel", **props)


def lesson(key: str, *, heading: str | None = None) -> None:
    """A sentence or two on what to notice, under a heading if one is named."""
    gr.HTML(words(key, heading), elem_classes="gz-lesson")


def words(key: str, heading: str | None = None) -> str:
    """HTML of a lesson."""
    title = f"<h3>{texts.both(heading)}</h3>" if heading else ""
    return f"{title}<p>{texts.both(key)}</p>"


def seed_control(key: str, value: int = 0) -> gr.Number:
    """A number and the dice that change it."""
    with gr.Row(elem_classes="gz-seed"):
        seed = gr.Number(value, label=texts.label(key), precision=0, min_width=90, elem_id=key)
        gr.Button("⚄", min_width=44, scale=0).click(None, None, seed, js=RANDOM_SEED, api_visibility="private")
    return seed


def class_control(key: str, value: int, names: list[str] = catalogue.DIGITS) -> gr.Radio:
    """Buttons for the classes of a conditional model; the value is the label."""
    label = texts.label(key)
    return gr.Radio(labelled(names), value=value, label=label, elem_classes="gz-classes", elem_id=key)


def labelled(names: list[str]) -> list[tuple[Any, int]]:
    """Choices of labels, whose names are translated in the browser where they are known."""
    keys = [texts.key_of("class", name) for name in names]
    return [(texts.label(key) if key else names[label], label) for label, key in enumerate(keys)]


def follow(model: gr.Dropdown, *controls: gr.Radio) -> None:
    """Let `class_control`s offer what can be drawn for the autoencoder that is chosen."""
    for control in controls:
        react([model.change], fit_classes, [model, control], control)


def fit_classes(name: str, label: int) -> dict:
    """The classes of another model; a choice stays where it can."""
    names = catalogue.fed(catalogue.load(name, Reconstructor))
    return gr.update(choices=labelled(names), value=kept(label, names))


def kept(label: int, names: list[str]) -> int:
    """The label, or 0 where a model of more classes has left one that has no name now."""
    return label if label in range(len(names)) else 0


def model_control(models: list, value: str | None = None, *, key: str = "model", **options) -> gr.Dropdown:
    choices = catalogue.menu(models, " ✎")
    value = value or catalogue.preferred(models)
    return gr.Dropdown(choices, value=value, label=texts.label(key), filterable=False, **options)


def about(*models: gr.Dropdown, key: str = "about", card: Callable[[str], str] = catalogue.about) -> None:
    """An accordion with a card (Markdown) for each chosen model: its own, or what `card` gives for its name."""
    with gr.Accordion(texts.label(key), open=False), gr.Row():
        for model in models:
            shown = gr.Markdown(card(model.value), elem_classes="gz-card", min_width=320)
            react([model.change], card, [model], shown)


def for_panel(function: Callable, name: str = "") -> Callable:
    """A server function for a panel's script, which sends one object: its entries are the arguments."""

    def called(question: dict):
        try:
            return function(**question)
        except (ValueError, OverflowError, TypeError) as error:
            raise HTTPException(422, str(error)) from None

    called.__name__ = name or function.__name__
    return called
