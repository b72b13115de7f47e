"""Fields of a JSON object that anybody may have written, each checked against the kind of value that it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ganzoo import checks


@dataclass(frozen=True)
class Kind:
    """What a field may hold, in words and as a check."""

    expected: str
    accepts: Callable[[Any], bool]


TEXT = Kind("text", lambda value: isinstance(value, str))
NUMBER = Kind("a finite number", checks.is_number)
COUNT = Kind("a whole number of at least 0", lambda value: type(value) is int and 0 <= value < 1e300)
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
LIST = Kind("a list", lambda value: isinstance(value, list))


class Fields:
    """The fields of one object. `problems`, shared with the objects within it, lists those that are garbled."""

    def __init__(self, values: Mapping[str, Any], path: str = "", problems: list[str] | None = None):
        self.values = dict(values)
        self.path = path
        self.problems: list[str] = [] if problems is None else problems

    def required(self, key: str, kind: Kind) -> Any:
        """A field that must be there and right. Raises ValueError that names it."""
        if not kind.accepts(self.values.get(key)):
            raise ValueError(self.misfit(key, kind))
        return self.values[key]

    def get(self, key: str, kind: Kind, default: Any = None) -> Any:
        """A field, or `default` where it is absent, null or garbled."""
        value = self.values.get(key)
        if value is None:
            return default
        if kind.accepts(value):
            return value
        self.problems.append(self.misfit(key, kind))
        return default

    def needed(self, key: str, kind: Kind) -> Any:
        """As `get` with the default None, but an absent field is a problem too."""
        if self.values.get(key) is None:
            self.problems.append(self.misfit(key, kind))
        return self.get(key, kind)

    def all(self, kind: Kind) -> dict[str, Any]:
        """Every field that is of that kind."""
        values = {key: self.get(key, kind) for key in self.values}
        return {key: value for key, value in values.items() if value is not None}

    def part(self, key: str) -> "Fields":
        """The object under a key; an empty one where it is absent or garbled."""
        return Fields(self.get(key, OBJECT, {}), f"{self.path}{key}.", self.problems)

    def parts(self) -> "list[tuple[str, Fields]]":
        """Every field that is an object, with its key."""
        return [(key, self.part(key)) for key in self.all(OBJECT)]

    def without(self, key: str) -> "Fields":
        """The other fields."""
        return Fields({k: v for k, v in self.values.items() if k != key}, self.path, self.problems)

    def elements(self, key: str) -> "Fields":
        """The elements of the list under a key, by index: "0", "1", ..."""
        values = {str(i): value for i, value in enumerate(self.get(key, LIST, []))}
        return Fields(values, f"{self.path}{key}.", self.problems)

    def misfit(self, key: str, kind: Kind) -> str:
        """What is wrong with a field, in one clause that names it."""
        return f"{self.path}{key} must be {kind.expected}, got {checks.shown(self.values.get(key))}"
