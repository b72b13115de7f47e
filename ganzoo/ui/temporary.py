"""The app's temporary folder: it goes when the app ends, and what a killed app left goes when the next one starts.

Beside each folder lies a lock file, which its app holds: several apps may run, also in containers that share /tmp. The
system frees the lock of a process that was killed.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

PREFIX = "ganzoo-"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder of this app. Removes those that killed apps have left."""
    shelf = Path(tempfile.gettempdir())
    for left in shelf.glob(f"{PREFIX}*.lock"):
        with suppress(OSError):  # a running app holds the lock, or it is another user's
            with FileLock(left, timeout=0):
                shutil.rmtree(left.with_suffix(""), ignore_errors=True)
            left.unlink(missing_ok=True)
    folder = shelf / f"{PREFIX}{uuid.uuid4().hex}"
    lock = FileLock(folder.with_suffix(".lock"))
    lock.acquire()
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)
