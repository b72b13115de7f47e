"""How good translated pictures are, on pairs that the model has not learnt from.

Beside distances stands what a look-up gets: of all training pairs the one whose source is nearest takes the result's
place. Distances are between pixels in [0, 1].
"""

from collections.abc import Iterator
from statistics import mean

import torch
from torch import Tensor
from torch.nn import functional as F
from torchmetrics.functional.image import structural_similarity_index_measure

import ganzoo
from ganzoo import metrics
from ganzoo.inference.translator import target_and_source
from trainer.data import InMemoryImages, nearest_colours
from trainer.measures.figures import Figure, decibels

LOOKED_UP, CHANGE = "look-up", "change on the way"
THUMBNAIL = 32
"""Pixels: the side at which sources are compared for the look-up."""
CHUNK = 256
"""Pictures that are brought down to thumbnails at once."""
SEED = 1234


def pair_figures(
    model: ganzoo.Translator,
    reader: ganzoo.Translator | None,
    train: InMemoryImages,
    test: InMemoryImages,
) -> Iterator[tuple[str, Figure]]:
    """Of a model that was trained on pairs; `reader` goes from its results back to its sources."""
    source, target = pairs(model, test)
    result = model.translate(source)
    rows = {LOOKED_UP: look_up(model, train, source)}
    if model.undoes:
        rows[model.undoes] = source
    others = {name: unit(images) for name, images in rows.items()}
    truth, made = unit(target), unit(result)
    yield "test L1", Figure(l1(made, truth), {name: l1(other, truth) for name, other in others.items()})
    yield "test PSNR (dB)", Figure(psnr(made, truth), {name: psnr(other, truth) for name, other in others.items()})
    yield "test SSIM", Figure(ssim(made, truth), {name: ssim(other, truth) for name, other in others.items()})
    sharp = max(sharpness(truth), 1e-6)
    yield (
        "sharpness, share of real",
        Figure(sharpness(made) / sharp, {n: sharpness(o) / sharp for n, o in others.items()}),
    )
    drawn, painted = (colours_of(model, side) for side in model.sides)
    if len(painted):
        yield from colour_figures(nearest_colours(result, painted), nearest_colours(target, painted), len(painted))
    if reader is not None and len(drawn):
        yield from finding_figures(model, reader, source, target, result, drawn)


def colours_of(model: ganzoo.Translator, side: str) -> Tensor:
    """The colours (k, 3) with which a side's pictures are drawn; none where they are not."""
    return torch.tensor([*model.palette(side).values()], dtype=torch.float32).view(-1, 3)


def finding_figures(
    model: ganzoo.Translator, reader: ganzoo.Translator, source: Tensor, target: Tensor, result: Tensor, colours: Tensor
) -> Iterator[tuple[str, Figure]]:
    """Whether what was drawn can be found in the result, by a model that goes back.

    Of two colours the rarer one was drawn on the other; of more, the mean of all is taken.
    """
    drawn, count = nearest_colours(source, colours), len(colours)
    rare = int(torch.bincount(drawn.flatten(), minlength=count).argmin())
    wanted = [rare] if count == 2 else range(count)
    read = (nearest_colours(reader.translate(one), colours) for one in (result, target))
    found, real = (mean(overlap(one, drawn, colour) for colour in wanted) for one in read)
    yield f"{model.sides[0]} found again (IoU)", Figure(found, {"in real ones": real})


def cycle_figures(model: ganzoo.Translator, test: InMemoryImages) -> Iterator[tuple[str, Figure]]:
    """Of a model of two directions: how much it changes, and how much is lost on the way there and back."""
    names, sides = model.directions, test.images.chunk(2, dim=1)
    for (there, back), side in zip((names, names[::-1]), sides, strict=True):
        source = side.unique(dim=0)  # of two collections the shorter one was begun again
        result = model.translate(source, direction=there)
        again = model.translate(result, direction=back)
        change = l1(unit(result), unit(source))
        yield f"cycle L1, {there} and back", Figure(l1(unit(again), unit(source)), {CHANGE: change})


def pairs(model: ganzoo.Translator, pictures: InMemoryImages) -> tuple[Tensor, Tensor]:
    """Sources and targets, uint8 (n, c, h, w) each; what the model is to undo is done to the targets."""
    target, source = target_and_source(pictures.images.split(model.image_shape[0], dim=1), given=model.given)
    return (model.degrade(target, strength=model.strength, seed=SEED) if model.undoes else source), target


def look_up(model: ganzoo.Translator, train: InMemoryImages, source: Tensor) -> Tensor:
    """For each source the target of the nearest training pair."""
    known, targets = pairs(model, train)
    return targets[torch.cdist(thumbnails(source), thumbnails(known)).argmin(dim=1)]


def thumbnails(images: Tensor) -> Tensor:
    return torch.cat([F.adaptive_avg_pool2d(unit(part), THUMBNAIL).flatten(1) for part in images.split(CHUNK)])


def unit(images: Tensor) -> Tensor:
    """uint8 to float in [0, 1]."""
    return images.float() / 255


def l1(a: Tensor, b: Tensor) -> float:
    return float(metrics.l1(a, b))


def psnr(a: Tensor, b: Tensor) -> float:
    return decibels(float(metrics.mse(a, b)))


def ssim(a: Tensor, b: Tensor) -> float:
    """Structural similarity (Wang et al. 2004), mean over the pictures."""
    return float(structural_similarity_index_measure(a, b, data_range=1.0))


def sharpness(images: Tensor) -> float:
    """The mean step from a pixel to the next: blur has small ones."""
    return float(images.diff(dim=2).abs().mean() + images.diff(dim=3).abs().mean())


def colour_figures(made: Tensor, truth: Tensor, count: int) -> Iterator[tuple[str, Figure]]:
    commonest = int(torch.bincount(truth.flatten(), minlength=count).argmax())
    always = float((truth == commonest).float().mean())
    yield "pixels of the right colour", Figure(float((made == truth).float().mean()), {"commonest colour": always})
    found = mean(overlap(made, truth, colour) for colour in range(count))
    yield "mean IoU of the colours", Figure(found, {"commonest colour": always / count})


def overlap(made: Tensor, truth: Tensor, colour: int) -> float:
    """Intersection over union of where a colour is."""
    a, b = made == colour, truth == colour
    return float((a & b).sum() / (a | b).sum().clamp(min=1))
