"""The part of the tab of GANs on how the training went: frames of the same latents, and the losses."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from ganzoo import checks
from ganzoo.ui import catalogue, encoding, events
from ganzoo.ui.charts import loss_curves
from ganzoo.ui.components import lesson, panel


def history_frame(model: str, frame: int) -> str:
    """Frame `frame` of a model's training animation, as a PNG data URI."""
    uris = frames(catalogue.load(model).folder)
    if not uris:
        raise ValueError(f"no training animation was published with {model}")
    return uris[checks.whole("frame", frame, 0, len(uris) - 1)]


def frames(folder: Path) -> list[str]:
    """The images of training.webp as data URIs; none where there is no such file, or a damaged one."""
    path = folder / "training.webp"
    return (catalogue.attempt(path, lambda: read_frames(path)) or []) if os.path.lexists(path) else []


@lru_cache(maxsize=32)
def read_frames(path: Path) -> list[str]:
    """The images of an animation as data URIs. Raises OSError where it is damaged."""
    uris = []
    with Image.open(path, formats=["WEBP"]) as film:
        for i in range(film.n_frames):  # type: ignore[attr-defined]  # Pillow types the base class only
            film.seek(i)
            uris.append(encoding.png(film.convert("RGB")))
    return uris


def panel_value(name: str) -> dict[str, Any]:
    """What history.js shows; each part may be missing."""
    model = catalogue.load(name)
    history = catalogue.attempt(model.folder / "history.json", lambda: model.history) or {}
    epochs = history.get("frames", [])[: len(frames(model.folder))]
    return {"name": name, "epochs": epochs, "curves": loss_curves.svg(history.get("rows", []))}


def build(model: gr.Dropdown) -> None:
    """Lay out the part for the chosen model."""
    lesson("training_lesson", heading="training")
    shown = panel("history", functions=[history_frame], elem_id="history")
    events.react([events.shown(shown), model.change], panel_value, [model], shown)
    events.endpoint(history_frame)
