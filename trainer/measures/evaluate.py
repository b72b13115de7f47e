"""Every figure that is shown to a person is measured here, on the test split, with a floor or a reference beside it.

Generators are compared with real pictures in the features of a classifier (`trainer.measures.distances`), with the training
ones where the test split is small; autoencoders with the pictures themselves, and with what a linear method of the same
size can do.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

import ganzoo
from ganzoo import metrics, models
from ganzoo.inference.classifier import features_of
from trainer import data
from trainer.data import ImageDataset, InMemoryImages
from trainer.measures import infogan_codes
from trainer.measures.distances import (
    class_entropy,
    coverage,
    divergence_from_uniform,
    frechet_distance,
    modes,
    precision_and_recall,
)
from trainer.measures.figures import Figure, decibels
from trainer.measures.translators import cycle_figures, pair_figures

SAMPLES = 26_000
"""On how many modes are counted (Lin et al. 2018, arXiv 1712.04086); for most else, there are fewer test pictures."""
NOISE_LEVELS = (0.1, 0.3, 0.5, 1.0)
CLASSIFIER_PICTURES = 10_000
"""How many training pictures the small classifier on an encoder's codes learns from."""
FEWEST_SAMPLES = 20
"""Real pictures below which neighbours (up to the fifth, in each half) and distances mean nothing."""
SMALL = 1000
"""Test pictures below which samples are compared with those that the model learnt from, and looked at for copies."""
GRID = 64
"""Samples, at most, among which different kinds are counted."""
KINDS = "kinds among"
"""How the name of that figure begins; then comes their number."""
MOST_DIMENSIONS = 3072
"""Numbers in a picture above which the linear methods beside an autoencoder's figures take too long."""
SEED = 1234


def evaluate(
    model: ganzoo.LoadedModel, *, data_root: Path, samples: int = SAMPLES, reader: str | None = None
) -> dict[str, Figure]:
    """All figures of a model, by name; `samples` bounds how many pictures are drawn and compared.

    `reader` names the classifier in whose features a generator's pictures are compared, or the translator that finds
    again what was drawn; by default it is the shipped one for the data. Raises ValueError for a generator without one.
    """
    return dict(figures_of(model, data_root, samples, reader))


def primary_figure(
    model: ganzoo.LoadedModel, *, data_root: Path, samples: int = SAMPLES, reader: str | None = None
) -> tuple[str, float]:
    """The one figure by which two versions of a model are compared: divergence, distance, squared error or accuracy."""
    name, figure = next(figures_of(model, data_root, samples, reader))
    return name, figure.value


def figures_of(
    model: ganzoo.LoadedModel, data_root: Path, samples: int, reader: str | None
) -> Iterator[tuple[str, Figure]]:
    """Figures as they are measured, the primary one first."""
    data_name, train, test = splits_of(model, data_root)
    if isinstance(model, ganzoo.Sampler):
        classifier = load_classifier(model, data_name, reader)
        counted = mode_figures(model, classifier, train, samples) if data.get_source(data_name).stacked else ()
        return chain(counted, generator_figures(model, classifier, train, test, samples))
    if isinstance(model, ganzoo.Translator):
        if len(model.directions) == 2:
            return cycle_figures(model, test)
        return pair_figures(model, way_back(model, data_name, reader), train, test)
    if isinstance(model, ganzoo.Reconstructor):
        return autoencoder_figures(model, train, test.take(slice(samples)))
    return classifier_figures(model, test)


def splits_of(model: ganzoo.LoadedModel, data_root: Path) -> tuple[str, InMemoryImages, InMemoryImages]:
    """The data set that a model was trained on: its name, its train and its test split."""
    if "data" not in model.recipe:
        raise ValueError(f"{model.name} does not record the data set it was trained on")
    name = model.recipe["data"]
    return name, *splits(name, data_root, model.image_shape)


