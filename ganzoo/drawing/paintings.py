"""Pictures drawn by code in a manner of their own, for style transfer to take it from.

Each function takes a seed and a size (height, width) and gives a PIL picture; the same seed gives the same picture.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree

GLASS = ("d62828", "f77f00", "fcbf49", "eae2b7", "003049", "2a9d8f", "264653", "8ab17d")
OIL = ("c1121f", "780000", "fdf0d5", "003049", "669bbc", "e09f3e", "335c67", "9e2a2b", "fff3b0")
NIGHT = ("0b1d51", "173f7a", "2a6ebb", "4f9bd9", "8cc6e7", "f6d743", "f2b632", "fff3b0")


def colours(palette: tuple[str, ...]) -> np.ndarray:
    """(k, 3) in 0..255."""
    return np.array([tuple(bytes.fromhex(colour)) for colour in palette])


def waves(places: np.ndarray, rng: np.random.Generator, side: int) -> np.ndarray:
    """A smooth field in [0, 1) at places (n, 2)."""
    turn, x, y = rng.uniform(0, 6, 3), places[:, 0] * 9 / side, places[:, 1] * 9 / side
    return (np.sin(x + turn[0]) + np.cos(y + turn[1]) + np.sin((x + y) / 2 + turn[2]) + 3) / 6.001


def mosaic(seed: int, *, size: tuple[int, int] = (256, 256)) -> Image.Image:
    """Pieces of glass with light joints, of one colour where they lie close together."""
    height, width = size
    rng = np.random.default_rng(seed)
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2)
    middles = rng.uniform(0, (width, height), (400, 2))
    for _ in range(3):  # Lloyd's steps: pieces of about the same size
        nearest = cKDTree(middles).query(pixels)[1]
        count = np.maximum(1, np.bincount(nearest, minlength=len(middles)))
        middles = np.stack([np.bincount(nearest, axis, len(middles)) / count for axis in pixels.T], axis=1)
    away, nearest = cKDTree(middles).query(pixels, k=2)
    kinds = (waves(middles, rng, width) * len(GLASS)).astype(int)
    kinds = np.where(rng.random(len(kinds)) < 0.2, rng.integers(0, len(GLASS), len(kinds)), kinds)
    pieces = colours(GLASS)[kinds] * rng.uniform(0.82, 1.1, (len(kinds), 1))
    joints = (away[:, 1] - away[:, 0] < 0.008 * width)[:, None]
    picture = np.where(joints, (235, 230, 215), pieces[nearest[:, 0]]).clip(0, 255)
    return Image.fromarray(picture.reshape(height, width, 3).astype(np.uint8))


def oil(seed: int, *, size: tuple[int, int] = (256, 256)) -> Image.Image:
    """Broad, short strokes of the brush that follow waves."""
    return strokes(seed, size, OIL, count=1800, length=0.1, wide=0.028, turns=2.0)


def night(seed: int, *, size: tuple[int, int] = (256, 256)) -> Image.Image:
    """Thin, long strokes that swirl, light ones on dark blue."""
    return strokes(seed, size, NIGHT, count=7000, length=0.07, wide=0.011, turns=3.0)


def strokes(
    seed: int, size: tuple[int, int], palette: tuple[str, ...], *, count: int, length: float, wide: float, turns: float
) -> Image.Image:
    """Lines in the colours of a palette over each other; lengths and widths in sides of the picture."""
    height, width = size
    rng = np.random.default_rng(seed)
    known = colours(palette)
    picture = Image.new("RGB", (width, height), tuple(int(one) for one in known[0]))
    pen = ImageDraw.Draw(picture)
    places = rng.uniform(-0.05, 1.05, (count, 2)) * (width, height)
    angles, kinds = turns * np.pi * waves(places, rng, width), waves(places, rng, width)
    for (x, y), angle, kind in zip(places, angles, kinds, strict=True):
        colour = known[int((kind + rng.normal(0, 0.12)) * len(known)) % len(known)] + rng.normal(0, 12)
        reach = length * width / 2 * rng.uniform(0.6, 1.3) * np.array([np.cos(angle), np.sin(angle)])
        ends = [(x - reach[0], y - reach[1]), (x + reach[0], y + reach[1])]
        pen.line(ends, fill=tuple(int(one) for one in colour.clip(0, 255)), width=max(1, round(wide * width)))
    return picture


PAINTINGS: dict[str, Callable[..., Image.Image]] = {"mosaic": mosaic, "oil": oil, "night": night}
