"""Folders of picture pairs, and of two collections without pairs: (n, 2c, h, w), the left one's channels first.

Understood are pictures with both halves side by side (as pix2pix's data sets come), two sub-folders with a picture of
the same name in each, and, without pairs, two sub-folders of any pictures (CycleGAN's come as trainA, trainB, testA,
testB). Where there is no test folder, one picture in ten, chosen by its name, is the test split.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from ganzoo.images import SUFFIXES, fit, open_picture
from trainer.folder import FEWEST, digest_of, is_test, open_as, told_of_refused

TEST = ("test", "val")
"""How a test split's folder may be called, behind a training split's that is called "train"."""
HALVES = ("left", "right")


@dataclass(frozen=True)
class Sides:
    """The files of one split; `right` is None where each file of `left` holds both pictures."""

    names: tuple[str, str]
    left: list[Path]
    right: list[Path] | None


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
            return Sides(HALVES, chosen(files(folder), train, whole), None)
    if len(sides) != 2:
        found = ", ".join(names) or "none"
        raise ValueError(f"{root} must have two sub-folders, one for each side; it has {found}")
    left, right = (chosen(files(side), train, whole) for side in sides)
    return Sides(names, *(matched(left, right) if paired else (left, right)))


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


def matched(left: list[Path], right: list[Path]) -> tuple[list[Path], list[Path]]:
    """The files that have a partner of the same name, whatever their endings."""
    partners = {path.stem: path for path in right}
    both = [path for path in left if path.stem in partners]
    return both, [partners[path.stem] for path in both]


@dataclass(frozen=True)
class Read:
    """`images` uint8 (n, 2c, h, w), `names` of the sides, `notes` for a person, and a `digest` of the files' names."""

    images: Tensor
    names: tuple[str, str]
    notes: tuple[str, ...]
    digest: str


def read(root: Path, train: bool, image_shape: tuple[int, int, int], *, paired: bool, fewest: int = FEWEST) -> Read:
    """Everything of one split that can be read. Raises ValueError for less than `fewest` pairs.

    Of two collections the shorter one begins again until both are equally long.
    """
    sides = look(root, train, paired=paired)
    if not paired:
        units, refused = collections(sides, image_shape)
    elif sides.right is None:
        units, refused = opened([(path,) for path in sides.left], partial(halves, image_shape=image_shape))
    else:
        units, refused = opened(list(zip(sides.left, sides.right, strict=True)), partial(both, image_shape=image_shape))
    what = "pairs" if paired else "pictures in the larger collection"
    notes = [f"{len(units)} {what} can be read in {root}: {' and '.join(sides.names)}", *told_of_refused(refused)]
    if len(units) < fewest:
        raise ValueError(f"{'; '.join(notes)}; at least {fewest} are needed")
    names = (path.relative_to(root).as_posix() for path in [*sides.left, *(sides.right or [])])
    return Read(torch.stack(units), sides.names, tuple(notes), digest_of(names))


def collections(sides: Sides, image_shape: tuple[int, int, int]) -> tuple[list[Tensor], list[str]]:
    """Pictures of both collections in the order of their names, joined as if they were pairs."""
    alone = partial(both, image_shape=image_shape)
    (left, not_left), (right, not_right) = (
        opened([(path,) for path in side], alone) for side in (sides.left, sides.right)
    )
    count = max(len(left), len(right)) if left and right else 0
    return [torch.cat([left[i % len(left)], right[i % len(right)]]) for i in range(count)], not_left + not_right


def opened(units: list[tuple[Path, ...]], open_unit: Callable[..., Tensor]) -> tuple[list[Tensor], list[str]]:
    """What `open_unit` makes of each tuple of files, and for what it could not why."""

    def attempt(unit: tuple[Path, ...]) -> Tensor | str:
        try:
            return open_unit(*unit)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(attempt, units))
    return [one for one in found if not isinstance(one, str)], [one for one in found if isinstance(one, str)]


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
