"""What a person sees of a run: preview grids from fixed noise, their animation, the loss curves."""

import io
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from ganzoo.files import replace_file
from ganzoo.images import from_uint8, grid, to_uint8
from ganzoo.models import GAN, Autoencoder, ImageModel, Translation
from trainer.data import Batch, ImageDataset
from trainer.games import Game

MOST_COLUMNS = 20
"""Classes that a grid has room for."""
NO_FIGURES = ("step", "epoch", "seconds", "images")
"""The fields of history rows that are no losses or figures."""


def preview_steps(steps: int, count: int) -> set[int]:
    """After which of `steps` steps something is shown: up to `count`, dense at the start, with the last step."""
    return {max(1, round(steps * ((i + 1) / count) ** 2)) for i in range(count)}  # none for a count of 0


@torch.no_grad()
def preview(model: ImageModel, game: Game, pictures: ImageDataset, *, seed: int) -> Image.Image | None:
    """A grid of the model's present state: 64 samples from fixed noise, or pictures over what is made of them.

    A conditional model shows its classes column by column, the first ones of many. Classifiers have nothing to show.
    """
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    try:
        if isinstance(model, GAN):
            rng = torch.Generator(device).manual_seed(seed)
            columns = min(model.classes, MOST_COLUMNS) or 8
            labels = torch.arange(columns * 6 if model.classes else 64, device=device) % columns
            images = model.generate(model.latents(len(labels), rng), labels)
            return grid(to_uint8(images, model.pixels), columns=columns)
        if isinstance(model, Autoencoder):
            originals = pictures.first(10).to(device)
            output = to_uint8(model(from_uint8(originals, model.pixels)), model.pixels)
            return grid(torch.cat([originals, output]), columns=10)
        if isinstance(model, Translation):
            rows = translations(model, game.pairs(first_batch(pictures, device, seed=seed)))
            return grid(to_uint8(torch.cat(rows), model.pixels), columns=len(rows[0]))
        return None
    finally:
        model.train(was_training)


def first_batch(pictures: ImageDataset, device: torch.device, *, seed: int) -> Batch:
    """The first eight pairs as a turn sees them."""
    images = from_uint8(pictures.first(8).to(device), "signed")
    rng = torch.Generator(device).manual_seed(seed)
    return Batch(images, torch.zeros(len(images)), 0, rng, len(images), slice(None))


def translations(model: Translation, pair: tuple[Tensor, Tensor]) -> list[Tensor]:
    """Rows of pictures (n, c, h, w): source, result, target; with two directions the target's result too."""
    source, target = pair
    results = [model.translate(source), target]
    return [source, *results, *([model.translate(target, 1)] if model.directions == 2 else [])]


def save_image(image: Image.Image, path: Path, **options: Any) -> None:
    """Write an image in the format of the file's suffix, whole or not at all. `options` go to `Image.save`."""
    content = io.BytesIO()
    image.save(content, format=path.suffix[1:].upper(), **options)
    replace_file(path, content.getvalue())


def save_animation(frames: list[Image.Image], path: Path) -> None:
    """Write an endless WebP of the frames: five a second, the last one for two seconds."""
    durations = [200] * (len(frames) - 1) + [2000]
    save_image(
        frames[0], path, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=50, method=6
    )


def save_curves(history: list[dict[str, float]], path: Path) -> None:
    """Draw every loss term of a run over epochs."""
    from matplotlib.figure import Figure  # takes long to import

    figure = Figure(figsize=(7, 4), dpi=110)  # a layout engine would draw everything twice
    axes = figure.subplots()
    for term in loss_terms(history):
        rows = [row for row in history if term in row]
        axes.plot([row["epoch"] for row in rows], [row[term] for row in rows], label=term, linewidth=1)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.legend()
    content = io.BytesIO()
    figure.savefig(content, format="png")
    replace_file(path, content.getvalue())


def loss_terms(history: list[dict[str, float]]) -> list[str]:
    """The names of the loss terms in a history, in order of appearance."""
    return list(dict.fromkeys(key for row in history for key in row if key not in NO_FIGURES))
