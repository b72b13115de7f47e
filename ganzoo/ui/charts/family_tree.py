"""The family tree of the models: one row for each family, the oldest first, lines from parent to child beside them.

Lines run in lanes, as in `git log --graph`: a family takes the first free lane from its parent's on, and leaves it with
its last child.
"""

import html
import itertools
from typing import Any

from ganzoo.ui import texts
from ganzoo.ui.lineage import by_family, get_family, start_years

LANE, NODE, HEIGHT = 18, 15, 2000
"""Pixels: between lanes, from a row's top to its node, and more than any row's height."""


def tree(rows: list[dict[str, Any]]) -> str:
    """HTML of the families of models (`model_facts.describe`), with their ancestors."""
    members = by_family(rows)
    years = start_years(members)
    before = None
    items = []
    for (name, year), graph in zip(years.items(), graphs([*years]), strict=True):
        items.append(item(name, None if year == before else year, graph, members.get(name, [])))
        before = year
    return f"<ol>{''.join(items)}</ol>"


def item(name: str, year: float | None, graph: str, models: list[dict[str, Any]]) -> str:
    """One row: the year unless it is that of the row above, the lines, the family and its models."""
    date = year if year not in (None, float("inf")) else ""
    buttons = "".join(button(row) for row in models) or f"<i>{texts.both('no_such_model')}</i>"
    return f"<li><time>{date}</time>{graph}<div><strong>{html.escape(name)}</strong>{buttons}</div></li>"


def button(row: dict[str, Any]) -> str:
    """A model's name that opens its card."""
    name, title = html.escape(row["name"]), html.escape(row["title"])
    return f'<button type="button" data-model="{name}" title="{title}">{name}</button>'


def graphs(order: list[str]) -> list[str]:
    """For each family of a list, parents first, an SVG with its node and the lines that pass it."""
    last = {name: i for i, child in enumerate(order) for name in (child, get_family(child).parent) if name}
    lanes: dict[str, int] = {}
    drawings = []
    for i, name in enumerate(order):
        taken = {lane for old, lane in lanes.items() if last[old] > i}
        parent = get_family(name).parent
        first = lanes[parent] if parent else 0
        lanes[name] = next(lane for lane in itertools.count(first) if lane not in taken)
        x = lane_x(lanes[name])
        lines = [f"M{lane_x(lane)} 0V{HEIGHT}" for lane in sorted(taken)]
        lines += [f"M{lane_x(first)} 0Q{lane_x(first)} {NODE} {x} {NODE}"] if parent else []
        lines += [f"M{x} {NODE}V{HEIGHT}"] if last[name] > i else []
        drawings.append((f'<path d="{"".join(lines)}"/>', f'<circle cx="{x}" cy="{NODE}" r="5"/>'))
    width = lane_x(max(lanes.values(), default=0)) + LANE // 2
    frame = f'<svg width="{width}" height="{HEIGHT}" aria-hidden="true">'
    return [f'<span style="width: {width}px">{frame}{path}{node}</svg></span>' for path, node in drawings]


def lane_x(lane: int) -> int:
    return LANE // 2 + LANE * lane
