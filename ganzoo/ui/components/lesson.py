"""A lesson: a sentence or two on what to notice."""

import gradio as gr

from ganzoo.ui import texts


def lesson(key: str, *, heading: str | None = None) -> None:
    """Show the text `key`, under a heading if one is named."""
    gr.HTML(lesson_html(key, heading), elem_classes="gz-lesson")


def lesson_html(key: str, heading: str | None = None) -> str:
    """HTML of a lesson."""
    title = f"<h3>{texts.both(heading)}</h3>" if heading else ""
    return f"{title}<p>{texts.both(key)}</p>"
