"""How handlers are hooked up: light, the latest event wins, errors are one clear sentence."""

import functools
import html
import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder, is_in_or_equal

from ganzoo import checks
from ganzoo.ui import catalogue, turns

QUIET: dict[str, Any] = {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}
"""Options of every event. They also skip Gradio's own checks (`preprocess=False`), which let NaN through and print a
trace for a value that is no number. The functions check every value themselves."""


FILE = {"_type": "gradio.FileData"}
"""The mark of a file in what Gradio's page sends."""


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
    """A message in which files of models, and uploads, are named without the folders of this machine around them.

    It holds no control codes.
    """
    roots = {str(folder.parent) for folder in catalogue.folders().values()}
    for root in (*roots, os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()):
        message = message.replace(f"{root}{os.sep}", "").replace(f"{root}/", "")
    return checks.printable(message)


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
    gr.api(clear_errors(turns.in_turn(function)), api_name=function.__name__, queue=False)


def react(
    triggers: Sequence[Callable], function: Callable, inputs: list, outputs: Any, *, upload: bool = False
) -> None:
    """Call `function` whenever one of `triggers` fires; of events that pile up only the last one counts.

    With `upload`, the last input is an upload, and `function` gets its path.
    """
    checked = clear_errors(turns.in_turn(from_upload(function) if upload else function))
    gr.on(triggers, checked, inputs, outputs, concurrency_limit=None, preprocess=False, **QUIET)


def from_upload(function: Callable) -> Callable:
    """`function` for events whose last value is an upload; it gets the path."""

    @functools.wraps(function)
    def called(*values: Any) -> Any:
        return function(*values[:-1], upload_path(values[-1]))

    return called


def upload_path(file: Any) -> str:
    """The path of an upload, which Gradio describes. Raises ValueError for any other path."""
    path = file.get("path") if isinstance(file, dict) and file.get("meta") == FILE else None
    if not isinstance(path, str) or "\0" in path or not is_in_or_equal(path, get_upload_folder()):
        raise ValueError("no picture was uploaded")
    return path


def react_at_once(triggers: Sequence[Callable], function: Callable, inputs: list, output: gr.HTML) -> None:
    """As `react`, but without the queue: for a function that returns HTML and is called while a slider moves."""
    gr.on(triggers, errors_in_place(turns.in_turn(function)), inputs, output, queue=False, preprocess=False, **QUIET)


def shown(component: gr.HTML | gr.Accordion) -> Callable:
    """The event of a component of ours that the browser shows, or of an accordion that is opened.

    Gradio has no name for the former, and `gr.on` knows only names of Gradio's.
    """
    return component.expand


def changes(*components: Any) -> list[Callable]:
    """The change events of components."""
    return [component.change for component in components]
