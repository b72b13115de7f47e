"""The figures of a translator, on pairs that it was not trained on.

Distances are between pixels in [0, 1]. Their reference value is that of the look-up, which answers with the target of
the training pair whose source is nearest.
"""

from collections.abc import Callable, Iterable
from statistics import mean

import torch
from torch import Tensor
from torch.nn import functional as F

import ganzoo
from ganzoo import metrics
from ganzoo.config import is_same_data
from ganzoo.inference import SHIPPED, ModelStore, target_and_source
from trainer.data import InMemoryImages, nearest_colours
from trainer.measures.figures import Figure, Figures, decibels
from trainer.measures.setup import EvaluationSetup
from trainer.measures.splits import SEED, splits_of

LOOKED_UP, CHANGE = "look-up", "change on the way"
THUMBNAIL = 32
"""Pixels: the side at which sources are compared for the look-up."""
CHUNK = 256
"""Images that are scaled down to thumbnails at once."""


def measure(model: ganzoo.Translator, setup: EvaluationSetup) -> Figures:
    """Raises ValueError for a model in `setup.classifier` that does not map results back to sources."""
    train, test = splits_of(model, setup)
    if len(model.directions) == 2:
        return cycle_figures(model, test)
    return pair_figures(model, way_back(model, model.config.data, setup.classifier, setup.store), train, test)


def way_back(
    model: ganzoo.Translator, data_name: str, name: str | None = None, store: ModelStore = SHIPPED
) -> ganzoo.Translator | None:
    """The model of that name, or one of the store for the same data, that maps results to sources; else None.

    Raises ValueError where the named model does something else.
    """
    direction = f"{model.sides[1]} to {model.sides[0]}"
    models = map(store.load, [name] if name else store.names())
    candidates = (other for other in models if name or is_same_data(other.config.data, data_name))
    for other in candidates:
        if isinstance(other, ganzoo.Translator) and other.directions == [direction]:
            return other
    if name:
        raise ValueError(f"{name} does not go from {model.sides[1]} to {model.sides[0]}")
    return None


def pair_figures(
    model: ganzoo.Translator, back: ganzoo.Translator | None, train: InMemoryImages, test: InMemoryImages
) -> Figures:
    """The figures of a model that was trained on pairs; `back` maps its results to its sources."""
    source, target = pairs(model, test)
    result = model.translate(source)
    others = {LOOKED_UP: look_up(model, train, source)}
    if model.undoes:
        others[model.undoes] = source
    yield from distance_figures(unit(result), unit(target), {name: unit(images) for name, images in others.items()})
    source_colours, target_colours = (colours_of(model, side) for side in model.sides)
    if len(target_colours):
        nearest, right = (nearest_colours(images, target_colours) for images in (result, target))
        yield from colour_figures(nearest, right, len(target_colours))
    if back is not None and len(source_colours):
        yield from found_again_figures(model, back, source, target, result, source_colours)


def distance_figures(result: Tensor, target: Tensor, others: dict[str, Tensor]) -> Figures:
    """How far results are from targets, float (n, c, h, w) in [0, 1]; for comparison, how far the `others` are."""

    def compared(distance: Callable[[Tensor, Tensor], float]) -> Figure:
        return Figure(distance(result, target), {name: distance(images, target) for name, images in others.items()})

    sharp = max(sharpness(target), 1e-6)
    yield "test L1", compared(l1)
    yield "test PSNR (dB)", compared(psnr)
    yield "test SSIM", compared(ssim)
    yield "sharpness, share of real", compared(lambda images, target: sharpness(images) / sharp)


def colours_of(model: ganzoo.Translator, side: str) -> Tensor:
    """The colours (k, 3) of a side that is drawn with a few; none for photos."""
    return torch.tensor([*model.palette(side).values()], dtype=torch.float32).view(-1, 3)


