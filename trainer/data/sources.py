"""The loaders in the rows of `trainer.data.registry.DATASETS`."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from trainer.data.downloads import BROKEN_ARCHIVE, Locate, reason_of
from trainer.data.files import MIN_IMAGES, Layout, find_index_values, read
from trainer.data.images import ImageDataset, InMemoryImages, LoadOptions, is_turned

Load = Callable[[LoadOptions], ImageDataset]
"""Loads one split. Raises OSError that says what to do where the data cannot be had."""


def from_torchvision(kind: str, *, classes: tuple[str, ...] = ()) -> Load:
    """A dataset of torchvision that comes in four .gz files, as MNIST does."""

    def load(options: LoadOptions) -> InMemoryImages:
        from torchvision import datasets  # takes as long to import as torch

        dataset, raw = getattr(datasets, kind), options.root / kind / "raw"
        try:
            data = dataset(options.root, train=options.train, download=True)
        except (*BROKEN_ARCHIVE, RuntimeError, OSError, ValueError, KeyError, AssertionError) as error:
            faults = [fault for name, md5 in dataset.resources if (fault := fault_of(raw / name, md5))]
            if raw.is_dir() and any(raw.iterdir()):
                found = (
                    f"is not complete in {raw}: {', '.join(faults) or reason_of(error)}; delete what is damaged, and"
                )
            else:
                found = f"is not in {raw} and could not be fetched ({reason_of(error)});"
            raise OSError(
                f"{kind} {found} put its four .gz files there, or try --data synthetic, which needs no files"
            ) from error
        return InMemoryImages(data.data[:, None].contiguous(), data.targets, classes=classes)

    return load


def fault_of(packed: Path, md5: str) -> str:
    """What is wrong with a file of MNIST's format, which begins with its kind and its shape; empty for nothing.

    `packed` is its .gz, of which only a damaged one is named: torchvision unpacks the others.
    """
    from torchvision.datasets.utils import check_integrity

    path = packed.with_suffix("")
    if not path.is_file():
        if packed.is_file():
            return "" if check_integrity(packed, md5) else f"{packed.name} is damaged"
        return f"{path.name} is missing"
    content = path.read_bytes()
    dimensions = content[3] if len(content) > 3 else 0
    shape = [int.from_bytes(content[4 * i + 4 : 4 * i + 8], "big") for i in range(dimensions)]
    expected = 4 + 4 * dimensions + math.prod(shape)
    return "" if dimensions and len(content) == expected else f"{path.name} is damaged ({len(content)} bytes)"


def from_folder(locate: Locate, layout: Layout, *, sides: tuple[str, str] | None = None) -> Load:
    """A folder of images in that layout. `sides` names the sides of pairs where the folder's names do not."""

    def load(options: LoadOptions) -> ImageDataset:
        list_split = partial(layout, locate(options.root), classes=options.classes, earlier=options.earlier)
        listing, index_values = list_split(options.train), options.index_values
        if index_values is None:
            index_values = () if options.earlier else find_index_values(list_split(True))
        elif is_turned(sides or listing.sides, options.sides):
            index_values = index_values[::-1]
        if len(index_values) != max(1, len(listing.sides)):  # the model was trained on other sides
            index_values = ()
        dataset = read(
            listing,
            options.image_shape,
            min_images=MIN_IMAGES if options.train else 1,
            memory=options.memory,
            index_values=index_values,
            earlier=options.earlier,
        )
        return replace(dataset, sides=sides) if sides else dataset

    return load


def stacked(load_grey: Load) -> Load:
    """As many images (3, h, w) as there are grey ones; their channels are three grey images, drawn independently.

    Digits a, b, c in red, green and blue are class 100 a + 10 b + c, so there are 1,000 modes to find and to miss
    (Metz et al. 2016, arXiv 1611.02163; Lin et al. 2018, arXiv 1712.04086).
    """

    def load(options: LoadOptions) -> InMemoryImages:
        grey = load_grey(options)
        if not isinstance(grey, InMemoryImages):
            raise ValueError("only images in memory can be stacked")
        rng = torch.Generator().manual_seed(0 if options.train else 1)
        chosen = torch.randint(len(grey), (len(grey), 3), generator=rng)
        return InMemoryImages(grey.images[chosen, 0], (grey.labels[chosen] * torch.tensor([100, 10, 1])).sum(dim=1))

    return load
