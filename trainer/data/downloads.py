"""Where the files of datasets lie, and what downloads them."""

import gzip
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BROKEN_ARCHIVE = (EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, gzip.BadGzipFile)
"""What an archive that is cut short or changed raises while it is unpacked."""
Locate = Callable[[Path], Path]
"""Finds the folder of a dataset in the root of all datasets. Raises OSError where it cannot be had."""


@dataclass(frozen=True)
class Package:
    """An npm package, downloaded once."""

    url: str
    md5: str

    def fetch(self, root: Path) -> Path:
        """Its file in `root`/emoji. Raises OSError where it is missing and cannot be downloaded."""
        from torchvision.datasets.utils import download_url  # takes as long to import as torch

        path = root / "emoji" / self.url.rpartition("/")[2]
        try:
            download_url(self.url, path.parent, path.name, self.md5)
        except (RuntimeError, OSError) as error:
            damaged = ", because the one there is damaged" if path.is_file() else ""
            reason = f"could not be fetched from {self.url} ({reason_of(error)})"
            raise OSError(f"no emoji: {path} {reason}; put it there yourself{damaged}") from error
        return path


def downloaded(name: str, url: str) -> Locate:
    """The folder `name` in the root of the datasets; where it is missing, the archive at `url` is unpacked there."""

    def locate(root: Path) -> Path:
        if not (root / name).is_dir():
            archive = root / url.rpartition("/")[2]
            try:
                unpack(name, url, root)
            except BROKEN_ARCHIVE as error:
                raise OSError(
                    f"{archive} is damaged ({reason_of(error)}): delete it, and it is fetched from {url} again"
                ) from error
            except (RuntimeError, OSError) as error:
                raise OSError(
                    f"no {root / name}, and {url} could not be fetched ({reason_of(error)}); put it there"
                ) from error
        return root / name

    return locate


def unpack(name: str, url: str, root: Path) -> None:
    """Fetch an archive into `root` and unpack its folder `name` there: all of it, or nothing where it is cut short."""
    from torchvision.datasets.utils import download_and_extract_archive

    part = root / f".{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        download_and_extract_archive(url, root, extract_root=part)
        os.replace(part / name, root / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def local(name: str, source: str) -> Locate:
    """The folder `name` in the root of the datasets, which must exist; `source` says where its data comes from."""

    def locate(root: Path) -> Path:
        if not (root / name).is_dir():
            raise OSError(
                f"no {root / name}: put pairs into its folders train and test; those of the recipe are {source}"
            )
        return root / name

    return locate


def reason_of(error: Exception) -> str:
    """The message of an error on one line, of at most 200 characters."""
    return " ".join(str(error).split())[:200]
