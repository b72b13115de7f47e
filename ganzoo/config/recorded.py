"""The parts of config.json: training, figures, other runs, and what the codes of an InfoGAN mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ganzoo.config.fields import COUNT, NUMBER, TEXT, Fields, Kind

INDEX = Kind("a whole number of at least 0", lambda value: type(value) is int and value >= 0)
ORDER = Kind(
    "a list with each of 0, 1, ... once",
    lambda value: (
        isinstance(value, list)
        and all(type(label) is int for label in value)
        and sorted(value) == list(range(len(value)))
    ),
)
SIGN = Kind("1 or -1", lambda value: value in (1, -1))


@dataclass(frozen=True)
class RecordedFigure:
    """What was measured, and values to compare it with, such as what real images get."""

    value: float
    beside: dict[str, float] = field(default_factory=dict)

    @classmethod
    def all_from(cls, figures: Fields) -> "dict[str, RecordedFigure]":
        """The figures that have a value, by name."""
        values = {name: (figure.needed("value", NUMBER), figure.part("beside")) for name, figure in figures.parts()}
        return {name: cls(value, beside.all(NUMBER)) for name, (value, beside) in values.items() if value is not None}


def figures_from_json(figures: Mapping[str, Any]) -> dict[str, RecordedFigure]:
    """The figures that have a value, by name, from what config.json holds."""
    return RecordedFigure.all_from(Fields(figures))


@dataclass(frozen=True)
class TrainingFacts:
    """How a model was trained: the device's name, seconds, the seed, optimizer steps, images seen, library versions."""

    device: str | None = None
    seconds: float | None = None
    seed: int | None = None
    steps: int | None = None
    images: float | None = None
    versions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, training: Fields) -> "TrainingFacts | None":
        if not training.values:
            return None
        return cls(
            device=training.get("device", TEXT),
            seconds=training.get("seconds", NUMBER),
            seed=training.get("seed", COUNT),
            steps=training.get("steps", COUNT),
            images=training.get("images", NUMBER),
            versions=training.part("versions").all(TEXT),
        )


@dataclass(frozen=True)
class Comparison:
    """The figure that decided which weights ship, and its value for each candidate ("averaged", "last")."""

    figure: str
    values: dict[str, float]

    @classmethod
    def read(cls, compared: Fields) -> "Comparison | None":
        figure = compared.needed("figure", TEXT) if compared.values else None
        return cls(figure, compared.without("figure").all(NUMBER)) if figure else None


@dataclass(frozen=True)
class OtherRun:
    """What a run of the same recipe with another seed measured."""

    training: TrainingFacts | None
    weights: str | None
    compared: Comparison | None
    figures: dict[str, RecordedFigure]

    @classmethod
    def all_from(cls, seeds: Fields) -> "dict[str, OtherRun]":
        """By seed, written as a number."""
        runs = {}
        for seed, run in seeds.parts():
            if seed.isdecimal():
                runs[seed] = cls(**measured_fields(run))
            else:
                seeds.problems.append(f"{seeds.path}{seed} must be named by a whole number")
        return runs


@dataclass(frozen=True)
class Variant(OtherRun):
    """What a run with other options of the network measured; `options` are those that differ."""

    options: dict[str, Any]
    parameters: int

    @classmethod
    def all_from(cls, variants: Fields) -> "dict[str, Variant]":  # type: ignore[override]  # dict is invariant
        """By options in words, such as "width=32". Variants without a number of parameters are left out."""
        counts = {name: (run.needed("parameters", COUNT), run) for name, run in variants.parts()}
        return {
            name: cls(**measured_fields(run), options=run.part("options").values, parameters=parameters)
            for name, (parameters, run) in counts.items()
            if parameters is not None
        }


def measured_fields(run: Fields) -> dict[str, Any]:
    """How one run was trained and what was measured, by the names of `OtherRun`."""
    return {
        "training": TrainingFacts.read(run.part("training")),
        "weights": run.get("weights", TEXT),
        "compared": Comparison.read(run.part("compared")),
        "figures": RecordedFigure.all_from(run.part("figures")),
    }


@dataclass(frozen=True)
class Code:
    """A continuous code of an InfoGAN: what it means, its index among the codes, and its sign (1 or -1)."""

    name: str
    index: int
    sign: int

    @classmethod
    def read(cls, code: Fields) -> "Code | None":
        index, sign = code.needed("index", INDEX), code.needed("sign", SIGN)
        return None if index is None or sign is None else cls(str(code.values.get("name")), index, int(sign))


@dataclass(frozen=True)
class Codes:
    """What the codes of an InfoGAN mean; `labels` is the class of each category, empty where it was not measured."""

    labels: list[int] = field(default_factory=list)
    continuous: list[Code] = field(default_factory=list)

    @classmethod
    def read(cls, codes: Fields) -> "Codes":
        continuous = [Code.read(code) for _, code in codes.elements("continuous").parts()]
        return cls(codes.get("labels", ORDER, []), [code for code in continuous if code])
