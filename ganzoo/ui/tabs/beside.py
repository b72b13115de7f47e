"""The same picture through other networks that were trained for the same, with the figures of their cards."""

from torch import Tensor

from ganzoo import Translator
from ganzoo.ui import catalogue, pictures, texts
from ganzoo.ui.tabs import compare

KEY_FIGURES = ("l1", "ssim", "sharpness")
MOST = 2
"""Others at once: each takes as long as the model itself."""


def columns(model: Translator, source: Tensor, result: Tensor, direction: str) -> str:
    """HTML of a uint8 `source` (1, c, h, w) through a model, which gave `result`, and through its peers, if any."""
    peers = model.peers(catalogue.models())[:MOST]
    if not peers:
        return ""
    made = [(model, result), *((peer, peer.translate(source, direction=direction)) for peer in peers)]
    return lesson([model, *peers]) + compare.sides(column(one, image) for one, image in made)


def lesson(models: list[Translator]) -> str:
    """What to notice of the ways in which they differ."""
    networks = [model.network for model in models]
    differences = {
        "narrow_lesson": {network.has_bottleneck for network in networks},
        "l1_lesson": {network.has_discriminator for network in networks},
    }
    keys = [key for key, kinds in differences.items() if len(kinds) == 2]
    return f'<p class="gz-lesson">{" ".join(map(texts.both, [*keys, "beside_lesson"]))}</p>'


def column(model: Translator, image: Tensor) -> str:
    return compare.column(model, compare.figures(model, *KEY_FIGURES), pictures.figure(pictures.png(image[0])))
