"""Small trainings for the tests of the loop, of runs on disk and of what may befall them."""

from dataclasses import replace

import torch

from trainer import data, recipes
from trainer.loop import Training

CPU = torch.device("cpu")


def small(name, **changes):
    return replace(recipes.named(name), data="synthetic", batch_size=8, **({"steps": 2, "previews": 1} | changes))


def training(recipe):
    return Training(recipe, data.load("synthetic", train=True, image_shape=recipe.image_shape), CPU)


def play(game, steps):
    for _ in range(steps):
        game.play()
    return game


def assert_same(a, b, path=""):
    if isinstance(a, dict):
        assert a.keys() == b.keys(), path
        for key in a.keys() - {"seconds"}:
            assert_same(a[key], b[key], f"{path}/{key}")
    elif isinstance(a, torch.Tensor):
        assert torch.equal(a, b), path
    else:
        assert a == b, path
