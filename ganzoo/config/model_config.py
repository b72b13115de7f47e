"""config.json as typed values: read once, checked field by field.

`name`, `architecture`, `options` and `sha256` are required, and an error names the field that is wrong. All others
describe the model, and anybody may have written them: a garbled one counts as absent and is listed in `problems`.

Plain dataclasses, because leniency is the whole work here: one bad figure out of ten is dropped and the others stay. A
validation library would need a wrapper for each such field, and would be one more dependency of `import ganzoo`.
"""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ganzoo import checks
from ganzoo.config.aliases import with_current_names
from ganzoo.config.fields import LIST, NUMBER, OBJECT, TEXT, Fields, Kind
from ganzoo.config.recorded import (
    Codes,
    Comparison,
    OtherRun,
    RecordedFigure,
    TrainingFacts,
    Variant,
    measured_fields,
)

CONFIG = "config.json"
COLOUR = re.compile("#[0-9a-f]{6}")
PUBLISHED_FIELDS = {"recipe", "training", "figures"}
"""The config of a published model has all of them, that of a run never."""
PAIR = Kind("a list of two", lambda value: isinstance(value, list) and len(value) == 2)
HEX_COLOUR = Kind("a colour like #0a64ff", lambda value: isinstance(value, str) and bool(COLOUR.fullmatch(value)))
INDEX_VALUES = Kind(
    "a list of ascending lists of numbers in 0..255",
    lambda value: isinstance(value, list) and all(map(is_ascending, value)),
)
SCALE = Kind("probability or score", lambda value: value in ("probability", "score"))
TRUNCATION = Kind("a number in 0..2", lambda value: checks.is_number(value) and 0 <= value <= 2)
PREPARATION = Kind("digit or middle", lambda value: value in ("digit", "middle"))
DIGITS = [str(digit) for digit in range(10)]
"""The names of the classes of digits."""
DIGIT_DATA = ("", "mnist", "synthetic")
"""Datasets of digits, whose classes have no names. Models with a plain config.json were trained on them, too."""
REQUIRED = {"name": TEXT, "architecture": TEXT, "options": OBJECT, "sha256": TEXT}


def is_ascending(values: Any) -> bool:
    """Whether it is a list of grey levels, each greater than the one before."""
    is_list = isinstance(values, list) and all(type(value) is int and 0 <= value <= 255 for value in values)
    return is_list and values == sorted(set(values))


@dataclass(frozen=True)
class ModelConfig:
    """What a model's folder records. `with_fields` returns a changed copy."""

    stored: dict[str, Any] = field(repr=False)
    """The JSON as it was read, under current names; unknown and garbled fields are kept."""
    name: str = field(init=False)
    architecture: str = field(init=False)
    options: dict[str, Any] = field(init=False)
    """Keyword arguments of the architecture."""
    sha256: str = field(init=False)
    """The checksum of the weights file."""
    recipe: dict[str, Any] = field(init=False)
    """The trainer's recipe; {} where none is recorded."""
    recipe_name: str = field(init=False)
    title: str = field(init=False)
    """The recipe's title, or else the model's name."""
    source: str = field(init=False)
    """The paper that the recipe follows; "" where none is recorded, as for the other texts here."""
    data: str = field(init=False)
    """The name of the dataset that it was trained on."""
    year: int | None = field(init=False)
    game: str = field(init=False)
    rules: dict[str, Any] = field(init=False)
    """The game's options."""
    undo: str = field(init=False)
    """The degradation that a translator was trained to undo; "" for none."""
    truncation: float = field(init=False)
    """The scale of the latents, 0..2."""
    class_names: list[str] = field(init=False)
    """The classes of the training images."""
    sides: tuple[str, str] | None = field(init=False)
    """What the left and the right half of a pair show."""
    preparation: Literal["digit", "middle"] = field(init=False)
    """How an image becomes one like the training images: centred as a digit, or its middle scaled."""
    index_values: list[list[int]] = field(init=False)
    """By side, or for all images: the values, ascending, of index masks, which were spread over 0..255.

    A side without masks has []. Empty where no side has any.
    """
    palettes: dict[str, list[str]] = field(init=False)
    """By side: the colours, "#rrggbb", with which it can be drawn."""
    codes: Codes = field(init=False)
    score_scale: Literal["probability", "score"] = field(init=False)
    training: TrainingFacts | None = field(init=False)
    weights: str | None = field(init=False)
    """Which weights these are: "averaged" or "last"."""
    compared: Comparison | None = field(init=False)
    figures: dict[str, RecordedFigure] = field(init=False)
    seeds: dict[str, OtherRun] = field(init=False)
    """By seed, written as a number."""
    license: str = field(init=False)
    """The Hub's id of the licence of the weights; "" where none is stated."""
    variants: dict[str, Variant] = field(init=False)
    """By options in words, such as "width=32"."""
    problems: list[str] = field(init=False)
    """One clause for each garbled field, which it names."""

    def __post_init__(self) -> None:
        # Through JSON, so that values are as a file holds them: tuples become lists, and nothing is shared.
        stored = with_current_names(CONFIG, json.loads(json.dumps(self.stored)))
        if missing := [key for key in REQUIRED if key not in stored]:
            raise ValueError(f"{CONFIG} lacks {', '.join(missing)}")
        fields = Fields(stored)
        try:
            required = {key: fields.required(key, kind) for key, kind in REQUIRED.items()}
        except ValueError as error:
            raise ValueError(f"{CONFIG}: {error}") from error
        # The dataclass is frozen; `init=False` keeps `dataclasses.replace` from setting a field and not `stored`.
        vars(self).update(required, **described(fields, required["name"]), stored=stored, problems=fields.problems)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ModelConfig":
        """From what config.json holds, under current or old names. Raises ValueError that names a field."""
        return cls(dict(values))

    def as_json(self) -> dict[str, Any]:
        """What config.json holds: all that `from_json` read, under current names."""
        return copy.deepcopy(self.stored)

    def with_fields(self, **fields: Any) -> "ModelConfig":
        """A copy with other fields, given as JSON has them. Raises ValueError as `from_json` does."""
        return ModelConfig.from_json({**self.stored, **fields})

    @property
    def is_published(self) -> bool:
        """Whether it has what publishing adds: a recipe, training facts and figures."""
        return self.stored.keys() >= PUBLISHED_FIELDS and bool(self.recipe) and self.training is not None


