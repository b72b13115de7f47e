"""A folder of images: any names, formats and sizes. Sub-folders are classes; files that belong to none are left out.

Images may lie in folders of splits (train/cat, or cat/train), and in folders that only wrap the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from unicodedata import normalize

from ganzoo.checks import comparable
from ganzoo.files import printable
from ganzoo.images import FORMATS
from trainer.data.files import Listing, can_open, in_words, is_test, open_images
from trainer.data.tree import (
    TEST,
    TRAIN,
    VALIDATION,
    Place,
    Tree,
    arrange,
    by_number,
    has_image_suffix,
    unsplit,
    walk,
)


@dataclass(frozen=True)
class Classes:
    """The classes of a folder, by the names of their folders."""

    names: list[str]
    unreadable: list[str]
    """Folders that hold images, none of which can be read. They are no classes."""


def list_folder(root: Path, train: bool, *, classes: Sequence[str] = (), earlier: bool = False) -> Listing:
    """The files of one split, in order of their names.

    `classes` are those that a model knows: where they are the sub-folders as they stand, these are not taken for
    splits. `earlier` lists as the first reader did. Raises ValueError where the folder can be read in two ways.
    """
    tree = walk(root, earlier=earlier)
    tops = {printable(place.top) for place in unsplit(tree) if has_image_suffix(place.path)} - {""}
    if earlier or set(comparable(tops)) == set(comparable(classes)):
        return list_places(tree, unsplit(tree), train, classes, earlier)
    return list_places(*arrange(tree), train, classes)


def list_classes(root: Path, train: bool, *, classes: Sequence[str] = (), earlier: bool = False) -> Listing:
    """The files of one split of a folder whose sub-folders are classes, whatever their names."""
    tree = walk(root, earlier=earlier)
    return list_places(tree, unsplit(tree), train, classes, earlier)


def list_places(
    tree: Tree, places: list[Place], train: bool, known: Sequence[str] = (), earlier: bool = False
) -> Listing:
    """The files of one split of a tree, whose folders are arranged as `places` say."""
    training = [place for place in places if place.split in (TRAIN, "")]
    classes = earlier_classes(training) if earlier else find_classes(tree.root, training, known)
    label_of = {name: label for label, name in enumerate(classes.names)}
    places = list(respelled(places, classes.names))
    labelled = [place for place in places if not label_of or place.top in label_of]
    held_back = [place for place in labelled if place.split == TEST] or [
        place for place in labelled if place.split == VALIDATION
    ]
    split = [place for place in labelled if place.split in (TRAIN, "")]
    if not held_back:
        split = [place for place in split if is_test(place.path.as_posix()) != train]
    elif not train:
        split = held_back
    return Listing(
        tree.root,
        ([(tree.root / place.path,) for place in split],),
        partial(open_images, formats=FORMATS) if earlier else open_images,
        labels=[label_of.get(place.top, 0) for place in split],
        classes=tuple(map(printable, classes.names)),
        left_out=tuple(leave_out(tree, places, classes, held_back)) if train else (),
        splits=describe_splits(places, held_back, classes.names),
    )


def respelled(places: Iterable[Place], names: list[str]) -> Iterator[Place]:
    """The places, of which those in test splits have their classes' names as the train split spells them.

    Systems differ in letter case and in how they write é. Names that differ in nothing else stay as they are.
    """
    spelling = {spelled_alike(name): name for name in names}
    is_clear = len(spelling) == len(names)
    for place in places:
        name = spelling.get(spelled_alike(place.top), place.top) if is_clear else place.top
        yield replace(place, inner=Path(name, *place.inner.parts[1:])) if name != place.top else place


def spelled_alike(name: str) -> str:
    """A name in the one form that its spellings have in common."""
    return normalize("NFC", name).casefold()


def leave_out(tree: Tree, places: list[Place], classes: Classes, held_back: list[Place]) -> Iterator[str]:
    """A message for each class and each file of a folder that is left out of its train split, or of its test split."""
    for name in classes.unreadable:
        yield f"{name} holds no picture that can be read and is no class"
    in_splits = {place.path for place in places}
    yield from (f"{path} is in no split" for path in tree.images if path not in in_splits)
    if classes.names:
        known = {*classes.names, *classes.unreadable}
        alone = sorted(place.path for place in places if place.split in (TRAIN, "") and place.top not in known)
        yield from (f"{path} is in no class" for path in alone)
        tested = {place.split: place.folder for place in held_back}
        new = {(tested[place.split], place.top) for place in places if place.split in tested and place.top not in known}
        yield from (f"{name or 'what lies'} in {folder} is in no class of the training" for folder, name in sorted(new))
    yield from tree.problems


def find_classes(root: Path, training: list[Place], known: Sequence[str]) -> Classes:
    """The sub-folders that hold images that can be read, or that are `known` to a model; numbers sort as numbers."""
    by_class: dict[str, list[Path]] = {}
    for place in training:
        if place.top and has_image_suffix(place.path):
            by_class.setdefault(place.top, []).append(root / place.path)
    names = sorted(by_class, key=by_number)
    recorded = comparable(known)
    readable = [
        name for name in names if comparable([printable(name)])[0] in recorded or any(map(can_open, by_class[name]))
    ]
    return Classes(readable or names, [name for name in names if readable and name not in readable])


def earlier_classes(places: list[Place]) -> Classes:
    """The sub-folders that hold images, sorted as text."""
    return Classes(
        sorted({place.top for place in places if place.top and has_image_suffix(place.path, earlier=True)}), []
    )


def describe_splits(places: list[Place], held_back: list[Place], classes: list[str]) -> str:
    """The folders of the splits in words, and the `classes` that are not tested; empty where there are none."""
    names = {
        split: next((place.folder for place in places if place.split == split), "")
        for split in (TRAIN, TEST, VALIDATION)
    }
    if not names[TRAIN]:
        return ""
    if not held_back:
        others = " and ".join(name for name in (names[TEST], names[VALIDATION]) if name)
        return (
            f"splits: {names[TRAIN]}; no class has a picture in {others}, so one in ten of {names[TRAIN]} is held back"
        )
    used = held_back[0]
    unread = f"; {names[VALIDATION]} is not read" if used.split == TEST and names[VALIDATION] else ""
    tested = {place.top for place in held_back}
    missing = [name for name in classes if name not in tested]
    untested = f", which has none of {in_words(missing)}" if missing else ""
    return f"splits: {names[TRAIN]}, {used.folder}{untested}{unread}"
