"""Quality against cost: the Frechet distance of each generator over the images that it saw in training, both log.

Distances are comparable only in the features of one classifier on one dataset: there is a plot for each of these.
"""

import html
import math
from typing import Any

from ganzoo.ui import texts
from ganzoo.ui.charts.colours import COLOURS

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 300, 40, 362, 10, 274
LINE, GAP = 13, 8
"""Pixels: the height of a label, twice the width of a letter; and from a dot's middle to its label."""
MAX_TICKS = 6
Row = dict[str, Any]
"""A model's description (`model_facts.describe`)."""
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Label = tuple[float, float, str]
"""x, y, text-anchor."""


def plots(rows: list[Row]) -> str:
    """A figure for each dataset and classifier in which models were measured; empty for none."""
    groups: dict[tuple[str, float | None], list[Row]] = {}
    for row in rows:
        if row["data"] and is_positive(row["distance"]) and is_positive(row["images"]):
            groups.setdefault((row["data"], row["floor"]), []).append(row)
    return "".join(figure(data, floor, group) for (data, floor), group in groups.items())


def figure(data: str, floor: float | None, rows: list[Row]) -> str:
    """The models of one dataset; a line marks `floor`, the distance of real images from other real ones."""
    floors = [floor] if floor is not None and is_positive(floor) else []
    across, up = decades([row["images"] for row in rows]), decades([*(row["distance"] for row in rows), *floors])
    places = [(x_of(row["images"], across), y_of(row["distance"], up)) for row in rows]
    drawn = [axes(across, up), *(f'<path d="M{LEFT} {y_of(value, up)}H{RIGHT}" class="floor"/>' for value in floors)]
    drawn += [point(*parts) for parts in zip(rows, places, labels(rows, places), strict=True)]
    real = "".join(f" · {texts.both('real_distance')} {value:.3g}" for value in floors)
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(drawn)}</svg>'
    return f"<figure><figcaption><b>{html.escape(data)}</b>{real}</figcaption>{svg}</figure>"


def is_positive(value: float | None) -> bool:
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
    """How far along an axis a value lies, 0..1."""
    return (math.log10(value) - powers[0]) / (powers[1] - powers[0])


def axes(across: tuple[int, int], up: tuple[int, int]) -> str:
    x, y = ticks(across), ticks(up)
    lines = [f"M{x_of(value, across)} {TOP}V{BOTTOM}" for value in x]
    lines += [f"M{LEFT} {y_of(value, up)}H{RIGHT}" for value in y]
    numbers = [tick(x_of(value, across), BOTTOM + 17, "middle", value) for value in x]
    numbers += [tick(LEFT - 5, y_of(value, up) + 4, "end", value) for value in y]
    return f'<g class="axes"><path d="{"".join(lines)}"/>{"".join(numbers)}</g>'


def ticks(powers: tuple[int, int]) -> list[float]:
    low, high = powers
    return [10.0**power for power in range(low, high + 1, math.ceil((high - low) / MAX_TICKS))]


def tick(x: float, y: float, anchor: str, value: float) -> str:
    number = f"{value:,.0f}" if 1 <= value < 1e9 else f"{value:g}"
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{number}</text>'


def labels(rows: list[Row], places: list[Point]) -> list[Label]:
    """Where each name is written: the nearest place that no other name and no dot covers."""
    taken = [(x - GAP, y - GAP, x + GAP, y + GAP) for x, y in places]
    chosen: dict[int, Label] = {}
    for i in sorted(range(len(rows)), key=lambda i: places[i][1]):
        choices = candidates(*places[i], len(rows[i]["name"]) * LINE / 2)
        free = (choice for choice in choices if not any(overlap(choice[0], box) for box in taken))
        box, chosen[i] = next(free, choices[0])
        taken.append(box)
    return [chosen[i] for i in range(len(rows))]


def candidates(x: float, y: float, length: float) -> list[tuple[Box, Label]]:
    """Boxes for a name, each with its text position: right and left of the dot, then ever further up and down."""
    choices: list[tuple[Box, Label]] = []
    for step in sorted(range(-4 * LINE, 4 * LINE + 1), key=abs):
        top, bottom = y + step - LINE / 2, y + step + LINE / 2
        choices += [
            ((x + GAP, top, x + GAP + length, bottom), (x + GAP, y + step + 4, "start")),
            ((x - GAP - length, top, x - GAP, bottom), (x - GAP, y + step + 4, "end")),
        ]
    return [choice for choice in choices if is_inside(*choice[0])] or choices


def is_inside(left: float, top: float, right: float, bottom: float) -> bool:
    return left >= LEFT and right <= WIDTH and top >= 0 and bottom <= BOTTOM


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def point(row: Row, place: Point, label: Label) -> str:
    """A dot and a name that open the model's card."""
    name = html.escape(row["name"])
    dot = f'<circle cx="{place[0]}" cy="{place[1]}" r="5" fill="{COLOURS[0]}"/>'
    text = f'<text x="{label[0]}" y="{label[1]:.1f}" text-anchor="{label[2]}">{name}</text>'
    return f'<g data-model="{name}"><title>{html.escape(row["title"])}: {row["distance"]:.4g}</title>{dot}{text}</g>'
