"""Data sets, resident in memory as uint8 where they fit, and the order in which a run sees them.

`load` gives `Pictures`; `Batches.draw` gives the batch of a step, a pure function of (seed, step), so that a resumed
run sees what an uninterrupted one would have seen.
"""

import itertools
import math
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torchvision
from PIL import Image, ImageDraw
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ganzoo.images import from_uint8
from trainer import folder
from trainer.batch import AUGMENTATIONS, Batch, mix

RESIDENT_SHARE = 0.5
"""How much of the free memory pictures may take; beyond it they are read batch by batch."""
OWN = "folder:"
"""How the name of a data set begins that is a folder of pictures."""


@dataclass(frozen=True)
class Pictures(Dataset):
    """`images` uint8 (n, c, h, w) and `labels` int64 (n,), on one device."""

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...] = ()
    """What the labels are called, where they have names."""
    notes: tuple[str, ...] = ()
    """What a person should know of the pictures before training starts."""
    digest: str = ""
    """Of the names of the files, in their order; empty for a data set that does not change."""

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Tensor:
        return self.images[index]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        return tuple(self.images.shape[1:])

    def to(self, device: torch.device) -> "Pictures":
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))

    def take(self, indices: Tensor | slice) -> "Pictures":
        return replace(self, images=self.images[indices], labels=self.labels[indices])

    def first(self, n: int) -> Tensor:
        """The first pictures, uint8 (n, c, h, w)."""
        return self.images[:n]


@dataclass(frozen=True)
class PictureFiles(Dataset):
    """Pictures that stay in their files: too many for the memory."""

    paths: list[Path]
    labels: Tensor
    image_shape: tuple[int, int, int]
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        return folder.open_as(self.paths[index], self.image_shape)[0]

    def first(self, n: int) -> Tensor:
        return torch.stack([self[i] for i in range(min(n, len(self)))])


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


Load = Callable[[Path, bool, tuple[int, int, int]], Pictures | PictureFiles]


@dataclass(frozen=True)
class DataSet:
    """Where pictures come from; `load(root, train, image_shape)` may download; its errors say how to do without."""

    title: str
    source: str
    licence: str
    load: Load
    classifier: str | None
    """The shipped model in whose features pictures of this kind are compared, where there is one."""
    hub_id: str | None = None
    """The data set's name on the Hugging Face Hub, for the model card's metadata."""


def from_torchvision(kind: type[torchvision.datasets.MNIST]) -> Load:
    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> Pictures:
        try:
            data = kind(root, train=train, download=True)
        except (RuntimeError, OSError) as error:
            folder = Path(root) / kind.__name__ / "raw"
            reason = " ".join(str(error).split())[:200]
            raise OSError(
                f"{kind.__name__} is not in {folder} and could not be fetched ({reason}); put its four .gz files "
                "there, or try --data synthetic, which needs no files"
            ) from error
        return Pictures(data.data[:, None].contiguous(), data.targets)

    return load


def from_folder(path: Path) -> Load:
    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> Pictures | PictureFiles:
        files = folder.look(path).split(train)
        keep = fits(len(files.paths), image_shape, torch.device("cpu"))
        found = folder.read(files, image_shape, keep=keep, fewest=folder.FEWEST if train else 1)
        readable, labels = found.folder, torch.tensor(found.folder.labels)
        told = {"classes": tuple(files.classes), "notes": tuple(found.notes), "digest": readable.digest()}
        if keep:
            return Pictures(found.images, labels, **told)
        return PictureFiles(readable.paths, labels, image_shape, **told)

    return load


def synthetic_digits(root: Path, train: bool, image_shape: tuple[int, int, int]) -> Pictures:
    """Digits drawn by code: seven segments with random slant, size, thickness and place; 4,000 or 1,000 of them."""
    n = 4000 if train else 1000
    generator = torch.Generator().manual_seed(0 if train else 1)
    labels = torch.arange(n) % 10
    jitter = torch.rand(n, 5, generator=generator).tolist()
    images = torch.stack([draw_digit(int(label), *row) for label, row in zip(labels, jitter, strict=True)])
    return Pictures(images, labels)


SEGMENTS = {"a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2), "e": (0, 1, 0, 2),
            "f": (0, 0, 0, 1), "g": (0, 1, 1, 1)}  # fmt: skip
LIT = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcfgd")


def draw_digit(digit: int, slant: float, size: float, thickness: float, x: float, y: float) -> Tensor:
    """One seven-segment digit, uint8 (1, 28, 28); the five numbers in [0, 1] set its shape and place."""
    scale = 4
    side = (5 + 4 * size) * scale
    left, top = (14 - 2 + 4 * (x - 0.5)) * scale - side / 2, (14 + 3 * (y - 0.5)) * scale - side
    lean = (slant - 0.3) * 0.6 * side
    sheet = Image.new("L", (28 * scale, 28 * scale))
    pen = ImageDraw.Draw(sheet)
    for segment in LIT[digit]:
        x0, y0, x1, y1 = SEGMENTS[segment]
        ends = [(left + u * side + (2 - v) * lean / 2, top + v * side) for u, v in ((x0, y0), (x1, y1))]
        pen.line(ends, fill=255, width=round((1.5 + 2 * thickness) * scale))
    small = sheet.resize((28, 28), Image.Resampling.BOX)
    return torch.frombuffer(bytearray(small.tobytes()), dtype=torch.uint8).reshape(1, 28, 28)


