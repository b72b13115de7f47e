"""The tab of pix2pix and CycleGAN: a drawing or a photo becomes an image of another kind while the pen moves.

translate.js calls `answer_step` for each step: one request at a time, of which the newest counts.
"""

import threading
from functools import lru_cache
from itertools import count
from typing import Any

import gradio as gr
from PIL import Image
from torch import Tensor

from ganzoo import Translator, checks
from ganzoo.degradations import DEGRADATIONS
from ganzoo.drawing import PALETTES
from ganzoo.inference import examples
from ganzoo.ui import cards, catalogue, controls, encoding, events, model_facts, texts
from ganzoo.ui.components import lesson, panel
from ganzoo.ui.tabs import patch_scores, peers, round_trip

EXAMPLES = 5
"""Images to start from."""
WORKING = threading.Semaphore(2)
"""A large image takes memory while it goes through a network."""
CANVAS_SIDE = 256
"""About how many pixels wide a drawing is, before it is scaled for the network."""
BRUSHES = {"windows": 0.06, "map": 0.016, "outline": 0.035}
BRUSH = 0.03
"""Widths at the start, as shares of the side; the last for any other kind of image."""
UPLOADS = count(1)
"""Numbers each upload: without it the browser would not notice the same image sent twice."""


def translator(name: Any) -> Translator:
    return catalogue.load(name, Translator)


def translate(model: str, picture: str, direction: str | None = None, verdicts: bool = False) -> dict:
    """Make a picture into one of another kind.

    `picture` is a data URI (PNG, JPEG, WEBP, GIF or BMP) of any size; its shorter side is scaled to the model's.
    `direction` is one of the model's, such as "windows to photo" (null: its first one). Gives the PNG data URIs
    `source` (as the network saw it) and `result`, and with `verdicts` the discriminator's map of patches: `rows` of
    numbers, their `scale` ("probability" of being real or "score", higher for real), `low` and `high` (the ends of that
    scale, or of the scores) and where in the picture it lies (`cover`, in shares); null for a model without one.
    """
    loaded, verdicts = translator(model), verdicts is not None and checks.flag("verdicts", verdicts)
    with WORKING:
        source = loaded.outlined(opened(loaded, picture))
        result = loaded.translate(source, direction=direction)
        scores = patch_scores.score_map(loaded, source, result, direction) if verdicts else None
    return {"source": encoding.png(source[0]), "result": encoding.png(result[0]), "verdicts": scores}


def degrade(model: str, picture: str, strength: float = 0.5, seed: int = 0) -> dict:
    """Take from a picture (data URI) what a model of restoration was trained to bring back.

    `strength` lies in 0..1; the same seed gives the same damage. Gives the PNG data URIs `picture` (as the network is
    shown it) and `degraded`.
    """
    loaded = translator(model)
    clean = opened(loaded, picture)
    with WORKING:
        degraded = loaded.degrade(clean, strength=strength, seed=seed)
    return {"picture": encoding.png(clean[0]), "degraded": encoding.png(degraded[0])}


def translate_step(
    model: str,
    picture: str,
    direction: str,
    verdicts: bool = False,
    strength: float = 0.0,
    seed: int = 0,
    compare: bool = True,
) -> dict[str, Any]:
    """What translate.js shows: as `translate`, with the steps as a row (`round_trip`) and, to `compare`, the peers."""
    loaded = translator(model)
    original = opened(loaded, picture)
    with WORKING:
        source = loaded.degrade(original, strength=strength, seed=seed) if restores(loaded) else original
        result = loaded.translate(source, direction=direction)
        scores = patch_scores.score_map(loaded, source, result, direction) if verdicts is True else None
        row = round_trip.row(loaded, original, source, result, direction)
        beside = peers.columns(loaded, source, result, direction) if compare is True else None
    return {
        "source": encoding.png(source[0]),
        "result": encoding.png(result[0]),
        "width": result.shape[3],
        "height": result.shape[2],
        "verdicts": scores,
        "row": row,
        "beside": beside,
    }


def answer_step(**arguments: Any) -> dict[str, Any]:
    """As `translate_step`, but errors are returned: {"error": one sentence}."""
    try:
        return translate_step(**arguments)
    except OverflowError:
        return {"error": "a number is too large"}
    except ValueError as error:
        return {"error": events.without_paths(str(error))}


