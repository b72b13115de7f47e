"""Pictures drawn by code, to start a translation from: windows on a wall, a street map, a landscape, an outline.

Each function takes a seed and a size (height, width) and gives a PIL picture; the same seed gives the same picture.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

WALL, WINDOW = (0, 0, 255), (255, 0, 0)
MOST_DRAWN = 256
"""Pixels: a landscape's longer side at most; larger ones are enlarged."""
LAND, ROAD, HIGHWAY, PARK, WATER = (233, 229, 221), (255, 255, 251), (250, 165, 45), (202, 222, 174), (177, 210, 254)
"""The colours of the street maps that pix2pix learns from."""
PAPER, INK = (255, 255, 255), (0, 0, 0)
PALETTES: dict[str, dict[str, tuple[int, int, int]]] = {
    "windows": {"wall": WALL, "window": WINDOW},
    "map": {"land": LAND, "road": ROAD, "highway": HIGHWAY, "park": PARK, "water": WATER},
    "outline": {"paper": PAPER, "ink": INK},
}
"""For kinds of picture that a person can draw: what each colour stands for; the first one is the ground."""


def windows(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A house front: storeys of red windows on a blue wall, taller ones below."""
    height, width = size
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (width, height), WALL)
    pen = ImageDraw.Draw(picture)
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
    return picture


def blocks(seed: int, colours: Sequence[tuple[int, int, int]], *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """Rectangles of every colour here and there on the first: a label map of nobody knows what."""
    height, width = size
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (width, height), tuple(colours[0]))
    for colour in rng.permutation([*colours[1:]] * 3):
        wide, high = (round(side * rng.uniform(0.12, 0.35)) for side in (width, height))
        left, top = rng.integers(0, width - wide), rng.integers(0, height - high)
        picture.paste(tuple(map(int, colour)), (left, top, left + wide, top + high))
    return picture


def house(front: Image.Image, seed: int) -> Image.Image:
    """A plain picture of the house whose windows `front` shows: a wall that fades downwards, dark panes."""
    rng = np.random.default_rng(seed)
    drawn = np.asarray(front.convert("RGB")).astype(np.float32)
    panes = (drawn[:, :, :1] > drawn[:, :, 2:]).astype(np.float32)  # (h, w, 1)
    light = np.linspace(1, 0.7, len(drawn), dtype=np.float32)[:, None, None]
    wall, pane = rng.uniform(120, 230, 3), rng.uniform(20, 70, 3)
    return Image.fromarray(((1 - panes) * wall * light + panes * pane).astype(np.uint8))


def street_map(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A part of a town: blocks between white streets, a park, a highway, sometimes water."""
    height, width = size
    rng = np.random.default_rng(seed)
    scale = 4
    picture = Image.new("RGB", (scale * width, scale * height), LAND)
    pen = ImageDraw.Draw(picture)
    far, middle = 2 * scale * max(size), np.array([scale * width / 2, scale * height / 2])
    along = rng.uniform(0, np.pi)
    ways = [np.array([np.cos(along), np.sin(along)]), np.array([-np.sin(along), np.cos(along)])]
    spacing = [scale * rng.uniform(14, 26), scale * rng.uniform(20, 40)]
    shift = rng.uniform(-0.5, 0.5, 2) * spacing
    for number in range(-12, 13):
        for way, across, block in ((ways[0], ways[1], spacing[1]), (ways[1], ways[0], spacing[0])):
            start = middle + shift + number * block * across
            pen.line([tuple(start - far * way), tuple(start + far * way)], ROAD, width=round(scale * 1.6))
    corner = middle + shift + rng.integers(-2, 2) * spacing[0] * ways[0] + rng.integers(-1, 1) * spacing[1] * ways[1]
    reach = [rng.integers(1, 4) * spacing[0] * ways[0], spacing[1] * ways[1]]
    pen.polygon([tuple(corner), tuple(corner + reach[0]), tuple(corner + sum(reach)), tuple(corner + reach[1])], PARK)
    if seed % 3 == 2:
        shore = middle + scale * rng.uniform(20, 45) * ways[0]
        pen.polygon(
            [tuple(shore + y * ways[1] + x * ways[0]) for x, y in ((0, -far), (0, far), (far, far), (far, -far))], WATER
        )
    if seed % 2 == 0:
        bent = middle + scale * rng.uniform(-30, 30, 2)
        turn = ways[0] + rng.uniform(-0.6, 0.6) * ways[1]
        pen.line([tuple(bent - far * turn), tuple(bent + far * turn)], HIGHWAY, width=round(scale * 3.5))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def landscape(seed: int, *, winter: bool, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """Mountains behind a wood behind a meadow, in summer or under snow."""
    if max(size) > MOST_DRAWN:  # pixel by pixel, many would take long
        small = tuple(max(1, round(side * MOST_DRAWN / max(size))) for side in size)
        return landscape(seed, winter=winter, size=small).resize(size[::-1], Image.Resampling.LANCZOS)
    height, width = size
    rng = np.random.default_rng(seed)
    grain = clouds(rng, size)
    rows = np.linspace(0, 1, height)[:, None]
    high, low = ((120, 140, 165), (215, 220, 228)) if winter else ((60, 110, 190), (190, 215, 240))
    picture = layered(high, low, rows) + 25 * clouds(rng, size)[..., None]
    slope = ridge(rng, width, low=0.15, high=0.38, rough=0.22)
    rock, snow = np.array((95, 95, 105)), np.array((238, 240, 246))
    white = np.clip(((0.95 if winter else 0.12) - (rows - slope) * 2 + grain) * 3, 0, 1)[..., None]
    picture = np.where(
        (rows > slope)[..., None], (rock + white * (snow - rock)) * (1 + 0.25 * grain[..., None]), picture
    )
    edge = ridge(rng, width, low=0.5, high=0.6, rough=0.05)
    for _ in range(int(width / 2)):
        plant_tree(picture, rng, edge, winter=winter)
    ground = ridge(rng, width, low=0.62, high=0.72, rough=0.04)
    near, far = ((245, 246, 250), (215, 222, 235)) if winter else ((95, 125, 45), (130, 150, 70))
    meadow = layered(far, near, rows) * (1 + (0.05 if winter else 0.25) * clouds(rng, size)[..., None])
    return Image.fromarray(np.where((rows > ground)[..., None], meadow, picture).clip(0, 255).astype(np.uint8))


def layered(top: tuple[int, ...], bottom: tuple[int, ...], rows: np.ndarray) -> np.ndarray:
    """Colours (h, 1, 3) from the top to the bottom row."""
    return np.array(top) + rows[..., None] * (np.array(bottom) - np.array(top))


def clouds(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """Noise (h, w) in about [-1, 1], coarse and fine."""
    octaves = []
    for cells in (4, 8, 16, 32, 64):
        coarse = Image.fromarray(rng.uniform(-1, 1, (cells, cells)).astype(np.float32))
        octaves.append(np.asarray(coarse.resize(size[::-1], Image.Resampling.BICUBIC)) * 2 / cells**0.7)
    return sum(octaves) / 1.5


def ridge(rng: np.random.Generator, width: int, *, low: float, high: float, rough: float) -> np.ndarray:
    """Heights (w,) of a jagged line, 0 at the top."""
    line = sum(
        np.interp(np.linspace(0, 1, width), np.linspace(0, 1, k), rng.uniform(-1, 1, k)) / k**0.8
        for k in (4, 7, 13, 25)
    )
    return rng.uniform(low, high) + rough * line


def plant_tree(picture: np.ndarray, rng: np.random.Generator, edge: np.ndarray, *, winter: bool) -> None:
    """Draw a conifer that stands on the edge (w,) of the wood, with snow on its left in winter."""
    height, width, _ = picture.shape
    foot, tall = rng.integers(0, width), rng.uniform(0.1, 0.22)
    green = np.array((35, 55, 30)) * rng.uniform(0.7, 1.5)
    bottom = edge[foot] + 0.25
    top = bottom - 0.15 - tall
    rows = np.linspace(0, 1, height)[:, None]
    trunk = slice(*np.searchsorted(rows[:, 0], (top, bottom)))
    rows = rows[trunk]
    reach = (rows - top) * 0.16 * height * (0.7 + 0.5 * ((rows * height / 3) % 1))
    most = int(reach.max(initial=0))
    columns = np.arange(max(0, foot - most), min(width, foot + most + 1))
    around = picture[trunk, columns[0] : columns[-1] + 1]
    snowy = winter & (columns < foot - 0.2 * reach)
    colour = np.where(snowy[..., None], np.array((225, 230, 240)), green)
    np.copyto(around, colour, where=(np.abs(columns - foot) < reach)[..., None])


Shapes = list[tuple[str, tuple[float, ...]]]
"""Lines, ellipses and arcs (with their angles in degrees last), in hundredths of the side; "dot" is filled."""
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
    """A thing or a face in black lines on white, a little crooked and of another width each time."""
    height, width = size
    rng = np.random.default_rng(seed)
    scale, side = 4, min(size)
    unit = scale * side / 100 * rng.uniform(0.92, 1)
    shift = np.array([width, height]) * scale / 2 - 50 * unit
    picture = Image.new("RGB", (scale * width, scale * height), PAPER)
    pen, thick = ImageDraw.Draw(picture), round(unit * rng.uniform(3, 4.5))
    for kind, numbers in OUTLINES[seed % len(OUTLINES)]:
        corners, angles = (numbers[:4], numbers[4:]) if kind == "arc" else (numbers, ())
        points = np.reshape(corners, (-1, 2)) + (0 if kind == "dot" else rng.uniform(-1, 1, (len(corners) // 2, 2)))
        places = [tuple(point) for point in (points * unit + shift).tolist()]
        if kind == "line":
            pen.line(places, INK, width=thick, joint="curve")
        elif kind == "arc":
            pen.arc(places, *angles, fill=INK, width=thick)
        else:
            pen.ellipse(places, outline=INK, width=thick, fill=INK if kind == "dot" else None)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


KINDS: dict[str, Callable[..., Image.Image]] = {
    "windows": windows,
    "outline": outline,
    "map": street_map,
    "summer": partial(landscape, winter=False),
    "winter": partial(landscape, winter=True),
}
PLAIN: dict[str, Callable[..., Image.Image]] = {
    "photo": lambda seed, *, size: house(windows(seed, size=size), seed),
}
"""Stand-ins for kinds of picture that a model draws better, where there is none."""