DATASETS: dict[str, DataSet] = {
    "mnist": DataSet(
        "MNIST handwritten digits", "LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist", "CC BY-SA 3.0",
        from_torchvision(torchvision.datasets.MNIST), "classifier-mnist", hub_id="ylecun/mnist",
    ),
    "fashion-mnist": DataSet(
        "Fashion-MNIST articles", "Zalando Research, https://github.com/zalandoresearch/fashion-mnist", "MIT",
        from_torchvision(torchvision.datasets.FashionMNIST), "classifier-fashion",
        hub_id="zalando-datasets/fashion_mnist",
    ),
    "synthetic": DataSet("digits drawn by code", "trainer/data.py", "MIT", synthetic_digits, "classifier-mnist"),
}  # fmt: skip


def leave_signals_to_the_run(worker: int) -> None:
    """Ctrl-C and SIGTERM reach a whole group of processes; the run saves, and sends its workers home then.

    A second SIGTERM ends a worker: it comes from the run itself, when it could not do so.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: signal.signal(number, signal.SIG_DFL))


def described(name: str) -> DataSet:
    """The data set of that name. Raises ValueError that lists the choices."""
    if name.startswith(OWN):
        path = Path(name[len(OWN) :])
        return DataSet("own pictures", path.name, "as their owner says", from_folder(path), None)
    if name not in DATASETS:
        raise ValueError(f"data must be one of {', '.join(DATASETS)} or {OWN}PATH, got {name!r}")
    return DATASETS[name]


def reader_of(name: str) -> str:
    """The shipped classifier in whose features pictures of a data set are compared. Raises ValueError without one."""
    reader = described(name).classifier
    if reader is None:
        raise ValueError(f"no classifier ships for {name}: train one on it, and have `evaluate` use it with --reader")
    return reader


def load(
    name: str, *, root: Path = Path("data"), train: bool, image_shape: tuple[int, int, int] = (1, 28, 28)
) -> Pictures | PictureFiles:
    """The train or test split of a data set; pictures of a folder are made to fit `image_shape`.

    Raises ValueError for an unknown name or an unfit folder, OSError when the data cannot be had.
    """
    return described(name).load(Path(root), train, image_shape)


class Batches:
    """The batches of a run: every epoch is one pass in an order that follows from (seed, epoch).

    Pictures that fit lie on the device; others are read ahead by worker processes, and `note` says so.
    """

    def __init__(
        self,
        pictures: Pictures | PictureFiles,
        device: torch.device,
        *,
        batch_size: int,
        seed: int,
        pixels: str,
        augment: str = "none",
        rows: slice = slice(None),
    ):
        if not 1 <= batch_size <= len(pictures):
            raise ValueError(f"batch size must be between 1 and the {len(pictures)} pictures, got {batch_size}")
        if augment not in AUGMENTATIONS:
            raise ValueError(f"unknown augmentation {augment!r}; choices: {', '.join(AUGMENTATIONS)}")
        self.resident = isinstance(pictures, Pictures) and (
            device.type == "cpu" or fits(len(pictures), pictures.image_shape, device)
        )
        self.note = "" if self.resident else f"{len(pictures)} pictures do not fit on {device}; workers read them ahead"
        self.pictures = pictures.to(device) if self.resident else pictures
        self.labels = pictures.labels.to(device)
        self.device = device
        self.batch_size = batch_size
        self.per_epoch = len(pictures) // batch_size
        self.seed = seed
        self.pixels = pixels
        self.augment = AUGMENTATIONS[augment]
        self.rows = rows
        self._order = (-1, torch.empty(0))
        self._streams: dict[int, Stream] = {}

    def draw(self, step: int, *, dice: torch.Generator, repeat: int = 0, repeats: int = 1) -> Batch:
        """The batch for the `repeat`-th of `repeats` moves that a turn makes in `step`."""
        index = step * repeats + repeat
        rows = self.rows_of(index)
        if self.resident:
            images = self.pictures.images[rows]
        else:
            if repeats not in self._streams:
                self._streams[repeats] = Stream(self.pictures, self.rows_of)
            images = self._streams[repeats].get(index).to(self.device, non_blocking=True)
        images = from_uint8(images, self.pixels)
        batch = Batch(images, self.labels[rows], step, dice, self.batch_size, self.rows)
        return replace(batch, images=self.augment(batch))

    def close(self) -> None:
        """Send the worker processes home."""
        for stream in self._streams.values():
            stream.close()

    def rows_of(self, index: int) -> Tensor:
        """Which pictures this process sees in batch number `index` of the run."""
        epoch, place = divmod(index, self.per_epoch)
        return self.order(epoch)[place * self.batch_size : (place + 1) * self.batch_size][self.rows]

    def order(self, epoch: int) -> Tensor:
        if self._order[0] != epoch:
            dice = torch.Generator().manual_seed(mix(self.seed, epoch))
            order = torch.randperm(len(self.pictures), generator=dice)
            self._order = (epoch, order.to(self.device) if self.resident else order)
        return self._order[1]


class Stream:
    """Batches in a row, read ahead by worker processes."""

    def __init__(self, pictures: Dataset, rows_of: Callable[[int], Tensor]):
        self.pictures = pictures
        self.rows_of = rows_of
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
                    pin_memory=torch.cuda.is_available(), worker_init_fn=leave_signals_to_the_run,
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
            yield self.rows_of(index).tolist()