def without_path(data: str) -> str:
    """A dataset's name in which a user's folder has only its own name: "folder:/home/me/cats" becomes "folder:cats"."""
    prefix, colon, path = data.partition(":")
    names = [name for name in re.split(r"[/\\]", path) if name.strip(".~ ")]
    return f"{prefix}:{names[-1] if names else 'pictures'}" if colon else data


def is_same_data(data: str, other: str) -> bool:
    """Whether two models may have been trained on the same images, where one of the names may be `without_path`."""
    short = without_path(data)
    return data == other or (short == without_path(other) and short in (data, other))


def described(fields: Fields, name: str) -> dict[str, Any]:
    """The fields that describe a model. Its `name` is the title where the recipe has none."""
    sides, palettes = fields.get("sides", PAIR), fields.part("palettes")
    recipe = recipe_fields(fields.part("recipe"), name)
    class_names = [str(label) for label in fields.get("class_names", LIST, [])]
    return {
        **recipe,
        **measured_fields(fields),
        "class_names": class_names,
        "preparation": fields.get("preparation", PREPARATION, derive_preparation(recipe["data"], class_names)),
        "index_values": fields.get("index_values", INDEX_VALUES, []),
        "sides": (str(sides[0]), str(sides[1])) if sides else None,
        "palettes": {side: [*palettes.elements(side).all(HEX_COLOUR).values()] for side in palettes.values},
        "codes": Codes.read(fields.part("codes")),
        "score_scale": fields.get("score_scale", SCALE, "score"),
        "license": fields.get("license", TEXT, ""),
        "seeds": OtherRun.all_from(fields.part("seeds")),
        "variants": Variant.all_from(fields.part("variants")),
    }


def derive_preparation(data: str, class_names: list[str]) -> str:
    """The `preparation` of a model that records none: of digits, unless other classes or other data are recorded."""
    is_of_digits = class_names == DIGITS or (not class_names and data in DIGIT_DATA)
    return "digit" if is_of_digits else "middle"


def recipe_fields(recipe: Fields, name: str) -> dict[str, Any]:
    """The recipe, and the parts of it that have fields of their own."""
    year, rules = recipe.get("year", NUMBER), recipe.part("rules")
    return {
        "recipe": recipe.values,
        "recipe_name": recipe.get("name", TEXT, ""),
        "title": recipe.get("title", TEXT, name),
        "source": recipe.get("source", TEXT, ""),
        "data": recipe.get("data", TEXT, ""),
        "year": None if year is None else int(year),
        "game": recipe.get("game", TEXT, ""),
        "rules": rules.values,
        "undo": rules.get("undo", TEXT, ""),
        "truncation": recipe.get("truncation", TRUNCATION, 1.0),
    }
