"""Data sets: where pictures come from; in memory as uint8 where they fit, else in their files (`load`)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch

from ganzoo.images import recentred
from trainer.data import emoji, folder, pairs
from trainer.data.images import ImageDataset, ImageFiles, InMemoryImages, fits
from trainer.data.synthetic import drawn_pairs, synthetic_digits

FRAME = 2
"""Pixels: the widest frame. It makes digits of 28x28 fit networks that double from 4x4 to 32x32."""
FOLDER = "folder:"
"""How the name of a data set begins that is a folder of pictures."""
PAIRS, UNPAIRED = "pairs:", "unpaired:"
"""How it begins for a folder of pairs, and for two collections without pairs (`trainer.data.pairs`)."""
FOLDER_PREFIXES = (FOLDER, PAIRS, UNPAIRED)


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
    return InMemoryImages(
        images, torch.zeros(len(images), dtype=torch.int64), sides=("Noto", "OpenMoji"), unpaired=True
    )


def synthetic_pairs(*, paired: bool = True) -> Load:
    """House fronts drawn by code (left) and their windows (right); 200 or 40 pairs."""

    def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> InMemoryImages:
        images = drawn_pairs(train, image_shape)
        labels = torch.zeros(len(images), dtype=torch.int64)
        return InMemoryImages(images, labels, sides=("photo", "windows"), unpaired=not paired)

    return load


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
    "synthetic": DataSource(
        "digits drawn by code", "trainer/data/synthetic.py", "MIT", synthetic_digits, "classifier-mnist"
    ),
    "synthetic-pairs": DataSource(
        "house fronts drawn by code", "ganzoo/drawing/scenes.py", "MIT", synthetic_pairs(), None
    ),
    "synthetic-unpaired": DataSource(
        "house fronts drawn by code", "ganzoo/drawing/scenes.py", "MIT", synthetic_pairs(paired=False), None
    ),
    "stacked-synthetic": DataSource(
        "three digits to a picture, drawn by code", "trainer/data/synthetic.py", "MIT", stacked(synthetic_digits),
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
