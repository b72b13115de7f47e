"""Model cards in the app: Markdown that carries its images, in accordions that follow a menu."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from PIL import Image

from ganzoo.ui import catalogue, encoding, events, texts

IMAGE_LINK = re.compile(r"!\[([^\]]*)\]\(([\w-]+\.(?:webp|png))\)")


def card_markdown(name: str) -> str:
    """A model's card as Markdown with its images inlined; for a model without a card, its title and figures."""
    loaded = catalogue.load(name)
    card = catalogue.attempt(loaded.folder / "README.md", lambda: loaded.card)
    if card:
        return IMAGE_LINK.sub(lambda link: inline_image(link, loaded.folder), card)
    figures = [f"**{key}**: {figure.value:.4g}" for key, figure in loaded.figures.items()]
    return "\n\n".join([f"### {loaded.title}", f"`{loaded.name}`, {loaded.parameters:,} parameters", *figures])


def inline_image(link: re.Match[str], folder: Path) -> str:
    """The Markdown image with the file's content as a data URI; empty where the folder has no such image."""
    path = folder / link[2]
    content = catalogue.attempt(path, lambda: picture(path)) if os.path.lexists(path) else None
    return f"![{link[1]}]({encoding.data_uri(content, path.suffix[1:])})" if content else ""


def picture(path: Path) -> bytes:
    """The bytes of an image file. Raises OSError where it is none."""
    with Image.open(path) as image:
        image.verify()
    return path.read_bytes()


def accordion(*models: gr.Dropdown, key: str = "about", content: Callable[[str], str] = card_markdown) -> None:
    """A closed accordion with the card of each chosen model, or whatever `content` returns for its name."""
    with gr.Accordion(texts.label(key), open=False) as folded, gr.Row():
        for model in models:
            shown = gr.Markdown(elem_classes="gz-card", min_width=320)
            events.react([events.shown(folded), model.change], content, [model], shown)
