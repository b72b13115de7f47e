"""The batches of a run, in an order that is a pure function of (seed, step): a resumed run sees what an unbroken one
would have seen. Pictures that fit lie on the device as uint8 and are gathered there; others are read ahead.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ganzoo.images import from_uint8
from trainer.data.augmentations import AUGMENTATIONS
from trainer.data.batch import Batch, mix_seeds
from trainer.data.images import ImageDataset, InMemoryImages, fits


class Batches:
    """The batches of a run: every epoch is one pass in an order that follows from (seed, epoch).

    Pictures that fit lie on the device; others are read ahead by worker processes, and `note` says so.
    """

    def __init__(
        self,
        pictures: ImageDataset,
        device: torch.device,
        *,
        batch_size: int,
        seed: int,
        pixels: str,
        augment: str = "none",
        shard: slice = slice(None),
    ):
        if not 1 <= batch_size <= len(pictures):
            raise ValueError(
                f"batch size must be between 1 and the {len(pictures)} pictures, got {batch_size}: set --batch-size"
            )
        if augment not in AUGMENTATIONS:
            raise ValueError(f"unknown augmentation {augment!r}; choices: {', '.join(AUGMENTATIONS)}")
        self.resident = isinstance(pictures, InMemoryImages) and (
            device.type == "cpu" or fits(len(pictures), pictures.image_shape, device)
        )
        if pictures.unpaired and not self.resident:
            raise ValueError(f"two collections must fit on {device}: choose a smaller --image-size")
        self.note = "" if self.resident else f"{len(pictures)} pictures do not fit on {device}; workers read them ahead"
        self.pictures = pictures.to(device) if self.resident else pictures
        self.labels = pictures.labels.to(device)
        self.device = device
        self.batch_size = batch_size
        self.per_epoch = len(pictures) // batch_size
        self.seed = seed
        self.pixels = pixels
        self.augment = AUGMENTATIONS[augment]
        self.shard = shard
        self._orders: dict[int, tuple[int, Tensor]] = {}
        self._streams: dict[int, Stream] = {}

    def draw(self, step: int, *, rng: torch.Generator, repeat: int = 0, repeats: int = 1) -> Batch:
        """The batch for the `repeat`-th of `repeats` moves that a turn makes in `step`."""
        index = step * repeats + repeat
        rows = self.indices_of(index)
        if self.resident:
            images = self.pictures.images[rows]
            if self.pictures.unpaired:
                images[:, len(images[0]) // 2 :] = self.pictures.images[
                    self.indices_of(index, side=1), len(images[0]) // 2 :
                ]
        else:
            if repeats not in self._streams:
                self._streams[repeats] = Stream(self.pictures, self.indices_of)
            images = self._streams[repeats].get(index).to(self.device, non_blocking=True)
        images = from_uint8(images, self.pixels)
        batch = Batch(images, self.labels[rows], step, rng, self.batch_size, self.shard)
        return replace(batch, images=self.augment(batch))

    def close(self) -> None:
        """Send the worker processes home."""
        for stream in self._streams.values():
            stream.close()

    def indices_of(self, index: int, *, side: int = 0) -> Tensor:
        """Which pictures this process sees in batch number `index` of the run; of each `side`, where they are loose."""
        epoch, place = divmod(index, self.per_epoch)
        return self.order(epoch, side)[place * self.batch_size : (place + 1) * self.batch_size][self.shard]

    def order(self, epoch: int, side: int = 0) -> Tensor:
        if self._orders.get(side, (-1,))[0] != epoch:
            rng = torch.Generator().manual_seed(mix_seeds(self.seed, epoch, *([side] if side else [])))
            order = torch.randperm(len(self.pictures), generator=rng)
            self._orders[side] = (epoch, order.to(self.device) if self.resident else order)
        return self._orders[side][1]


class Stream:
    """Batches in a row, read ahead by worker processes."""

    def __init__(self, pictures: Dataset, indices_of: Callable[[int], Tensor]):
        self.pictures = pictures
        self.indices_of = indices_of
        self.index = -2
        self.batch = torch.empty(0)
        self._batches: Iterator[Tensor] | None = None

    def get(self, index: int) -> Tensor:
        """Batch number `index`, uint8 (n, c, h, w): the last one again, the next, or a jump.

        Raises OSError for a picture that cannot be read any more.
        """
        if index not in (self.index, self.index + 1):
            workers = min(4, os.cpu_count() or 1)
            self._batches = iter(
                DataLoader(
                    self.pictures, batch_sampler=self.order_from(index), num_workers=workers,
                    pin_memory=torch.cuda.is_available(), worker_init_fn=leave_the_group,
                )
            )  # fmt: skip
        if index != self.index:
            try:
                self.index, self.batch = index, next(self._batches)
            except ValueError as error:  # what a worker raised, with its trace; the last line says it
                raise OSError(str(error).strip().splitlines()[-1].removeprefix("ValueError: ")) from None
        return self.batch

    def close(self) -> None:
        self.index, self._batches = -2, None

    def order_from(self, start: int) -> Iterator[list[int]]:
        for index in itertools.count(start):
            yield self.indices_of(index).tolist()


def leave_the_group(worker: int) -> None:
    """Ctrl-C and SIGTERM to a run's group of processes are the run's to answer: its workers go when it has saved."""
    if hasattr(os, "setsid"):  # not on Windows, where there are no such groups
        os.setsid()
