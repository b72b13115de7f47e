"""The drawing canvas: it draws in the browser and tells Python by its `input` event; its value is a data URI."""

import gradio as gr

from ganzoo.ui.components.panel import panel


def build(value: str | None) -> gr.HTML:
    """A canvas that shows the image `value`."""
    return panel("sketch", value, parts=["canvas"], elem_id="drawing")
