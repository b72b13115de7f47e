"""A measured value, and what it should be read beside."""

from dataclasses import dataclass, field
from typing import Any

from ganzoo import metrics


@dataclass(frozen=True)
class Figure:
    """A measured value, with what it should be read beside."""

    value: float
    beside: dict[str, float] = field(default_factory=dict)


def decibels(error: float) -> float:
    """Peak signal-to-noise ratio of a mean squared error, pixels in [0, 1]; at most 100, as JSON knows no infinity."""
    return metrics.psnr(error, cap=100.0)


def as_json(figures: dict[str, Figure]) -> dict[str, Any]:
    """Figures as config.json holds them, five digits each."""

    def short(value: float) -> float:
        return float(f"{value:.5g}")

    return {
        name: {"value": short(figure.value), "beside": {key: short(value) for key, value in figure.beside.items()}}
        for name, figure in figures.items()
    }


def table(figures: dict[str, dict[str, Any]]) -> list[str]:
    """Figures, as `as_json` gives them, as lines of text: name, value, what to read it beside."""
    lines, width = [], 2 + max(map(len, figures), default=0)
    for name, figure in figures.items():
        beside = "; ".join(f"{key} {value:.4g}" for key, value in figure["beside"].items())
        lines.append(f"{name:{width}}{figure['value']:<12.4g}{beside}".rstrip())
    return lines
