"""Folders of image pairs, and of two collections without pairs.

Pairs are images with both halves side by side (as pix2pix's datasets come), or two sub-folders with an image of the
same name in each. Collections are two sub-folders of any images; CycleGAN's come as trainA, trainB, testA and testB.
Folders may lie in "train" and "test". Without a test folder, `trainer.data.files.is_test` chooses the test split.
"""

import hashlib
from pathlib import Path

import torch
from torch import Tensor

from ganzoo.images import fit, open_picture
from trainer.data.files import Item, Listing, has_image_suffix, is_test, list_paths, open_images
from trainer.data.images import ImageShape

TRAIN = "train"
"""The name of the train split's folder."""
TEST = ("test", "val")
"""Names that the test split's folder may have."""
HALVES = ("left", "right")
"""The names of the sides of images that hold both."""


def list_pairs(root: Path, train: bool) -> Listing:
    """The pairs of one split, in order of their names. Raises ValueError for a folder that holds none."""
    if not has_collections(root):
        folder, mixed = find_split(root, train)
        if not list_folders(folder):
            images = list_images(folder, train, mixed)
            return not_empty(Listing(root, ([(path,) for path in images],), open_halves, sides=HALVES))
    sides = list_sides(root, train)
    left, right = ({path.stem: path for path in images} for images in sides.values())
    items: list[Item] = [(left[stem], right[stem]) for stem in sorted(left.keys() & right.keys())]
    paired = {path for item in items for path in item}
    alone = sorted(path for images in sides.values() for path in images if path not in paired)
    left_out = tuple(f"{path.relative_to(root).as_posix()} has no partner of its own" for path in alone)
    return not_empty(Listing(root, (items,), open_images, sides=tuple(sides), left_out=left_out))


def list_collections(root: Path, train: bool) -> Listing:
    """The images of two collections without pairs, in order of their names.

    A test image whose file is in a training collection too is left out. Raises ValueError for a folder that does not
    hold two collections.
    """
    sides, left_out = list_sides(root, train), []
    if not train:
        known = {content_of(path) for images in list_sides(root, True).values() for path in images}
        seen = {path for images in sides.values() for path in images if content_of(path) in known}
        left_out = [
            f"{path.relative_to(root).as_posix()} is among the training pictures, too, and not measured on"
            for path in sorted(seen)
        ]
        sides = {name: [path for path in images if path not in seen] for name, images in sides.items()}
    collections: tuple[list[Item], ...] = tuple([(path,) for path in images] for images in sides.values())
    return not_empty(Listing(root, collections, open_images, sides=tuple(sides), left_out=tuple(left_out)))


def not_empty(listing: Listing) -> Listing:
    """The listing, if it has files. Raises ValueError if not."""
    if not listing and not listing.left_out:
        raise ValueError(f"{listing.root} has no pictures for that split: make folders train and test in it")
    return listing


def list_sides(root: Path, train: bool) -> dict[str, list[Path]]:
    """The images of both sides of one split, by the names of the sides."""
    if has_collections(root):
        folders = {side: find_split(root, train, side) for side in "AB"}
        if len({mixed for _, mixed in folders.values()}) > 1:
            raise ValueError(f"{root} must have a test folder for both collections, testA and testB, or for neither")
    else:
        folder, mixed = find_split(root, train)
        folders = {side.name: (side, mixed) for side in list_folders(folder)}
    if len(folders) != 2:
        names = ", ".join(folders) or "none"
        raise ValueError(f"{root} must have two sub-folders, one for each side; it has {names}")
    return {name: list_images(folder, train, mixed) for name, (folder, mixed) in folders.items()}


def has_collections(root: Path) -> bool:
    """Whether the two sides of the train split are folders trainA and trainB."""
    return all((root / f"{TRAIN}{side}").is_dir() for side in "AB")


def find_split(root: Path, train: bool, side: str = "") -> tuple[Path, bool]:
    """The folder of a split, and whether it holds both splits, mixed."""
    if not (root / f"{TRAIN}{side}").is_dir():
        return root, True
    tests = [root / f"{name}{side}" for name in TEST if (root / f"{name}{side}").is_dir()]
    if train or not tests:
        return root / f"{TRAIN}{side}", not tests
    return tests[0], False


def list_folders(folder: Path) -> list[Path]:
    """The sub-folders of a folder."""
    return [path for path in list_paths(folder) if path.is_dir()]


def list_images(folder: Path, train: bool, mixed: bool) -> list[Path]:
    """The image files of a folder that holds one split, or those of one split of a `mixed` folder."""
    images = [path for path in list_paths(folder) if has_image_suffix(path)]
    return [path for path in images if is_test(path.stem) != train] if mixed else images


def content_of(path: Path) -> bytes:
    """A digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).digest()


def open_halves(path: Path, *, image_shape: ImageShape) -> Tensor:
    """The left and the right half of one image: uint8 (2c, h, w). Raises ValueError for what cannot be read."""
    image = open_picture(path, longest=16 * max(image_shape))
    middle = image.width // 2
    if not middle:
        raise ValueError(f"{path.name} is one pixel wide and has no halves")
    boxes = (0, 0, middle, image.height), (image.width - middle, 0, image.width, image.height)
    return torch.cat([fit(image.crop(box), image_shape) for box in boxes])
