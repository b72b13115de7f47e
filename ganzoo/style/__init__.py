"""Style transfer: paint the content of one image in the colours and strokes of another.

>>> from ganzoo import style
>>> style.stylize(content, painting).save("painted.png")
"""

from ganzoo.style.style_transfer import MAX_SIZE, METHODS, MIN_SIZE, Method, Progress, stylize, transfer

__all__ = ["MAX_SIZE", "METHODS", "MIN_SIZE", "Method", "Progress", "stylize", "transfer"]
