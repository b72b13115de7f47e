"""Pictures drawn by code, to start a translation from: windows on a wall, a street map.

Each function takes a seed and a size (height, width) and gives a PIL picture; the same seed gives the same picture.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

WALL, WINDOW = (0, 0, 255), (255, 0, 0)
LAND, ROAD, HIGHWAY, PARK, WATER = (233, 229, 221), (255, 255, 251), (250, 165, 45), (202, 222, 174), (177, 210, 254)
"""The colours of the street maps that pix2pix learns from."""


def windows(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A house front: storeys of red windows on a blue wall, taller ones below."""
    height, width = size
    dice = np.random.default_rng(seed)
    picture = Image.new("RGB", (width, height), WALL)
    pen = ImageDraw.Draw(picture)
    storeys, columns = dice.integers(3, 6), dice.integers(3, 7)
    left, right, top, bottom = 0.1 * width, 0.9 * width, dice.uniform(0.1, 0.25) * height, 0.9 * height
    tall, wide = dice.uniform(0.5, 0.7), dice.uniform(0.4, 0.65)
    column, storey = (right - left) / columns, (bottom - top) / storeys
    for row in range(storeys):
        share = tall * (0.8 + 0.4 * row / storeys)
        for place in range(columns):
            x, y = left + (place + 0.5) * column, top + (row + 0.5) * storey
            pen.rectangle(
                (x - wide * column / 2, y - share * storey / 2, x + wide * column / 2, y + share * storey / 2), WINDOW
            )
    return picture


def house(front: Image.Image, seed: int) -> Image.Image:
    """A plain picture of the house whose windows `front` shows: a wall that fades downwards, dark panes."""
    dice = np.random.default_rng(seed)
    drawn = np.asarray(front.convert("RGB")).astype(np.float32)
    panes = (drawn[:, :, :1] > drawn[:, :, 2:]).astype(np.float32)  # (h, w, 1)
    light = np.linspace(1, 0.7, len(drawn), dtype=np.float32)[:, None, None]
    wall, pane = dice.uniform(120, 230, 3), dice.uniform(20, 70, 3)
    return Image.fromarray(((1 - panes) * wall * light + panes * pane).astype(np.uint8))


def street_map(seed: int, *, size: tuple[int, int] = (128, 128)) -> Image.Image:
    """A part of a town: blocks between white streets, a park, a highway, sometimes water."""
    height, width = size
    dice = np.random.default_rng(seed)
    scale = 4
    picture = Image.new("RGB", (scale * width, scale * height), LAND)
    pen = ImageDraw.Draw(picture)
    far, middle = 2 * scale * max(size), np.array([scale * width / 2, scale * height / 2])
    along = dice.uniform(0, np.pi)
    ways = [np.array([np.cos(along), np.sin(along)]), np.array([-np.sin(along), np.cos(along)])]
    blocks = [scale * dice.uniform(14, 26), scale * dice.uniform(20, 40)]
    shift = dice.uniform(-0.5, 0.5, 2) * blocks
    for number in range(-12, 13):
        for way, across, block in ((ways[0], ways[1], blocks[1]), (ways[1], ways[0], blocks[0])):
            start = middle + shift + number * block * across
            pen.line([tuple(start - far * way), tuple(start + far * way)], ROAD, width=round(scale * 1.6))
    corner = middle + shift + dice.integers(-2, 2) * blocks[0] * ways[0] + dice.integers(-1, 1) * blocks[1] * ways[1]
    reach = [dice.integers(1, 4) * blocks[0] * ways[0], blocks[1] * ways[1]]
    pen.polygon([tuple(corner), tuple(corner + reach[0]), tuple(corner + sum(reach)), tuple(corner + reach[1])], PARK)
    if seed % 3 == 2:
        shore = middle + scale * dice.uniform(20, 45) * ways[0]
        pen.polygon(
            [tuple(shore + y * ways[1] + x * ways[0]) for x, y in ((0, -far), (0, far), (far, far), (far, -far))], WATER
        )
    if seed % 2 == 0:
        bent = middle + scale * dice.uniform(-30, 30, 2)
        turn = ways[0] + dice.uniform(-0.6, 0.6) * ways[1]
        pen.line([tuple(bent - far * turn), tuple(bent + far * turn)], HIGHWAY, width=round(scale * 3.5))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


KINDS: dict[str, Callable[..., Image.Image]] = {"windows": windows, "map": street_map}
