"""Files that are either complete or absent, and what lies in a folder."""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

DROPPINGS = ("__macosx", "@eadir", "#recycle", "$recycle.bin", "lost+found", "thumbs.db", "desktop.ini", "icon\r")
"""What systems leave in folders, in lower case."""


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that no reader and no crash ever sees half a file.

    The content is written to a temporary file next to `path`, synced and renamed. Folders are made as needed. Raises
    OSError that names `path` if it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise OSError(f"cannot write {path}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def refuse_file_in_the_way(folder: Path) -> None:
    """Raise ValueError where a new folder cannot be because a file has its name or that of a folder around it."""
    if place := next((place for place in (folder, *folder.parents) if place.exists() and not place.is_dir()), None):
        raise ValueError(f"this needs a folder, but {place} is a file: name another --out")


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, like `replace_file`."""
    replace_file(path, (json.dumps(value, indent=2) + "\n").encode())


def append_line(path: Path, line: str) -> None:
    """Add a line to a text file. Raises OSError that names `path` if it cannot be written."""
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise OSError(f"cannot write {path}: {error.strerror}") from error


def printable(text: str) -> str:
    """Text in which each byte of a file's name that is no UTF-8 is written out, so that any terminal shows it."""
    return text.encode("utf-8", "backslashreplace").decode()


def is_hidden(name: str, droppings: Collection[str] = DROPPINGS) -> bool:
    """Whether a file or folder is none of the user's: its name begins with a dot, or systems leave it."""
    return name.startswith(".") or name.lower() in droppings


def walk_folder(
    root: Path, *, follow_links: bool = True, droppings: Collection[str] = DROPPINGS
) -> tuple[list[Path], list[str]]:
    """The visible files in and below a folder, as seen from it and sorted, and what could not be followed.

    The latter is a message for each link that points nowhere or to a folder on the way to it, through other links, too,
    and for each folder that is empty or closed. Raises ValueError where there is no folder.
    """
    if not root.is_dir():
        raise ValueError(f"no folder {str(root)!r}")
    files, problems, pending = [], [], [(root, [root.resolve()])]
    while pending:
        folder, way = pending.pop()
        try:
            paths = [path for path in folder.iterdir() if not is_hidden(path.name, droppings)]
        except OSError as error:
            problems.append(f"{name_in(root, folder)} cannot be read ({error.strerror})")
            continue
        if not paths and folder != root:
            problems.append(f"{name_in(root, folder)} is empty")
        for path in paths:
            if path.is_file():
                files.append(path.relative_to(root))
            elif path.is_symlink() and not path.exists():
                problems.append(f"{name_in(root, path)} is a link that points nowhere")
            elif path.is_symlink() and follow_links and any(place.is_relative_to(path.resolve()) for place in way):
                problems.append(f"{name_in(root, path)} is a link to a folder around it")
            elif path.is_dir() and (follow_links or not path.is_symlink()):
                pending.append((path, [*way, path.resolve()]))
    return sorted(files), sorted(problems)


def name_in(root: Path, path: Path) -> str:
    """A path as seen from a folder around it, with "/" between folders."""
    return path.relative_to(root).as_posix()
