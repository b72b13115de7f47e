"""The files that the command line reads and writes: images, grids of them, and .npz archives of arrays."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from ganzoo import checks
from ganzoo.files import replace_file, walk_folder
from ganzoo.images import OWN_FORMATS, SUFFIXES, grid, open_picture

IMAGE_FORMATS = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""Pillow's name of a format, by the ending of a file that is written."""
MAX_ARCHIVE = 512 * 2**20
"""Bytes that the arrays of an .npz may unpack to."""


def output_format(path: Path) -> str:
    """The format of an image or an archive ("NPZ") to write. Raises ValueError that lists the endings."""
    formats = IMAGE_FORMATS | {".npz": "NPZ"}
    return formats[checks.choice("the ending of --out", path.suffix.lower(), formats)]


def image_format(path: Path) -> str:
    """The format of an image to write. Raises ValueError that lists the endings."""
    return IMAGE_FORMATS[checks.choice("the ending of --out", path.suffix.lower(), IMAGE_FORMATS)]


def read_images(paths: Sequence[Path]) -> np.ndarray | list[Image.Image]:
    """The array `images` of one .npz, or images, which a model still has to prepare.

    Raises ValueError that names the file which cannot be read.
    """
    if not paths:
        raise ValueError("--images needs one .npz or at least one picture")
    archives = [path for path in paths if path.suffix.lower() == ".npz"]
    if archives and len(paths) > 1:
        raise ValueError(f"give one .npz or several pictures, not both: {', '.join(map(str, paths))}")
    if archives:
        return read_npz(archives[0])
    return [open_own(path) for path in paths]


def open_own(path: Path, *, longest: int | None = None) -> Image.Image:
    """A user's own image file, as `open_picture` opens it, in more formats."""
    return open_picture(path, longest=longest, formats=OWN_FORMATS)


def read_npz(path: Path) -> np.ndarray:
    """The array `images` of an .npz. Raises ValueError for another file, and for pickled objects."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_ARCHIVE:
            raise ValueError(f"{path} unpacks to {size / 2**20:.0f} MiB; at most {MAX_ARCHIVE >> 20} are read")
        with np.load(path, allow_pickle=False) as arrays:
            if "images" not in arrays:
                raise ValueError(f"{path} has no array `images`; it has {', '.join(arrays.files) or 'none'}")
            images = arrays["images"]
    except (zipfile.BadZipFile, EOFError, MemoryError) as error:
        raise ValueError(f"{path} is no .npz file that can be read: {error}") from error
    if not isinstance(images, np.ndarray):
        raise ValueError(f"`images` in {path} is no array")
    return images


def write_npz(path: Path, **tensors: Tensor) -> None:
    """Write each tensor as `as_array` lays it out, under its name."""
    content = io.BytesIO()
    as_arrays: dict[str, Any] = {name: as_array(tensor) for name, tensor in tensors.items()}
    np.savez_compressed(content, **as_arrays)
    replace_file(path, content.getvalue())


def as_array(tensor: Tensor) -> np.ndarray:
    """A tensor as an array; images (n, c, h, w) as (n, h, w), or (n, h, w, 3) in colour."""
    if tensor.ndim == 4:
        tensor = tensor[:, 0] if tensor.shape[1] == 1 else tensor.permute(0, 2, 3, 1)
    return tensor.numpy()


def write_grid(path: Path, images: Tensor, *, columns: int | None) -> None:
    """Write images uint8 (n, c, h, w) as one image."""
    write_image(path, grid(images, columns=columns))


def write_image(path: Path, image: Image.Image) -> None:
    """Write a PIL image in the format that the ending of `path` names."""
    content = io.BytesIO()
    image.save(content, format=image_format(path))
    replace_file(path, content.getvalue())


def result_paths(sources: Sequence[Path], out: Path) -> list[tuple[Path, Path]]:
    """Each image of `sources`, files or folders, with the path of its result in the folder `out`.

    Raises ValueError where two results would have the same path, or where one would replace a source.
    """
    images = [(path, out / path.relative_to(folder)) for source in sources for folder, path in find_images(source, out)]
    resolved = {path.resolve() for path, _ in images}
    by_result: dict[Path, Path] = {}
    for path, place in images:
        result = place.with_suffix(".png")
        if result in by_result:
            raise ValueError(f"{by_result[result]} and {path} would both become {result}")
        if result.exists() and result.resolve() in resolved:
            raise ValueError(f"{result} is a picture to be translated: name another --out")
        by_result[result] = path
    return [(path, result) for result, path in by_result.items()]


def find_images(source: Path, out: Path) -> Iterator[tuple[Path, Path]]:
    """An image file with its folder, or each image in or below a folder, except hidden ones and those in `out`."""
    if not source.is_dir():
        yield source.parent, source
        return
    results = out.resolve()
    for path in (source / file for file in walk_folder(source)[0]):
        is_result = source.resolve() != results and path.resolve().is_relative_to(results)
        if path.suffix.lower() in SUFFIXES and not is_result:
            yield source, path
