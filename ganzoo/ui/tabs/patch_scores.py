"""A discriminator's score for each patch of an image, as overlay.js lays it over the image."""

from typing import Any

from torch import Tensor

from ganzoo import Translator
from ganzoo.inference import preparation

DECIMALS = 4
"""Decimal places of a score."""


def score_map(model: Translator, source: Tensor, result: Tensor, direction: str | None) -> dict[str, Any] | None:
    """The map of one uint8 `result` (1, c, h, w) with its scale and its place; None for a model without discriminator.

    Patches lie `step` pixels apart, and the first one's cell begins one step from the border: the two unstrided
    convolutions of a PatchGAN cost a cell on each side. Where the image was padded, the map goes over its border.
    """
    scores = model.score_map(source, result, direction=direction)
    if scores is None:
        return None
    (height, width), (rows, columns) = source.shape[2:], scores.shape[1:]
    step = preparation.pad(source, model.network, least=model.side).shape[2] / (rows + 2)
    is_probability = model.score_scale == "probability"
    low, high = (0.0, 1.0) if is_probability else (float(scores.min()), float(scores.max()))
    write = "{:.0%}".format if is_probability else "{:+.2f}".format
    return {
        "rows": [[round(score, DECIMALS) for score in row] for row in scores[0].tolist()],
        "scale": model.score_scale,
        "low": low,
        "high": high,
        "ends": [write(low), write(high)],
        "cover": {
            "left": step / width, "top": step / height,
            "width": columns * step / width, "height": rows * step / height,
        },
    }  # fmt: skip
