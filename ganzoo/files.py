"""Files that are whole or not there."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write beside `path`, sync, then rename, so that no reader and no crash ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
