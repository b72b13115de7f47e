"""The same image through other networks that were trained for the same task, with the figures of their cards."""

from torch import Tensor

from ganzoo import Translator
from ganzoo.ui import catalogue, encoding, texts
from ganzoo.ui.components import figures
from ganzoo.ui.tabs import compare

KEY_FIGURES = ("l1", "ssim", "sharpness")
MAX_PEERS = 2
"""Other networks in one answer: each of them needs as long as the model itself."""


def columns(model: Translator, source: Tensor, result: Tensor, direction: str) -> str:
    """HTML of a model's `result` for a uint8 `source` (1, c, h, w) and of its peers' results; empty without peers."""
    peers = model.peers(catalogue.models())[:MAX_PEERS]
    if not peers:
        return ""
    results = [(model, result), *((peer, peer.translate(source, direction=direction)) for peer in peers)]
    return lesson([model, *peers]) + compare.side_by_side(column(*pair) for pair in results)


def lesson(models: list[Translator]) -> str:
    """HTML on the ways in which they differ."""
    networks = [model.skeleton for model in models]
    differences = {
        "narrow_lesson": {network.has_bottleneck for network in networks},
        "l1_lesson": {network.has_discriminator for network in networks},
    }
    keys = [key for key, kinds in differences.items() if len(kinds) == 2]
    return f'<p class="gz-lesson">{" ".join(map(texts.both, [*keys, "beside_lesson"]))}</p>'


def column(model: Translator, image: Tensor) -> str:
    uri = encoding.png(image[0])
    return compare.column(model, compare.figures_html(model, *KEY_FIGURES), figures.figure(uri))
