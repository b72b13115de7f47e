"""An image's way in a row: there and back by a CycleGAN, or degraded and restored, with its errors."""

import math

from torch import Tensor

from ganzoo import Translator, metrics
from ganzoo.ui import encoding, texts
from ganzoo.ui.components import figures


def row(model: Translator, original: Tensor, source: Tensor, result: Tensor, direction: str) -> str:
    """HTML of the steps of one uint8 image (1, c, h, w); empty for a model that has no way back.

    `original` was degraded into `source`, the network's input, or is that input; `result` is the output.
    """
    if len(model.directions) == 2:
        back = model.directions[1 - model.directions.index(direction)]
        again = model.translate(result, direction=back)
        changed, lost = l1(result, source), l1(again, source)
        words = f"{texts.both('cycle_changed')} {changed:.3f} · {texts.both('cycle_lost')} {lost:.3f}"
        return steps_html({"way_source": source, "way_there": result, "way_back": again}, words)
    if model.undoes and source is not original:
        before, after = (f"L1 {l1(image, original):.3f}, PSNR {psnr(image, original)}" for image in (source, result))
        words = f"{texts.both('way_before')}: {before} · {texts.both('way_after')}: {after}"
        return steps_html({"way_original": original, "way_degraded": source, "way_restored": result}, words)
    return ""


def steps_html(steps: dict[str, Tensor], words: str) -> str:
    """HTML of images (1, c, h, w) under the names of their steps."""
    shown = (figures.figure(encoding.png(image[0]), texts.both(key)) for key, image in steps.items())
    return f'<div class="gz-row">{"".join(shown)}</div><p class="gz-measures">{words}</p>'


def l1(a: Tensor, b: Tensor) -> float:
    return float(metrics.l1(a, b))


def psnr(a: Tensor, b: Tensor) -> str:
    decibels = float(metrics.psnr(metrics.mse(a, b)))
    return "∞" if math.isinf(decibels) else f"{decibels:.1f} dB"
