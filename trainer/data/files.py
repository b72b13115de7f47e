"""The reader of image folders: it opens the files that a layout lists, and names what it leaves out.

A layout (`trainer.data.folder`, `trainer.data.pairs`) is a function from a folder and a split to a `Listing`, of which
`read` makes a dataset. Where a folder has no test split, `is_test` chooses one image in ten by its name, so that a new
image moves no other from one split to the other.
"""

import hashlib
import math
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from ganzoo.files import printable
from ganzoo.images import OWN_FORMATS, VOID, fit, mask_values, open_picture, spread, spread_levels
from trainer.data.images import (
    HALVES,
    ImageDataset,
    ImageFiles,
    ImageShape,
    IndexValues,
    InMemoryImages,
    fits_in_memory,
)

MIN_IMAGES = 20
"""A train split of fewer images is refused, because it is too small to train on."""
MAX_NAMED = 5
"""How many of the files that are left out are named."""
FIRST_ONES = 4
"""Images of a side that show whether it may hold index masks, before all are read."""
MIN_FOR_PROGRESS = 1000
"""A progress bar is shown for at least this many items."""

Item = tuple[Path, ...]
"""The files of which one image of a dataset is made: one file, or one for each side of a pair."""


@dataclass(frozen=True)
class Listing:
    """The files of one split, as a layout lists them. Nothing is opened yet."""

    root: Path
    collections: tuple[list[Item], ...]
    """One list of items, or one for each side where these are unpaired. The shorter list is then repeated."""
    open_item: Callable[..., list[Image.Image]]
    """Opens an item's files: one image, or one for each side of a pair. `longest` is as in `open_picture`.

    Raises ValueError with one sentence for what cannot be read. Worker processes pickle it, so it must be a function of
    a module.
    """
    labels: list[int] | None = None
    """The class of each item, where images are labelled; there is only one collection then."""
    classes: tuple[str, ...] = ()
    """The names of the labels."""
    sides: tuple[str, ...] = ()
    """The names of the two sides; empty where images are no pairs."""
    left_out: tuple[str, ...] = ()
    """A message for each file that the layout leaves out."""
    splits: str = ""
    """What the folder was taken for besides classes and sides: its splits, and what makes a pair; empty for nothing."""

    def __len__(self) -> int:
        return max(len(items) for items in self.collections)


Layout = Callable[..., Listing]
"""Lists the train split (True) or the test split (False) of a folder.

The arguments are the folder, the split, and by name `classes` and `earlier` of `LoadOptions`. Raises ValueError where
the layout does not apply.
"""


@dataclass(frozen=True)
class Opened:
    """The items of a list that can be read, and why the others cannot."""

    items: list[Item]
    indices: list[int]
    """Their places in the list."""
    sizes: list[tuple[int, int]]
    """The width and height of the first file of each."""
    problems: list[tuple[Item, str]]
    """The items that cannot be read, each with the reason."""


def is_test(name: str) -> bool:
    """Whether an image of that name (with "/" between folders) belongs to the test split of a folder without one."""
    return zlib.crc32(as_bytes(name)) % 10 == 0


def digest_of(names: Iterable[str]) -> str:
    """A digest of names, in their order: 16 hexadecimal digits."""
    return hashlib.sha256(as_bytes("\n".join(names))).hexdigest()[:16]


def as_bytes(name: str) -> bytes:
    """A name in UTF-8. Bytes of a file's name that are no UTF-8 are surrogates in Python, and stay distinct."""
    return name.encode("utf-8", "surrogatepass")


def open_images(*paths: Path, longest: int | None, formats: tuple[str, ...] = OWN_FORMATS) -> list[Image.Image]:
    """Several image files."""
    return [open_picture(path, longest=longest, formats=formats) for path in paths]


def prepare_item(
    *paths: Path,
    open_item: Callable[..., list[Image.Image]],
    image_shape: ImageShape,
    index_values: IndexValues,
    alike: bool,
) -> Tensor:
    """The images of an item, cropped, scaled and joined along the channels: uint8 (images * c, h, w).

    Index masks are spread by the `index_values` of their side. Raises ValueError for what cannot be read, and where
    images must be cropped `alike`, for different shapes.
    """
    longest = None if any(index_values) else 16 * max(image_shape)  # scaling would mix the numbers of classes
    images = open_item(*paths, longest=longest)
    if alike and not all(have_one_shape(images[0], image) for image in images[1:]):
        shapes = " and ".join(f"{image.width}x{image.height}" for image in images)
        names = " and ".join(path.name for path in paths)
        raise ValueError(f"{names} have different shapes, {shapes}: bring them to one shape first")
    values = index_values or [()] * len(images)
    return torch.cat([fit(spread(image, side), image_shape) for image, side in zip(images, values, strict=True)])


