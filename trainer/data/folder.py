"""A folder of pictures as a data set: any names, kinds and sizes; sub-folders are classes.

One picture in ten, chosen by its name, is the test split, so that adding pictures moves none from one split to the
other. What cannot be read is left out and named.
"""

import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from ganzoo.images import FORMATS, SUFFIXES, fit, open_picture

FEWEST = 20
"""Pictures in the training split below which nothing can be learnt."""
NAMED = 5
"""How many of the pictures that were left out are named."""


@dataclass(frozen=True)
class Folder:
    """The files of a folder: `paths` with their `labels`, indices into `classes` (sub-folders; empty without any)."""

    root: Path
    paths: list[Path]
    labels: list[int]
    classes: list[str]
    stray: list[Path]
    """Files that belong to no class: they lie beside the class folders, or in one without a picture."""

    def digest(self) -> str:
        """Of the names and labels of the files, in their order."""
        names = [
            f"{path.relative_to(self.root).as_posix()}={label}"
            for path, label in zip(self.paths, self.labels, strict=True)
        ]
        return digest_of(names)

    def split(self, train: bool) -> "Folder":
        chosen = [i for i, path in enumerate(self.paths) if is_test(path.relative_to(self.root)) != train]
        paths, labels = ([values[i] for i in chosen] for values in (self.paths, self.labels))
        return Folder(self.root, paths, labels, self.classes, self.stray if train else [])


def digest_of(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def is_test(path: Path) -> bool:
    return zlib.crc32(path.as_posix().encode()) % 10 == 0


def look(root: Path) -> Folder:
    """The files of a folder, in order of their names; nothing is opened yet. Raises ValueError where there is none."""
    if not root.is_dir():
        raise ValueError(f"no folder {str(root)!r}")
    files = sorted(path for path in root.rglob("*") if path.is_file() and not hidden(path.relative_to(root)))
    inside = [path for path in files if path.parent != root]
    classes = sorted({path.relative_to(root).parts[0] for path in inside if path.suffix.lower() in SUFFIXES})
    if not classes:
        return Folder(root, files, [0] * len(files), [], [])
    paths = [path for path in inside if path.relative_to(root).parts[0] in classes]
    labels = [classes.index(path.relative_to(root).parts[0]) for path in paths]
    return Folder(root, paths, labels, classes, sorted(set(files) - set(paths)))


def hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def open_as(path: Path, image_shape: tuple[int, int, int]) -> tuple[Tensor, tuple[int, int]]:
    """One picture, cropped and scaled: uint8 (c, h, w), and the size (width, height) that it had.

    Raises ValueError with one sentence for what cannot be read.
    """
    picture = open_picture(path, longest=16 * max(image_shape))
    with Image.open(path, formats=FORMATS) as whole:
        return fit(picture, image_shape), whole.size


def opened(folder: Folder, image_shape: tuple[int, int, int]) -> Iterator[tuple[Tensor, tuple[int, int]] | str]:
    """Each file of the folder as `open_as` gives it, or the reason why it cannot be read."""

    def attempt(path: Path) -> tuple[Tensor, tuple[int, int]] | str:
        try:
            return open_as(path, image_shape)
        except ValueError as error:
            return f"{path.relative_to(folder.root).parent}: {error}" if path.parent != folder.root else str(error)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from tqdm(
            pool.map(attempt, folder.paths), total=len(folder.paths), desc=f"reading {folder.root}", leave=False,
            disable=len(folder.paths) < 1000,
        )  # fmt: skip


@dataclass(frozen=True)
class Readable:
    """What of a folder can be read: `folder` without the rest, its pictures if they were kept, and `notes` on both."""

    folder: Folder
    images: Tensor | None
    notes: list[str]


def read(folder: Folder, image_shape: tuple[int, int, int], *, keep: bool, fewest: int = FEWEST) -> Readable:
    """Open every file once; `keep` keeps the pictures, uint8 (n, c, h, w). Raises ValueError for less than `fewest`."""
    kept, sizes, refused = [], [], [f"{path.relative_to(folder.root)} is in no class" for path in folder.stray]
    images = torch.empty((len(folder.paths) if keep else 0, *image_shape), dtype=torch.uint8)
    for i, result in enumerate(opened(folder, image_shape)):
        if isinstance(result, str):
            refused.append(result)
            continue
        picture, size = result
        if keep:
            images[len(kept)] = picture
        kept.append(i)
        sizes.append(size)
    paths, labels = [folder.paths[i] for i in kept], [folder.labels[i] for i in kept]
    good = Folder(folder.root, paths, labels, folder.classes, [])
    notes = summary(good, sizes, refused)
    if len(kept) < fewest:
        raise ValueError(f"{'; '.join(notes)}; at least {fewest} are needed")
    return Readable(good, images[: len(kept)] if keep else None, notes)


def summary(folder: Folder, sizes: list[tuple[int, int]], refused: list[str]) -> list[str]:
    """Lines for a person: how many pictures, of what sizes and classes, and what was left out."""
    lines = [f"{len(folder.paths)} pictures can be read in {folder.root}"]
    if sizes:
        small, large = min(sizes, key=area), max(sizes, key=area)
        lines[0] += f", {small[0]}x{small[1]}" + (f" to {large[0]}x{large[1]} pixels" if large != small else " pixels")
    if folder.classes:
        count = Counter(folder.labels)
        lines.append("classes: " + ", ".join(f"{name} ({count[i]})" for i, name in enumerate(folder.classes)))
    return lines + told_of_refused(refused)


def told_of_refused(refused: list[str]) -> list[str]:
    """A line on files that were left out, the first ones named with the reason; none where there are none."""
    more = f"; and {len(refused) - NAMED} more" if len(refused) > NAMED else ""
    return [f"left out {len(refused)}: {'; '.join(refused[:NAMED])}{more}"] if refused else []


def area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
