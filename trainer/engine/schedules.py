"""How the learning rate changes in the course of a run: pure functions of the progress from 0 to 1."""

import math
from collections.abc import Callable

from trainer.recipes import Recipe

WARM_UP = 200
"""Steps over which the learning rate rises from zero, for schedules other than "constant"."""

SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "cosine": lambda progress: 0.5 * (1 + math.cos(math.pi * progress)),
    "linear-second-half": lambda progress: min(1.0, 2 * (1 - progress)),
}
"""By name: the factor of the recipe's learning rate."""


def learning_rate(recipe: Recipe, step: int) -> float:
    """The learning rate of `step` (the first is 0), before a turn's own factor `Turn.rate`."""
    warm_up = 1.0 if recipe.schedule == "constant" else min(1.0, (step + 1) / WARM_UP)
    return recipe.learning_rate * warm_up * SCHEDULES[recipe.schedule](step / recipe.steps)
