"""A picture's way in a row: there and back by a CycleGAN, or degraded and restored, with what it cost."""

import math

from torch import Tensor

from ganzoo import Translator, metrics
from ganzoo.ui import pictures, texts


def row(model: Translator, given: Tensor, source: Tensor, result: Tensor, direction: str) -> str:
    """HTML for one uint8 picture (1, c, h, w) that was `given`, became `source` and then `result`; else nothing."""
    if len(model.directions) == 2:
        back = model.directions[1 - model.directions.index(direction)]
        again = model.translate(result, direction=back)
        changed, lost = l1(result, source), l1(again, source)
        words = f"{texts.both('cycle_changed')} {changed:.3f} · {texts.both('cycle_lost')} {lost:.3f}"
        return shown({"way_source": source, "way_there": result, "way_back": again}, words)
    if model.undoes and source is not given:
        before, after = (f"L1 {l1(one, given):.3f}, PSNR {psnr(one, given)}" for one in (source, result))
        words = f"{texts.both('way_before')}: {before} · {texts.both('way_after')}: {after}"
        return shown({"way_original": given, "way_degraded": source, "way_restored": result}, words)
    return ""


def shown(steps: dict[str, Tensor], words: str) -> str:
    figures = (pictures.figure(pictures.png(image[0]), texts.both(key)) for key, image in steps.items())
    return f'<div class="gz-row">{"".join(figures)}</div><p class="gz-measures">{words}</p>'


def l1(a: Tensor, b: Tensor) -> float:
    return float(metrics.l1(a, b))


def psnr(a: Tensor, b: Tensor) -> str:
    decibels = float(metrics.psnr(metrics.mse(a, b)))
    return "∞" if math.isinf(decibels) else f"{decibels:.1f} dB"
