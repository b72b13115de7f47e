"""What a recipe is, and how one is changed: by field, by name, or to fit the pictures it is to learn from."""

import dataclasses
import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ganzoo import checks
from ganzoo.aliases import ALIASES, with_current_names
from ganzoo.models import ARCHITECTURES
from trainer.data import AUGMENTATIONS, FOLDER, get_source
from trainer.data.folder import look

PRESENTATION = ("title", "about", "source", "year", "truncation")
"""The fields that say how a finished model is shown; all others decide what a run computes."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a training run computes. Raises ValueError for what cannot be meant."""

    name: str
    """The public name: the folder under `weights/`, the argument of `ganzoo.load`."""
    title: str
    """One line for people."""
    about: str
    """What the model teaches; Markdown, shown on its card."""
    source: str
    """Paper or book."""
    year: int
    architecture: str
    """A row of `ganzoo.models.ARCHITECTURES`."""
    game: str
    """A row of `trainer.games.GAMES`."""
    steps: int
    """Rounds of all the game's turns."""
    batch_size: int
    model: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the architecture."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the game."""
    data: str = "mnist"
    """A row of `trainer.data.DATASETS`, or one of `trainer.data.FOLDER_PREFIXES` with a path: "folder:PATH"."""
    augment: str = "none"
    """A row of `trainer.data.batch.AUGMENTATIONS`."""
    learning_rate: float = 2e-4
    schedule: str = "constant"
    """How the learning rate goes on: a row of `trainer.engine.loop.SCHEDULES`."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Adam's decay rates."""
    epsilon: float = 1e-8
    """Adam's guard against division by zero; Keras uses 1e-7."""
    ema_decay: float = 0.0
    """Decay per step of the exponential moving average (EMA) of the weights; 0 keeps none."""
    precision: str = "bfloat16"
    """Of the matrix products: "float32", or "bfloat16" where the device has it (`trainer.engine.devices.precision_on`).
    Weights, losses and penalties are always float32."""
    truncation: float = 1.0
    """How samples are drawn when nobody says otherwise: the scale of the latents, as in `Sampler.sample`."""
    previews: int = 40
    """How many pictures of the state of training are kept, denser at the start."""
    seed: int = 0

    def __post_init__(self):
        get_source(self.data)
        checks.choice("augment", self.augment, AUGMENTATIONS)
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision must be float32 or bfloat16, got {self.precision!r}")
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if len(self.betas) != 2 or not all(isinstance(beta, int | float) and 0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must be two numbers, at least 0 and below 1, got {self.betas}")
        if self.previews < 0:
            raise ValueError(f"previews must be at least 0, got {self.previews}")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate must lie between 0 and 1, got {self.learning_rate}")
        if not 0 <= self.ema_decay < 1:
            raise ValueError(f"ema_decay must be at least 0 and below 1, got {self.ema_decay}")
        if not 0 < self.truncation <= 2:
            raise ValueError(f"truncation must be above 0 and at most 2, got {self.truncation}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed must be at least 0 and below 2**63, got {self.seed}")

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of the pictures; a digit's by default, as in most architectures."""
        return tuple(self.model.get("image_shape", (1, 28, 28)))

    def as_json(self) -> dict[str, Any]:
        """Plain lists, numbers and strings."""
        return json.loads(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Recipe":
        values = with_current_names("recipe.json", values)
        unknown = sorted(set(values) - {f.name for f in fields(cls)})
        if unknown:
            raise ValueError(f"no such fields in a recipe: {', '.join(unknown)}")
        return cls(**{**values, "betas": tuple(values.get("betas", cls.betas))})


def fit_to_data(recipe: Recipe, *, image_size: int | None = None, channels: int | None = None) -> Recipe:
    """The recipe with its model made for square pictures of that size, and for the classes of its folder of pictures.

    Raises ValueError for sizes that cannot be meant.
    """
    model = dict(recipe.model)
    if image_size is not None or channels is not None:
        side = checks.whole("image size", image_size or recipe.image_shape[1], 4, 1024)
        model["image_shape"] = [checks.choice("channels", channels or recipe.image_shape[0], (1, 3)), side, side]
    if recipe.data.startswith(FOLDER):
        names = look(Path(recipe.data[len(FOLDER) :])).classes
        if "classes" in model_options(recipe):
            model["classes"] = max(1, len(names))
    return replace(recipe, model=model)


def with_assignments(recipe: Recipe, assignments: Sequence[str]) -> Recipe:
    """The recipe with `field=value` assignments applied; values are read as JSON, or as text where that fails.

    A name is looked up among the recipe's fields, then the game's rules, then the model's options; `rules.k=2` and
    `model.latent_dim=16` say it outright. Raises ValueError for unknown names and values of another kind.
    """
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"expected field=value, got {assignment!r}")
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = text
        name = name.replace("-", "_")
        recipe = with_field(recipe, ALIASES["recipe.json"].get(name, name), value)
    return recipe


def with_field(recipe: Recipe, name: str, value: Any) -> Recipe:
    plain = [f.name for f in fields(recipe) if f.name not in ("name", "model", "rules")]
    if name in plain:
        old = getattr(recipe, name)
        kinds = (int, float) if isinstance(old, float) else (list,) if isinstance(old, tuple) else (type(old),)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise ValueError(f"{name} must be of the kind of {old!r}, got {value!r}")
        return replace(recipe, **{name: tuple(value) if isinstance(value, list) else value})
    group, _, key = name.rpartition(".")
    if group in ("rules", "model"):
        return replace(recipe, **{group: {**getattr(recipe, group), key: value}})
    for group, options in (("rules", game_rules(recipe)), ("model", model_options(recipe))):
        if name in options:
            return replace(recipe, **{group: {**getattr(recipe, group), name: value}})
    choices = [
        *plain,
        *(f"rules.{rule}" for rule in game_rules(recipe)),
        *(f"model.{key}" for key in model_options(recipe)),
    ]
    raise ValueError(f"unknown field {name!r} of {recipe.name}; choices: {', '.join(choices)}")


def game_rules(recipe: Recipe) -> list[str]:
    """The names of the rules that the recipe's game takes."""
    from trainer.games import GAMES

    return [name for name in keywords(GAMES[recipe.game]) if name != "model"]


def model_options(recipe: Recipe) -> list[str]:
    """The names of the options that the recipe's architecture takes."""
    return list(dict.fromkeys([*recipe.model, *keywords(ARCHITECTURES[recipe.architecture])]))


def keywords(maker: type) -> list[str]:
    """What a class takes by name; where it passes the rest on, what its parent takes too."""
    named = inspect.signature(maker).parameters.values()
    names = [parameter.name for parameter in named if parameter.kind is not parameter.VAR_KEYWORD]
    return names + keywords(maker.__base__) if len(names) < len(named) else names


def recipe_differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Where two recipes would compute something else."""
    keys = [key for key in {**old, **new} if key not in PRESENTATION]
    return [f"{key}: {old.get(key)!r} -> {new.get(key)!r}" for key in keys if old.get(key) != new.get(key)]
