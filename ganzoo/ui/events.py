"""How handlers are hooked up: light, the latest event wins, errors are one clear sentence."""

import functools
import html
import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from ganzoo.ui import catalogue

QUIET: dict[str, Any] = {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}
"""Options of every event. Most also skip Gradio's own checks (`preprocess=False`), which let NaN through and print a
trace for a value that is no number. The functions check every value themselves."""


def clear_errors(function: Callable) -> Callable:
    """Show the errors of ganzoo's checks to the visitor as one sentence, never as a trace."""

    @functools.wraps(function)
    def checked(*values: Any, **named: Any) -> Any:
        try:
            return function(*values, **named)
        except OverflowError:
            raise gr.Error("a number is too large", print_exception=False) from None
        except ValueError as error:
            raise gr.Error(without_paths(str(error)), print_exception=False) from None

    return checked


def without_paths(message: str) -> str:
    """A message in which files of models, and uploads, are named without the folders of this machine around them."""
    roots = {str(folder.parent) for folder in catalogue.folders().values()}
    for root in (*roots, os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()):
        message = message.replace(f"{root}{os.sep}", "").replace(f"{root}/", "")
    return message


def errors_in_place(function: Callable) -> Callable:
    """As `clear_errors`, but return the sentence as HTML: Gradio shows no message for an event that skips the queue."""

    @functools.wraps(function)
    def checked(*values: Any) -> Any:
        try:
            return clear_errors(function)(*values)
        except gr.Error as error:
            return error_html(error.message)

    return checked


def error_html(message: str) -> str:
    """HTML of an error message."""
    return f'<p class="gz-error">{html.escape(message)}</p>'


def endpoint(function: Callable) -> None:
    """Offer a function as a public, typed API endpoint under the function's name."""
    gr.api(clear_errors(function), api_name=function.__name__, queue=False)


def react(
    triggers: Sequence[Callable], function: Callable, inputs: list, outputs: Any, *, upload: bool = False
) -> None:
    """Call `function` whenever one of `triggers` fires; of events that pile up only the last one counts.

    With `upload`, Gradio turns an input into a path and makes sure that it is the path of an upload.
    """
    checked = clear_errors(function)
    gr.on(triggers, checked, inputs, outputs, concurrency_limit=None, preprocess=upload, **QUIET)


def react_at_once(triggers: Sequence[Callable], function: Callable, inputs: list, output: gr.HTML) -> None:
    """As `react`, but without the queue: for a function that returns HTML and is called while a slider moves."""
    gr.on(triggers, errors_in_place(function), inputs, output, queue=False, preprocess=False, **QUIET)


def changes(*components: Any) -> list[Callable]:
    """The change events of components."""
    return [component.change for component in components]
