"""Checks of values that come from outside. Each raises ValueError that names the value and what is allowed."""

import math
import reprlib
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, TypeVar
from unicodedata import normalize

MAX_SEED = 2**32 - 1
"""The largest seed that users may choose."""

MAX_SIZE = 2**24
"""The largest number of channels, units or classes that a network may have."""
MOST_NAMES = 30
"""Names that a message lists."""

LONGEST = 200
"""Characters of a value in a message."""

T = TypeVar("T")


def shown(value: Any) -> str:
    """`value` as messages name it: as Python writes it, at most `LONGEST` characters and no control codes."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = LONGEST
    short.maxlist = short.maxtuple = short.maxdict = 20
    text = repr(value) if isinstance(value, str) and len(value) <= LONGEST else short.repr(value)
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")


def printable(text: str) -> str:
    """`text` in which each character that a terminal would obey is a question mark; ends of lines become spaces."""
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))


def whole(name: str, value: Any, low: int, high: int) -> int:
    """`value` as an int in low..high; 3.0 is accepted as 3."""
    number = finite(name, value, low, high)
    if number != int(number):
        raise ValueError(f"{name} must be a whole number, got {shown(value)}")
    return int(number)


def size(name: str, value: Any) -> int:
    """`value` as an int, if it is a number of channels, units or classes: 1..`MAX_SIZE`."""
    return whole(name, value, 1, MAX_SIZE)


def sizes(name: str, values: Any) -> list[int]:
    """`values` as a list of at least one `size`."""
    if not isinstance(values, list | tuple) or not values:
        raise ValueError(f"{name} must be a list such as [256, 512], got {shown(values)}")
    return [size(name, value) for value in values]


def flag(name: str, value: Any) -> bool:
    """`value` as a bool; 0 and 1 count as False and True."""
    return bool(choice(name, value, (False, True)))


def finite(name: str, value: Any, low: float, high: float) -> float:
    """`value`, if it is a number in low..high. Infinities, NaN and booleans are refused."""
    if not is_real(value) or not -math.inf < value < math.inf:
        raise ValueError(f"{name} must be a finite number, got {shown(value)}")
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low} and {high}, got {shown(value)}")
    return value


def is_number(value: Any) -> bool:
    """Whether `value` is a finite number that a float can hold."""
    return is_real(value) and abs(value) < 1e300


def is_real(value: Any) -> bool:
    """Whether `value` is an int, a float or another real number. Booleans are not."""
    return isinstance(value, Real) and not isinstance(value, bool)


def choice(name: str, value: Any, choices: Iterable[T]) -> T:
    """`value`, if it is one of `choices`."""
    choices = list(choices)  # a dict would refuse to look for a list, in another sentence
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(str, choices))}, got {shown(value)}")
    return value


def comparable(names: Iterable[str]) -> list[str]:
    """Names as they are compared: systems spell one accented letter in two ways, and macOS uses two characters.

    Names that differ in nothing else stay as they are.
    """
    names = list(names)
    composed = [normalize("NFC", name) for name in names]
    return composed if len(set(composed)) == len(set(names)) else names


def listed(names: Sequence[str]) -> str:
    """Names for a message, of which many are shortened."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
