"""The drawing canvas. It draws in the browser; its value is a data URI, and each change fires its `input` event.

`events.shown` asks for the first image.
"""

import gradio as gr

from ganzoo.ui.components.panel import panel


def build() -> gr.HTML:
    """An empty canvas."""
    return panel("sketch", parts=["canvas"], elem_id="drawing")
