"""Loaders of datasets: what the rows of `trainer.data.registry.DATASETS` are made of."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from trainer.data.files import MIN_IMAGES, Layout, read
from trainer.data.images import ImageDataset, InMemoryImages, LoadOptions

Load = Callable[[LoadOptions], ImageDataset]
"""Loads one split. Raises OSError where the data cannot be had, with what to do about it."""
Locate = Callable[[Path], Path]
"""Gives the folder of a dataset, out of the root of all datasets."""


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
    """A folder of images in that layout. `sides` names the sides of pairs, where the folder's own names do not."""

    def load(options: LoadOptions) -> ImageDataset:
        listing = layout(locate(options.root), options.train)
        min_images = MIN_IMAGES if options.train else 1
        dataset = read(listing, options.image_shape, min_images=min_images, memory=options.memory)
        return replace(dataset, sides=sides) if sides else dataset

    return load


def downloaded(name: str, url: str) -> Locate:
    """The folder `name` in the root of the datasets; where it is missing, the archive at `url` is unpacked there."""

    def locate(root: Path) -> Path:
        if not (root / name).is_dir():
            from torchvision.datasets.utils import download_and_extract_archive

            try:
                download_and_extract_archive(url, root)
            except (RuntimeError, OSError) as error:
                raise OSError(
                    f"no {root / name}, and {url} could not be fetched ({reason_of(error)}); put it there"
                ) from error
        return root / name

    return locate


def local(name: str, source: str) -> Locate:
    """The folder `name` in the root of the datasets, which must be there; `source` says where its like comes from."""

    def locate(root: Path) -> Path:
        if not (root / name).is_dir():
            raise OSError(
                f"no {root / name}: put pairs into its folders train and test; those of the recipe are {source}"
            )
        return root / name

    return locate


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


def reason_of(error: Exception) -> str:
    """The message of an error on one line, of at most 200 characters."""
    return " ".join(str(error).split())[:200]