@lru_cache(maxsize=1)
def splits(name: str, root: Path, image_shape: tuple[int, int, int]) -> tuple[InMemoryImages, InMemoryImages]:
    """Train and test split; kept for the next measure of the same run, for a folder is slow to decode."""
    train, test = (data.load(name, root=root, train=part, image_shape=image_shape) for part in (True, False))
    kept = isinstance(train, InMemoryImages) and isinstance(test, InMemoryImages) and not name.startswith(data.FOLDER)
    return (train, test) if kept else (mixed(train), mixed(test))


def mixed(pictures: ImageDataset) -> InMemoryImages:
    """The pictures of a folder, which come class by class, in a random order: the first of them then stand for all.

    They are held in memory; of pictures that do not fit there, some.
    """
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(SEED))
    if isinstance(pictures, InMemoryImages):
        return pictures.take(order)
    some = order[:CLASSIFIER_PICTURES]
    return InMemoryImages(torch.stack([pictures[int(i)] for i in some]), pictures.labels[some])


def load_classifier(model: ganzoo.LoadedModel, data_name: str, name: str | None = None) -> ganzoo.Classifier:
    """The classifier of that name, or the shipped one in whose features pictures of this data set are compared.

    A grey one reads stacked pictures channel by channel, a small one what is inside a data set's frame. Raises
    ValueError for one that does not fit the model.
    """
    reader = ganzoo.load(name or data.classifier_for(data_name))
    if not isinstance(reader, ganzoo.Classifier):
        raise ValueError(f"{name} is no classifier")
    if data.get_source(data_name).stacked and reader.image_shape[0] == 1:
        reader = reader.by_channel(model.image_shape[0])
    if data_name in data.DATASETS and data.frames(reader.image_shape, model.image_shape):
        reader = reader.in_the_middle(*model.image_shape[1:])
    for what in ("image_shape", "classes"):
        found, wanted = getattr(reader, what), getattr(model, what)
        if found != wanted and not (what == "classes" and wanted in (0, 1)):
            raise ValueError(f"{reader.name} does not fit {model.name}: its {what} is {found}, not {wanted}")
    return reader


def way_back(model: ganzoo.Translator, data_name: str, name: str | None = None) -> ganzoo.Translator | None:
    """The model of that name, or a shipped one, that makes sources of a model's results; None where there is none."""
    known = [name] if name else [one for one in ganzoo.names() if ganzoo.load(one).recipe.get("data") == data_name]
    for one in map(ganzoo.load, known):
        if isinstance(one, ganzoo.Translator) and one.directions == [f"{model.sides[1]} to {model.sides[0]}"]:
            return one
    if name:
        raise ValueError(f"{name} does not go from {model.sides[1]} to {model.sides[0]}")
    return None


def classifier_figures(model: ganzoo.Classifier, test: InMemoryImages) -> Iterator[tuple[str, Figure]]:
    yield "test accuracy", Figure(accuracy(model.predict(test.images), test.labels))


def mode_figures(
    model: ganzoo.Sampler, reader: ganzoo.Classifier, train: InMemoryImages, samples: int
) -> Iterator[tuple[str, Figure]]:
    """How evenly samples fall into the classes, and into how many, beside as many real pictures."""
    n = min(samples, SAMPLES, len(train))
    fake = reader.predict(model.sample(n, seed=SEED).images)
    real = reader.predict_from_features(real_features(reader.network, train.images, n))
    floor = f"{n:,} real pictures"
    uneven, best = (divergence_from_uniform(read, reader.classes) for read in (fake, real))
    yield "KL to uniform", Figure(uneven, {floor: best})
    yield "modes", Figure(modes(fake), {floor: modes(real)})


