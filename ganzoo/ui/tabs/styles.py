"""The part of the Translate tab for style transfer: a picture painted in the manner of another, step by step."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
from PIL import Image

from ganzoo import checks
from ganzoo.drawing import paintings, scenes
from ganzoo.style import style_transfer
from ganzoo.ui import events, pictures, texts

SIZES = (192, 256, 384)
"""Pixels of the result's longer side that the app offers."""
CONTENTS = {"summer": scenes.KINDS["summer"], "winter": scenes.KINDS["winter"], "map": scenes.KINDS["map"]}
"""Pictures to be painted, drawn by code."""
DRAWN = 256


def drawn(name: str, seed: int) -> str:
    """One of the pictures drawn by code, as a data URI."""
    known = {**CONTENTS, **paintings.PAINTINGS}
    return pictures.png(known[checks.choice("picture", name, known)](seed, size=(DRAWN, DRAWN)))


def uploaded(path: str) -> str:
    """A stranger's file as a data URI."""
    if not path:
        raise ValueError("no picture was sent")
    return pictures.png(pictures.read(path, as_it_is))


def as_it_is(picture: Image.Image) -> Image.Image:
    return picture


def painted(content: str, manner: str, strength: float, size: int, seed: int) -> Iterator[str]:
    """HTML of the picture after each step, with what has been done; one sentence for what cannot be done."""
    try:
        size = checks.choice("size", size, SIZES)
        opened = (pictures.open_uri(uri, as_it_is) for uri in (content, manner))
        for stage in style_transfer.transfer(*opened, style_weight=strength, size=size, seed=seed):
            uri = pictures.png(stage.picture)
            save = f'<a download="painted.png" href="{uri}">{texts.both("save")}</a>'
            yield pictures.figure(uri, f"{texts.both('style_step')} {stage.step} / {stage.steps} · {save}")
    except (ValueError, OverflowError) as error:
        yield events.sentence(str(error))


def side(key: str, choices: list[str], seed: int) -> Any:
    """A picture with its menu of drawn ones and its upload; gives what holds it."""
    with gr.Column(min_width=240):
        shown = events.panel("picture", drawn(choices[0], seed), elem_id=key)
        named = [(texts.label(f"drawn_{name}"), name) for name in choices]
        chosen = gr.Radio(named, value=choices[0], label=texts.label(key), elem_id=f"{key}_choice")
        upload = gr.UploadButton(texts.label("upload"), type="filepath", file_types=["image"], size="sm")
    events.react([chosen.select], lambda name: drawn(name, seed), [chosen], shown)
    events.react([upload.upload], uploaded, [upload], shown, upload=True)
    return shown


def build() -> None:
    """Lay out the part."""
    events.lesson("style_lesson", heading="style_heading")
    with gr.Row():
        content = side("style_content", list(CONTENTS), 3)
        manner = side("style_manner", list(paintings.PAINTINGS), 1)
        with gr.Column(min_width=240):
            result = gr.HTML(elem_id="style_result", elem_classes="gz-panel gz-painted")
            strength = gr.Slider(0.1, 10, 1, step=0.1, label=texts.label("style_strength"), elem_id="style_strength")
            size = gr.Radio(SIZES, value=SIZES[1], label=texts.label("style_size"), elem_id="style_size")
            seed = events.seed_control("style_seed")
            with gr.Row():
                start = gr.Button(texts.label("style_start"), variant="primary", elem_id="style_start")
                stop = gr.Button(texts.label("style_stop"), elem_id="style_stop")
    run = start.click(
        painted,
        [content, manner, strength, size, seed],
        result,
        concurrency_limit=1,
        preprocess=False,
        show_progress="hidden",
        api_visibility="private",
    )
    stop.click(None, None, None, cancels=[run], api_visibility="private")
