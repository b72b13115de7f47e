"""Folders of image pairs, and of two collections without pairs.

Pairs are images with both halves side by side (as pix2pix's datasets come), two files of one name in one folder (as the
CMP facades come; x.jpg and x_mask.png count as well), or two sub-folders with an image of the same name in each.
Collections are two sub-folders of any images; CycleGAN's come as trainA, trainB, testA and testB. The folders of splits
may hold the sides (train/A) or lie in them (A/train). Without a test folder, `trainer.data.files.is_test` chooses the
test split.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PIL import Image

from ganzoo.files import printable
from ganzoo.images import FORMATS, OWN_FORMATS, open_picture
from trainer.data.files import Item, Listing, is_test, open_images
from trainer.data.images import HALVES
from trainer.data.tree import TEST, TRAIN, VALIDATION, has_image_suffix, list_folders, list_paths, split_of, walk

LOSSY = {".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".avif"}
"""The endings of photos. Label maps are kept in formats that lose nothing."""
COLLECTION = re.compile(r"(.+?)[ _-]?([ab])", re.IGNORECASE)
"""The name of a folder such as trainA: the split and the side."""
MAP = re.compile(r"(.+)[ _.-](masks?|labels?|lbl|segm?|segmentation|gt|ground[ _-]?truth|annotations?|annot?)", re.I)
"""The name of a label map beside its photo: that of the photo and a word."""
PHOTO = re.compile(r"(.+)[ _.-](im|img|image|photo|pic|picture|rgb|sat|orig|original)", re.I)
"""The name of a photo that says so: 1_sat.jpg beside 1_mask.png."""
Pairs = list[tuple[Path, Path]]


@dataclass(frozen=True)
class Part:
    """The folder with one split of one side, or of all images."""

    folder: Path
    is_mixed: bool
    """Whether it holds both splits."""
    splits: str = ""
    """The splits of the folder in words; empty where there are none."""


def list_pairs(root: Path, train: bool, *, classes: Sequence[str] = (), earlier: bool = False) -> Listing:
    """The pairs of one split, in order of their names. Raises ValueError for a folder that holds none.

    Pairs have no `classes`. `earlier` lists as the first reader did.
    """
    root = inside_wrappers(root)
    if not collections_in(root):
        part = find_split(root, train)
        folders = list_folders(part.folder)
        if not folders or (not earlier and all(len(likely_pairs(list_images(folder))) == 1 for folder in folders)):
            return list_files(root, part, folders or [part.folder], train, earlier)
    sides, splits = list_sides(root, train, earlier)
    left, right = ({path.stem: path for path in images} for images in sides.values())
    items: list[Item] = [(left[stem], right[stem]) for stem in sorted(left.keys() & right.keys())]
    return list_items(root, items, sides.values(), tuple(map(printable, sides)), splits, earlier)


def list_files(root: Path, part: Part, folders: list[Path], train: bool, earlier: bool) -> Listing:
    """The pairs of folders that are no sides: two files of one name, or the halves of each file."""
    word = None if earlier else word_of_maps(root)
    if word is None:
        images = [path for folder in folders for path in choose_images(folder, train, part.is_mixed, earlier)]
        open_item = partial(open_halves, formats=FORMATS) if earlier else open_halves
        return not_empty(Listing(root, ([(path,) for path in images],), open_item, sides=HALVES, splits=part.splits))
    images = [path for folder in folders for path in list_images(folder)]
    if part.is_mixed:
        images = [path for path in images if is_test(bare_name(path) if word else path.stem) != train]
    pairs = pairs_by_word(images).get(word, [])
    left, right = ("picture", word) if word else (common_ending(pair[side] for pair in pairs) for side in (0, 1))
    sides = HALVES if left == right else (left, right)
    splits = "; ".join(filter(None, ("two files of one name", part.splits)))
    return list_items(root, [*pairs], [images], sides, splits, earlier)


def word_of_maps(root: Path) -> str | None:
    """The word that tells the label maps of a folder's train split from their photos; "" where only the ending does.

    None where its images are halves side by side. Raises ValueError where pairs can be told in two ways, and where
    some of the images are pairs by their names and most are not.
    """
    training = find_split(root, True).folder
    images = [path for folder in list_folders(training) or [training] for path in list_images(folder)]
    found, likely = pairs_by_word(images), likely_pairs(images)
    ways = [found[word][0] for word in likely or sorted(found.keys() - {""})]
    if len(likely) == 1 or not ways:
        return next(iter(likely), None)
    examples = " or ".join(f"{left.name} and {right.name}" for left, right in ways)
    trouble = f"can be read in {len(ways)} ways" if likely else "has some pairs of files, but most files are in none"
    raise ValueError(
        f"{root} {trouble}, such as {examples}: put the pictures of each side into a folder of its own, "
        "or move away what is in no pair"
    )


def list_items(
    root: Path, items: list[Item], images: Iterable[list[Path]], sides: tuple[str, ...], splits: str, earlier: bool
) -> Listing:
    """The listing of pairs of files; those of the `images` that are in no pair are left out."""
    paired = {path for item in items for path in item}
    alone = sorted(path for paths in images for path in paths if path not in paired)
    left_out = tuple(f"{path.relative_to(root).as_posix()} has no partner of its own" for path in alone)
    return not_empty(Listing(root, (items,), opener(earlier), sides=sides, left_out=left_out, splits=splits))


def likely_pairs(images: list[Path]) -> dict[str, Pairs]:
    """Those of the `pairs_by_word` to which most of the files belong."""
    return {word: pairs for word, pairs in pairs_by_word(images).items() if 4 * len(pairs) >= len(images)}


def pairs_by_word(images: list[Path]) -> dict[str, Pairs]:
    """The pairs of a photo and a label map beside it, by the word at the end of the map's name; "" for `same_stems`."""
    photos, found = photos_by_name(images), {"": same_stems(images)}
    for path in images:
        match = MAP.fullmatch(path.stem)
        partners = photos.get((path.parent, match[1]), []) if match else []
        if match and len(partners) == 1:
            found.setdefault(match[2].lower(), []).append((partners[0], path))
    return {word: pairs for word, pairs in found.items() if pairs}


