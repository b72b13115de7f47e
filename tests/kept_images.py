"""Small images that hold what every shipped model draws, so that no change to a forward pass slips by.

    python -m tests.kept_images NAME [NAME ...]

writes `tests/kept/NAME.png` anew. Do so when new weights ship, never to make the test pass after a change of code.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo.images import to_pil

KEPT = Path(__file__).parent / "kept"
SEED = 7
COUNT = 4
"""Samples, reconstructions and images to classify."""
SIDE = 64
"""Pixels: the side of what goes through a translator. Translators accept any side."""


def inputs(image_shape: tuple[int, int, int], count: int) -> Tensor:
    """Images uint8 (count, c, h, w) made by arithmetic alone: a bright frame and bars on a dark gradient.

    They do not use the package's drawings, which may change while the models stay.
    """
    channels, height, width = image_shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    images = []
    for number in range(count):
        base = [40 * (1 + channel) * x * y for channel in range(channels)]
        image = np.stack(base)  # (c, h, w)
        bar = (abs(x - 0.3 - 0.1 * number) < 0.08) & (abs(y - 0.5) < 0.35)
        frame = (abs(x - 0.5) < 0.3) & (abs(abs(y - 0.5) - 0.25) < 0.05)
        image[:, bar] = np.linspace(255, 160, channels)[:, None]
        image[:, frame] = np.linspace(180, 255, channels)[:, None]
        images.append(image.round().astype(np.uint8))
    return torch.from_numpy(np.stack(images))


def draw(model: ganzoo.LoadedModel) -> Tensor:
    """What a model makes of fixed seeds or of `inputs`: uint8 (n, c, h, w).

    A classifier gives its probabilities as grey levels, (1, 1, n, classes).
    """
    if isinstance(model, ganzoo.Sampler):
        return model.sample(COUNT, seed=SEED).images
    if isinstance(model, ganzoo.Translator):
        sources = inputs((model.image_shape[0], SIDE, SIDE), 2)
        return torch.cat([model.translate(sources, direction=direction) for direction in model.directions])
    images = inputs(model.image_shape, COUNT)
    if isinstance(model, ganzoo.Reconstructor):
        return model.reconstruct(images, noise=0.3, seed=SEED).output
    assert isinstance(model, ganzoo.Classifier)
    return (255 * model.predict_proba(images)).round().to(torch.uint8)[None, None]


def as_image(images: Tensor) -> Image.Image:
    """uint8 (n, c, h, w) side by side."""
    return to_pil(torch.cat(list(images), dim=2))


def main(names: list[str]) -> None:
    """Write the kept images of shipped models."""
    for name in names:
        as_image(draw(ganzoo.load(name))).save(KEPT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
