"""The figures of an autoencoder: how well it copies and denoises test images, and how well its codes tell classes.

The reference values are those of a linear method of the same size.
"""

import numpy as np

import ganzoo
from ganzoo import metrics
from trainer.data import InMemoryImages
from trainer.measures.figures import Figure, Figures, decibels
from trainer.measures.linear import add_noise, flatten, linear_baseline
from trainer.measures.setup import EvaluationSetup
from trainer.measures.splits import SEED, splits_of

NOISE_LEVELS = (0.1, 0.3, 0.5, 1.0)
MOST_DIMENSIONS = 3072
"""Numbers in an image above which the linear baselines take too long."""


def measure(model: ganzoo.Reconstructor, setup: EvaluationSetup) -> Figures:
    train, test = splits_of(model, setup)
    test = test.take(slice(setup.samples))
    yield from reconstruction_figures(model, train, test)
    yield from denoising_figures(model, train, test)
    yield from code_figures(model, train.take(slice(setup.classifier_images)), test)


def reconstruction_figures(model: ganzoo.Reconstructor, train: InMemoryImages, test: InMemoryImages) -> Figures:
    size, dimensions = code_size(model), train.images[0].numel()
    beside = {}
    if size < dimensions <= MOST_DIMENSIONS:
        beside = {f"PCA, {size} numbers": linear_baseline(train.images).pca_error(test.images, size)}
    error = float(model.reconstruct(test.images).mse().mean())
    yield "test MSE", Figure(error, beside)
    yield "test PSNR (dB)", Figure(decibels(error), {name: decibels(value) for name, value in beside.items()})


def denoising_figures(model: ganzoo.Reconstructor, train: InMemoryImages, test: InMemoryImages) -> Figures:
    linear = linear_baseline(train.images) if train.images[0].numel() <= MOST_DIMENSIONS else None
    for level in NOISE_LEVELS:
        result = model.reconstruct(test.images, noise=level, seed=SEED)
        beside = {"noisy picture, clipped": decibels(float(metrics.mse(flatten(result.noisy), flatten(test.images))))}
        if linear:
            error = linear.wiener_error(test.images, add_noise(test.images, level), level)
            beside["best linear filter"] = decibels(error)
        yield f"denoising PSNR at {level:g} (dB)", Figure(decibels(float(result.mse().mean())), beside)


def code_figures(model: ganzoo.Reconstructor, train: InMemoryImages, test: InMemoryImages) -> Figures:
    """How well the codes tell the classes apart; none for data without classes."""
    if len(train.labels.unique()) < 2:
        return
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    codes, test_codes = (model.encode(part.images).flatten(1).numpy() for part in (train, test))
    if code_size(model) == 2:
        neighbours = KNeighborsClassifier(5).fit(codes, train.labels)
        yield "5-nearest-neighbour accuracy", Figure(neighbours.score(test_codes, test.labels))
    small = make_pipeline(StandardScaler(), MLPClassifier((64,), early_stopping=True, max_iter=40, random_state=0))
    yield "classifier on codes, accuracy", Figure(small.fit(codes, train.labels).score(test_codes, test.labels))


def code_size(model: ganzoo.Reconstructor) -> int:
    """How many numbers a code has."""
    return int(np.prod(model.code_shape))