def found_again_figures(
    model: ganzoo.Translator, back: ganzoo.Translator, source: Tensor, target: Tensor, result: Tensor, colours: Tensor
) -> Figures:
    """Whether what is drawn in the source shows in the result, as the model `back` sees it there.

    Of two colours only the rarer counts, because it is drawn on the other. Of more, the mean over all counts.
    """
    drawn, count = nearest_colours(source, colours), len(colours)
    rare = int(torch.bincount(drawn.flatten(), minlength=count).argmin())
    wanted = [rare] if count == 2 else range(count)
    value, real = (
        mean_overlap(nearest_colours(back.translate(images), colours), drawn, wanted) for images in (result, target)
    )
    yield f"{model.sides[0]} found again (IoU)", Figure(value, {"in real ones": real})


def cycle_figures(model: ganzoo.Translator, test: InMemoryImages) -> Figures:
    """For a model of two directions: how much it changes, and how much is lost on the way there and back."""
    names, sides = model.directions, test.images.chunk(2, dim=1)
    for (there, back), side in zip((names, names[::-1]), sides, strict=True):
        source = side.unique(dim=0)  # the shorter collection was repeated to the length of the other
        result = model.translate(source, direction=there)
        again = model.translate(result, direction=back)
        change = l1(unit(result), unit(source))
        yield f"cycle L1, {there} and back", Figure(l1(unit(again), unit(source)), {CHANGE: change})


def pairs(model: ganzoo.Translator, dataset: InMemoryImages) -> tuple[Tensor, Tensor]:
    """Sources and targets, uint8 (n, c, h, w) each; a model that undoes something gets degraded targets as sources."""
    target, source = target_and_source(dataset.images.split(model.image_shape[0], dim=1), given=model.task.given)
    return (model.degrade(target, strength=model.strength, seed=SEED) if model.undoes else source), target


def look_up(model: ganzoo.Translator, train: InMemoryImages, source: Tensor) -> Tensor:
    """For each source the target of the nearest training pair."""
    known, targets = pairs(model, train)
    return targets[torch.cdist(thumbnails(source), thumbnails(known)).argmin(dim=1)]


def thumbnails(images: Tensor) -> Tensor:
    """uint8 (n, c, h, w) to float (n, c * THUMBNAIL^2)."""
    return torch.cat([F.adaptive_avg_pool2d(unit(part), THUMBNAIL).flatten(1) for part in images.split(CHUNK)])


def unit(images: Tensor) -> Tensor:
    """uint8 to float in [0, 1]."""
    return images.float() / 255


def l1(a: Tensor, b: Tensor) -> float:
    return float(metrics.l1(a, b))


def psnr(a: Tensor, b: Tensor) -> float:
    return decibels(float(metrics.mse(a, b)))


def ssim(a: Tensor, b: Tensor) -> float:
    """Structural similarity (Wang et al. 2004), mean over the images."""
    from torchmetrics.functional.image import structural_similarity_index_measure

    value = structural_similarity_index_measure(a, b, data_range=1.0)
    return float(value)  # type: ignore[arg-type]  # a pair only with return_full_image


def sharpness(images: Tensor) -> float:
    """The mean difference between neighbouring pixels; blur makes it small."""
    return float(images.diff(dim=2).abs().mean() + images.diff(dim=3).abs().mean())


def colour_figures(result: Tensor, target: Tensor, count: int) -> Figures:
    """How often the colours agree: results and targets hold the nearest of `count` colours, int64 (n, h, w)."""
    commonest = int(torch.bincount(target.flatten(), minlength=count).argmax())
    always = float((target == commonest).float().mean())
    right = float((result == target).float().mean())
    yield "pixels of the right colour", Figure(right, {"commonest colour": always})
    value = mean_overlap(result, target, range(count))
    yield "mean IoU of the colours", Figure(value, {"commonest colour": always / count})


def mean_overlap(result: Tensor, target: Tensor, colours: Iterable[int]) -> float:
    return mean(overlap(result, target, colour) for colour in colours)


def overlap(result: Tensor, target: Tensor, colour: int) -> float:
    """Intersection over union of the pixels of a colour."""
    a, b = result == colour, target == colour
    return float((a & b).sum() / (a | b).sum().clamp(min=1))
