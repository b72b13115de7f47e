"""A measured value and the reference values to compare it with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ganzoo import metrics


@dataclass(frozen=True)
class Figure:
    """A measured value. `beside` holds reference values by name: a floor, a baseline, what real images get."""

    value: float
    beside: dict[str, float] = field(default_factory=dict)


Figures = Iterator[tuple[str, Figure]]
"""Figures by name as they are measured, the primary one first."""


def decibels(error: float) -> float:
    """The peak signal-to-noise ratio of a mean squared error of pixels in [0, 1]; at most 100: JSON has no infinity."""
    return metrics.psnr(error, cap=100.0)


def accuracy(predicted: Tensor, labels: Tensor) -> float:
    """The share of `predicted` (n,) that equal `labels` (n,)."""
    return float((predicted == labels).float().mean())


def as_json(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Figures as config.json stores them, rounded to five digits."""

    def rounded(value: float) -> float:
        return float(f"{value:.5g}")

    return {
        name: {"value": rounded(figure.value), "beside": {key: rounded(value) for key, value in figure.beside.items()}}
        for name, figure in figures.items()
    }


def table(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Figures, as `as_json` gives them, as lines of text: name, value, reference values."""
    lines, width = [], 2 + max(map(len, figures), default=0)
    for name, figure in figures.items():
        beside = "; ".join(f"{key} {value:.4g}" for key, value in figure["beside"].items())
        lines.append(f"{name:{width}}{figure['value']:<12.4g}{beside}".rstrip())
    return lines
