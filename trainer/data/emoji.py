"""Emoji as datasets: Google's Noto emoji, and the same emoji as OpenMoji draws them.

Noto's come as PNG of 64x64 in the npm package emoji-datasource-google, OpenMoji's as SVG in the npm package openmoji.
Flags are left out, and so are variants that differ by the colour of the skin. That leaves 1,636 images in the eight
groups of Unicode. One in ten, chosen by its name, is the test split.
"""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.images import fit, open_picture
from trainer.data.downloads import Package
from trainer.data.files import is_test
from trainer.data.images import ImageShape, InMemoryImages, LoadOptions

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


def noto_emoji(options: LoadOptions) -> InMemoryImages:
    """Noto's emoji on white, labelled by their group."""
    images, labels = [], []
    for emoji, png in read_noto(options.root, options.train):
        images.append(fit(open_picture(png), options.image_shape))
        labels.append(GROUPS.index(emoji["category"]))
    return InMemoryImages(torch.stack(images), torch.tensor(labels), classes=GROUPS)


def emoji_styles(options: LoadOptions) -> InMemoryImages:
    """The emoji that both collections have, as unpaired images."""
    images = torch.stack(list(read_both(options.root, options.train, options.image_shape)))
    labels = torch.zeros(len(images), dtype=torch.int64)
    return InMemoryImages(images, labels, sides=("Noto", "OpenMoji"), unpaired=True)


def read_noto(root: Path, train: bool) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Unicode's description of each emoji of one split, and its PNG."""
    with tarfile.open(NOTO.fetch(root)) as tar:
        files = {member.name: member for member in tar if member.isfile()}
        for emoji in json.loads(content_of(tar, files["package/emoji.json"])):
            if emoji["category"] in GROUPS and is_test(emoji["image"]) != train:
                yield emoji, content_of(tar, files[f"package/img/google/64/{emoji['image']}"])


def read_both(root: Path, train: bool, image_shape: ImageShape) -> Iterator[Tensor]:
    """Emoji that are in both collections: uint8 (2c, h, w), Noto's channels before OpenMoji's."""
    with tarfile.open(OPENMOJI.fetch(root)) as tar:
        drawings = {Path(member.name).stem: member for member in tar if member.name.startswith("package/color/svg/")}
        for emoji, png in read_noto(root, train):
            code = emoji["unified"].upper()
            if drawing := drawings.get(code) or drawings.get(code.replace("-FE0F", "")):
                svg = content_of(tar, drawing).decode()
                pair = (open_picture(png), open_picture(render(svg, max(image_shape[1:]))))
                yield torch.cat([fit(image, image_shape) for image in pair])


def content_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """The bytes of a file in an archive."""
    file = tar.extractfile(member)
    if file is None:
        raise OSError(f"{member.name} is no file")
    return file.read()


def render(svg: str, side: int) -> bytes:
    """An SVG as a square PNG of that many pixels. Raises OSError where resvg is not installed."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise OSError("OpenMoji's pictures are SVG, and are drawn by resvg: pip install resvg_py") from error
    return bytes(svg_to_bytes(svg_string=svg, width=side, height=side))