def generator_figures(
    model: ganzoo.Sampler, reader: ganzoo.Classifier, train: InMemoryImages, test: InMemoryImages, samples: int
) -> Iterator[tuple[str, Figure]]:
    meaning = infogan_codes.meaning(model, test) if isinstance(model, ganzoo.CodedSampler) else None
    small = len(test) < SMALL
    n = min(samples, len(train) if small else len(test), len(train))
    if n < FEWEST_SAMPLES:
        raise ValueError(f"a generator needs at least {FEWEST_SAMPLES} real pictures to be measured by, got {n}")
    drawn = model.sample(n, seed=SEED)
    learnt, fake = real_features(reader.network, train.images, n), reader.features(drawn.images)
    if small:
        real, other = learnt[torch.randperm(n, generator=torch.Generator().manual_seed(SEED))].tensor_split(2)
        yield from distance_figures(real, fake[: len(real)], "half of train against the other", other)
        yield from copying_figures(learnt, fake, real_features(reader.network, test.images, len(test)))
    else:
        real = real_features(reader.network, test.images, n)
        yield from distance_figures(real, fake, "train against test", learnt)
    read = reader.predict_from_features(fake)
    yield (
        "class entropy",
        Figure(class_entropy(read, reader.classes), {"test split": class_entropy(test.labels, reader.classes)}),
    )
    if model.truncation != 1:
        wide = reader.features(model.sample(len(real), seed=SEED, truncation=1).images)
        yield "Frechet distance at truncation 1", Figure(frechet_distance(real, wide))
    if model.classes:
        known = accuracy(
            reader.predict_from_features(real_features(reader.network, test.images, len(test))), test.labels
        )
        asked = meaning.labels_of(model, drawn.latents) if meaning else drawn.labels
        yield "labels right", Figure(accuracy(read, asked), {"test split": known})
    if meaning:
        yield from code_figures(meaning)


@lru_cache(maxsize=4)
def real_features(network: models.Classifier, images: Tensor, n: int) -> Tensor:
    """(n, feature_dim) of the first pictures of a split; kept, like the `splits`, for the next generator."""
    return features_of(network, images[:n])


def distance_figures(real: Tensor, fake: Tensor, floor: str, other: Tensor) -> Iterator[tuple[str, Figure]]:
    """Of features (n, d); under the name `floor` stands beside them what `other` real ones get in the fakes' place."""
    yield "Frechet distance", Figure(frechet_distance(real, fake), {floor: frechet_distance(real, other)})
    for name, value, best in zip(
        ("precision", "recall"), precision_and_recall(real, fake), precision_and_recall(real, other), strict=True
    ):
        yield name, Figure(value, {floor: best})
    yield "coverage", Figure(coverage(real, fake), {floor: coverage(real, other)})


def copying_figures(learnt: Tensor, fake: Tensor, unseen: Tensor) -> Iterator[tuple[str, Figure]]:
    """Features (n, d) of training pictures, samples and test pictures: how near samples are to what was learnt from,
    and near to how many different pictures.
    """
    near, unseen_near = (torch.cdist(points, learnt).min(dim=1) for points in (fake, unseen))
    floor = f"{min(GRID, len(unseen))} test pictures"
    kinds, best = (len(found.indices[:GRID].unique()) for found in (near, unseen_near))
    yield f"{KINDS} {min(GRID, len(fake))}", Figure(kinds, {floor: best})
    yield (
        "distance to the nearest training picture",
        Figure(float(near.values.median()), {"test split": float(unseen_near.values.median())}),
    )


def code_figures(meaning: infogan_codes.Meaning) -> Iterator[tuple[str, Figure]]:
    """How well the codes of an InfoGAN mean what they are named after."""
    yield "code head accuracy", Figure(meaning.accuracy)
    found, best = dict(zip(infogan_codes.PROPERTIES, np.abs(meaning.correlations), strict=True)), meaning.best_codes()
    names = {index: f"{name} code" for name, (index, _) in best.items()}
    for name, (index, _) in best.items():
        others = {names.get(i, f"code c{i + 2}"): float(value) for i, value in enumerate(found[name]) if i != index}
        yield f"rank correlation of {name} with the {names[index]}", Figure(float(found[name][index]), others)


