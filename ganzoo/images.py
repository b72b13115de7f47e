"""Images: their value ranges, conversions, and the safe way to open files from strangers.

Images enter and leave the package as uint8 tensors (n, c, h, w) in 0..255. Inside, networks work on floats: "unit" is
[0, 1], "signed" is [-1, 1]. Only `from_uint8` and `to_uint8` convert between them.
"""

import io
import math
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks

PIXEL_RANGES: dict[str, tuple[float, float]] = {"unit": (0.0, 1.0), "signed": (-1.0, 1.0)}
"""The names of value ranges: lowest and highest value."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""What `open_picture` decodes. Most security holes of Pillow were in its rarer decoders."""
OWN_FORMATS = (*FORMATS, *(kind for kind in ("TIFF", "AVIF") if kind in Image.registered_extensions().values()))
"""What is decoded of a user's own files as well: nobody else chooses these."""
SUFFIXES = {ending for ending, kind in Image.registered_extensions().items() if kind in OWN_FORMATS}
"""The endings of the names of such files."""
SCALABLE_MODES = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
"""Modes that Pillow scales well. Palettes, bits and 16-bit numbers have to be converted first."""
MAX_PIXELS = 30_000_000
"""Width times height of what is decoded. Larger files are refused, except JPEGs, which can be decoded smaller."""
MAX_JPEG_PIXELS, MAX_PROGRESSIVE_PIXELS = 170_000_000, 60_000_000
"""Width times height of JPEGs. The decoder keeps a progressive one whole, with 6 bytes a pixel."""
VOID = 255
"""The number of "no class" in many index masks."""
MAX_INDEX = 40
"""The largest number of a class in an index mask, besides `VOID`: such masks look black."""


def from_uint8(images: Tensor, pixels: str) -> Tensor:
    """Convert uint8 to float32 in the range named `pixels`, a key of `PIXEL_RANGES`."""
    low, high = PIXEL_RANGES[pixels]
    return images.float().mul_((high - low) / 255).add_(low)


def to_uint8(images: Tensor, pixels: str) -> Tensor:
    """Convert floats in the range named `pixels` to uint8, rounded. Values outside the range are clipped."""
    low, high = PIXEL_RANGES[pixels]
    return images.float().sub(low).mul(255 / (high - low)).round().clamp(0, 255).to(torch.uint8)


def to_pil(image: Tensor | np.ndarray) -> Image.Image:
    """Convert a uint8 image (h, w) or (c, h, w), c 1 or 3, to PIL."""
    array = np.asarray(image)
    if array.ndim == 3:
        array = array[0] if len(array) == 1 else array.transpose(1, 2, 0)
    return Image.fromarray(np.ascontiguousarray(array))


def grid(images: Tensor, *, columns: int | None = None, padding: int = 2, background: int = 255) -> Image.Image:
    """Lay uint8 images (n, c, h, w) out in rows of `columns`, by default in a square grid.

    `padding` in pixels of the grey level `background` surrounds each image.
    """
    n, c, h, w = images.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = math.ceil(n / columns)
    cells = torch.full((rows * columns, c, h + padding, w + padding), background, dtype=torch.uint8)
    cells[:n, :, :h, :w] = images
    sheet = cells.unflatten(0, (rows, columns)).permute(2, 0, 3, 1, 4).flatten(3).flatten(1, 2)  # (c, height, width)
    return to_pil(F.pad(sheet, (padding, 0, padding, 0), value=background))


def pad_or_crop(images: Tensor, height: int, width: int) -> Tensor:
    """Pad with zeros or crop the middle: (n, c, h, w) to (n, c, height, width). Cropping undoes padding."""
    down, right = height - images.shape[2], width - images.shape[3]
    top, left = int(down / 2), int(right / 2)  # rounded towards zero, so that a crop removes exactly the padding
    return F.pad(images, (left, right - left, top, down - top))


def open_picture(
    source: str | os.PathLike[str] | bytes, *, longest: int | None = None, formats: tuple[str, ...] = FORMATS
) -> Image.Image:
    """Open an image file that may come from anyone, by its path or its content; `OWN_FORMATS` are for a user's own.

    The result has mode "L" or "RGB" and is upright; transparency is laid on white. Of several frames or pages the first
    is read. With `longest`, larger images are scaled down to sides of at most that many pixels, early enough to save
    memory. A JPEG of more than `MAX_PIXELS` pixels is decoded at a half, a quarter or an eighth of its sides. Raises
    ValueError in one sentence for a file that is missing, damaged, in another format, or too large.
    """
    path = "the upload" if isinstance(source, bytes) else os.fspath(source)
    name = path if isinstance(source, bytes) else Path(path).name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of metadata that is not used
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `limit_pixels` is stricter
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=formats) as image:
                limit_pixels(image, name)
                if longest:
                    image.draft(None, (longest, longest))
                    if image.mode in SCALABLE_MODES:
                        image.thumbnail((longest, longest))
                image.load()
                opened = upright(image)
                if longest:
                    opened.thumbnail((longest, longest))
                return opened
    except Image.DecompressionBombError as error:
        raise ValueError(f"{name} has too many pixels; at most {MAX_JPEG_PIXELS:,} are read: scale it down") from error
    except UnidentifiedImageError as error:
        raise ValueError(f"{name} is no picture in one of the formats {', '.join(formats)}") from error
    except FileNotFoundError as error:
        raise ValueError(f"no such file: {path}") from error
    except (OSError, SyntaxError, EOFError, RuntimeError) as error:
        if isinstance(error, OSError) and error.filename is not None:  # the system refused the path
            raise ValueError(f"cannot open {checks.shown(path)}: {error.strerror}") from error
        raise ValueError(f"{name} is damaged and cannot be read ({error})") from error


