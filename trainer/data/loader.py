"""The batches of a run, in an order that is a pure function of (seed, epoch).

A resumed run therefore sees what an uninterrupted run would have seen. Images that fit lie on the device as uint8 and
are gathered there; others are read ahead by worker processes.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ganzoo import checks
from ganzoo.images import from_uint8
from trainer.data.augmentations import AUGMENTATIONS
from trainer.data.batch import Batch, mix_seeds
from trainer.data.images import ImageDataset, InMemoryImages, fits_in_memory

MAX_WORKERS = 4
"""Processes that read images ahead."""


class Batches:
    """The batches of a run: every epoch is one pass. `note` says where images are read ahead, else it is empty."""

    def __init__(
        self,
        dataset: ImageDataset,
        device: torch.device,
        *,
        batch_size: int,
        seed: int,
        pixels: str,
        augment: str = "none",
        shard: slice = slice(None),
        resident: bool = True,
    ):
        """`batch_size` counts the images of all processes together, and `shard` is this process's part of them.

        `pixels` names the range of the images in a batch (`ganzoo.images.PIXEL_RANGES`), and `augment` a row of
        `AUGMENTATIONS`. With `resident=False` images are read ahead even where they would fit. Raises ValueError for
        a batch size or an augmentation that is out of range, and for unpaired images that do not fit on the device.
        """
        if not 1 <= batch_size <= len(dataset):
            raise ValueError(
                f"batch size must be between 1 and the {len(dataset)} pictures, got {batch_size}: set --batch-size"
            )
        if augment not in AUGMENTATIONS:
            raise ValueError(f"unknown augmentation {checks.shown(augment)}; choices: {', '.join(AUGMENTATIONS)}")
        self.dataset = dataset
        self.note = ""
        self._images: Tensor | None = None
        if resident and isinstance(dataset, InMemoryImages) and fits_on(device, dataset):
            self.dataset = on_device = dataset.to(device)
            self._images = on_device.images
        elif dataset.unpaired:
            raise ValueError(f"two collections must fit on {device}: choose a smaller --image-size")
        else:
            self.note = f"{len(dataset)} pictures do not fit on {device}; workers read them ahead"
        self.labels = dataset.labels.to(device)
        self.device = device
        self.batch_size = batch_size
        self.per_epoch = len(dataset) // batch_size
        self.seed = seed
        self.pixels = pixels
        self.augment = AUGMENTATIONS[augment]
        self.shard = shard
        self._orders: dict[int, tuple[int, Tensor]] = {}
        self._streams: dict[int, Stream] = {}

    @property
    def resident(self) -> bool:
        """Whether the images lie on the device."""
        return self._images is not None

    def draw(self, step: int, *, rng: torch.Generator, repeat: int = 0, repeats: int = 1) -> Batch:
        """This process's shard of the batch for the `repeat`-th of the `repeats` updates of a turn in `step`.

        The batch's random numbers come from `rng`. Raises OSError for an image that cannot be read any more.
        """
        index = step * repeats + repeat
        indices = self.indices_of(index)
        images = from_uint8(self._gather(index) if self.resident else self._read(index, repeats), self.pixels)
        batch = Batch(images, self.labels[indices], step, rng, self.batch_size, self.shard)
        return replace(batch, images=self.augment(batch))

    def close(self) -> None:
        """End the worker processes."""
        for stream in self._streams.values():
            stream.close()

    def indices_of(self, index: int, *, side: int = 0) -> Tensor:
        """The images that this process sees in batch number `index` of the run.

        Of unpaired images, these are those of a `side`: 0 left, 1 right.
        """
        epoch, place = divmod(index, self.per_epoch)
        return self.order(epoch, side)[place * self.batch_size : (place + 1) * self.batch_size][self.shard]

    def order(self, epoch: int, side: int = 0) -> Tensor:
        """The order of all images in an epoch; of unpaired images, the order of a `side`."""
        if self._orders.get(side, (-1,))[0] != epoch:
            rng = torch.Generator().manual_seed(mix_seeds(self.seed, epoch, *([side] if side else [])))
            order = torch.randperm(len(self.dataset), generator=rng)
            self._orders[side] = (epoch, order.to(self.device) if self.resident else order)
        return self._orders[side][1]

    def _gather(self, index: int) -> Tensor:
        """Batch number `index` of the images on the device, uint8."""
        assert self._images is not None
        images = self._images[self.indices_of(index)]
        if self.dataset.unpaired:
            right = images.shape[1] // 2  # channels of the left side
            images[:, right:] = self._images[self.indices_of(index, side=1), right:]
        return images

    def _read(self, index: int, repeats: int) -> Tensor:
        """Batch number `index` of images that are read ahead, uint8 on the device.

        Turns with different numbers of repeats walk through the run at different speeds, so each has its stream.
        """
        if repeats not in self._streams:
            self._streams[repeats] = Stream(self.dataset, self.indices_of)
        return self._streams[repeats].get(index).to(self.device, non_blocking=True)


class Stream:
    """Batches in a row, read ahead by worker processes."""

    def __init__(self, dataset: Dataset[Tensor], indices_of: Callable[[int], Tensor]):
        self.dataset = dataset
        self.indices_of = indices_of
        self.index = -2  # neither this index nor the next is a batch
        self.batch = torch.empty(0)
        self._batches: Iterator[Tensor] = iter(())

    def get(self, index: int) -> Tensor:
        """Batch number `index`, uint8 (n, c, h, w): the same again, the next, or any other, which starts new workers.

        Raises OSError for an image that cannot be read any more.
        """
        if index not in (self.index, self.index + 1):
            self._batches = iter(
                DataLoader(
                    self.dataset,
                    batch_sampler=self._indices_from(index),
                    num_workers=min(MAX_WORKERS, os.cpu_count() or 1),
                    pin_memory=torch.cuda.is_available(),
                    worker_init_fn=leave_process_group,
                )
            )
        if index != self.index:
            try:
                self.index, self.batch = index, next(self._batches)
            except ValueError as error:  # a worker's error holds its whole traceback; the message is the last line
                raise OSError(str(error).strip().splitlines()[-1].removeprefix("ValueError: ")) from None
        return self.batch

    def close(self) -> None:
        """End the worker processes."""
        self.index, self._batches = -2, iter(())

    def _indices_from(self, start: int) -> Iterator[list[int]]:
        """The images of each batch from number `start` on, without end."""
        for index in itertools.count(start):
            yield self.indices_of(index).tolist()


def fits_on(device: torch.device, dataset: InMemoryImages) -> bool:
    """Whether images that are in main memory fit on the device too."""
    return device.type == "cpu" or fits_in_memory(len(dataset), dataset.image_shape, device)


def leave_process_group(worker: int) -> None:
    """Move a worker to its own process group, so that Ctrl-C and SIGTERM to the run's group do not reach it.

    The run handles these signals itself: it finishes its step, which may need the workers, and then ends them.
    """
    if hasattr(os, "setsid"):  # Windows has no process groups
        os.setsid()
