"""Paintings drawn by code, each in a manner of its own, to take a style from."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

GLASS = ("d62828", "f77f00", "fcbf49", "eae2b7", "003049", "2a9d8f", "264653", "8ab17d")
OIL = ("c1121f", "780000", "fdf0d5", "003049", "669bbc", "e09f3e", "335c67", "9e2a2b", "fff3b0")
NIGHT = ("0b1d51", "173f7a", "2a6ebb", "4f9bd9", "8cc6e7", "f6d743", "f2b632", "fff3b0")
JOINT = (235, 230, 215)


def parse_colours(palette: tuple[str, ...]) -> np.ndarray:
    """Colours such as "d62828" as (k, 3) in 0..255."""
    return np.array([tuple(bytes.fromhex(colour)) for colour in palette])


def smooth_field(points: np.ndarray, rng: np.random.Generator, side: int) -> np.ndarray:
    """A smooth random field in [0, 1) at points (n, 2) of an image whose width is `side`: (n,)."""
    turn, x, y = rng.uniform(0, 6, 3), points[:, 0] * 9 / side, points[:, 1] * 9 / side
    return (np.sin(x + turn[0]) + np.cos(y + turn[1]) + np.sin((x + y) / 2 + turn[2]) + 3) / 6.001


def mosaic(seed: int, *, size: tuple[int, int] = (256, 256)) -> Image.Image:
    """Pieces of coloured glass with light joints; pieces that lie close together often share a colour."""
    from scipy.spatial import cKDTree  # slow to import

    height, width = size
    rng = np.random.default_rng(seed)
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2)
    centres = rng.uniform(0, (width, height), (400, 2))
    for _ in range(3):  # Lloyd's algorithm gives pieces of similar size
        nearest = cKDTree(centres).query(pixels)[1]
        count = np.maximum(1, np.bincount(nearest, minlength=len(centres)))
        centres = np.stack([np.bincount(nearest, axis, len(centres)) / count for axis in pixels.T], axis=1)
    distances, nearest = cKDTree(centres).query(pixels, k=2)
    kinds = (smooth_field(centres, rng, width) * len(GLASS)).astype(int)
    kinds = np.where(rng.random(len(kinds)) < 0.2, rng.integers(0, len(GLASS), len(kinds)), kinds)
    pieces = parse_colours(GLASS)[kinds] * rng.uniform(0.82, 1.1, (len(kinds), 1))
    is_joint = (distances[:, 1] - distances[:, 0] < 0.008 * width)[:, None]
    image = np.where(is_joint, JOINT, pieces[nearest[:, 0]]).clip(0, 255)
    return Image.fromarray(image.reshape(height, width, 3).astype(np.uint8))


def oil(seed: int, *, size: tuple[int, int] = (256, 256)) -> Image.Image:
    """Broad, short brush strokes that follow waves."""
    return strokes(seed, size, OIL, count=1800, length=0.1, thickness=0.028, turns=2.0)


def night(seed: int, *, size: tuple[int, int] = (256, 256)) -> Image.Image:
    """Thin, long strokes that swirl, light ones on dark blue."""
    return strokes(seed, size, NIGHT, count=7000, length=0.07, thickness=0.011, turns=3.0)


def strokes(
    seed: int,
    size: tuple[int, int],
    palette: tuple[str, ...],
    *,
    count: int,
    length: float,
    thickness: float,
    turns: float,
) -> Image.Image:
    """`count` overlapping lines in the colours of a palette.

    `length` and `thickness` are shares of the image's width; `turns` says how much directions vary, in half turns.
    """
    height, width = size
    rng = np.random.default_rng(seed)
    colours = parse_colours(palette)
    image = Image.new("RGB", (width, height), as_rgb(colours[0]))
    pen = ImageDraw.Draw(image)
    centres = rng.uniform(-0.05, 1.05, (count, 2)) * (width, height)
    angles, kinds = turns * np.pi * smooth_field(centres, rng, width), smooth_field(centres, rng, width)
    for (x, y), angle, kind in zip(centres, angles, kinds, strict=True):
        index = int((kind + rng.normal(0, 0.12)) * len(colours)) % len(colours)
        colour = colours[index] + rng.normal(0, 12)
        half = length * width / 2 * rng.uniform(0.6, 1.3) * np.array([np.cos(angle), np.sin(angle)])
        ends = [(x - half[0], y - half[1]), (x + half[0], y + half[1])]
        pen.line(ends, fill=as_rgb(colour.clip(0, 255)), width=max(1, round(thickness * width)))
    return image


def as_rgb(colour: np.ndarray) -> tuple[int, int, int]:
    """A colour (3,) as PIL accepts it."""
    red, green, blue = (int(value) for value in colour)
    return red, green, blue


PAINTINGS: dict[str, Callable[..., Image.Image]] = {"mosaic": mosaic, "oil": oil, "night": night}
