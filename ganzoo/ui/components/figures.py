"""Images with captions as HTML: single ones, a gallery, rows."""

import html
from collections.abc import Iterable

from ganzoo.ui import texts


def figure(uri: str, caption: str = "") -> str:
    """One image with a caption (HTML) under it."""
    return f'<figure><img src="{html.escape(uri)}" alt=""><figcaption>{caption}</figcaption></figure>'


def gallery(figures: Iterable[str]) -> str:
    """Figures in rows, as many in each as fit."""
    return f'<div class="gz-gallery">{"".join(figures)}</div>'


def strip(uris: Iterable[str], caption: str = "") -> str:
    """A row of images with a caption (HTML) before it."""
    images = "".join(f'<img src="{uri}" alt="">' for uri in uris)
    return f'<div class="gz-strip"><span>{caption}</span>{images}</div>'


def class_names(names: Iterable[str]) -> str:
    """A row of class names under the images of a `strip`."""
    row = "".join(f"<small>{texts.word('class', name)}</small>" for name in names)
    return f'<div class="gz-strip"><span></span>{row}</div>'
