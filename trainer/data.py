"""Data sets, resident in memory as uint8, and the order in which a run sees them.

`load` gives `Pictures`; `Batches.draw(i)` gives the i-th batch of a run, a pure function of (seed, i), so that a
resumed run sees what an uninterrupted one would have seen.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torchvision
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional as F

from ganzoo.images import from_uint8


@dataclass(frozen=True)
class Pictures:
    """`images` uint8 (n, c, h, w) and `labels` int64 (n,), on one device."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def to(self, device: torch.device) -> "Pictures":
        return Pictures(self.images.to(device), self.labels.to(device))

    def take(self, indices: Tensor | slice) -> "Pictures":
        return Pictures(self.images[indices], self.labels[indices])


@dataclass(frozen=True)
class DataSet:
    """Where pictures come from; `load(root, train)` may download, and says in an error how to do without."""

    title: str
    source: str
    licence: str
    load: Callable[[Path, bool], Pictures]
    classifier: str
    """The shipped model in whose features pictures of this kind are compared."""
    hub_id: str | None = None
    """The data set's name on the Hugging Face Hub, for the model card's metadata."""


def from_torchvision(kind: type[torchvision.datasets.MNIST]) -> Callable[[Path, bool], Pictures]:
    def load(root: Path, train: bool) -> Pictures:
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


def synthetic_digits(root: Path, train: bool) -> Pictures:
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


def load(name: str, *, root: Path = Path("data"), train: bool) -> Pictures:
    """The train or test split of a data set. Raises ValueError for an unknown name, OSError when it cannot be had."""
    if name not in DATASETS:
        raise ValueError(f"unknown data set {name!r}; choices: {', '.join(DATASETS)}")
    return DATASETS[name].load(Path(root), train)


@dataclass(frozen=True)
class Batch:
    """What a turn sees: `images` float (n, c, h, w) in the model's range, `labels` int64 (n,), and its dice.

    Where several processes train together, these are this one's `rows` of a global batch of `size`. Random numbers are
    drawn for the global batch, so that they do not depend on how many processes share it.
    """

    images: Tensor
    labels: Tensor
    step: int
    dice: torch.Generator
    """Random numbers for this step, on the images' device."""
    size: int
    rows: slice

    def __len__(self) -> int:
        return len(self.images)

    def normal(self, shape: tuple[int, ...] | torch.Size) -> Tensor:
        """N(0, 1) for each picture: (n, ...)."""
        return torch.randn((self.size, *shape[1:]), generator=self.dice, device=self.dice.device)[self.rows]

    def uniform(self, shape: tuple[int, ...] | torch.Size) -> Tensor:
        """U(0, 1) for each picture: (n, ...)."""
        return torch.rand((self.size, *shape[1:]), generator=self.dice, device=self.dice.device)[self.rows]


class Batches:
    """The batches of a run: every epoch is one pass in an order that follows from (seed, epoch)."""

    def __init__(
        self,
        pictures: Pictures,
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
        self.pictures = pictures
        self.batch_size = batch_size
        self.per_epoch = len(pictures) // batch_size
        self.seed = seed
        self.pixels = pixels
        self.augment = AUGMENTATIONS[augment]
        self.rows = rows
        self._order = (-1, torch.empty(0))

    def draw(self, index: int, *, step: int, dice: torch.Generator) -> Batch:
        """The batch number `index` of the run, for use in `step`."""
        epoch, place = divmod(index, self.per_epoch)
        rows = self.order(epoch)[place * self.batch_size : (place + 1) * self.batch_size]
        images = self.augment(from_uint8(self.pictures.images[rows], self.pixels), dice)
        labels = self.pictures.labels[rows]
        return Batch(images[self.rows], labels[self.rows], step, dice, self.batch_size, self.rows)

    def order(self, epoch: int) -> Tensor:
        if self._order[0] != epoch:
            dice = torch.Generator().manual_seed(mix(self.seed, epoch))
            order = torch.randperm(len(self.pictures), generator=dice)
            self._order = (epoch, order.to(self.pictures.images.device))
        return self._order[1]


def mix(*numbers: int) -> int:
    """One 63-bit seed out of several numbers (the mixing step of SplitMix64)."""
    state = 0
    for number in numbers:
        state = (state ^ number) + 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        state = (state ^ state >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 31
    return state >> 1


def unchanged(images: Tensor, dice: torch.Generator) -> Tensor:
    return images


def small_affine(images: Tensor, dice: torch.Generator) -> Tensor:
    """Turn by up to 12 degrees, scale by up to 12 %, shear by up to 0.15, shift by up to 2 pixels of 28."""
    n = len(images)
    turn, scale, shear, x, y = torch.rand(5, n, generator=dice, device=images.device).mul_(2).sub_(1)
    turn, scale = turn * math.radians(12), 1 + 0.12 * scale
    cos, sin = turn.cos() * scale, turn.sin() * scale
    top = torch.stack([cos, 0.15 * shear - sin, x * 4 / 28], dim=1)
    bottom = torch.stack([sin, cos, y * 4 / 28], dim=1)
    where = F.affine_grid(torch.stack([top, bottom], dim=1), list(images.shape), align_corners=False)
    return F.grid_sample(images, where, mode="bilinear", padding_mode="border", align_corners=False)


AUGMENTATIONS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "none": unchanged,
    "affine": small_affine,
}