def have_one_shape(first: Image.Image, second: Image.Image) -> bool:
    """Whether one image is as large as the other, or a scaled copy of it, up to a rounding of one pixel."""
    (width, height), large = sorted((first.size, second.size), key=math.prod)
    return abs(width * large[1] - height * large[0]) <= max(large)


def find_index_values(listing: Listing) -> IndexValues:
    """By side: the values of index masks, ascending; () for a side with any other image. Empty without masks.

    Masks of small numbers look black to a network. Images of at most two values, of which one is 255, are no index
    masks. Of a side that begins with another image, only the first few are read.
    """
    sides = tuple(values_of_side(listing, i) for i in range(max(1, len(listing.sides))))
    return sides if any(sides) else ()


def values_of_side(listing: Listing, side: int) -> tuple[int, ...]:
    """The values of the index masks of a side; () where any image is none."""
    is_alone = len(listing.collections) > 1
    items = listing.collections[side if is_alone else 0]
    if not is_alone and items and len(items[0]) > 1:
        items, is_alone = [item[side : side + 1] for item in items], True

    def attempt(item: Item) -> set[int] | None:
        try:
            return mask_values(listing.open_item(*item, longest=None)[0 if is_alone else side])
        except ValueError:
            return set()

    values: set[int] = set()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for part in (items[:FIRST_ONES], items[FIRST_ONES:]):
            for found in pool.map(attempt, part):
                if found is None:
                    return ()
                values |= found
    return tuple(sorted(values)) if len(values - {VOID}) > 1 else ()


def describe_masks(sides: tuple[str, ...], index_values: IndexValues) -> list[str]:
    """A line for each side of index masks, which says how they are spread."""
    return [
        f"{name} are masks of the values {in_words(values)}, spread to {in_words(spread_levels(values))}"
        for name, values in zip(sides or ("the pictures",), index_values or [()] * len(sides or ("",)), strict=True)
        if values
    ]


def in_words(values: Sequence[int | str]) -> str:
    """Numbers or names, of which only the first ones and the last one are named where they are many."""
    shown = map(str, values if len(values) <= MAX_NAMED + 1 else [*values[:MAX_NAMED], "...", values[-1]])
    return ", ".join(shown)


def can_open(path: Path) -> bool:
    """Whether an image file can be read."""
    try:
        open_picture(path, longest=64, formats=OWN_FORMATS)
    except ValueError:
        return False
    return True


def size_of(path: Path) -> tuple[int, int]:
    """The width and height of an image file."""
    with Image.open(path, formats=OWN_FORMATS) as image:
        return image.size


def read(
    listing: Listing,
    image_shape: ImageShape,
    *,
    min_images: int = MIN_IMAGES,
    memory: int | None = None,
    index_values: IndexValues = (),
    earlier: bool = False,
) -> ImageDataset:
    """Open every file once and make a dataset of those that can be read.

    Images are kept in memory where they fit (`memory` as in `fits_in_memory`), else they stay in their files. Raises
    ValueError for fewer than `min_images` (of the smaller collection).
    """
    channels, height, width = image_shape
    shape = (channels * max(1, len(listing.sides)), height, width)
    resident = fits_in_memory(len(listing), shape, torch.device("cpu"), memory)
    images = torch.empty((len(listing) if resident else 0, *shape), dtype=torch.uint8)
    parts = images.chunk(len(listing.collections), dim=1)
    alike = len(parts) == 1 and not earlier  # the first reader cropped the sides of a pair apart
    prepare = partial(prepare_item, open_item=listing.open_item, image_shape=image_shape, alike=alike)
    values = [index_values] if len(parts) == 1 else [index_values[i : i + 1] for i in range(len(parts))]
    opened = [
        open_all(items, partial(prepare, index_values=side), part, description=f"reading {listing.root}")
        for items, part, side in zip(listing.collections, parts, values, strict=True)
    ]
    notes = (*describe(listing, opened), *describe_masks(listing.sides, index_values))
    if min(len(part.items) for part in opened) < min_images:
        raise ValueError(f"{'; '.join(notes)}; at least {min_images} are needed")
    items = join([part.items for part in opened])
    for part, collection in zip(parts, opened, strict=True):
        repeat(part[: len(items)], len(collection.items))
    labels = torch.zeros(len(items), dtype=torch.int64)
    if listing.labels is not None:
        labels = torch.tensor([listing.labels[i] for i in opened[0].indices], dtype=torch.int64)
    return replace(
        InMemoryImages(images[: len(items)], labels)
        if resident
        else ImageFiles(items, partial(prepare, index_values=index_values), labels, shape),
        classes=listing.classes,
        notes=notes,
        digest=digest_of(names_of(listing, items, labels.tolist())),
        sides=listing.sides,
        unpaired=len(listing.collections) > 1,
        index_values=index_values,
    )


