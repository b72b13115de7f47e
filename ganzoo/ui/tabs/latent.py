"""The tab of latent codes: the plane of two-number codes, leading directions of longer ones, walks between images."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from torch import Tensor

from ganzoo import Reconstructor, checks
from ganzoo.images import grid
from ganzoo.ui import cards, catalogue, controls, encoding, events, texts
from ganzoo.ui.components import lesson, panel
from ganzoo.ui.tabs import codes
from ganzoo.ui.tabs.example_images import autoencoder, draw_one, opened, sources

LARGEST = 1e6
"""The largest number of a code that is decoded; real ones stay far below."""
SHOWN_DIRECTIONS = 8
FRAMES = 41
"""Frames of a walk; every fourth one is in the strip."""


def decode(model: str, code: list[float]) -> str:
    """Decode one code: a flat list of as many numbers (-1e6..1e6) as the model's code has. Gives a PNG data URI."""
    coder = autoencoder(model)
    return encoding.png(coder.decode(as_code(coder, code))[0])


def as_code(model: Reconstructor, code: Any) -> np.ndarray:
    """(1, *code_shape) of a flat list. Raises ValueError."""
    size = int(np.prod(model.code_shape))
    if not isinstance(code, list) or len(code) != size:
        raise ValueError(f"{model.name} needs a list of {size} numbers as its code")
    checked = [checks.finite("code", number, -LARGEST, LARGEST) for number in code]
    return np.array(checked, np.float32).reshape(1, *model.code_shape)


def encode(model: str, picture: str) -> list[float]:
    """The code of a picture given as a data URI, which is treated as `reconstruct` does: a flat list of numbers."""
    coder = autoencoder(model)
    return coder.encode(opened(coder, picture)).flatten().tolist()


def manifold(model: str, columns: int = 15) -> str:
    """The plane of a model with two-number codes, decoded on a lattice of 2..30 columns; a PNG data URI.

    z1 grows to the right and z2 upwards, over the range of the published codes (-3..3 where there are none).
    """
    return _manifold(planar_autoencoder(model).folder, model, checks.whole("columns", columns, 2, 30))


@lru_cache(maxsize=32)
def _manifold(folder: Path, name: str, columns: int) -> str:
    model = autoencoder(name)
    (left, bottom), (right, top) = code_range(model)
    step_x, step_y = (right - left) / columns, (top - bottom) / columns
    middles = np.arange(columns) + 0.5
    lattice = [[left + x * step_x, top - y * step_y] for y in middles for x in middles]
    return encoding.png(grid(model.decode(np.array(lattice, np.float32)), columns=columns, padding=0))


def planar_autoencoder(name: str) -> Reconstructor:
    """The model of that name. Raises ValueError unless its code is two numbers."""
    model = autoencoder(name)
    if tuple(model.code_shape) != (2,):
        raise ValueError(f"{name} has codes of shape {tuple(model.code_shape)}; this needs two numbers")
    return model


def code_range(model: Reconstructor) -> tuple[list[float], list[float]]:
    """Lowest and highest (z1, z2) of the map: percentiles 0.3 and 99.7 of the published codes, and a rim."""
    published = codes_of(model).get("codes")
    if not published:
        return [-3.0, -3.0], [3.0, 3.0]
    low, high = np.percentile(np.array(published), [0.3, 99.7], axis=0)
    rim = 0.06 * (high - low)
    return (low - rim).tolist(), (high + rim).tolist()


def codes_of(model: Reconstructor) -> dict[str, Any]:
    """Its `published_codes`; {} where their file is damaged."""
    return catalogue.attempt(model.folder / "codes.json", lambda: model.published_codes) or {}


def map_value(name: str) -> dict[str, Any]:
    """What map.js draws."""
    model = planar_autoencoder(name)
    published = codes_of(model)
    low, high = code_range(model)
    return {
        "name": name,
        "low": low,
        "high": high,
        "at": published.get("mean", [0.0, 0.0]),
        "manifold": manifold(name),
        "codes": published.get("codes", []),
        "labels": published.get("labels", []),
        "classes": [texts.word("class", name) for name in catalogue.training_classes(model)],
    }


def share_classes(name: str, other: str) -> bool:
    """Whether two models were trained on images of the same classes."""
    classes, others = (catalogue.training_classes(autoencoder(each)) for each in (name, other))
    return catalogue.are_same(classes, others)


def partner(name: str) -> str | None:
    """A model for the map beside that of another: of the same images where there is one."""
    others = [model.name for model in catalogue.planar_autoencoders() if model.name != name]
    return min(others, key=lambda other: not share_classes(name, other), default=None)


def fit_partner(first: str, second: str) -> str:
    """The second model when the first one changes: it stays unless only another one is of the same images."""
    other = partner(first)
    return other if other and share_classes(first, other) and not share_classes(first, second) else second


def locate(label: int, seed: int, *names: str) -> list[Any]:
    """Move the point to the code of an image for the first model, on the maps of all models of such images."""
    image = draw_one(autoencoder(names[0]), label, seed)
    matching = [name for name in names if share_classes(names[0], name)]
    places = {name: autoencoder(name).encode(image)[0].tolist() for name in matching}
    return [gr.HTML(at=places[name]) if name in places else gr.skip() for name in names]


