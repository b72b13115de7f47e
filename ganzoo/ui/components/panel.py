"""Components with a script: NAME.html and NAME.js beside this file, wrapped in gr.HTML; and HTML without one.

The page holds no value of theirs. Once the browser shows a component, an event (`events.shown`) asks for the first one,
so that nothing is computed and sent that nobody looks at. Gradio shows what is in a tab when the tab is opened.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import HTTPException

from ganzoo.ui import events, texts, turns

FOLDER = Path(__file__).parent
SHOWN = "trigger('expand')"
"""The script of HTML without one."""
STYLES = sorted(FOLDER.glob("*.css"))
"""The style sheets of all components."""


def filled(elem_id: str, *classes: str) -> gr.HTML:
    """HTML that an event fills; `events.shown` asks for it."""
    return gr.HTML(js_on_load=SHOWN, elem_id=elem_id, elem_classes=["gz-panel", *classes])


def panel(name: str, *, parts: Sequence[str] = (), functions: Sequence[Callable] = (), **props: Any) -> gr.HTML:
    """The component `name`. Its script shows the value and follows its changes; `events.shown` asks for the first.

    Args:
        name: of the component and its files
        parts: names of other scripts that the script calls
        functions: what the script may call on the server, as `server.NAME({argument: value})`
        props: other values for the script, and options of gr.HTML
    """
    script = "\n".join(read(f"{part}.js") for part in ("latest", *parts, name))
    return gr.HTML(
        html_template=markup(name),
        js_on_load=script,
        elem_classes="gz-panel",
        server_functions=[accept_object(function) for function in functions] or None,
        **props,
    )


def markup(name: str) -> str:
    """`name`.html with each [[file.html]] replaced by that file, and each [[key]] by its text."""
    return texts.fill(re.sub(r"\[\[(\w+\.html)\]\]", lambda file: read(file[1]), read(f"{name}.html")))


def read(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


def accept_object(function: Callable) -> Callable:
    """`function` for a script, which sends one object: its entries are the arguments. Errors become HTTP 422."""
    computed = turns.in_turn(function)

    def called(arguments: dict) -> Any:
        try:
            return computed(**arguments)
        except (ValueError, OverflowError, TypeError) as error:
            raise HTTPException(422, events.without_paths(str(error))) from None

    called.__name__ = function.__name__
    return called
