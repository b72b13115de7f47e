"""The old names of stored fields: files that were written under them stay readable.

The one table of such names. A reader of a file passes what it has parsed through `with_current_names`.
"""

from collections.abc import Mapping
from typing import Any

ALIASES: dict[str, dict[str, str]] = {
    "config.json": {"verdict": "score_scale"},
    "recipe.json": {"average": "ema_decay"},
    "checkpoint": {"average": "ema"},
}
"""By the kind of file: old name to new name. A "recipe" within a file has the names of recipe.json."""


def with_current_names(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as parsed from a file of that `kind`, with each old name replaced by the present one.

    Where both are there, the present name's value counts. Order and all other fields stay.
    """
    old_names = ALIASES[kind]
    renamed = {old_names.get(name, name): value for name, value in values.items()}
    renamed.update({name: values[name] for name in old_names.values() if name in values})
    if kind != "recipe.json" and isinstance(renamed.get("recipe"), Mapping):
        renamed["recipe"] = with_current_names("recipe.json", renamed["recipe"])
    return renamed
