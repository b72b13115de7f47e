"""Checks of what comes from outside: each raises ValueError that names the value and what is allowed."""

import math
from numbers import Real
from typing import Any

MAX_SEED = 2**32 - 1
"""The largest seed that users may choose."""


def whole(name: str, value: Any, low: int, high: int) -> int:
    """`value` as an int in low..high."""
    number = finite(name, value, low, high)
    if number != int(number):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    return int(number)


def finite(name: str, value: Any, low: float, high: float) -> float:
    """`value` as a float in low..high; infinities and NaN are refused."""
    if not isinstance(value, Real) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low} and {high}, got {value}")
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a finite number that fits a float."""
    return isinstance(value, Real) and not isinstance(value, bool) and abs(value) < 1e300


def choice(name: str, value: Any, choices) -> Any:
    """`value` if it is one of `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(str, choices))}, got {value!r}")
    return value
