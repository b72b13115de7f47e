"""Pictures on their way to the browser and back: data URIs, so that nothing is written to disk; figures and strips."""

import base64
import binascii
import gzip
import html
import io
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganzoo.images import open_picture, to_pil
from ganzoo.ui import texts

MAX_URI = 7_000_000
"""Characters of a picture sent as text: about 5 MB of file."""
Look = Callable[[Image.Image], Any]
"""What makes a picture of any size look like those that a model knows, uint8 (c, h, w), or what else is wanted."""
READING = threading.Semaphore(2)
MNIST = Path("data/MNIST/raw")
"""Where torchvision keeps the data set; read only if it is there."""


def data_uri(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def png(image: Any) -> str:
    """A PIL picture or a uint8 array (c, h, w) as a data URI."""
    buffer = io.BytesIO()
    (image if isinstance(image, Image.Image) else to_pil(image)).save(buffer, "PNG", compress_level=1)
    return data_uri(buffer.getvalue(), "png")


def animation(images: Any, *, scale: int = 4, milliseconds: int = 60) -> str:
    """uint8 pictures (n, c, h, w) there and back again as an endless WebP, enlarged with crisp pixels; a data URI."""
    frames = [to_pil(image) for image in [*images, *reversed(images[1:-1])]]
    frames = [frame.resize((frame.width * scale, frame.height * scale), Image.Resampling.NEAREST) for frame in frames]
    buffer = io.BytesIO()
    options = {"duration": milliseconds, "loop": 0, "quality": 60, "method": 0}
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], **options)
    return data_uri(buffer.getvalue(), "webp")


def open_uri(picture: Any, look: Look) -> Any:
    """A data URI such as `data:image/png;base64,...` as `look` makes it. Raises ValueError."""
    if not isinstance(picture, str) or not picture.startswith("data:image/") or ";base64," not in picture:
        raise ValueError("a picture must be a data URI: data:image/png;base64,...")
    if len(picture) > MAX_URI:
        raise ValueError(f"the picture is too large: at most {MAX_URI:,} characters")
    try:
        content = base64.b64decode(picture.split(";base64,", 1)[1], validate=True)
    except binascii.Error as error:
        raise ValueError(f"the picture is not valid base64: {error}") from error
    return read(content, look)


def read(source: str | bytes, look: Look) -> Any:
    """A stranger's file as `look` makes it, two at a time: a large picture takes memory while it is read."""
    with READING:
        return look(open_picture(source, longest=1024))


def figure(uri: str, caption: str = "") -> str:
    """One picture with words (HTML) under it."""
    return f'<figure><img src="{html.escape(uri)}" alt=""><figcaption>{caption}</figcaption></figure>'


def gallery(figures: Iterable[str]) -> str:
    return f'<div class="gz-gallery">{"".join(figures)}</div>'


def names(words: list[str]) -> str:
    """A row of names of classes under the pictures of `strip`."""
    row = "".join(f"<small>{texts.word('class', word)}</small>" for word in words)
    return f'<div class="gz-strip"><span></span>{row}</div>'


def strip(uris: list[str], caption: str = "") -> str:
    """A row of pictures with words (HTML) before it."""
    pictures = "".join(f'<img src="{uri}" alt="">' for uri in uris)
    return f'<div class="gz-strip"><span>{caption}</span>{pictures}</div>'


def mnist_on_disk() -> bool:
    return (MNIST / "t10k-images-idx3-ubyte.gz").is_file() and (MNIST / "t10k-labels-idx1-ubyte.gz").is_file()


def mnist_digits(labels: list[int], *, seed: int) -> np.ndarray:
    """Test digits uint8 (n, 28, 28): of each label the one that the seed points at."""
    images = np.frombuffer(gzip.decompress((MNIST / "t10k-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    known = np.frombuffer(gzip.decompress((MNIST / "t10k-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    rows = [np.flatnonzero(known == label) for label in labels]
    return images.reshape(-1, 28, 28)[[row[seed % len(row)] for row in rows]]
