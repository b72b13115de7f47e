"""The figures of a generator: how near its samples come to real images, in the features of a classifier.

Real images are those of the test split, or of the train split where the test split is small. Each distance has that of
other real images for comparison.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

import ganzoo
from ganzoo import models
from ganzoo.inference import SHIPPED, ModelStore, features_of
from trainer import data
from trainer.data import InMemoryImages
from trainer.measures import infogan_codes
from trainer.measures.distances import (
    class_entropy,
    coverage,
    divergence_from_uniform,
    frechet_distance,
    modes,
    precision_and_recall,
)
from trainer.measures.figures import Figure, Figures, accuracy
from trainer.measures.setup import IMAGES_PER_CATEGORY, SAMPLES, EvaluationSetup
from trainer.measures.splits import SEED, data_name_of, numbers, splits_of

FEWEST_SAMPLES = 20
"""Real images below which neighbours (up to the fifth, in each half) and distances mean nothing."""
SMALL = 1000
"""Test images below which samples are compared with the training images, and checked for copies of them."""
GRID = 64
"""Samples, at most, among which different kinds are counted."""
KINDS = "kinds among"
"""How the name of that figure begins; the number of samples follows."""


def measure(model: ganzoo.Sampler, setup: EvaluationSetup) -> Figures:
    """Raises ValueError for a model without a fitting classifier, and for data with too few images."""
    data_name = data_name_of(model, setup)
    train, test = splits_of(model, setup)
    classifier = load_classifier(model, data_name, setup.classifier, setup.store)
    if model.classes > 1:  # else no figure compares labels
        classifier = classifier.with_classes(test.classes or numbers(model.classes))
    if data.get_source(data_name).stacked:
        yield from mode_figures(model, classifier, train, setup.samples)
    images = setup.images_per_category
    yield from generator_figures(model, classifier, train, test, setup.samples, images_per_category=images)


def load_classifier(
    model: ganzoo.LoadedModel, data_name: str, name: str | None = None, store: ModelStore = SHIPPED
) -> ganzoo.Classifier:
    """The classifier of that name, or the store's one for the dataset, adapted to the model's images.

    A classifier of grey images sees stacked ones channel by channel; a classifier of smaller images sees what is inside
    the dataset's frame. Raises ValueError for a model that is no classifier, or is for other images or classes.
    """
    classifier = store.load(name or data.classifier_for(data_name))
    if not isinstance(classifier, ganzoo.Classifier):
        raise ValueError(f"{name} is no classifier")
    if data.get_source(data_name).stacked and classifier.image_shape[0] == 1:
        classifier = classifier.by_channel(model.image_shape[0])
    if data_name in data.DATASETS and data.frame_fits(classifier.image_shape, model.image_shape):
        classifier = classifier.in_the_middle(*model.image_shape[1:])
    for field in ("image_shape", "classes"):
        actual, expected = getattr(classifier, field), getattr(model, field)
        if actual != expected and not (field == "classes" and expected in (0, 1)):
            raise ValueError(f"{classifier.name} does not fit {model.name}: its {field} is {actual}, not {expected}")
    return classifier


def mode_figures(model: ganzoo.Sampler, classifier: ganzoo.Classifier, train: InMemoryImages, samples: int) -> Figures:
    """How many classes occur among the samples, and how evenly; for comparison, among as many real images."""
    n = min(samples, SAMPLES, len(train))
    fake = classifier.predict(model.sample(n, seed=SEED).images)
    real = classifier.predict_from_features(real_features(classifier.network, train.images, n))
    floor = f"{n:,} real pictures"
    divergence, best = (divergence_from_uniform(labels, classifier.classes) for labels in (fake, real))
    yield "KL to uniform", Figure(divergence, {floor: best})
    yield "modes", Figure(modes(fake), {floor: modes(real)})


def generator_figures(
    model: ganzoo.Sampler,
    classifier: ganzoo.Classifier,
    train: InMemoryImages,
    test: InMemoryImages,
    samples: int,
    *,
    images_per_category: int = IMAGES_PER_CATEGORY,
) -> Figures:
    n = min(samples, len(train) if len(test) < SMALL else len(test), len(train))
    if n < FEWEST_SAMPLES:
        raise ValueError(f"a generator needs at least {FEWEST_SAMPLES} real images to be measured by, got {n}")
    drawn = model.sample(n, seed=SEED)
    trained_on, fake = real_features(classifier.network, train.images, n), classifier.features(drawn.images)
    if len(test) < SMALL:
        real, other = trained_on[torch.randperm(n, generator=torch.Generator().manual_seed(SEED))].tensor_split(2)
        yield from distance_figures(real, fake[: len(real)], "half of train against the other", other)
        yield from copying_figures(trained_on, fake, real_features(classifier.network, test.images, len(test)))
    else:
        real = real_features(classifier.network, test.images, n)
        yield from distance_figures(real, fake, "train against test", trained_on)
    predicted = classifier.predict_from_features(fake)
    entropy, best = (class_entropy(labels, classifier.classes) for labels in (predicted, test.labels))
    yield "class entropy", Figure(entropy, {"test split": best})
    if model.truncation != 1:
        untruncated = classifier.features(model.sample(len(real), seed=SEED, truncation=1).images)
        yield "Frechet distance at truncation 1", Figure(frechet_distance(real, untruncated))
    if isinstance(model, ganzoo.CodedSampler):
        meaning = infogan_codes.find_meaning(model, test, images_per_category=images_per_category)
        yield label_figure(classifier, test, predicted, meaning.labels_of(model, drawn.latents))
        yield from code_figures(meaning)
    elif model.classes and drawn.labels is not None:
        yield label_figure(classifier, test, predicted, drawn.labels)


def label_figure(
    classifier: ganzoo.Classifier, test: InMemoryImages, predicted: Tensor, labels: Tensor
) -> tuple[str, Figure]:
    """How often the classifier sees the label of a sample in it; for comparison, its accuracy on real images."""
    features = real_features(classifier.network, test.images, len(test))
    known = accuracy(classifier.predict_from_features(features), test.labels)
    return "labels right", Figure(accuracy(predicted, labels), {"test split": known})


@lru_cache(maxsize=4)
def real_features(network: models.Classifier, images: Tensor, n: int) -> Tensor:
    """(n, feature_dim) of the first images of a split, cached for the next generator of the same data."""
    return features_of(network, images[:n])


def distance_figures(real: Tensor, fake: Tensor, floor: str, other: Tensor) -> Figures:
    """Distances of `fake` from `real`, features (n, d) each; for comparison, as `floor`, those of `other` real ones."""
    yield "Frechet distance", Figure(frechet_distance(real, fake), {floor: frechet_distance(real, other)})
    values, best = precision_and_recall(real, fake), precision_and_recall(real, other)
    yield "precision", Figure(values[0], {floor: best[0]})
    yield "recall", Figure(values[1], {floor: best[1]})
    yield "coverage", Figure(coverage(real, fake), {floor: coverage(real, other)})


def copying_figures(trained_on: Tensor, fake: Tensor, unseen: Tensor) -> Figures:
    """Whether samples are copies: how near they are to training images, and to how many different ones.

    All three are features (n, d): of training images, samples and test images.
    """
    nearest, unseen_nearest = (torch.cdist(points, trained_on).min(dim=1) for points in (fake, unseen))
    floor = f"{min(GRID, len(unseen))} test pictures"
    kinds, best = (len(each.indices[:GRID].unique()) for each in (nearest, unseen_nearest))
    yield f"{KINDS} {min(GRID, len(fake))}", Figure(kinds, {floor: best})
    distance, usual = (float(each.values.median()) for each in (nearest, unseen_nearest))
    yield "distance to the nearest training picture", Figure(distance, {"test split": usual})


def code_figures(meaning: infogan_codes.Meaning) -> Figures:
    """How well the codes of an InfoGAN mean what they are named after."""
    yield "code head accuracy", Figure(meaning.accuracy)
    by_property = dict(zip(infogan_codes.PROPERTIES, np.abs(meaning.correlations), strict=True))
    best = meaning.best_codes()
    names = {index: f"{name} code" for name, (index, _) in best.items()}
    for name, (index, _) in best.items():
        values = by_property[name]
        others = {names.get(i, f"code c{i + 2}"): float(value) for i, value in enumerate(values) if i != index}
        yield f"rank correlation of {name} with the {names[index]}", Figure(float(values[index]), others)
