"""Loss curves as a small SVG with a mark that history.js moves to the epoch shown."""

import html

import numpy as np

from ganzoo.ui.charts.colours import COLOURS

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 240, 46, 452, 26, 212
NO_TERMS = ("step", "epoch", "seconds")
POINTS = 300


def svg(rows: list[dict[str, float]]) -> str:
    """One line for each loss term over the epochs; empty for no rows. The scale spans percentiles 1 to 99."""
    terms = list(dict.fromkeys(key for row in rows for key in row if key not in NO_TERMS))
    lines = {term: np.array([[row["epoch"], row[term]] for row in rows if term in row], float) for term in terms}
    if not lines:
        return ""
    last = max(line[-1, 0] for line in lines.values()) or 1.0
    values = np.concatenate([line[:, 1] for line in lines.values()])
    low, high = map(float, np.percentile(values, [1, 99]))
    high = high if high > low else low + 1
    curves = "".join(curve(i, *item, low, high, last) for i, item in enumerate(lines.items()))
    mark = f'<line class="now" y1="{TOP}" y2="{BOTTOM}" data-left="{LEFT}" data-right="{RIGHT}" data-last="{last}"/>'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{axes(low, high, last)}{curves}{mark}</svg>'


def curve(number: int, term: str, line: np.ndarray, low: float, high: float, last: float) -> str:
    """The curve of one term and its name; `line` holds (n, 2) epochs and values."""
    line = line[:: len(line) // POINTS + 1]
    x = LEFT + (RIGHT - LEFT) * line[:, 0] / last
    y = BOTTOM - (BOTTOM - TOP) * (line[:, 1].clip(low, high) - low) / (high - low)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    colour = COLOURS[number % len(COLOURS)]
    place = f'x="{LEFT + 104 * (number % 4)}" y="{11 + 11 * (number // 4)}"'
    name = f'<text {place} fill="{colour}">{html.escape(term)}</text>'
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>{name}'


def axes(low: float, high: float, last: float) -> str:
    frame = f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="currentColor" opacity=".4"/>'
    y = [(TOP + 8, high), (BOTTOM, low)]
    numbers = "".join(f'<text x="{LEFT - 4}" y="{at}" text-anchor="end">{value:.2g}</text>' for at, value in y)
    x = [(LEFT, "start", 0.0), (RIGHT, "end", last)]
    ends = "".join(f'<text x="{at}" y="{BOTTOM + 16}" text-anchor="{end}">{value:.3g}</text>' for at, end, value in x)
    return f'<g fill="currentColor" opacity=".75">{frame}{numbers}{ends}</g>'
