"""Files that are either complete or absent."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any


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