def autoencoder_figures(
    model: ganzoo.Reconstructor, train: InMemoryImages, test: InMemoryImages
) -> Iterator[tuple[str, Figure]]:
    size, dimensions = int(np.prod(model.code_shape)), train.images[0].numel()
    linear = linear_methods(train.images) if dimensions <= MOST_DIMENSIONS else None
    beside = {f"PCA, {size} numbers": linear.pca_error(test.images, size)} if linear and size < dimensions else {}
    error = reconstruction_error(model, test.images)
    yield "test MSE", Figure(error, beside)
    yield "test PSNR (dB)", Figure(decibels(error), {name: decibels(value) for name, value in beside.items()})
    for level in NOISE_LEVELS:
        result = model.reconstruct(test.images, noise=level, seed=SEED)
        beside = {"noisy picture, clipped": decibels(float(metrics.mse(unit(result.noisy), unit(test.images))))}
        if linear:
            filtered = linear.wiener_error(test.images, with_noise(test.images, level), level)
            beside["best linear filter"] = decibels(filtered)
        yield f"denoising PSNR at {level:g} (dB)", Figure(decibels(float(result.mse().mean())), beside)
    codes, test_codes = (flat_codes(model, part.images) for part in (train.take(slice(CLASSIFIER_PICTURES)), test))
    labels = train.labels[:CLASSIFIER_PICTURES]
    if len(labels.unique()) < 2:
        return
    if size == 2:
        neighbours = KNeighborsClassifier(5).fit(codes, labels)
        yield "5-nearest-neighbour accuracy", Figure(neighbours.score(test_codes, test.labels))
    small = make_pipeline(StandardScaler(), MLPClassifier((64,), early_stopping=True, max_iter=40, random_state=0))
    yield "classifier on codes, accuracy", Figure(small.fit(codes, labels).score(test_codes, test.labels))


class Linear:
    """What linear methods make of the pictures: principal components of the training split, pixels in [0, 1]."""

    def __init__(self, images: Tensor):
        flat = unit(images)
        self.mean = flat.mean(dim=0)
        variances, axes = torch.linalg.eigh(torch.cov(flat.T.double()))
        self.variances, self.axes = variances.flip(0).clamp(min=0), axes.flip(1).float()  # largest first

    def pca_error(self, images: Tensor, size: int) -> float:
        """Mean squared error of keeping `size` components, clipped to [0, 1]."""
        flat, axes = unit(images), self.axes[:, :size]
        copy = ((flat - self.mean) @ axes @ axes.T + self.mean).clamp(0, 1)
        return float((copy - flat).square().mean())

    def wiener_error(self, images: Tensor, noisy: Tensor, sigma: float) -> float:
        """Mean squared error, clipped to [0, 1], of the best linear filter of white noise with deviation `sigma`.

        `noisy` is float (n, c * h * w), the pictures with the noise.
        """
        gain = (self.variances / (self.variances + sigma**2)).float()
        clean = ((noisy - self.mean) @ (self.axes * gain) @ self.axes.T + self.mean).clamp(0, 1)
        return float((clean - unit(images)).square().mean())


@lru_cache(maxsize=1)
def linear_methods(images: Tensor) -> Linear:
    """`Linear` of a training split; kept, like the `splits`, for the next model that is measured beside it."""
    return Linear(images)


def unit(images: Tensor) -> Tensor:
    """uint8 (n, c, h, w) to float (n, c * h * w) in [0, 1]."""
    return images.flatten(1).float() / 255


def with_noise(images: Tensor, level: float) -> Tensor:
    """The pictures with white noise, not clipped: float (n, c * h * w)."""
    flat = unit(images)
    return flat + level * torch.randn(flat.shape, generator=torch.Generator().manual_seed(SEED))


def flat_codes(model: ganzoo.Reconstructor, images: Tensor) -> np.ndarray:
    return model.encode(images).flatten(1).numpy()


def reconstruction_error(model: ganzoo.Reconstructor, images: Tensor) -> float:
    return float(model.reconstruct(images).mse().mean())


def accuracy(read: Tensor, labels: Tensor) -> float:
    return float((read == labels).float().mean())
