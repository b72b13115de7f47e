"""Scenes drawn by code, to start a translation from: windows on a wall, a street map, a landscape, an outline."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Shapes = list[tuple[str, tuple[float, ...]]]
"""Lines, ellipses and arcs, in hundredths of the side. "dot" is a filled ellipse; an arc ends with two angles in
degrees."""

WALL, WINDOW = (0, 0, 255), (255, 0, 0)
MAX_LANDSCAPE = 256
"""Pixels of a landscape's longer side; larger landscapes are scaled up."""
LAND, ROAD, HIGHWAY, PARK, WATER = (233, 229, 221), (255, 255, 251), (250, 165, 45), (202, 222, 174), (177, 210, 254)
"""The colours of the street maps that pix2pix learns from."""
PAPER, INK = (255, 255, 255), (0, 0, 0)
PALETTES: dict[str, dict[str, Colour]] = {
    "windows": {"wall": WALL, "window": WINDOW},
    "map": {"land": LAND, "road": ROAD, "highway": HIGHWAY, "park": PARK, "water": WATER},
    "outline": {"paper": PAPER, "ink": INK},
}
"""For the kinds of image that a person can draw: what each colour stands for. The first colour is the background."""


def windows(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A house front: storeys of red windows on a blue wall, with taller windows further down."""
    height, width = size
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), WALL)
    pen = ImageDraw.Draw(image)
    storeys, columns = rng.integers(3, 6), rng.integers(3, 7)
    left, right, top, bottom = 0.1 * width, 0.9 * width, rng.uniform(0.1, 0.25) * height, 0.9 * height
    tall, wide = rng.uniform(0.5, 0.7), rng.uniform(0.4, 0.65)
    column, storey = (right - left) / columns, (bottom - top) / storeys
    for row in range(storeys):
        share = tall * (0.8 + 0.4 * row / storeys)
        for place in range(columns):
            x, y = left + (place + 0.5) * column, top + (row + 0.5) * storey
            pen.rectangle(
                (x - wide * column / 2, y - share * storey / 2, x + wide * column / 2, y + share * storey / 2), WINDOW
            )
    return image


def blocks(seed: int, colours: Sequence[Colour], *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """Random rectangles of all other colours on the first one: a label map without a meaning."""
    height, width = size
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), tuple(colours[0]))
    for colour in rng.permutation([*colours[1:]] * 3):
        wide, high = (round(side * rng.uniform(0.12, 0.35)) for side in (width, height))
        left, top = int(rng.integers(0, width - wide)), int(rng.integers(0, height - high))
        image.paste(tuple(map(int, colour)), (left, top, left + wide, top + high))
    return image


def house(front: Image.Image, seed: int) -> Image.Image:
    """A simple photo of the house that `front` is a label map of: a wall that darkens downwards, dark panes."""
    rng = np.random.default_rng(seed)
    labels = np.asarray(front.convert("RGB")).astype(np.float32)
    panes = (labels[:, :, :1] > labels[:, :, 2:]).astype(np.float32)  # (h, w, 1)
    light = np.linspace(1, 0.7, len(labels), dtype=np.float32)[:, None, None]
    wall, pane = rng.uniform(120, 230, 3), rng.uniform(20, 70, 3)
    return Image.fromarray(((1 - panes) * wall * light + panes * pane).astype(np.uint8))


def street_map(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A part of a town: blocks between white streets, a park, sometimes a highway and water."""
    height, width = size
    rng = np.random.default_rng(seed)
    scale = 4  # drawn larger and reduced, so that slanted lines are smooth
    image = Image.new("RGB", (scale * width, scale * height), LAND)
    pen = ImageDraw.Draw(image)
    # Two sets of parallel streets, at right angles to each other.
    far, centre = 2 * scale * max(size), np.array([scale * width / 2, scale * height / 2])
    angle = rng.uniform(0, np.pi)
    axes = [np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])]
    spacing = [scale * rng.uniform(14, 26), scale * rng.uniform(20, 40)]
    shift = rng.uniform(-0.5, 0.5, 2) * spacing
    for number in range(-12, 13):
        for along, across, block in ((axes[0], axes[1], spacing[1]), (axes[1], axes[0], spacing[0])):
            start = centre + shift + number * block * across
            pen.line([tuple(start - far * along), tuple(start + far * along)], ROAD, width=round(scale * 1.6))
    # The park covers one or more blocks.
    corner = centre + shift + rng.integers(-2, 2) * spacing[0] * axes[0] + rng.integers(-1, 1) * spacing[1] * axes[1]
    edges = [rng.integers(1, 4) * spacing[0] * axes[0], spacing[1] * axes[1]]
    pen.polygon([tuple(corner), tuple(corner + edges[0]), tuple(corner + sum(edges)), tuple(corner + edges[1])], PARK)
    if seed % 3 == 2:
        shore = centre + scale * rng.uniform(20, 45) * axes[0]
        pen.polygon(
            [tuple(shore + y * axes[1] + x * axes[0]) for x, y in ((0, -far), (0, far), (far, far), (far, -far))], WATER
        )
    if seed % 2 == 0:
        bend = centre + scale * rng.uniform(-30, 30, 2)
        turn = axes[0] + rng.uniform(-0.6, 0.6) * axes[1]
        pen.line([tuple(bend - far * turn), tuple(bend + far * turn)], HIGHWAY, width=round(scale * 3.5))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def landscape(seed: int, *, winter: bool, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """Mountains behind a forest behind a meadow, in summer or under snow."""
    height, width = size
    longest = max(size)
    if longest > MAX_LANDSCAPE:  # drawing takes time for every pixel
        small = max(1, round(height * MAX_LANDSCAPE / longest)), max(1, round(width * MAX_LANDSCAPE / longest))
        return landscape(seed, winter=winter, size=small).resize((width, height), Image.Resampling.LANCZOS)
    rng = np.random.default_rng(seed)
    grain = clouds(rng, size)
    rows = np.linspace(0, 1, height)[:, None]
    high, low = ((120, 140, 165), (215, 220, 228)) if winter else ((60, 110, 190), (190, 215, 240))
    image = blend_rows(high, low, rows) + 25 * clouds(rng, size)[..., None]
    slope = ridge(rng, width, low=0.15, high=0.38, rough=0.22)
    rock, snow = np.array((95, 95, 105)), np.array((238, 240, 246))
    white = np.clip(((0.95 if winter else 0.12) - (rows - slope) * 2 + grain) * 3, 0, 1)[..., None]
    image = np.where((rows > slope)[..., None], (rock + white * (snow - rock)) * (1 + 0.25 * grain[..., None]), image)
    edge = ridge(rng, width, low=0.5, high=0.6, rough=0.05)
    for _ in range(int(width / 2)):
        plant_tree(image, rng, edge, winter=winter)
    ground = ridge(rng, width, low=0.62, high=0.72, rough=0.04)
    near, far = ((245, 246, 250), (215, 222, 235)) if winter else ((95, 125, 45), (130, 150, 70))
    meadow = blend_rows(far, near, rows) * (1 + (0.05 if winter else 0.25) * clouds(rng, size)[..., None])
    return Image.fromarray(np.where((rows > ground)[..., None], meadow, image).clip(0, 255).astype(np.uint8))


def blend_rows(top: tuple[int, ...], bottom: tuple[int, ...], rows: np.ndarray) -> np.ndarray:
    """Colours (h, 1, 3) that blend from `top` to `bottom`, for heights `rows` (h, 1) in [0, 1]."""
    return np.array(top) + rows[..., None] * (np.array(bottom) - np.array(top))


def clouds(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """Noise (h, w) in about [-1, 1], the sum of coarse and fine octaves."""
    total = np.zeros(size, dtype=np.float32)
    for cells in (4, 8, 16, 32, 64):
        coarse = Image.fromarray(rng.uniform(-1, 1, (cells, cells)).astype(np.float32))
        total = total + np.asarray(coarse.resize(size[::-1], Image.Resampling.BICUBIC)) * 2 / cells**0.7
    return total / 1.5


def ridge(rng: np.random.Generator, width: int, *, low: float, high: float, rough: float) -> np.ndarray:
    """Heights (w,) of a jagged line between about `low` and `high`; 0 is the top of the image, 1 the bottom."""
    line = np.zeros(width)
    for k in (4, 7, 13, 25):
        line = line + np.interp(np.linspace(0, 1, width), np.linspace(0, 1, k), rng.uniform(-1, 1, k)) / k**0.8
    return rng.uniform(low, high) + rough * line


def plant_tree(image: np.ndarray, rng: np.random.Generator, edge: np.ndarray, *, winter: bool) -> None:
    """Draw a conifer into `image` (h, w, 3), on the edge (w,) of the forest, with snow on its left in winter."""
    height, width, _ = image.shape
    foot, tall = rng.integers(0, width), rng.uniform(0.1, 0.22)
    green = np.array((35, 55, 30)) * rng.uniform(0.7, 1.5)
    bottom = edge[foot] + 0.25
    top = bottom - 0.15 - tall
    rows = np.linspace(0, 1, height)[:, None]
    extent = slice(*np.searchsorted(rows[:, 0], (top, bottom)))
    rows = rows[extent]
    reach = (rows - top) * 0.16 * height * (0.7 + 0.5 * ((rows * height / 3) % 1))
    most = int(reach.max(initial=0))
    columns = np.arange(max(0, foot - most), min(width, foot + most + 1))
    box = image[extent, columns[0] : columns[-1] + 1]
    snowy = winter & (columns < foot - 0.2 * reach)
    colour = np.where(snowy[..., None], np.array((225, 230, 240)), green)
    np.copyto(box, colour, where=(np.abs(columns - foot) < reach)[..., None])


OUTLINES: tuple[Shapes, ...] = (
    [  # a face that smiles
        ("ellipse", (8, 8, 92, 92)), ("dot", (31, 31, 39, 47)), ("dot", (61, 31, 69, 47)),
        ("arc", (27, 35, 73, 74, 20, 160)),
    ],
    [  # a cat
        ("ellipse", (12, 23, 88, 92)), ("line", (18, 39, 16, 8, 39, 27)), ("line", (82, 39, 84, 8, 61, 27)),
        ("dot", (33, 47, 41, 57)), ("dot", (59, 47, 67, 57)), ("dot", (46, 65, 54, 70)),
        ("arc", (38, 64, 50, 78, 0, 150)), ("arc", (50, 64, 62, 78, 30, 180)),
    ],
    [  # a fish
        ("ellipse", (8, 27, 74, 74)), ("line", (72, 47, 92, 27, 92, 74, 72, 55)), ("dot", (23, 41, 29, 47)),
    ],
    [  # a house
        ("line", (20, 47, 20, 90, 80, 90, 80, 47)), ("line", (12, 49, 50, 12, 88, 49)),
        ("line", (43, 90, 43, 65, 57, 65, 57, 90)), ("line", (26, 55, 37, 55, 37, 66, 26, 66, 26, 55)),
    ],
    [("ellipse", (16, 27, 84, 92)), ("line", (50, 31, 55, 12)), ("ellipse", (55, 12, 78, 23))],  # a fruit with a leaf
    [("line", (16, 31, 16, 86, 66, 86, 66, 31, 16, 31)), ("arc", (55, 39, 88, 74, 270, 90))],  # a cup
)  # fmt: skip


def outline(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A face or a thing in black lines on white; the seed also varies its shape and the width of the lines."""
    height, width = size
    rng = np.random.default_rng(seed)
    scale, side = 4, min(size)
    unit = scale * side / 100 * rng.uniform(0.92, 1)
    shift = np.array([width, height]) * scale / 2 - 50 * unit
    image = Image.new("RGB", (scale * width, scale * height), PAPER)
    pen, thick = ImageDraw.Draw(image), round(unit * rng.uniform(3, 4.5))
    for kind, numbers in OUTLINES[seed % len(OUTLINES)]:
        corners, angles = (numbers[:4], numbers[4:]) if kind == "arc" else (numbers, ())
        points = np.reshape(corners, (-1, 2)) + (0 if kind == "dot" else rng.uniform(-1, 1, (len(corners) // 2, 2)))
        places = [tuple(point) for point in (points * unit + shift).tolist()]
        if kind == "line":
            pen.line(places, INK, width=thick, joint="curve")
        elif kind == "arc":
            pen.arc(places, angles[0], angles[1], fill=INK, width=thick)
        else:
            pen.ellipse(places, outline=INK, width=thick, fill=INK if kind == "dot" else None)
    return image.resize((width, height), Image.Resampling.LANCZOS)


SCENES: dict[str, Callable[..., Image.Image]] = {
    "windows": windows,
    "outline": outline,
    "map": street_map,
    "summer": partial(landscape, winter=False),
    "winter": partial(landscape, winter=True),
}
STAND_INS: dict[str, Callable[..., Image.Image]] = {
    "photo": lambda seed, *, size: house(windows(seed, size=size), seed),
}
"""Simple substitutes for kinds of image that a model generates better, for when there is no such model."""
