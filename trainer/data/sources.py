"""The loaders in the rows of `trainer.data.registry.DATASETS`."""

from collections.abc import Callable
from dataclasses import replace

import torch

from trainer.data.downloads import Locate, reason_of
from trainer.data.files import MIN_IMAGES, Layout, read
from trainer.data.images import ImageDataset, InMemoryImages, LoadOptions

Load = Callable[[LoadOptions], ImageDataset]
"""Loads one split. Raises OSError that says what to do where the data cannot be had."""


def from_torchvision(kind: str, *, classes: tuple[str, ...] = ()) -> Load:
    """A dataset of torchvision that comes in four .gz files, as MNIST does."""

    def load(options: LoadOptions) -> InMemoryImages:
        from torchvision import datasets  # takes as long to import as torch

        try:
            data = getattr(datasets, kind)(options.root, train=options.train, download=True)
        except (RuntimeError, OSError) as error:
            raise OSError(
                f"{kind} is not in {options.root / kind / 'raw'} and could not be fetched ({reason_of(error)}); "
                "put its four .gz files there, or try --data synthetic, which needs no files"
            ) from error
        return InMemoryImages(data.data[:, None].contiguous(), data.targets, classes=classes)

    return load


def from_folder(locate: Locate, layout: Layout, *, sides: tuple[str, str] | None = None) -> Load:
    """A folder of images in that layout. `sides` names the sides of pairs where the folder's names do not."""

    def load(options: LoadOptions) -> ImageDataset:
        listing = layout(locate(options.root), options.train, classes=options.classes, earlier=options.earlier)
        min_images = MIN_IMAGES if options.train else 1
        dataset = read(listing, options.image_shape, min_images=min_images, memory=options.memory)
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
