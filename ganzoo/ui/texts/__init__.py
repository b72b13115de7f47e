"""Every word of the app in English and German, from texts.json.

`label` makes a label that Gradio translates in the browser. `both` makes HTML in both languages; page.js reads the
browser's language, and style.css hides the other one.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr

TEXTS: dict[str, list[str]] = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))

label: Any = gr.I18n(
    en={key: english for key, (english, _) in TEXTS.items()}, de={key: german for key, (_, german) in TEXTS.items()}
)


def both(key: str) -> str:
    """HTML with the text in both languages."""
    english, german = TEXTS[key]
    return f'<span class="gz-en" lang="en">{english}</span><span class="gz-de" lang="de">{german}</span>'


def key_of(group: str, text: str) -> str:
    """The key in `TEXTS` of a word from a model's config.json; empty where there is none."""
    key = f"{group}_{re.sub('[^a-z0-9]+', '_', text.lower())}"
    return key if key in TEXTS else ""


def word(group: str, text: str) -> str:
    """HTML of a word that a stranger may have written: in both languages where `TEXTS` has it."""
    key = key_of(group, text)
    return both(key) if key else html.escape(text)


def fill(markup: str) -> str:
    """HTML in which each [[key]] becomes its text."""
    return re.sub(r"\[\[(\w+)\]\]", lambda key: both(key[1]), markup)
