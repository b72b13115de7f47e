"""A folder of images: any names, formats and sizes. Sub-folders are classes; files that belong to none are left out."""

from pathlib import Path

from trainer.data.files import Listing, has_image_suffix, is_test, list_paths, open_images


def list_folder(root: Path, train: bool) -> Listing:
    """The files of one split, in order of their names."""
    files = [path.relative_to(root) for path in list_paths(root, recursive=True) if path.is_file()]
    classes = classes_of(files)
    label_of = {name: label for label, name in enumerate(classes)}
    images = [path for path in files if not classes or (len(path.parts) > 1 and path.parts[0] in label_of)]
    in_no_class = sorted(set(files) - set(images)) if train else []
    split = [path for path in images if is_test(path.as_posix()) != train]
    return Listing(
        root,
        ([(root / path,) for path in split],),
        open_images,
        labels=[label_of[path.parts[0]] if classes else 0 for path in split],
        classes=classes,
        left_out=tuple(f"{path} is in no class" for path in in_no_class),
    )


def list_classes(root: Path) -> tuple[str, ...]:
    """The names of the classes of a folder; empty without sub-folders. Raises ValueError where there is no folder."""
    return classes_of([path.relative_to(root) for path in list_paths(root, recursive=True) if path.is_file()])


def classes_of(files: list[Path]) -> tuple[str, ...]:
    """The sub-folders that hold images, of files as seen from the root."""
    return tuple(sorted({path.parts[0] for path in files if len(path.parts) > 1 and has_image_suffix(path)}))