def opened(model: Translator, uri: str) -> Tensor:
    """A data URI as the model expects it: uint8 (1, c, h, w). Raises ValueError."""
    return encoding.open_uri(uri, model.prepared)


def uploaded(name: str, path: str) -> gr.HTML:
    """A stranger's file for the canvas. A model of outlines gets one, unless the image is one already."""
    model = translator(name)
    image = model.outlined(encoding.open_upload(path, model.prepared))
    return gr.HTML(image={"uri": encoding.png(image[0]), "number": next(UPLOADS)})


def restores(model: Translator) -> bool:
    """Whether the canvas shows a clean image, which is degraded first; outlines are drawn instead."""
    return bool(model.undoes) and model.undoes not in PALETTES


def panel_value(name: str) -> dict[str, Any]:
    """What translate.js needs of a model."""
    model = translator(name)
    return {
        "name": name,
        "directions": [describe_direction(model, direction) for direction in model.directions],
        "scores": model.skeleton.has_discriminator,
        "restores": restores(model),
        "strength": model.strength,
        "random": bool(model.undoes) and DEGRADATIONS[model.undoes].is_random,
        "cycles": len(model.directions) == 2,
        "compares": bool(model.peers(catalogue.models())),
    }


def describe_direction(model: Translator, direction: str) -> dict[str, Any]:
    """One direction of a model: its sides in words, the kind of image that it starts from, the canvas and examples."""
    sides = model.sides if direction == model.directions[0] else model.sides[::-1]
    kind = sides[1] if restores(model) else sides[0]
    return {
        "name": direction,
        "from": texts.word("side", kind),
        "to": texts.both("way_restored") if restores(model) else texts.word("side", sides[1]),
        "kind": kind,
        "board": board(model, kind),
        "examples": list(example_uris(model, kind)),
    }


def board(model: Translator, kind: str) -> dict[str, Any]:
    """The canvas for a kind of image: with a palette to draw in, or only to look at."""
    _, height, width = model.image_shape
    palette = model.palette(kind)
    scale = max(1, round(CANVAS_SIDE / model.side)) if palette else 1
    size = {"width": scale * width, "height": scale * height}
    if not palette:
        return {**size, "ground": "#888", "colours": [], "brush": 1, "still": True, "smooth": True}
    colours = [{"colour": hexadecimal(colour), "name": texts.word("colour", name)} for name, colour in palette.items()]
    return {
        **size,
        "ground": colours[0]["colour"],
        "colours": colours,
        "tool": "rectangle" if kind == "windows" else "brush",
        "brush": max(1, round(BRUSHES.get(kind, BRUSH) * scale * model.side)),
        "sized": True,
        "smooth": True,
    }


def hexadecimal(colour: tuple[int, int, int]) -> str:
    return "#" + bytes(colour).hex()


@lru_cache(maxsize=64)
def example_uris(model: Translator, kind: str) -> tuple[str, ...]:
    """PNG data URIs of images to start from; empty where no offered model makes such images."""
    make = examples.images if restores(model) else examples.sources
    images = make(model, kind, EXAMPLES, catalogue.models())
    return () if images is None else tuple(map(encoding.png, images))


def warm(name: str) -> None:
    """Run every network of a model once."""
    model = translator(name)
    _, height, width = model.image_shape
    blank = encoding.png(Image.new("RGB", (width, height)))
    for direction in model.directions:
        example_uris(model, describe_direction(model, direction)["kind"])
        translate_step(name, blank, direction, verdicts=True)


def build() -> None:
    """Lay out the tab."""
    models = model_facts.sort_by_family(catalogue.translators())
    first = catalogue.preferred(models)
    lesson("translate_lesson")
    with gr.Row(elem_classes="gz-choice"):
        model = controls.model_control(models, first, elem_id="translate_model", scale=3, min_width=260)
        upload = controls.upload_control()
    parts = ["canvas", "overlay"]
    shown = panel("translate", parts=parts, functions=[answer_step], image=None, elem_id="translate")
    cards.accordion(model)
    events.react([events.shown(shown), model.change], panel_value, [model], shown)
    events.react([upload.upload], uploaded, [model, upload], shown, upload=True)
    for function in (translate, degrade):
        events.endpoint(function)
