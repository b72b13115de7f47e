"""Images on their way to the browser and back: data URIs, so that nothing is written to disk."""

import base64
import binascii
import io
import struct
import threading
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from PIL import Image
from torch import Tensor

from ganzoo.images import open_picture, to_pil

MAX_URI = 7_000_000
"""Characters of an image sent as text: about 5 MB of file."""
LONGEST = 1024
"""Pixels of the longer side to which a larger image is scaled down while it is decoded."""
DECODING = threading.Semaphore(2)
"""A large image takes memory while it is decoded: two at a time."""
GREY, RGB = 0, 2
"""PNG's numbers for kinds of images."""
Prepared = TypeVar("Prepared")
AnyImage = Image.Image | Tensor | np.ndarray
"""A PIL image or a uint8 array (c, h, w) or (h, w)."""


def data_uri(content: bytes, kind: str) -> str:
    """The bytes of an image file as a data URI; `kind` is "png", "webp", ..."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def png(image: AnyImage) -> str:
    """An image as the data URI of a PNG file."""
    if isinstance(image, Image.Image) and image.mode not in ("L", "RGB"):
        buffer = io.BytesIO()
        image.save(buffer, "PNG", compress_level=1)
        return data_uri(buffer.getvalue(), "png")
    array = np.asarray(image)
    if array.ndim == 3 and not isinstance(image, Image.Image):
        array = array.transpose(1, 2, 0)
    return data_uri(png_file(array), "png")


def png_file(image: np.ndarray) -> bytes:
    """A uint8 image (h, w) or (h, w, c), c 1 or 3, as a PNG file without filters (W3C, PNG specification).

    Pillow takes more than twice as long for an image as small as MNIST's, and an answer holds up to 64 of them.
    """
    height, width = image.shape[:2]
    pixels = image.reshape(height, -1)
    rows = np.zeros((height, 1 + pixels.shape[1]), np.uint8)  # each row begins with its filter: 0, none
    rows[:, 1:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, GREY if pixels.shape[1] == width else RGB, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, content) for kind, content in parts)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def animation(images: Any, *, scale: int = 4, milliseconds: int = 60) -> str:
    """uint8 images (n, c, h, w), forwards and back again, as the data URI of an endless WebP with crisp pixels."""
    frames = [to_pil(image) for image in [*images, *reversed(images[1:-1])]]
    frames = [frame.resize((frame.width * scale, frame.height * scale), Image.Resampling.NEAREST) for frame in frames]
    buffer = io.BytesIO()
    first, *others = frames
    first.save(buffer, "WEBP", save_all=True, append_images=others, duration=milliseconds, loop=0, quality=60, method=0)
    return data_uri(buffer.getvalue(), "webp")


def open_uri(uri: object, prepare: Callable[[Image.Image], Prepared]) -> Prepared:
    """What `prepare` makes of the image in a data URI such as `data:image/png;base64,...`. Raises ValueError."""
    if not isinstance(uri, str) or not uri.startswith("data:image/") or ";base64," not in uri:
        raise ValueError("a picture must be a data URI: data:image/png;base64,...")
    if len(uri) > MAX_URI:
        raise ValueError(f"the picture is too large: at most {MAX_URI:,} characters")
    try:
        content = base64.b64decode(uri.split(";base64,", 1)[1], validate=True)
    except binascii.Error as error:
        raise ValueError(f"the picture is not valid base64: {error}") from error
    return open_upload(content, prepare)


def open_upload(source: str | bytes | None, prepare: Callable[[Image.Image], Prepared]) -> Prepared:
    """What `prepare` makes of the image in a stranger's file (its path or its bytes). Raises ValueError."""
    if source is None or source == "":
        raise ValueError("no picture was sent")
    with DECODING:
        return prepare(open_picture(source, longest=LONGEST))
