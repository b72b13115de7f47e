"""Images drawn by code: scenes to start a translation from, and paintings to take a style from.

Each function is called with a seed and `size`, (height, width) in pixels, and returns a PIL image of mode RGB, always
the same for the same seed and size.
"""

from ganzoo.drawing.paintings import PAINTINGS
from ganzoo.drawing.scenes import PALETTES, SCENES, STAND_INS, blocks, house, windows

__all__ = ["PAINTINGS", "PALETTES", "SCENES", "STAND_INS", "blocks", "house", "windows"]