def photos_by_name(images: list[Path]) -> dict[tuple[Path, str], list[Path]]:
    """The images that may be photos, by their folders and their names without a word such as `PHOTO` has."""
    photos: dict[tuple[Path, str], list[Path]] = {}
    for path in images:
        if not MAP.fullmatch(path.stem):
            photos.setdefault((path.parent, bare_name(path)), []).append(path)
    return photos


def bare_name(path: Path) -> str:
    """What the names of a photo and of its label map have in common."""
    match = MAP.fullmatch(path.stem) or PHOTO.fullmatch(path.stem)
    return match[1] if match else path.stem


def same_stems(images: list[Path]) -> Pairs:
    """The two files of each name that has two, in order: the photo first, else in order of their endings."""
    by_stem: dict[tuple[Path, str], list[Path]] = {}
    for path in images:
        by_stem.setdefault((path.parent, path.stem), []).append(path)
    pairs = [sorted(by_stem[stem], key=photo_first) for stem in sorted(by_stem) if len(by_stem[stem]) == 2]
    return [(left, right) for left, right in pairs]


def photo_first(path: Path) -> tuple[bool, str]:
    """A key that sorts photos before label maps."""
    ending = path.suffix.lower()
    return ending not in LOSSY, ending


def common_ending(paths: Iterable[Path]) -> str:
    """The ending that most of the files have, without its dot."""
    return Counter(path.suffix.lower()[1:] for path in paths).most_common(1)[0][0]


def list_collections(root: Path, train: bool, *, classes: Sequence[str] = (), earlier: bool = False) -> Listing:
    """The images of two collections without pairs, in order of their names; arguments as in `list_pairs`.

    A test image whose file is in a training collection too is left out. Raises ValueError for a folder that does not
    hold two collections.
    """
    root = inside_wrappers(root)
    (sides, splits), left_out = list_sides(root, train, earlier), []
    if not train:
        known = {content_of(path) for images in list_sides(root, True, earlier)[0].values() for path in images}
        seen = {path for images in sides.values() for path in images if content_of(path) in known}
        left_out = [
            f"{path.relative_to(root).as_posix()} is among the training pictures, too, and not measured on"
            for path in sorted(seen)
        ]
        sides = {name: [path for path in images if path not in seen] for name, images in sides.items()}
    collections: tuple[list[Item], ...] = tuple([(path,) for path in images] for images in sides.values())
    names = tuple(map(printable, sides))
    return not_empty(Listing(root, collections, opener(earlier), sides=names, left_out=tuple(left_out), splits=splits))


def opener(earlier: bool) -> Callable[..., list[Image.Image]]:
    """What opens the files of an item."""
    return partial(open_images, formats=FORMATS) if earlier else open_images


def not_empty(listing: Listing) -> Listing:
    """The listing, if it has files. Raises ValueError if not."""
    if not listing and not listing.left_out:
        if deep := next((path for path in walk(listing.root).images if len(path.parts) > 2), None):
            raise ValueError(
                f"{listing.root / deep} and others lie in folders inside those of the sides, which are not read: "
                "move the pictures into the folders of the sides"
            )
        raise ValueError(f"{listing.root} has no pictures for that split: make folders train and test in it")
    return listing