def directions_value(
    name: str, start: str = "mean", label: int = 0, seed: int = 0, drawing: str | None = None
) -> dict[str, Any]:
    """What directions.js needs to make codes in the browser: where it starts and the leading principal axes."""
    model = autoencoder(name)
    published = codes_of(model)
    code = published.get("mean", [0.0] * model.code_shape[0])
    if checks.choice("start", start, ("mean", "digit", "drawing")) == "digit":
        code = model.encode(draw_one(model, label, seed))[0].tolist()
    elif start == "drawing" and drawing:
        code = encode(name, drawing)
    axes = {key: published.get(key, [])[:SHOWN_DIRECTIONS] for key in ("directions", "deviations")}
    return {"name": name, "start": code, **axes}


def walk(model: str, first: str, second: str, steps: int = 11) -> dict:
    """Decode codes on the straight line between two pictures (data URIs), which are treated as `reconstruct` does.

    Gives `pictures` (2..101 PNG data URIs), their `alphas` from 0 to 1 and `animation`, an endless WebP there and back.
    """
    steps = checks.whole("steps", steps, 2, 101)
    coder = autoencoder(model)
    frames = coder.walk(opened(coder, first), opened(coder, second), steps=steps)
    alphas = np.linspace(0, 1, steps).tolist()
    return {"pictures": [*map(encoding.png, frames)], "alphas": alphas, "animation": encoding.animation(frames)}


def walk_value(name: str, first: Tensor | np.ndarray, second: Tensor | np.ndarray) -> dict[str, Any]:
    """What walk.js shows of the way between two images uint8 (1, 28, 28)."""
    frames = autoencoder(name).walk(first, second, steps=FRAMES)
    return {
        "film": encoding.png(grid(frames, columns=FRAMES, padding=0)),
        "frames": FRAMES,
        "animation": encoding.animation(frames),
        "strip": [*map(encoding.png, frames[::4])],
        "alphas": np.linspace(0, 1, FRAMES)[::4].tolist(),
    }


def show_walk(
    name: str, first: int, first_seed: int, second: int, second_seed: int, from_drawing: bool, drawing: str | None
) -> dict[str, Any]:
    """What walk.js shows of the way between two generated images, or from the drawing to one."""
    model = autoencoder(name)
    start = opened(model, drawing) if from_drawing and drawing else draw_one(model, first, first_seed)
    return walk_value(name, start, draw_one(model, second, second_seed))


def build(drawing: gr.HTML) -> None:
    """Lay out the tab, with as many of its parts as there are models for."""
    if catalogue.planar_autoencoders():
        build_maps()
        events.endpoint(manifold)
    if catalogue.vector_autoencoders():
        build_directions(drawing)
    if catalogue.coded_generators():
        codes.build()
    if sources(catalogue.autoencoders()[0]):
        build_walk(drawing)
    endpoints: list[Callable] = [encode, decode, walk]
    for function in endpoints:
        events.endpoint(function)


def build_maps() -> None:
    """Lay out the planes of two models."""
    models = catalogue.planar_autoencoders()
    names = [name for name in (models[0].name, partner(models[0].name)) if name]
    lesson("map_lesson", heading="map")
    menus, maps = [], []
    with gr.Row():
        for name, key in zip(names, ("first_model", "second_model"), strict=False):
            with gr.Column(min_width=320):
                menus.append(controls.model_control(models, name, key=key, elem_id=key))
                maps.append(panel("map", functions=[decode], at=None))
                events.react([events.shown(maps[-1]), menus[-1].change], map_value, [menus[-1]], maps[-1])
    if len(menus) == 2:
        events.react([menus[0].change], fit_partner, menus, menus[1])
    if sources(models[0]):
        with gr.Row():
            label = controls.class_control("locate", 3, catalogue.generated_classes(models[0]))
            seed = controls.seed_control("sample_seed")
        controls.follow_model(menus[0], label)
        events.react([label.select, seed.change], locate, [label, seed, *menus], maps)
    cards.accordion(*menus)


def build_directions(drawing: gr.HTML) -> None:
    """Lay out the sliders along the leading directions of a longer code."""
    models = catalogue.vector_autoencoders()
    lesson("directions_lesson", heading="directions")
    starts: list[Any] = [(texts.label("start_mean"), "mean"), (texts.label("start_drawing"), "drawing")]
    if sources(models[0]):
        starts.insert(1, (texts.label("start_digit"), "digit"))
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            model = controls.model_control(models)
            start = gr.Radio(starts, value="mean", label=texts.label("start"))
            label = controls.class_control("digit", 3, catalogue.generated_classes(autoencoder(model.value)))
            seed = controls.seed_control("sample_seed")
        with gr.Column(scale=2, min_width=320):
            shown = panel("directions", functions=[decode])
    controls.follow_model(model, label)
    inputs = [model, start, label, seed, drawing]
    events.react([events.shown(shown), *events.changes(model, start, label, seed)], directions_value, inputs, shown)
    cards.accordion(model)


def build_walk(drawing: gr.HTML) -> None:
    """Lay out the walk between two images."""
    models = catalogue.autoencoders()
    lesson("walk_lesson", heading="walk")
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            initial = (catalogue.vector_autoencoders() or models)[0]
            names = catalogue.generated_classes(initial)
            model = controls.model_control(models, initial.name, elem_id="walk_model")
            first, first_seed = controls.class_control("first", 3, names), controls.seed_control("first_seed")
            second, second_seed = controls.class_control("second", 8, names), controls.seed_control("second_seed")
            from_drawing = gr.Checkbox(False, label=texts.label("from_drawing"))
        with gr.Column(scale=2, min_width=320):
            inputs: list[Any] = [model, first, first_seed, second, second_seed, from_drawing]
            shown = panel("walk", elem_id="walk")
    controls.follow_model(model, first, second)
    events.react([events.shown(shown), *events.changes(*inputs)], show_walk, [*inputs, drawing], shown)
    cards.accordion(model)
