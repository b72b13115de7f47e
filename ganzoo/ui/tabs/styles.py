"""The part of the Translate tab for style transfer: an image painted in the manner of another, step by step."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import gradio as gr
from PIL import Image

from ganzoo import checks
from ganzoo.drawing import PAINTINGS, SCENES
from ganzoo.style import Progress, transfer
from ganzoo.ui import controls, encoding, events, queue, texts, turns
from ganzoo.ui.components import figures, lesson, panel

SIZES = (192, 256, 384)
"""Pixels of the result's longer side that the app offers."""
CONTENTS = {name: SCENES[name] for name in ("summer", "winter", "map")}
"""Images to be painted, drawn by code."""
ARTISTS = {**CONTENTS, **PAINTINGS}
"""What draws each image to begin with."""
DRAWN_SIDE = 256


def drawn(name: str, seed: int) -> str:
    """One of the images drawn by code, as a data URI."""
    return _drawn(checks.choice("picture", name, ARTISTS), seed)


@lru_cache(maxsize=16)
def _drawn(name: str, seed: int) -> str:
    return encoding.png(ARTISTS[name](seed, size=(DRAWN_SIDE, DRAWN_SIDE)))


def uploaded(path: str) -> str:
    """A stranger's file as a data URI."""
    return encoding.png(encoding.open_upload(path, unchanged))


def unchanged(image: Image.Image) -> Image.Image:
    return image


def begin(
    content: str, style: str, strength: float, size: int, seed: int, sizes: Sequence[int] = SIZES
) -> Iterator[Progress]:
    """The painting, not yet begun, with its inputs checked. Raises ValueError in one sentence."""
    size = checks.choice("size", size, sizes)
    opened = [encoding.open_uri(uri, unchanged) for uri in (content, style)]
    return transfer(*opened, style_weight=strength, size=size, seed=seed)


def check(*values: Any) -> list[Any]:
    """Refuse bad input before it waits for its turn; the arguments are those of `begin`."""
    try:
        begin(*values)
        refusal = None
    except (ValueError, OverflowError) as error:
        refusal = str(error)
    return [gr.validate(refusal is None, refusal or ""), *[gr.validate(True, "")] * (len(values) - 1)]


def paint(*values: Any, **options: Any) -> Iterator[str]:
    """HTML of the image after each step, with the number of the step; the arguments are those of `begin`."""
    for stage in turns.step_by_step(begin(*values, **options)):
        uri = encoding.png(stage.picture)
        save = f'<a download="painted.png" href="{uri}">{texts.both("save")}</a>'
        yield figures.figure(uri, f"{texts.both('style_step')} {stage.step} / {stage.steps} · {save}")


def build_side(key: str, choices: list[str], seed: int) -> gr.HTML:
    """Lay out an image with its menu of drawn ones and its upload. Returns the component that holds it."""
    with gr.Column(min_width=240):
        shown = panel("image", elem_id=key)
        named: list[Any] = [(texts.label(f"drawn_{name}"), name) for name in choices]
        chosen = gr.Radio(named, value=choices[0], label=texts.label(key), elem_id=f"{key}_choice")
        upload = controls.upload_control(size="sm")
    events.react([events.shown(shown), chosen.select], lambda name: drawn(name, seed), [chosen], shown)
    events.react([upload.upload], uploaded, [upload], shown, upload=True)
    return shown


def build() -> None:
    """Lay out the part."""
    lesson("style_lesson", heading="style_heading")
    with gr.Row():
        content = build_side("style_content", list(CONTENTS), 3)
        style = build_side("style_manner", list(PAINTINGS), 1)
        with gr.Column(min_width=240):
            result = gr.HTML(elem_id="style_result", elem_classes="gz-panel gz-painted")
            strength = gr.Slider(0.1, 10, 1, step=0.1, label=texts.label("style_strength"), elem_id="style_strength")
            size = gr.Radio(SIZES, value=SIZES[1], label=texts.label("style_size"), elem_id="style_size")
            seed = controls.seed_control("style_seed")
            with gr.Row():
                start = gr.Button(texts.label("style_start"), variant="primary", elem_id="style_start")
                stop = gr.Button(texts.label("style_stop"), elem_id="style_stop")
    run = start.click(
        paint,
        [content, style, strength, size, seed],
        result,
        concurrency_limit=1,
        concurrency_id=queue.PAINTING,
        validator=check,
        preprocess=False,
        show_progress="hidden",
        api_visibility="private",
    )
    stop.click(None, None, None, cancels=[run], api_visibility="private")