def open_all(items: list[Item], open_item: Callable[..., Tensor], images: Tensor, *, description: str) -> Opened:
    """Open every item; `images` (n, c, h, w) gets those that can be read, unless it is empty."""

    def attempt(item: Item) -> tuple[Tensor, tuple[int, int]] | str:
        try:
            return open_item(*item), size_of(item[0])
        except ValueError as error:
            return str(error)

    opened = Opened([], [], [], [])
    hide_progress = len(items) < MIN_FOR_PROGRESS
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = tqdm(pool.map(attempt, items), total=len(items), desc=description, leave=False, disable=hide_progress)
        for index, result in enumerate(results):
            if isinstance(result, str):
                opened.problems.append((items[index], result))
                continue
            image, size = result
            if len(images):
                images[len(opened.items)] = image
            opened.items.append(items[index])
            opened.indices.append(index)
            opened.sizes.append(size)
    return opened


def join(collections: list[list[Item]]) -> list[Item]:
    """The collections as one list of items, each with the files of all; shorter collections begin again."""
    return [
        tuple(path for items in collections for path in items[i % len(items)])
        for i in range(max(len(items) for items in collections) if all(collections) else 0)
    ]


def repeat(images: Tensor, count: int) -> None:
    """Fill images (n, c, h, w) in place with the first `count` of them, again and again."""
    for i in range(count, len(images)):
        images[i] = images[i % count]


def names_of(listing: Listing, items: list[Item], labels: list[int]) -> list[str]:
    """The names whose digest identifies a dataset. Runs keep that digest, so these names must never change.

    Names of labelled images end in their label. Pairs give all left files, then all right files, each file once.
    """
    if listing.labels is not None:
        return [f"{name_in(listing, path)}={label}" for (path,), label in zip(items, labels, strict=True)]
    return [
        name_in(listing, path) for path in dict.fromkeys(path for side in zip(*items, strict=True) for path in side)
    ]


def name_in(listing: Listing, path: Path) -> str:
    """A file's name as seen from the root of its listing, with "/" between folders."""
    return path.relative_to(listing.root).as_posix()


def describe(listing: Listing, opened: list[Opened]) -> list[str]:
    """Lines for a person: how many images, of what sizes and classes or of which sides, and what is left out."""
    count = min(len(part.items) for part in opened)
    what = "pictures" if not listing.sides else "pairs" if len(opened) == 1 else "pictures in the smaller collection"
    line = f"{count} {what} can be read in {listing.root}"
    if listing.sides:
        line += f": {describe_sides(listing)}" + (f"; {listing.splits}" if listing.splits else "")
    elif sizes := opened[0].sizes:
        smallest, largest = min(sizes, key=math.prod), max(sizes, key=math.prod)
        line += f", {smallest[0]}x{smallest[1]}" + (f" to {largest[0]}x{largest[1]}" if largest != smallest else "")
        line += " pixels"
    lines = [line]
    if listing.labels is not None and (listing.classes or listing.splits):
        counts = Counter(listing.labels[i] for i in opened[0].indices)
        classes = ", ".join(f"{name} ({counts[i]})" for i, name in enumerate(listing.classes))
        taken_for = f"classes: {classes}" if classes else "no classes"
        lines.append(f"{taken_for}; {listing.splits}" if listing.splits else taken_for)
    messages = [*listing.left_out, *(explain(listing, *problem) for part in opened for problem in part.problems)]
    if messages:
        more = f"; and {len(messages) - MAX_NAMED} more" if len(messages) > MAX_NAMED else ""
        lines.append(f"left out {len(messages)}: {'; '.join(messages[:MAX_NAMED])}{more}")
    return [printable(line) for line in lines]


def describe_sides(listing: Listing) -> str:
    """The names of both sides; of pairs, also which one is left, as recipes name it."""
    left, right = listing.sides
    is_clear = len(listing.collections) > 1 or listing.sides == HALVES
    return f"{left} and {right}" if is_clear else f"{left} (left) and {right} (right)"


def explain(listing: Listing, item: Item, reason: str) -> str:
    """Why an item is left out. Classes may hold files of the same name, so the folder of a labelled one is named."""
    folder = item[0].parent
    if listing.labels is None or folder == listing.root:
        return reason
    return f"{folder.relative_to(listing.root)}: {reason}"
