"""The tab of pix2pix and CycleGAN: a drawing or a photo becomes a picture of another kind while the pen moves.

translate.js asks `translated` for each step: one request, of which the newest wins.
"""

import threading
from functools import lru_cache
from itertools import count
from typing import Any

import gradio as gr
from PIL import Image
from torch import Tensor

from ganzoo import Translator
from ganzoo.degradations import DEGRADATIONS
from ganzoo.drawing import scenes
from ganzoo.inference import examples
from ganzoo.ui import catalogue, events, model_facts, pictures, texts
from ganzoo.ui.tabs import beside, patch_scores, there_and_back

FEW = 5
"""Examples to start from."""
WORKING = threading.Semaphore(2)
"""A large picture takes memory while it goes through a network."""
CANVAS = 256
"""About how many pixels wide a drawing is, before it is scaled for the network."""
BRUSHES = {"windows": 0.06, "map": 0.016, "outline": 0.035}
BRUSH = 0.03
"""Widths at the start, in sides; the last for any other kind of picture."""
UPLOADS = count(1)


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
    able = translator(model)
    with WORKING:
        source = able.outlined(opened(able, picture))
        result = able.translate(source, direction=direction)
        judged = score_map(able, source, result, direction, verdicts)
    return {"source": pictures.png(source[0]), "result": pictures.png(result[0]), "verdicts": judged}


def degrade(model: str, picture: str, strength: float = 0.5, seed: int = 0) -> dict:
    """Take from a picture (data URI) what a model of restoration was trained to bring back.

    `strength` lies in 0..1; the same seed gives the same damage. Gives the PNG data URIs `picture` (as the network is
    shown it) and `degraded`.
    """
    able = translator(model)
    clean = opened(able, picture)
    with WORKING:
        degraded = able.degrade(clean, strength=strength, seed=seed)
    return {"picture": pictures.png(clean[0]), "degraded": pictures.png(degraded[0])}


def translated(
    model: str,
    picture: str,
    direction: str,
    verdicts: bool = False,
    strength: float = 0.0,
    seed: int = 0,
    compare: bool = True,
) -> dict:
    """What translate.js shows of one step: as `translate`, with the row of the way and, to `compare`, the peers."""
    able = translator(model)
    given = opened(able, picture)
    with WORKING:
        source = able.degrade(given, strength=strength, seed=seed) if restores(able) else given
        result = able.translate(source, direction=direction)
        judged = score_map(able, source, result, direction, verdicts)
        row = there_and_back.row(able, given, source, result, direction)
        other = beside.columns(able, source, result, direction) if compare is True else None
    shown = {"source": pictures.png(source[0]), "result": pictures.png(result[0]), "verdicts": judged}
    return {**shown, "width": result.shape[3], "height": result.shape[2], "row": row, "beside": other}


def score_map(able: Translator, source: Tensor, result: Tensor, direction: str | None, wanted: Any) -> dict | None:
    return patch_scores.described(able, source, result, direction) if wanted is True else None


def opened(model: Translator, picture: str) -> Tensor:
    """A data URI as the model takes it: uint8 (1, c, h, w). Raises ValueError."""
    return pictures.open_uri(picture, model.prepared)


def uploaded(name: str, path: str) -> gr.HTML:
    """A stranger's file on its way to the canvas. A model of outlines gets one, unless the picture is one already."""
    if not path:
        raise ValueError("no picture was sent")
    model = translator(name)
    seen = model.outlined(pictures.read(path, model.prepared))
    return gr.HTML(picture={"uri": pictures.png(seen[0]), "number": next(UPLOADS)})


def restores(model: Translator) -> bool:
    """Whether a clean picture is to be shown, from which something is taken first; outlines are drawn instead."""
    return bool(model.undoes) and model.undoes not in scenes.PALETTES


def value(name: str) -> dict:
    """What translate.js knows of a model."""
    model = translator(name)
    return {
        "name": name,
        "directions": [way(model, direction) for direction in model.directions],
        "judges": model.network.has_discriminator,
        "restores": restores(model),
        "strength": model.strength,
        "random": bool(model.undoes) and DEGRADATIONS[model.undoes].random,
        "cycles": len(model.directions) == 2,
        "compares": bool(model.peers(catalogue.models())),
    }


def way(model: Translator, direction: str) -> dict:
    """One direction of a model: its ends in words, what it starts from and on which canvas."""
    sides = model.sides if direction == model.directions[0] else model.sides[::-1]
    kind = sides[1] if restores(model) else sides[0]
    return {
        "name": direction,
        "from": texts.word("side", kind),
        "to": texts.both("way_restored") if restores(model) else texts.word("side", sides[1]),
        "kind": kind,
        "board": board(model, kind),
        "examples": list(examples_of(model, kind)),
    }


def board(model: Translator, kind: str) -> dict:
    """The canvas for a kind of picture: with the palette of what can be drawn, or to look at only."""
    _, height, width = model.image_shape
    palette = model.palette(kind)
    scale = max(1, round(CANVAS / model.side)) if palette else 1
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
def examples_of(model: Translator, kind: str) -> tuple[str, ...]:
    """PNG data URIs, none where nothing on the shelves makes such pictures."""
    make = examples.pictures if restores(model) else examples.sources
    made = make(model, kind, FEW, catalogue.models())
    return () if made is None else tuple(map(pictures.png, made))


def told(**question: Any) -> dict:
    """`translated`, or the sentence that says why not."""
    try:
        return translated(**question)
    except OverflowError:
        return {"error": "a number is too large"}
    except ValueError as error:
        return {"error": str(error)}


def warm(name: str) -> None:
    """Run every network of a model once."""
    model = translator(name)
    blank = pictures.png(Image.new("RGB", model.image_shape[:0:-1]))
    for direction in model.directions:
        examples_of(model, way(model, direction)["kind"])
        translated(name, blank, direction, verdicts=True)


def build() -> None:
    """Lay out the tab."""
    models = model_facts.along_the_tree(catalogue.translators())
    first = catalogue.preferred(models)
    events.lesson("translate_lesson")
    with gr.Row(elem_classes="gz-choice"):
        model = events.model_control(models, first, elem_id="translate_model", scale=3, min_width=260)
        upload = gr.UploadButton(texts.label("upload"), type="filepath", file_types=["image"])
    shown = events.panel(
        "translate",
        value(first),
        parts=["canvas", "overlay"],
        server_functions=[events.for_panel(told, "translated")],
        picture=None,
        elem_id="translate",
    )
    events.about(model)
    events.react([model.change], value, [model], shown)
    events.react([upload.upload], uploaded, [model, upload], shown, upload=True)
    for function in (translate, degrade):
        events.endpoint(function)