def limit_pixels(image: Image.Image, name: str) -> None:
    """Have a JPEG decoded so small that it has at most `MAX_PIXELS` pixels. Raises ValueError for what cannot be."""
    width, height = image.size
    limit = MAX_PIXELS
    if image.format in ("JPEG", "MPO"):
        limit = MAX_PROGRESSIVE_PIXELS if image.info.get("progressive") else MAX_JPEG_PIXELS
    if width * height > limit:
        raise ValueError(f"{name} has {width}x{height} pixels; at most {limit:,} are read: scale it down")
    factor = 1
    while width * height > MAX_PIXELS * factor**2:
        factor *= 2
    if factor > 1:
        image.draft(None, (width // factor, height // factor))


def upright(image: Image.Image) -> Image.Image:
    """A PIL image of any mode as "L" or "RGB", as `flatten` does, turned as its EXIF data say."""
    return flatten(ImageOps.exif_transpose(image))


def flatten(image: Image.Image) -> Image.Image:
    """Convert any PIL mode to "L" or "RGB". 16-bit values are scaled down, transparency is laid on white.

    Numbers with a fraction are 0..1 where none is larger.
    """
    if image.mode.startswith("I") or image.mode == "F":
        array = np.nan_to_num(np.asarray(image, dtype=np.float64))
        highest = array.max(initial=0)
        top = 65535 if highest > 255 else 1 if image.mode == "F" and highest <= 1 else 255
        return Image.fromarray((array.clip(0, top) * 255 / top).astype(np.uint8))
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return image.convert("L")
    if image.mode == "La":
        image = image.convert("LA")  # Pillow converts this mode to no other
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def fit(image: Image.Image, image_shape: tuple[int, int, int]) -> Tensor:
    """Crop the middle to the aspect of `image_shape`, (c, h, w), and resize: PIL of any mode to uint8 (c, h, w).

    Transparency is dropped; `flatten` lays it on white.
    """
    channels, height, width = image_shape
    if image.mode.startswith("I") or image.mode in ("F", "La", "LAB"):
        image = flatten(image)  # Pillow clips numbers above 255, and cannot convert the other two to "L"
    mode = "L" if channels == 1 else "RGB"
    return to_tensor(ImageOps.fit(image.convert(mode), (width, height), Image.Resampling.LANCZOS))


def mask_values(image: Image.Image) -> set[int] | None:
    """The values of a grey image, "L" or "RGB", that may be an index mask; None for any other image."""
    first, *others = image.split()
    values = {value for value, count in enumerate(first.histogram()) if count}
    is_mask = max(values - {VOID}, default=0) <= MAX_INDEX
    return values if is_mask and not any(ImageChops.difference(first, band).getbbox() for band in others) else None


def spread_levels(values: Sequence[int]) -> list[int]:
    """The grey levels 0..255 that stand for the values of index masks."""
    return [i * 255 // (len(values) - 1) for i in range(len(values))]


def spread(image: Image.Image, values: Sequence[int]) -> Image.Image:
    """An index mask with its `values`, in ascending order, spread over 0..255 as "L"; any other image unchanged.

    The trainer finds the values in a folder, and the model records them. Without values, no image is a mask.
    """
    if len(values) < 2 or mask_values(image) is None:
        return image
    return image.getchannel(0).point(
        np.interp(np.arange(256), values, spread_levels(values)).round().astype(int).tolist()
    )


def to_tensor(image: Image.Image) -> Tensor:
    """Convert PIL of mode "L" or "RGB" to uint8 (c, h, w)."""
    array = torch.from_numpy(np.array(image))
    return array[None] if array.ndim == 2 else array.permute(2, 0, 1)


def as_digit(image: Image.Image) -> Tensor:
    """Make any image of a digit look like MNIST's: uint8 (1, 28, 28), white on black.

    A 28x28 image with a dark border stays as it is. Others are turned white on black, cropped to the ink, scaled to fit
    20x20 and shifted so that the centre of mass is in the middle (LeCun et al. 1998, section III.A).
    """
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if grey.shape == (28, 28) and np.median(border) < 64:
        return torch.from_numpy(grey.astype(np.uint8))[None]
    ink = np.abs(grey - np.median(border))
    if ink.max() < 16:
        return torch.zeros(1, 28, 28, dtype=torch.uint8)
    ink = np.where(ink < 0.15 * ink.max(), 0, ink / ink.max())
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = torch.from_numpy(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32))
    scale = 20 / max(box.shape)
    size = [max(1, round(side * scale)) for side in box.shape]
    small = F.interpolate(box[None, None], size=size, mode="bilinear", antialias=True, align_corners=False)[0, 0]
    small /= small.max()
    total = small.sum()
    centre_y = float((small.sum(dim=1) * torch.arange(size[0])).sum() / total)
    centre_x = float((small.sum(dim=0) * torch.arange(size[1])).sum() / total)
    top = min(max(round(13.5 - centre_y), 0), 28 - size[0])
    left = min(max(round(13.5 - centre_x), 0), 28 - size[1])
    digit = torch.zeros(1, 28, 28)
    digit[0, top : top + size[0], left : left + size[1]] = small
    return to_uint8(digit, "unit")
