"""Every word of the app in English and German, from texts.json.

`label` gives what a Gradio component translates in the browser; `both` gives HTML that holds both languages, of which
style.css shows the one that page.js found in the browser's settings.
"""

import json
import re
from pathlib import Path

import gradio as gr

TEXTS: dict[str, list[str]] = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))

label = gr.I18n(
    en={key: english for key, (english, _) in TEXTS.items()}, de={key: german for key, (_, german) in TEXTS.items()}
)


def both(key: str) -> str:
    """HTML with the text in both languages."""
    english, german = TEXTS[key]
    return f'<span class="gz-en" lang="en">{english}</span><span class="gz-de" lang="de">{german}</span>'


def fill(markup: str) -> str:
    """HTML in which each [[key]] becomes its text."""
    return re.sub(r"\[\[(\w+)\]\]", lambda key: both(key[1]), markup)
