"""Folders of picture pairs, and of two collections without pairs: (n, 2c, h, w), the left one's channels first.

Understood are pictures with both halves side by side (as pix2pix's data sets come), two sub-folders with a picture of
the same name in each, and, without pairs, two sub-folders of any pictures (CycleGAN's come as trainA, trainB, testA,
testB). Where there is no test folder, one picture in ten, chosen by its name, is the test split. A picture of a test
collection that is in a training one, too, is left out.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from ganzoo.images import SUFFIXES, fit, open_picture
from trainer.data.folder import FEWEST, digest_of, is_test, open_as, told_of_refused

TEST = ("test", "val")
"""How a test split's folder may be called, behind a training split's that is called "train"."""
HALVES = ("left", "right")


@dataclass(frozen=True)
class Sides:
    """The files of one split; `right` is None where each file of `left` holds both pictures."""

    root: Path
    names: tuple[str, str]
    left: list[Path]
    right: list[Path] | None
    paired: bool
    told: tuple[str, ...] = ()
    """What is to be said of files that were left out."""

    def __len__(self) -> int:
        return max(len(self.left), len(self.right or []))


def look(root: Path, train: bool, *, paired: bool) -> Sides:
    """The files of one split, in order of their names. Raises ValueError that says what a folder has to hold."""
    if not root.is_dir():
        raise ValueError(f"no folder {str(root)!r}")
    if all((root / f"train{end}").is_dir() for end in "AB"):
        (left, whole), (right, other) = (place(root, train, end) for end in "AB")
        sides, names = [left, right], ("A", "B")
        if whole != other:
            raise ValueError(f"{root} must have a test folder for both collections, testA and testB, or for neither")
    else:
        folder, whole = place(root, train)
        sides = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        names = tuple(path.name for path in sides)
        if paired and not sides:
            return Sides(root, HALVES, chosen(files(folder), train, whole), None, paired)
    if len(sides) != 2:
        found = ", ".join(names) or "none"
        raise ValueError(f"{root} must have two sub-folders, one for each side; it has {found}")
    left, right = (chosen(files(side), train, whole) for side in sides)
    if paired:
        return matched(root, names, left, right)
    found = Sides(root, names, left, right, paired)
    return found if train else unseen(found)


def unseen(test: Sides) -> Sides:
    """The test split of two collections without the pictures that the training split has, too, file for file."""
    train = look(test.root, True, paired=False)
    known = {hashlib.sha256(path.read_bytes()).digest() for path in (*train.left, *train.right)}
    left, right = (
        [path for path in side if hashlib.sha256(path.read_bytes()).digest() not in known]
        for side in (test.left, test.right)
    )
    told = tuple(
        f"{path.relative_to(test.root).as_posix()} is among the training pictures, too, and not measured on"
        for path in sorted({*test.left, *test.right} - {*left, *right})
    )
    return replace(test, left=left, right=right, told=told)


def place(root: Path, train: bool, end: str = "") -> tuple[Path, bool]:
    """The folder that a split is in, and whether it holds both splits."""
    tests = [root / f"{name}{end}" for name in TEST if (root / f"{name}{end}").is_dir()]
    if not (root / f"train{end}").is_dir():
        return root, True
    return (root / f"train{end}", not tests) if train or not tests else (tests[0], False)


def files(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )


def chosen(paths: list[Path], train: bool, whole: bool) -> list[Path]:
    """Those of one split of a `whole` folder, which holds both."""
    return [path for path in paths if is_test(Path(path.stem)) != train] if whole else paths


def matched(root: Path, names: tuple[str, str], left: list[Path], right: list[Path]) -> Sides:
    """The files that have a partner of the same name, whatever their endings."""
    lefts, rights = ({path.stem: path for path in side} for side in (left, right))
    stems = sorted(lefts.keys() & rights.keys())
    partners = [lefts[stem] for stem in stems], [rights[stem] for stem in stems]
    lone = sorted({*left, *right} - {*partners[0], *partners[1]})
    told = tuple(f"{path.relative_to(root).as_posix()} has no partner of its own" for path in lone)
    return Sides(root, names, *partners, True, told)


@dataclass(frozen=True)
class Readable:
    """What of the files of one split can be read.

    `open_unit` makes a pair uint8 (2c, h, w) of the files of one of the `units`; `images` are all pairs (n, 2c, h, w),
    if they were kept; `notes` are for a person, `digest` is of the files' names.
    """

    units: list[tuple[Path, ...]]
    open_unit: Callable[..., Tensor]
    images: Tensor | None
    notes: tuple[str, ...]
    digest: str


def read(sides: Sides, image_shape: tuple[int, int, int], *, keep: bool, fewest: int = FEWEST) -> Readable:
    """Open every file once; `keep` keeps the pictures. Raises ValueError for less than `fewest` pairs,
    or pictures in a collection.

    Of two collections the shorter one begins again until both are equally long.
    """
    open_unit = partial(halves if sides.right is None else both, image_shape=image_shape)
    images = torch.empty((len(sides) if keep else 0, 2 * image_shape[0], *image_shape[1:]), dtype=torch.uint8)
    if sides.paired:
        files = [sides.left] if sides.right is None else [sides.left, sides.right]
        units, refused = opened(list(zip(*files, strict=True)), open_unit, images)
        count, what = len(units), "pairs"
    else:
        found = [
            opened([(path,) for path in side], open_unit, half)
            for side, half in zip((sides.left, sides.right), images.chunk(2, dim=1), strict=True)
        ]
        units, refused = joined(*found, images)
        count, what = min(len(good) for good, _ in found), "pictures in the smaller collection"
    notes = (
        f"{count} {what} can be read in {sides.root}: {' and '.join(sides.names)}",
        *told_of_refused([*sides.told, *refused]),
    )
    if not sides and not sides.told:
        raise ValueError(f"{sides.root} has no pictures for that split: make folders train and test in it")
    if count < fewest:
        raise ValueError(f"{'; '.join(notes)}; at least {fewest} are needed")
    paths = dict.fromkeys(path for side in zip(*units, strict=True) for path in side)  # left ones first, each once
    digest = digest_of(path.relative_to(sides.root).as_posix() for path in paths)
    return Readable(units, open_unit, images[: len(units)] if keep else None, notes, digest)


Opened = tuple[list[tuple[Path, ...]], list[str]]
"""The units that can be read, and why the others cannot be."""


def opened(units: list[tuple[Path, ...]], open_unit: Callable[..., Tensor], images: Tensor) -> Opened:
    """Open every unit; `images` gets the pictures of those that can be read, unless it is empty."""

    def attempt(unit: tuple[Path, ...]) -> Tensor | str:
        try:
            return open_unit(*unit)
        except ValueError as error:
            return str(error)

    good, refused = [], []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for unit, result in zip(units, pool.map(attempt, units), strict=True):
            if isinstance(result, str):
                refused.append(result)
                continue
            if len(images):
                images[len(good)] = result
            good.append(unit)
    return good, refused


def joined(left: Opened, right: Opened, images: Tensor) -> Opened:
    """Both collections in the order of their names, as if they were pairs, `images` too."""
    lengths = len(left[0]), len(right[0])
    count = max(lengths) if all(lengths) else 0
    units = [left[0][i % lengths[0]] + right[0][i % lengths[1]] for i in range(count)]
    for half, length in zip(images[:count].chunk(2, dim=1), lengths, strict=True):
        for i in range(length, len(half)):
            half[i] = half[i % length]
    return units, left[1] + right[1]


def both(*paths: Path, image_shape: tuple[int, int, int]) -> Tensor:
    """Pictures of their own files: uint8 (c, h, w) each, joined along the channels."""
    return torch.cat([open_as(path, image_shape)[0] for path in paths])


def halves(path: Path, *, image_shape: tuple[int, int, int]) -> Tensor:
    """The left and the right half of one picture: uint8 (2c, h, w)."""
    whole = open_picture(path, longest=16 * max(image_shape))
    middle = whole.width // 2
    if not middle:
        raise ValueError(f"{path.name} is one pixel wide and has no halves")
    parts = whole.crop((0, 0, middle, whole.height)), whole.crop((whole.width - middle, 0, whole.width, whole.height))
    return torch.cat([fit(part, image_shape) for part in parts])
