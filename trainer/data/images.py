"""Datasets of images: in memory as uint8 where they fit, else in their files."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from ganzoo import checks

if TYPE_CHECKING:
    from typing_extensions import Self  # typing has it from Python 3.11 on

ImageShape = tuple[int, int, int]
"""Channels, height and width."""
RESIDENT_SHARE = 0.5
"""The share of the free memory that images may fill. Larger datasets are read batch by batch."""

HALVES = ("left", "right")
"""The names of the sides of images that hold both."""
POSITIONS = {HALVES, ("A", "B")}
"""Names of sides that only say which image of a pair comes first. They go with any other names."""
IndexValues = tuple[tuple[int, ...], ...]
"""By side: the values of index masks, ascending; () for a side of other images. Empty where no side has masks."""


@dataclass(frozen=True)
class LoadOptions:
    """The argument of the loaders in `trainer.data.registry.DATASETS`."""

    root: Path
    """The folder of the datasets; loaders may download into it."""
    train: bool
    """Whether the train split is loaded, or the test split."""
    image_shape: ImageShape
    """What the images of a folder are fitted to. Other datasets come in their own shape."""
    memory: int | None = None
    """The free memory in bytes; None measures it."""
    classes: tuple[str, ...] = ()
    """The class names that a model has recorded, where the images are read for it; else empty."""
    sides: tuple[str, ...] = ()
    """The names of the sides that a model has recorded, where pairs are read for it; else empty."""
    earlier: bool = False
    """Whether a folder is read as by the first reader, for a run that began with it."""
    index_values: IndexValues | None = None
    """Those that a model has recorded, where the images are read for it; None finds them in the train split."""


@dataclass(frozen=True, kw_only=True)
class ImageDataset(Dataset[Tensor]):
    """Images of one shape, their labels, and a description. `dataset[i]` is image i, uint8 (c, h, w)."""

    classes: tuple[str, ...] = ()
    """The names of the labels; empty where they have none."""
    notes: tuple[str, ...] = ()
    """What the user should know of the images before training starts, a line each."""
    digest: str = ""
    """A digest of the names of the files, in their order; empty for a dataset that never changes."""
    sides: tuple[str, ...] = ()
    """The names of the two images of a pair. A pair comes as (2c, h, w): the left image's channels first."""
    index_values: IndexValues = ()
    """The values of index masks, which were spread over 0..255 (`ganzoo.images.spread`)."""
    unpaired: bool = False
    """Whether left and right images do not belong together: each side is a separate collection."""

    if TYPE_CHECKING:  # every kind of dataset has these; a property here would be a default for dataclass fields

        @property
        def labels(self) -> Tensor:
            """int64 (n,)."""

        @property
        def image_shape(self) -> ImageShape:
            """The shape of one image, of both sides of a pair together."""

        def turned(self) -> "Self":
            """The same pixels, with the right image of each pair first."""

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, n: int) -> Tensor:
        """The first n images, uint8 (n, c, h, w); fewer where there are fewer."""
        return torch.stack([self[i] for i in range(min(n, len(self)))])

    def with_classes(self, classes: Sequence[str]) -> "Self":
        """The same images with labels that are places in `classes`, the names that a model has recorded.

        Without names on either side, labels stay as they are. Raises ValueError that lists the classes that are new and
        those that are missing.
        """
        if not classes or not self.classes or tuple(classes) == self.classes:
            return self
        known, own = checks.comparable(classes), checks.comparable(self.classes)
        differences = {
            "they have no": [name for name in known if name not in own],
            "new are": [name for name in own if name not in known],
        }
        if any(differences.values()):
            found = "; ".join(f"{what} {', '.join(names)}" for what, names in differences.items() if names)
            raise ValueError(
                f"the pictures have other classes than the model, which knows {', '.join(classes)}: {found}; "
                "use pictures of the same classes, or train a model on these"
            )
        places = torch.tensor([known.index(name) for name in own], device=self.labels.device)
        changes: dict[str, Any] = {"labels": places[self.labels], "classes": tuple(classes)}
        return replace(self, **changes)

    def with_sides(self, sides: Sequence[str]) -> "Self":
        """The same pairs in the order of `sides`, the names that a model has recorded.

        Raises ValueError as `is_turned` does.
        """
        if not is_turned(self.sides, sides):
            return self
        return replace(self.turned(), sides=self.sides[::-1], index_values=self.index_values[::-1])


@dataclass(frozen=True)
class InMemoryImages(ImageDataset):
    """`images` uint8 (n, c, h, w) and `labels` int64 (n,), on one device."""

    images: Tensor
    labels: Tensor

    def __getitem__(self, index: int) -> Tensor:
        return self.images[index]

    @property
    def image_shape(self) -> ImageShape:
        channels, height, width = self.images.shape[1:]
        return channels, height, width

    def turned(self) -> "InMemoryImages":
        return replace(self, images=self.images.roll(self.images.shape[1] // 2, dims=1))

    def to(self, device: torch.device) -> "InMemoryImages":
        """The same dataset on another device."""
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))

    def take(self, indices: Tensor | slice) -> "InMemoryImages":
        """Some of the images, with their labels."""
        return replace(self, images=self.images[indices], labels=self.labels[indices])


@dataclass(frozen=True)
class ImageFiles(ImageDataset):
    """Images that stay in their files. `open_item` makes an image (c, h, w) of an item's files."""

    items: list[tuple[Path, ...]]
    open_item: Callable[..., Tensor]
    labels: Tensor
    image_shape: ImageShape

    def __getitem__(self, index: int) -> Tensor:
        return self.open_item(*self.items[index])

    def turned(self) -> "ImageFiles":
        return replace(self, open_item=partial(open_turned, self.open_item))


def open_turned(open_item: Callable[..., Tensor], *files: Path) -> Tensor:
    """What `open_item` makes of the files of a pair (2c, h, w), the right image's channels first."""
    images = open_item(*files)
    return images.roll(len(images) // 2, dims=0)


def is_turned(sides: Sequence[str], recorded: Sequence[str]) -> bool:
    """Whether the sides of pairs come in the other order than those that a model has recorded.

    Without names on either side, and with `POSITIONS`, they do not. Raises ValueError that names both where they are
    other sides.
    """
    names, wanted = tuple(checks.comparable(sides)), tuple(checks.comparable(recorded))
    if not names or not wanted or names == wanted or POSITIONS & {names, wanted}:
        return False
    if names == wanted[::-1]:
        return True
    raise ValueError(
        f"the sides of the pairs are {' and '.join(names)}, but those of the model are {' and '.join(wanted)}: "
        "put the pictures into two folders of these names"
    )


def free_memory(device: torch.device) -> int:
    """The free memory of a device in bytes; 8 GiB where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):  # Windows and macOS have no such file
        return 8 * 2**30


def fits_in_memory(count: int, image_shape: ImageShape, device: torch.device, memory: int | None = None) -> bool:
    """Whether that many images fit into `RESIDENT_SHARE` of `memory` (bytes; by default what is free on the device)."""
    available = free_memory(device) if memory is None else memory
    return count * math.prod(image_shape) <= RESIDENT_SHARE * available
