"""The old names of stored fields. Files that were written under them stay readable.

This is the only table of them. Whoever parses a file passes its values through `with_current_names`.
"""

from collections.abc import Mapping
from typing import Any

ALIASES: dict[str, dict[str, str]] = {
    "config.json": {"verdict": "score_scale"},
    "recipe.json": {"average": "ema_decay"},
    "checkpoint": {"average": "ema"},
}
"""By kind of file: old name to present name. A "recipe" within another file has the names of recipe.json."""


def with_current_names(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a file of that `kind`, with each old name replaced by the present one.

    Where both names are there, the value under the present name counts. Order and all other fields stay.
    """
    present_names = ALIASES[kind]
    renamed = {present_names.get(name, name): value for name, value in values.items()}
    renamed.update({name: values[name] for name in present_names.values() if name in values})
    if kind != "recipe.json" and isinstance(renamed.get("recipe"), Mapping):
        renamed["recipe"] = with_current_names("recipe.json", renamed["recipe"])
    return renamed
