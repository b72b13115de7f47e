"""The datasets by name. A new dataset is a row of `DATASETS`; a new layout of users' folders is a row of `LAYOUTS`."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ganzoo import checks
from ganzoo.files import printable
from ganzoo.images import pad_or_crop
from trainer.data import emoji
from trainer.data.downloads import downloaded, local
from trainer.data.files import Layout
from trainer.data.folder import list_classes, list_folder
from trainer.data.images import ImageDataset, ImageShape, IndexValues, InMemoryImages, LoadOptions
from trainer.data.pairs import list_collections, list_pairs
from trainer.data.sources import Load, from_folder, from_torchvision, stacked
from trainer.data.synthetic import synthetic_digits, synthetic_pairs

FRAME = 2
"""The widest frame in pixels. With it, digits of 28x28 fit networks that double from 4x4 to 32x32."""
FOLDER = "folder:"
"""The prefix of a folder of images, one class or many."""
CLASSES = "classes:"
"""The prefix of a folder of images whose sub-folders are classes, even if they are called train and test."""
SINGLE_IMAGES = (FOLDER, CLASSES)
"""The prefixes of folders whose images are no pairs."""
LAYOUTS: dict[str, Layout] = {
    FOLDER: list_folder, CLASSES: list_classes, "pairs:": list_pairs, "unpaired:": list_collections
}  # fmt: skip
"""How the files of a user's folder are listed, by the prefix of the dataset's name: "folder:PATH"."""
FOLDER_PREFIXES = tuple(LAYOUTS)


@dataclass(frozen=True)
class DataSource:
    """A row of `DATASETS`."""

    title: str
    source: str
    """Who made it, and where it comes from."""
    licence: str
    load: Load
    classifier: str | None
    """The shipped classifier in whose features images of this kind are compared, where there is one."""
    hub_id: str | None = None
    """The dataset's name on the Hugging Face Hub, for the model card's metadata."""
    has_digits: bool = False
    """Whether its images are digits like MNIST's. Models of them centre what they are given."""
    stacked: bool = False
    """Whether each channel is a separate image. The classifier then sees them one by one, and modes are counted."""


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
        from_torchvision("MNIST"), "classifier-mnist", hub_id="ylecun/mnist", has_digits=True,
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
        emoji.noto_emoji,
        "classifier-emoji",
    ),
    "emoji-styles": DataSource(
        "Noto and OpenMoji, 64x64",
        f"Google, by way of {emoji.NOTO.url}; {emoji.OPENMOJI.url}",
        "Apache-2.0 and CC BY-SA 4.0",
        emoji.emoji_styles,
        None,
    ),
    "facades": DataSource(
        "house fronts and their windows", WINDOWS, "no licence stated",
        from_folder(local("facade_windows", WINDOWS), list_pairs, sides=("photo", "windows")), None,
    ),
    "maps": DataSource(
        "aerial photos and maps", f"Isola et al. 2016, arXiv 1611.07004; imagery of Google Maps; {MAPS}",
        "no licence stated", from_folder(downloaded("maps", MAPS), list_pairs, sides=("aerial photo", "map")), None,
    ),
    "seasons": DataSource(
        "Yosemite in summer and in winter", f"Zhu et al. 2017, arXiv 1703.10593; photos from Flickr; {SEASONS}",
        "no licence stated",
        from_folder(downloaded("summer2winter_yosemite", SEASONS), list_collections, sides=("summer", "winter")), None,
    ),
    "synthetic": DataSource(
        "digits drawn by code", "trainer/data/synthetic.py", "MIT", synthetic_digits, "classifier-mnist",
        has_digits=True,
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
    """The dataset of that name. Raises ValueError that lists the choices."""
    kind, colon, path = name.partition(":")
    if kind + colon in LAYOUTS:
        load = from_folder(lambda root: folder_of(name), LAYOUTS[kind + colon])
        return DataSource("own pictures", printable(Path(path).name), "as their owner says", load, None)
    if name not in DATASETS:
        own = ", ".join(f"{prefix}PATH" for prefix in FOLDER_PREFIXES)
        raise ValueError(f"data must be one of {', '.join(DATASETS)}, {own}, got {checks.shown(name)}")
    return DATASETS[name]


def folder_of(name: str) -> Path:
    """The folder in the name of a dataset such as "folder:PATH"; "~" is the user's home. Raises ValueError for none."""
    prefix, _, path = name.partition(":")
    if not path.strip():
        raise ValueError(
            f"{prefix}: must be followed by a folder, such as {prefix}:my_pictures, got {checks.shown(name)}"
        )
    return Path(os.path.expanduser(path))


def own_classes(name: str) -> tuple[str, ...] | None:
    """The classes of a user's folder of labelled images; None for any other dataset."""
    if not name.startswith(SINGLE_IMAGES):
        return None
    return LAYOUTS[name.partition(":")[0] + ":"](folder_of(name), True).classes


def classifier_for(name: str) -> str:
    """The shipped classifier in whose features images of a dataset are compared. Raises ValueError without one."""
    classifier = get_source(name).classifier
    if classifier is None:
        raise ValueError(f"no classifier ships for {name}: train one on it, and have `evaluate` use it with --reader")
    return classifier


def load(
    name: str,
    *,
    root: Path = Path("data"),
    train: bool,
    image_shape: ImageShape = (1, 28, 28),
    memory: int | None = None,
    classes: Sequence[str] = (),
    sides: Sequence[str] = (),
    earlier: bool = False,
    index_values: IndexValues | None = None,
) -> ImageDataset:
    """The train or test split of a dataset.

    Images of a folder are fitted to `image_shape`. Those of other datasets keep their shape, except that they get a
    black frame where that makes them `image_shape`. A folder stays in its files where it does not fit into `memory`
    (bytes; by default what is free). With `classes`, the names that a model has recorded, labels are places in that
    list; with `sides`, pairs come in their order. `earlier` reads a folder as the first reader did. `index_values` are
    those that a model has recorded; by default they are looked for in a folder's train split. Raises ValueError for an
    unknown name, an unsuitable folder, other classes or other sides, OSError where the data cannot be had.
    """
    options = LoadOptions(Path(root), train, image_shape, memory, tuple(classes), tuple(sides), earlier, index_values)
    return add_frame(get_source(name).load(options).with_classes(classes).with_sides(sides), image_shape)


def add_frame(dataset: ImageDataset, image_shape: ImageShape) -> ImageDataset:
    """The images, with a black frame where that makes their sides those of `image_shape`."""
    if not isinstance(dataset, InMemoryImages) or not frame_fits(dataset.image_shape, image_shape):
        return dataset
    return replace(dataset, images=pad_or_crop(dataset.images, *image_shape[1:]))


def frame_fits(inner: ImageShape, outer: ImageShape) -> bool:
    """Whether a frame of at most `FRAME` pixels turns images of shape `inner` into images of shape `outer`."""
    missing = [wide - narrow for wide, narrow in zip(outer[1:], inner[1:], strict=True)]
    return inner[0] == outer[0] and any(missing) and all(0 <= gap <= 2 * FRAME for gap in missing)
