"""Data sets: where pictures come from; in memory as uint8 where they fit, else in their files (`load`)."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.utils.data import Dataset

from ganzoo.drawing import scenes
from ganzoo.images import fit, recentred
from trainer.data import emoji, folder, pairs

RESIDENT_SHARE = 0.5
"""How much of the free memory pictures may take; beyond it they are read batch by batch."""
FRAME = 2
"""Pixels: the widest frame. It makes digits of 28x28 fit networks that double from 4x4 to 32x32."""
FOLDER = "folder:"
"""How the name of a data set begins that is a folder of pictures."""
PAIRS, UNPAIRED = "pairs:", "unpaired:"
"""How it begins for a folder of pairs, and for two collections without pairs (`trainer.data.pairs`)."""
FOLDER_PREFIXES = (FOLDER, PAIRS, UNPAIRED)


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


Load = Callable[[Path, bool, tuple[int, int, int]], ImageDataset]


@dataclass(frozen=True)
class DataSource:
    """Where pictures come from; `load(root, train, image_shape)` may download; its errors say how to do without."""

    title: str
    source: str
    licence: str
    load: Load
    classifier: str | None
    """The shipped model in whose features pictures of this kind are compared, where there is one."""
    hub_id: str | None = None
    """The data set's name on the Hugging Face Hub, for the model card's metadata."""
    stacked: bool = False
    """Whether each channel is a picture of its own: the classifier reads them one by one, and modes are counted."""


def from_torchvision(kind: str, *, classes: tuple[str, ...] = ()) -> Load:
    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
        from torchvision import datasets  # takes as long to import as torch

        try:
            data = getattr(datasets, kind)(root, train=train, download=True)
        except (RuntimeError, OSError) as error:
            folder = Path(root) / kind / "raw"
            reason = " ".join(str(error).split())[:200]
            raise OSError(
                f"{kind} is not in {folder} and could not be fetched ({reason}); put its four .gz files "
                "there, or try --data synthetic, which needs no files"
            ) from error
        return InMemoryImages(data.data[:, None].contiguous(), data.targets, classes=classes)

    return load


def from_folder(path: Path) -> Load:
    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> ImageDataset:
        files = folder.look(path).split(train)
        keep = fits(len(files.paths), image_shape, torch.device("cpu"))
        found = folder.read(files, image_shape, keep=keep, fewest=folder.FEWEST if train else 1)
        readable, labels = found.folder, torch.tensor(found.folder.labels)
        told = {"classes": tuple(files.classes), "notes": tuple(found.notes), "digest": readable.digest()}
        if keep:
            return InMemoryImages(found.images, labels, **told)
        units = [(path,) for path in readable.paths]
        return ImageFiles(units, partial(pairs.both, image_shape=image_shape), labels, image_shape, **told)

    return load


def from_pairs(place: Callable[[Path], Path], *, names: tuple[str, str] | None = None, paired: bool = True) -> Load:
    """`place` gives the folder, out of the root of the data sets; `names` of the sides, where not its own."""

    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> ImageDataset:
        sides, joined = pairs.look(place(root), train, paired=paired), (2 * image_shape[0], *image_shape[1:])
        keep = fits(len(sides), joined, torch.device("cpu"))
        found = pairs.read(sides, image_shape, keep=keep, fewest=folder.FEWEST if train else 1)
        told = {"sides": names or sides.names, "notes": found.notes, "digest": found.digest, "unpaired": not paired}
        labels = torch.zeros(len(found.units), dtype=torch.int64)
        if keep:
            return InMemoryImages(found.images, labels, **told)
        return ImageFiles(found.units, found.open_unit, labels, joined, **told)

    return load


def fetched(name: str, url: str) -> Callable[[Path], Path]:
    """The folder `name` in the root of the data sets, or what an archive at `url` unpacks to there."""

    def place(root: Path) -> Path:
        if not (root / name).is_dir():
            from torchvision.datasets.utils import download_and_extract_archive

            try:
                download_and_extract_archive(url, root)
            except (RuntimeError, OSError) as error:
                reason = " ".join(str(error).split())[:200]
                raise OSError(f"no {root / name}, and {url} could not be fetched ({reason}); put it there") from error
        return root / name

    return place


def beside(name: str, source: str) -> Callable[[Path], Path]:
    """The folder `name` in the root of the data sets, which must be there."""

    def place(root: Path) -> Path:
        if not (root / name).is_dir():
            raise OSError(
                f"no {root / name}: put pairs into its folders train and test; those of the recipe are {source}"
            )
        return root / name

    return place


def noto_emoji(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
    return InMemoryImages(*emoji.load(root, train, image_shape), classes=emoji.GROUPS)


def emoji_styles(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
    images = emoji.both(root, train, image_shape)
    return InMemoryImages(images, torch.zeros(len(images), dtype=torch.int64), sides=("Noto", "OpenMoji"), unpaired=True)


def synthetic_digits(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
    """Digits drawn by code; 4,000 or 1,000 of them."""
    return InMemoryImages(*drawn_digits(train))


@lru_cache(maxsize=2)
def drawn_digits(train: bool) -> tuple[Tensor, Tensor]:
    """Seven segments each, with random slant, size, thickness and place, and the labels; kept, for drawing is slow."""
    n = 4000 if train else 1000
    generator = torch.Generator().manual_seed(0 if train else 1)
    labels = torch.arange(n) % 10
    jitter = torch.rand(n, 5, generator=generator).tolist()
    images = torch.stack([draw_digit(int(label), *row) for label, row in zip(labels, jitter, strict=True)])
    return images, labels


def synthetic_pairs(*, paired: bool = True) -> Load:
    """House fronts drawn by code (left) and their windows (right); 200 or 40 pairs."""

    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
        images = drawn_pairs(train, image_shape)
        labels = torch.zeros(len(images), dtype=torch.int64)
        return InMemoryImages(images, labels, sides=("photo", "windows"), unpaired=not paired)

    return load


@lru_cache(maxsize=2)
def drawn_pairs(train: bool, image_shape: tuple[int, int, int]) -> Tensor:
    """(n, 2c, h, w) uint8, the front's channels before those of its windows; kept, for drawing is slow."""
    seeds = range(200) if train else range(200, 240)
    drawn = [scenes.windows(seed, size=image_shape[1:]) for seed in seeds]
    pairs = [(scenes.house(one, seed), one) for seed, one in zip(seeds, drawn, strict=True)]
    return torch.stack([torch.cat([fit(side, image_shape) for side in pair]) for pair in pairs])


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


