"""The drawing canvas: draws at once in the browser, tells Python by its `input` event; its value is a data URI."""

import gradio as gr

from ganzoo.ui import events


def build(value: str | None) -> gr.HTML:
    return events.panel("sketch", value, parts=["canvas"], elem_id="drawing")
