"""What a discriminator of patches says of each part of a picture, as overlay.js lays it over the picture."""

from torch import Tensor

from ganzoo import Translator

ROUNDED = 4
"""Digits behind the point."""


def described(model: Translator, source: Tensor, result: Tensor, direction: str | None) -> dict | None:
    """The map of one uint8 `result` (1, c, h, w) with its scale and its place; None for a model without discriminator.

    Patches lie `step` pixels apart, and the first one's cell begins one step from the border: the two unstrided
    convolutions of a PatchGAN cost a cell on each side. Where the picture was padded, the map goes over its border.
    """
    found = model.score_map(source, result, direction=direction)
    if found is None:
        return None
    (height, width), (rows, columns) = source.shape[2:], found.shape[1:]
    step = model.padded(source, least=model.side).shape[2] / (rows + 2)
    low, high = (0.0, 1.0) if model.score_scale == "probability" else (float(found.min()), float(found.max()))
    write = "{:.0%}".format if model.score_scale == "probability" else "{:+.2f}".format
    return {
        "rows": [[round(verdict, ROUNDED) for verdict in row] for row in found[0].tolist()],
        "scale": model.score_scale,
        "low": low,
        "high": high,
        "ends": [write(low), write(high)],
        "cover": {
            "left": step / width, "top": step / height,
            "width": columns * step / width, "height": rows * step / height,
        },
    }  # fmt: skip
