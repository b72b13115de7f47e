"""What lies in a folder of pictures: its visible files, and which of its folders are splits or mere wrappers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from PIL import Image

from ganzoo.files import is_hidden, walk_folder
from ganzoo.images import FORMATS, SUFFIXES

TRAIN, TEST, VALIDATION = "train", "test", "validation"
SPLITS = {
    "train": TRAIN, "training": TRAIN, "test": TEST, "testing": TEST,
    "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "dev": VALIDATION, "eval": VALIDATION,
}  # fmt: skip
"""The splits, by the names of their folders in any letter case."""
SET = re.compile(r"[ _-]?(?:data)?set$", re.IGNORECASE)
"""How the names of splits may end: training_set."""
NUMBER = re.compile(r"(^-?\d+(?:\.\d+(?!\.?\d))?|\d+)")
"""A number in a name."""
EARLIER_SUFFIXES = {ending for ending, kind in Image.registered_extensions().items() if kind in FORMATS}
"""The endings of images for the first reader of folders."""


@dataclass(frozen=True)
class Tree:
    """The files in and below a folder."""

    root: Path
    files: list[Path]
    """The visible files as seen from the root, sorted."""
    problems: list[str]
    """A message for each link and folder that could not be followed, and for each empty folder."""

    @property
    def images(self) -> list[Path]:
        """The files whose names end as those of images do."""
        return [path for path in self.files if has_image_suffix(path)]


@dataclass(frozen=True)
class Place:
    """A file of a folder."""

    path: Path
    """As seen from the root."""
    split: str
    """`TRAIN`, `TEST` or `VALIDATION`; empty where the folder has no splits."""
    inner: Path
    """The path without the folder of the split."""
    folder: str = ""
    """The name of the folder of the split."""

    @property
    def top(self) -> str:
        """The first folder on the way to the file inside its split; empty for none."""
        return self.inner.parts[0] if len(self.inner.parts) > 1 else ""


def walk(root: Path, *, earlier: bool = False) -> Tree:
    """The visible files in and below a folder. `earlier` follows no links to folders and hides only names with a dot.

    Raises ValueError where there is no folder.
    """
    return Tree(root, *(walk_folder(root, follow_links=False, droppings=()) if earlier else walk_folder(root)))


def list_paths(folder: Path) -> list[Path]:
    """The visible paths in a folder, in order of their names. Raises ValueError where there is no folder."""
    if not folder.is_dir():
        raise ValueError(f"no folder {str(folder)!r}")
    return sorted(path for path in folder.iterdir() if not is_hidden(path.name))


def list_folders(folder: Path) -> list[Path]:
    """The visible sub-folders of a folder that hold images; where there are no images at all, all of them."""
    paths = list_paths(folder)
    folders = [path for path in paths if path.is_dir()]
    with_images = [path for path in folders if walk(path).images]
    return folders if not with_images and not any(map(has_image_suffix, paths)) else with_images


def has_image_suffix(path: Path, *, earlier: bool = False) -> bool:
    """Whether a name ends as those of images do; `earlier` there were fewer formats."""
    return path.suffix.lower() in (EARLIER_SUFFIXES if earlier else SUFFIXES)


def split_of(name: str) -> str:
    """The split that a folder of that name holds; empty for none."""
    return SPLITS.get(SET.sub("", name).lower(), "")


def splits_of(names: Iterable[str]) -> dict[str, str]:
    """The splits that folders side by side hold, by their names; empty for none.

    Words that all names begin or end with say nothing: seg_train, seg_test.
    """
    words = {name: re.split(r"[ _-]", name) for name in names}
    for end in (0, -1):
        while len({parts[end] for parts in words.values()}) == 1 and min(map(len, words.values())) > 1:
            for parts in words.values():
                parts.pop(end)
    return {name: split_of(name) or split_of("_".join(parts)) for name, parts in words.items()}


def by_number(name: str) -> tuple[list[str | Decimal], str]:
    """A key that sorts the numbers in names as numbers: 2 before 10, and -1 before 0; 1.25 before 1.5.

    Only at the start of a name are there signs and fractions: a-1 holds a hyphen, v1.10 and 1.10.2 are versions.
    """
    parts = re.split(NUMBER, name)
    return [Decimal(part) if i % 2 else part for i, part in enumerate(parts)], name


def wrapper_of(images: Sequence[Path]) -> Path:
    """The folders around all images that say nothing of them: each holds one folder, and that holds more folders.

    A single folder of images is no wrapper but a class, unless it has the name of a split.
    """
    wrapper = Path()
    while True:
        inner = [path.relative_to(wrapper).parts for path in images]
        tops = {parts[0] for parts in inner}
        depth = min(map(len, inner), default=0)
        if len(tops) != 1 or depth < (2 if split_of(*tops) else 3):
            return wrapper
        wrapper /= tops.pop()


def arrange(tree: Tree) -> tuple[Tree, list[Place]]:
    """The tree without its wrappers, and each of its files with its split.

    Splits are the first folders (train/cat) or the second ones (cat/train). Raises ValueError where folders of splits
    and others lie side by side.
    """
    wrapper = wrapper_of(tree.images)
    inside = [path.relative_to(wrapper) for path in tree.files if path.is_relative_to(wrapper)]
    tree = Tree(tree.root / wrapper, inside, tree.problems)
    level, splits = find_splits(tree)
    if not splits:
        return tree, unsplit(tree)
    places = list(placed(tree.files, level, splits))
    return tree, [place for split in (TRAIN, TEST, VALIDATION) for place in unwrapped(places, split)]


def unsplit(tree: Tree) -> list[Place]:
    """The files of a tree without splits."""
    return [Place(path, "", path) for path in tree.files]


def find_splits(tree: Tree) -> tuple[int, dict[str, str]]:
    """Which folders on the way to images are splits, the first (0) or the second (1), and their splits; {} for none."""
    in_folders = [path.parts for path in tree.images if len(path.parts) > 1]
    for level in (0, 1):
        deep = [parts for parts in in_folders if len(parts) > level + 1]
        found = splits_of(sorted({parts[level] for parts in deep}))
        if TRAIN not in found.values() or not {TEST, VALIDATION} & set(found.values()):
            continue
        others = [name for name, split in found.items() if not split]
        if not others and len(deep) == len(in_folders):
            return level, found
        splits = " and ".join(name for name, split in found.items() if split)
        if level == 0:
            raise ValueError(
                f"{tree.root} has {splits}, which are splits, beside {', '.join(others)}: "
                f"name one folder, such as folder:{tree.root / next(name for name in found if found[name] == TRAIN)}, "
                f"or say classes:{tree.root} if all of them are classes"
            )
        whole = sorted({parts[0] for parts in in_folders} - {parts[0] for parts in deep if found[parts[1]]})
        beside = f"but not in {', '.join(whole)}" if whole else f"beside {', '.join(others) or 'pictures'}"
        raise ValueError(
            f"{tree.root} has {splits}, which are splits, inside its folders, {beside}: give all classes both, "
            f"or say classes:{tree.root} if all of these are pictures of their classes"
        )
    return 0, {}


def placed(files: Iterable[Path], level: int, splits: Mapping[str, str]) -> Iterator[Place]:
    """The files of a tree whose folders at that level are splits; files beside these folders are in none."""
    for path in files:
        parts = path.parts
        if len(parts) > level + 1 and (split := splits.get(parts[level])):
            yield Place(path, split, Path(*parts[:level], *parts[level + 1 :]), parts[level])


def unwrapped(places: Iterable[Place], split: str) -> list[Place]:
    """The places of one split, without the wrappers inside it."""
    inside = [place for place in places if place.split == split]
    wrapper = wrapper_of([place.inner for place in inside if has_image_suffix(place.path)])
    return [
        replace(place, inner=place.inner.relative_to(wrapper))
        for place in inside
        if place.inner.is_relative_to(wrapper)
    ]
