"""The drawing canvas. It draws in the browser; its value is a data URI, and each change fires its `input` event."""

import gradio as gr

from ganzoo.ui.components.panel import panel


def build(value: str | None) -> gr.HTML:
    """A canvas that shows the image `value`."""
    return panel("sketch", value, parts=["canvas"], elem_id="drawing")