def stacked(load: Load) -> Load:
    """As many pictures (3, h, w) as there are grey ones, each of three of these, drawn independently.

    Digits a, b, c in red, green and blue are class 100 a + 10 b + c, so there are 1,000 modes to find and to miss
    (Metz et al. 2016, arXiv 1611.02163; Lin et al. 2018, arXiv 1712.04086).
    """

    def load_stacked(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
        grey = load(root, train, image_shape)
        rng = torch.Generator().manual_seed(0 if train else 1)
        drawn = torch.randint(len(grey), (len(grey), 3), generator=rng)
        return InMemoryImages(grey.images[drawn, 0], (grey.labels[drawn] * torch.tensor([100, 10, 1])).sum(dim=1))

    return load_stacked


ARTICLES = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
"""Fashion-MNIST's classes (Xiao et al. 2017, arXiv 1708.07747, table 2)."""

WINDOWS = "https://github.com/ChenWangHKU/WindowRecognization"
MAPS = "http://efrosgans.eecs.berkeley.edu/pix2pix/datasets/maps.tar.gz"
SEASONS = "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/summer2winter_yosemite.zip"

DATASETS: dict[str, DataSource] = {
    "mnist": DataSource(
        "MNIST handwritten digits", "LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist", "CC BY-SA 3.0",
        from_torchvision("MNIST"), "classifier-mnist", hub_id="ylecun/mnist",
    ),
    "fashion-mnist": DataSource(
        "Fashion-MNIST articles", "Zalando Research, https://github.com/zalandoresearch/fashion-mnist", "MIT",
        from_torchvision("FashionMNIST", classes=ARTICLES), "classifier-fashion",
        hub_id="zalando-datasets/fashion_mnist",
    ),
    "stacked-mnist": DataSource(
        "Stacked MNIST, three digits to a picture",
        "made of MNIST as in Metz et al. 2016, arXiv 1611.02163; http://yann.lecun.com/exdb/mnist", "CC BY-SA 3.0",
        stacked(from_torchvision("MNIST")), "classifier-mnist", hub_id="ylecun/mnist", stacked=True,
    ),
    "emoji": DataSource(
        "Noto emoji, 64x64",
        f"Google, https://github.com/googlefonts/noto-emoji, by way of {emoji.NOTO.url}",
        "Apache-2.0",
        noto_emoji,
        "classifier-emoji",
    ),
    "emoji-styles": DataSource(
        "Noto and OpenMoji, 64x64",
        f"Google, by way of {emoji.NOTO.url}; {emoji.OPENMOJI.url}",
        "Apache-2.0 and CC BY-SA 4.0",
        emoji_styles,
        None,
    ),
    "facades": DataSource(
        "house fronts and their windows", WINDOWS, "no licence stated",
        from_pairs(beside("facade_windows", WINDOWS), names=("photo", "windows")), None,
    ),
    "maps": DataSource(
        "aerial photos and maps", f"Isola et al. 2016, arXiv 1611.07004; imagery of Google Maps; {MAPS}",
        "no licence stated", from_pairs(fetched("maps", MAPS), names=("aerial photo", "map")), None,
    ),
    "seasons": DataSource(
        "Yosemite in summer and in winter", f"Zhu et al. 2017, arXiv 1703.10593; photos from Flickr; {SEASONS}",
        "no licence stated",
        from_pairs(fetched("summer2winter_yosemite", SEASONS), names=("summer", "winter"), paired=False), None,
    ),
    "synthetic": DataSource("digits drawn by code", "trainer/data.py", "MIT", synthetic_digits, "classifier-mnist"),
    "synthetic-pairs": DataSource(
        "house fronts drawn by code", "ganzoo/drawings.py", "MIT", synthetic_pairs(), None
    ),
    "synthetic-unpaired": DataSource(
        "house fronts drawn by code", "ganzoo/drawings.py", "MIT", synthetic_pairs(paired=False), None
    ),
    "stacked-synthetic": DataSource(
        "three digits to a picture, drawn by code", "trainer/data.py", "MIT", stacked(synthetic_digits),
        "classifier-mnist", stacked=True,
    ),
}  # fmt: skip


def get_source(name: str) -> DataSource:
    """The data set of that name. Raises ValueError that lists the choices."""
    kind, colon, path = name.partition(":")
    if colon and f"{kind}:" in FOLDER_PREFIXES:
        loads = {
            FOLDER: from_folder(Path(path)),
            PAIRS: from_pairs(lambda root: Path(path)),
            UNPAIRED: from_pairs(lambda root: Path(path), paired=False),
        }
        return DataSource("own pictures", Path(path).name, "as their owner says", loads[f"{kind}:"], None)
    if name not in DATASETS:
        own = ", ".join(f"{kind}PATH" for kind in FOLDER_PREFIXES)
        raise ValueError(f"data must be one of {', '.join(DATASETS)}, {own}, got {name!r}")
    return DATASETS[name]


def classifier_for(name: str) -> str:
    """The shipped classifier in whose features pictures of a data set are compared. Raises ValueError without one."""
    reader = get_source(name).classifier
    if reader is None:
        raise ValueError(f"no classifier ships for {name}: train one on it, and have `evaluate` use it with --reader")
    return reader


def load(
    name: str, *, root: Path = Path("data"), train: bool, image_shape: tuple[int, int, int] = (1, 28, 28)
) -> ImageDataset:
    """The train or test split of a data set; pictures of a folder are made to fit `image_shape`, others are `framed`.

    Raises ValueError for an unknown name or an unfit folder, OSError when the data cannot be had.
    """
    return framed(get_source(name).load(Path(root), train, image_shape), image_shape)


def framed(pictures: ImageDataset, image_shape: tuple[int, int, int]) -> ImageDataset:
    """The pictures with a black frame where that gives them the sides of `image_shape`, else as they are."""
    if not frames(pictures.image_shape, image_shape):
        return pictures
    return replace(pictures, images=recentred(pictures.images, *image_shape[1:]))


def frames(inner: tuple[int, int, int], outer: tuple[int, int, int]) -> bool:
    """Whether a frame of at most `FRAME` pixels lies between pictures (c, h, w) of the one shape and of the other."""
    missing = [wide - narrow for wide, narrow in zip(outer[1:], inner[1:], strict=True)]
    return inner[0] == outer[0] and any(missing) and all(0 <= one <= 2 * FRAME for one in missing)
