"""Data sets of images: in memory as uint8 where they fit, else in their files."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset

RESIDENT_SHARE = 0.5
"""How much of the free memory pictures may take; beyond it they are read batch by batch."""


@dataclass(frozen=True, kw_only=True)
class ImageDataset(Dataset):
    """Pictures of one `image_shape` (c, h, w) with `labels` int64 (n,), and what a folder of them says of itself."""

    classes: tuple[str, ...] = ()
    """What the labels are called, where they have names."""
    notes: tuple[str, ...] = ()
    """What a person should know of the pictures before training starts."""
    digest: str = ""
    """Of the names of the files, in their order; empty for a data set that does not change."""
    sides: tuple[str, ...] = ()
    """What the two pictures of a pair are, where each comes as (2c, h, w): the left one's channels first."""
    unpaired: bool = False
    """Whether the two do not belong together: any left one stands for its collection, and so does any right one."""

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, n: int) -> Tensor:
        """The first pictures, uint8 (n, c, h, w)."""
        return torch.stack([self[i] for i in range(min(n, len(self)))])


@dataclass(frozen=True)
class InMemoryImages(ImageDataset):
    """`images` uint8 (n, c, h, w) and `labels` int64 (n,), on one device."""

    images: Tensor
    labels: Tensor

    def __getitem__(self, index: int) -> Tensor:
        return self.images[index]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        return tuple(self.images.shape[1:])

    def to(self, device: torch.device) -> "InMemoryImages":
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))

    def take(self, indices: Tensor | slice) -> "InMemoryImages":
        return replace(self, images=self.images[indices], labels=self.labels[indices])


@dataclass(frozen=True)
class ImageFiles(ImageDataset):
    """Pictures that stay in their files, too many for the memory; `open_unit` makes one of the files of a unit."""

    units: list[tuple[Path, ...]]
    open_unit: Callable[..., Tensor]
    labels: Tensor
    image_shape: tuple[int, int, int]

    def __getitem__(self, index: int) -> Tensor:
        return self.open_unit(*self.units[index])


def room(device: torch.device) -> int:
    """Bytes of memory that are free on a device."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):  # not on Windows and macOS
        return 8 * 2**30


def fits(count: int, image_shape: tuple[int, int, int], device: torch.device) -> bool:
    return count * math.prod(image_shape) <= RESIDENT_SHARE * room(device)
