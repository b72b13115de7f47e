"""Quality against cost: the Frechet distance of each generator over the pictures that it saw in training, both log.

Distances are comparable only in the features of one classifier on one data set: there is a plot for each of these.
"""

import html
import math
from typing import Any

from ganzoo.ui import texts
from ganzoo.ui.charts.loss_curves import COLOURS

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 300, 40, 362, 10, 274
LINE, GAP = 13, 8
"""Pixels from one label to the next, of which a letter takes half, and from a dot's middle to its label."""
MOST_TICKS = 6
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def plots(rows: list[dict[str, Any]]) -> str:
    """A figure for each data set and classifier in which models (`facts`) were measured; empty for none."""
    groups: dict[tuple[str, float | None], list[dict[str, Any]]] = {}
    for row in rows:
        if row["data"] and positive(row["distance"]) and positive(row["images"]):
            groups.setdefault((row["data"], row["floor"]), []).append(row)
    return "".join(figure(*key, group) for key, group in groups.items())


def figure(data: str, floor: float | None, rows: list[dict[str, Any]]) -> str:
    real = [floor] if positive(floor) else []
    across, up = decades([row["images"] for row in rows]), decades([*(row["distance"] for row in rows), *real])
    places = [(x_of(row["images"], across), y_of(row["distance"], up)) for row in rows]
    drawn = [axes(across, up), *(f'<path d="M{LEFT} {y_of(value, up)}H{RIGHT}" class="floor"/>' for value in real)]
    drawn += [point(*one) for one in zip(rows, places, labels(rows, places), strict=True)]
    beside = "".join(f" · {texts.both('real_distance')} {value:.3g}" for value in real)
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(drawn)}</svg>'
    return f"<figure><figcaption><b>{html.escape(data)}</b>{beside}</figcaption>{svg}</figure>"


def positive(value: float | None) -> bool:
    """Whether a number has a place on a logarithmic scale."""
    return value is not None and value > 1e-300


def decades(values: list[float]) -> tuple[int, int]:
    """Powers of ten between which all values lie."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def x_of(value: float, powers: tuple[int, int]) -> float:
    return round(LEFT + (RIGHT - LEFT) * share(value, powers), 1)


def y_of(value: float, powers: tuple[int, int]) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share(value, powers), 1)


def share(value: float, powers: tuple[int, int]) -> float:
    return (math.log10(value) - powers[0]) / (powers[1] - powers[0])


def axes(across: tuple[int, int], up: tuple[int, int]) -> str:
    x, y = ticks(across), ticks(up)
    lines = [f"M{x_of(value, across)} {TOP}V{BOTTOM}" for value in x]
    lines += [f"M{LEFT} {y_of(value, up)}H{RIGHT}" for value in y]
    ends = [tick(x_of(value, across), BOTTOM + 17, "middle", value) for value in x]
    ends += [tick(LEFT - 5, y_of(value, up) + 4, "end", value) for value in y]
    return f'<g class="axes"><path d="{"".join(lines)}"/>{"".join(ends)}</g>'


def ticks(powers: tuple[int, int]) -> list[float]:
    low, high = powers
    return [10.0**power for power in range(low, high + 1, math.ceil((high - low) / MOST_TICKS))]


def tick(x: float, y: float, anchor: str, value: float) -> str:
    written = f"{value:,.0f}" if 1 <= value < 1e9 else f"{value:g}"
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{written}</text>'


def labels(rows: list[dict[str, Any]], places: list[tuple[float, float]]) -> list[tuple[float, float, str]]:
    """Where each name is written (x, y, text-anchor): the nearest place that no other name and no dot takes."""
    taken = [(x - GAP, y - GAP, x + GAP, y + GAP) for x, y in places]
    found = {}
    for i in sorted(range(len(rows)), key=lambda i: places[i][1]):
        choices = around(*places[i], len(rows[i]["name"]) * LINE / 2)
        box, found[i] = next((one for one in choices if not any(overlap(one[0], other) for other in taken)), choices[0])
        taken.append(box)
    return [found[i] for i in range(len(rows))]


def around(x: float, y: float, length: float) -> list[tuple[Box, tuple[float, float, str]]]:
    """What a name would cover, and where it would be written: right or left of its dot, else ever higher or lower."""
    choices = []
    for step in sorted(range(-4 * LINE, 4 * LINE + 1), key=abs):
        top, bottom = y + step - LINE / 2, y + step + LINE / 2
        choices += [
            ((x + GAP, top, x + GAP + length, bottom), (x + GAP, y + step + 4, "start")),
            ((x - GAP - length, top, x - GAP, bottom), (x - GAP, y + step + 4, "end")),
        ]
    return [one for one in choices if inside(*one[0])] or choices


def inside(left: float, top: float, right: float, bottom: float) -> bool:
    return left >= LEFT and right <= WIDTH and top >= 0 and bottom <= BOTTOM


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def point(row: dict[str, Any], place: tuple[float, float], label: tuple[float, float, str]) -> str:
    """A dot and a name that open the model's card."""
    name = html.escape(row["name"])
    dot = f'<circle cx="{place[0]}" cy="{place[1]}" r="5" fill="{COLOURS[0]}"/>'
    text = f'<text x="{label[0]}" y="{label[1]:.1f}" text-anchor="{label[2]}">{name}</text>'
    return f'<g data-model="{name}"><title>{html.escape(row["title"])}: {row["distance"]:.4g}</title>{dot}{text}</g>'
