"""A recipe: a frozen dataclass that holds everything a training run depends on."""

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from ganzoo import checks
from ganzoo.config import with_current_names
from ganzoo.models import ARCHITECTURES, GAN
from trainer.data import AUGMENTATIONS, get_source
from trainer.games import GAMES

PRESENTATION = ("title", "about", "source", "year", "truncation")
"""The fields that say how a finished model is shown. All others decide what a run computes."""
WORDS = ("title", "about", "source", "year")
"""Those of them that are words for people, and change nothing that is computed or drawn."""
PRECISIONS = ("float32", "bfloat16")
KINDS: dict[Any, tuple[str, tuple[type, ...]]] = {
    str: ("text", (str,)),
    int: ("a whole number", (int,)),
    float: ("a number", (int, float)),
    tuple[float, float]: ("a list such as [0.5, 0.999]", (tuple,)),
    Mapping[str, Any]: ("named values", (Mapping,)),
}
"""By a field's annotation: the kind of its values in words, and their types. None of them includes booleans."""
LIMITS = {"steps": (1, 10**12), "batch_size": (1, 10**7), "previews": (0, 100_000)}
"""The least and the greatest of counts, which are far beyond what anybody has waited for."""
MNIST_TRAIN = 60_000
"""Images in MNIST's training split; Fashion-MNIST has as many."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a training run computes, and how its model is shown.

    Raises ValueError that names the field, its value and what is allowed.
    """

    name: str
    """The public name: the folder under `weights/`, and the argument of `ganzoo.load`."""
    title: str
    """One line of plain text, shown in lists and on the card."""
    about: str
    """What the model teaches; Markdown, shown on its card."""
    source: str
    """Papers or book, with arXiv ids."""
    year: int
    """Year of the first source."""
    architecture: str
    """A row of `ganzoo.models.ARCHITECTURES`."""
    game: str
    """A row of `trainer.games.GAMES`."""
    steps: int
    """Length of the run, at least 1. One step goes through all turns of the game."""
    batch_size: int
    """Images per batch over all processes together, at least 1."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the architecture."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the game."""
    data: str = "mnist"
    """A row of `trainer.data.DATASETS`, or one of `trainer.data.FOLDER_PREFIXES` with a path: "folder:PATH"."""
    augment: str = "none"
    """A row of `trainer.data.AUGMENTATIONS`."""
    learning_rate: float = 2e-4
    """Adam's step size at the schedule's peak, in (0, 1). A turn may multiply it by its own `rate`."""
    schedule: str = "constant"
    """How the learning rate changes over the run: a row of the engine's SCHEDULES."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Adam's decay rates of the first and the second moment, each in [0, 1)."""
    epsilon: float = 1e-8
    """Added to Adam's denominator against division by zero, at least 0. Keras uses 1e-7."""
    ema_decay: float = 0.0
    """Decay per step of the exponential moving average (EMA) of the weights, in [0, 1). 0 keeps none."""
    precision: str = "bfloat16"
    """Of matrix products: "float32", or "bfloat16" where the device has it (`trainer.engine.devices.precision_on`).
    Weights, losses and penalties are always float32."""
    truncation: float = 1.0
    """Scale of the latents of samples by default, in (0, 2], as in `Sampler.sample`."""
    previews: int = 40
    """How many images of the state of training are kept, at least 0; they are denser at the start."""
    seed: int = 0
    """Where all randomness of the run starts, in [0, 2**63)."""

    def __post_init__(self) -> None:
        for each in fields(self):
            words, types = KINDS[each.type]
            value = getattr(self, each.name)
            if not isinstance(value, types) or isinstance(value, bool):
                raise ValueError(f"{each.name} must be {words}, got {checks.shown(value)}")
        checks.choice("architecture", self.architecture, ARCHITECTURES)
        checks.choice("game", self.game, GAMES)
        get_source(self.data)
        checks.choice("augment", self.augment, AUGMENTATIONS)
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be {' or '.join(PRECISIONS)}, got {checks.shown(self.precision)}")
        for name, (low, high) in LIMITS.items():
            if (number := getattr(self, name)) < low:
                raise ValueError(f"{name} must be at least {low}, got {checks.shown(number)}")
            if number > high:
                raise ValueError(f"{name} must be at most {high:,}, got {checks.shown(number)}")
        if len(self.betas) != 2 or not all(is_decay(beta) for beta in self.betas):
            raise ValueError(f"betas must be two numbers, at least 0 and below 1, got {self.betas}")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate must lie between 0 and 1, got {self.learning_rate}")
        if not 0 <= self.epsilon < math.inf:
            raise ValueError(f"epsilon must be a finite number, at least 0, got {self.epsilon}")
        if not 0 <= self.ema_decay < 1:
            raise ValueError(f"ema_decay must be at least 0 and below 1, got {self.ema_decay}")
        if not 0 < self.truncation <= 2:
            raise ValueError(f"truncation must be above 0 and at most 2, got {self.truncation}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed must be at least 0 and below 2**63, got {self.seed}")
        _ = self.image_shape  # raises ValueError for another value

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of the images, in pixels; a digit's by default, as in most architectures."""
        shape = self.model.get("image_shape", (1, 28, 28))
        sizes = list(shape) if isinstance(shape, list | tuple) else []
        if len(sizes) != 3 or not all(type(size) is int and size > 0 for size in sizes):
            raise ValueError(
                f"image_shape must be channels, height and width, each at least 1, got {checks.shown(shape)}"
            )
        return sizes[0], sizes[1], sizes[2]

    def as_json(self) -> dict[str, Any]:
        """The fields as plain lists, numbers and strings, as recipe.json stores them."""
        return json.loads(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Recipe":
        """A recipe from what `as_json` gave, now or under the fields' old names.

        Raises ValueError that names unknown fields, missing ones, and those with a value that is not allowed.
        """
        values = with_current_names("recipe.json", values)
        unknown = sorted(set(values) - {f.name for f in fields(cls)})
        if unknown:
            raise ValueError(f"no such fields in a recipe: {', '.join(unknown)}")
        required = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]
        if missing := [name for name in required if name not in values]:
            raise ValueError(f"a recipe lacks {', '.join(missing)}")
        arguments: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**arguments)


def lacks_classifier(recipe: Recipe) -> bool:
    """Whether it trains a GAN on images for which no classifier ships."""
    return issubclass(ARCHITECTURES[recipe.architecture], GAN) and get_source(recipe.data).classifier is None


def is_decay(value: Any) -> bool:
    """Whether a value is a number in [0, 1)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1


def recipe_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The fields in which two stored recipes would compute something else, each as "field: old -> new"."""
    keys = [key for key in {**old, **new} if key not in PRESENTATION]
    return [f"{key}: {old.get(key)!r} -> {new.get(key)!r}" for key in keys if old.get(key) != new.get(key)]


def epochs(count: float, *, batch_size: int, images: int = MNIST_TRAIN) -> int:
    """How many steps `count` passes over the training images take."""
    return round(count * (images // batch_size))


def on_fashion(recipe: Recipe, **differences: Any) -> Recipe:
    """A recipe for MNIST, on Fashion-MNIST."""
    name, title = recipe.name.replace("-mnist", "-fashion"), f"{recipe.title}, Fashion-MNIST"
    return replace(recipe, **{"name": name, "title": title, "data": "fashion-mnist", **differences})