def list_sides(root: Path, train: bool, earlier: bool) -> tuple[dict[str, list[Path]], str]:
    """The images of both sides of one split, by the names of the sides, and the splits in words."""
    parts = find_sides(root, train)
    if len(parts) != 2:
        names = ", ".join(parts) or "none"
        way = "; move others away, or name the folder that holds the sides" if parts else ""
        raise ValueError(f"{root} must have two sub-folders, one for each side; it has {names}{way}{lost_links(root)}")
    images = {name: choose_images(part.folder, train, part.is_mixed, earlier) for name, part in parts.items()}
    return images, next(iter(parts.values())).splits


def lost_links(folder: Path) -> str:
    """The links in a folder that point nowhere, as the end of a sentence; empty where there are none."""
    links = [path.name for path in list_paths(folder) if path.is_symlink() and not path.exists()]
    return f"; these links point nowhere: {', '.join(links)}" if links else ""


def find_sides(root: Path, train: bool) -> dict[str, Part]:
    """The folders of the sides of one split, by the names of the sides."""
    if collections := collections_in(root):
        parts = {side: choose_split(root, collections[side], train) for side in "AB"}
    else:
        part = find_split(root, train)
        folders = list_folders(part.folder)
        parts = {folder.name: Part(folder, part.is_mixed, part.splits) for folder in folders}
        if part.folder == root:  # the sides may hold the splits
            parts = {folder.name: find_split(folder, train) for folder in folders}
    if len(parts) == 2 and len({part.is_mixed for part in parts.values()}) > 1:
        raise ValueError(f"{root} must have a test folder for both collections, testA and testB, or for neither")
    return parts


def collections_in(root: Path) -> dict[str, dict[str, Path]]:
    """The folders of CycleGAN's layout, by side and split; empty where the train split has no two sides."""
    found: dict[str, dict[str, Path]] = {"A": {}, "B": {}}
    for folder in list_folders(root):
        match = COLLECTION.fullmatch(folder.name)
        if match and (split := split_of(match[1])):
            found[match[2].upper()][split] = folder
    return found if all(TRAIN in found[side] for side in "AB") else {}


def find_split(root: Path, train: bool) -> Part:
    """The folder of a split; the folder itself where it has no splits."""
    folders = list_folders(root)
    part = choose_split(root, {split: path for path in folders if (split := split_of(path.name))}, train)
    others = [path.name for path in folders if not split_of(path.name)]
    if part.folder == root or not others:
        return part
    splits = part.splits or f"splits: {part.folder.name}"
    return replace(part, splits=f"{splits}; {', '.join(others)} beside {part.folder.name} is not read")


def choose_split(root: Path, folders: Mapping[str, Path], train: bool) -> Part:
    """The folder of a split, from those of the splits that there are."""
    if TRAIN not in folders:
        return Part(root, True)
    test = folders.get(TEST) or folders.get(VALIDATION)
    if test is None:
        return Part(folders[TRAIN], True)
    unread = f"; {folders[VALIDATION].name} is not read" if len(folders) > 2 else ""
    splits = f"splits: {folders[TRAIN].name}, {test.name}{unread}"
    return Part(folders[TRAIN] if train else test, False, splits)


def inside_wrappers(root: Path) -> Path:
    """The folder inside those that hold nothing but one other folder, which is no split."""
    while not any(map(has_image_suffix, paths := list_paths(root))) and not lost_links(root):
        folders = [path for path in paths if path.is_dir()]
        if len(folders) != 1 or split_of(folders[0].name):
            break
        root = folders[0]
    return root


def list_images(folder: Path, *, earlier: bool = False) -> list[Path]:
    """The image files of a folder."""
    return [path for path in list_paths(folder) if has_image_suffix(path, earlier=earlier)]


def choose_images(folder: Path, train: bool, is_mixed: bool, earlier: bool) -> list[Path]:
    """The image files of a folder that holds one split, or those of one split of a mixed one."""
    images = list_images(folder, earlier=earlier)
    return [path for path in images if is_test(path.stem) != train] if is_mixed else images


def content_of(path: Path) -> bytes:
    """A digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).digest()


def open_halves(path: Path, *, longest: int | None, formats: tuple[str, ...] = OWN_FORMATS) -> list[Image.Image]:
    """The left and the right half of one image. Raises ValueError for what cannot be read."""
    image = open_picture(path, longest=longest, formats=formats)
    middle = image.width // 2
    if not middle:
        raise ValueError(f"{path.name} is one pixel wide and has no halves")
    boxes = (0, 0, middle, image.height), (image.width - middle, 0, image.width, image.height)
    return [image.crop(box) for box in boxes]
