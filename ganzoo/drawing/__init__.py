"""Images drawn by code: scenes to start a translation from, and paintings to take a style from.

Each function takes a seed and `size`, (height, width) in pixels, and gives a PIL image of mode RGB. The same seed and
size give the same image.
"""

from ganzoo.drawing.paintings import PAINTINGS
from ganzoo.drawing.scenes import PALETTES, SCENES, STAND_INS, blocks, house, windows

__all__ = ["PAINTINGS", "PALETTES", "SCENES", "STAND_INS", "blocks", "house", "windows"]
