"""The part of the tab of GANs on how the training went: frames of the same latents, and the losses."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image, ImageSequence

from ganzoo import checks
from ganzoo.inference import CACHED_NETWORKS
from ganzoo.ui import catalogue, encoding, events
from ganzoo.ui.charts import loss_curves
from ganzoo.ui.components import lesson, panel

ANIMATION = "training.webp"


def history_frame(model: str, frame: int) -> str:
    """Frame `frame` of a model's training animation, as a PNG data URI."""
    folder = catalogue.load(model).folder
    frames = count(folder)
    if not frames:
        raise ValueError(f"no training animation was published with {model}")
    return read_frame(folder / ANIMATION, checks.whole("frame", frame, 0, frames - 1))


def count(folder: Path) -> int:
    """The number of frames of a folder's animation; 0 where there is no such file, or a damaged one."""
    path = folder / ANIMATION
    return (catalogue.attempt(path, lambda: count_frames(path)) or 0) if os.path.lexists(path) else 0


@lru_cache(maxsize=CACHED_NETWORKS)
def count_frames(path: Path) -> int:
    """The number of frames of an animation, each of which can be read. Raises OSError where it is damaged."""
    with Image.open(path, formats=["WEBP"]) as film:
        for _ in ImageSequence.Iterator(film):
            film.load()
        return film.n_frames  # type: ignore[attr-defined]  # Pillow types the base class only


@lru_cache(maxsize=64)
def read_frame(path: Path, frame: int) -> str:
    """One image of an animation as a data URI. All of those that ship would take 100 MB."""
    with Image.open(path, formats=["WEBP"]) as film:
        film.seek(frame)
        return encoding.png(film.convert("RGB"))


def panel_value(name: str) -> dict[str, Any]:
    """What history.js shows; each part may be missing."""
    model = catalogue.load(name)
    history = catalogue.attempt(model.folder / "history.json", lambda: model.history) or {}
    epochs = history.get("frames", [])[: count(model.folder)]
    return {"name": name, "epochs": epochs, "curves": loss_curves.svg(history.get("rows", []))}


def build(model: gr.Dropdown) -> None:
    """Lay out the part for the chosen model."""
    lesson("training_lesson", heading="training")
    shown = panel("history", functions=[history_frame], elem_id="history")
    events.react([events.shown(shown), model.change], panel_value, [model], shown)
    events.endpoint(history_frame)
