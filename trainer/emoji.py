"""Emoji as a data set: Google's Noto pictures of 64x64, as the npm package emoji-datasource-google brings them.

Flags are left out, and so are variants that differ by the colour of the skin: 1,636 pictures are left, in the eight
groups of Unicode. One in ten, chosen by its name, is the test split.
"""

import json
import tarfile
from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets.utils import download_url

from ganzoo.images import fit, open_picture
from trainer.folder import is_test

URL = "https://registry.npmjs.org/emoji-datasource-google/-/emoji-datasource-google-16.0.0.tgz"
MD5 = "afdb2b1eb6e038ffd8c59dd6f654720f"
GROUPS = (
    "Smileys & Emotion", "People & Body", "Animals & Nature", "Food & Drink", "Travel & Places", "Activities",
    "Objects", "Symbols",
)  # fmt: skip
"""The classes: Unicode's groups of emoji, without flags."""


def package(root: Path) -> Path:
    """The package's file in `root`/emoji, fetched if it is not there. Raises OSError where that fails."""
    path = root / "emoji" / URL.rpartition("/")[2]
    try:
        download_url(URL, path.parent, path.name, MD5)
    except (RuntimeError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OSError(f"no emoji: {path} could not be fetched from {URL} ({reason}); put it there yourself") from error
    return path


def load(root: Path, train: bool, image_shape: tuple[int, int, int]) -> tuple[Tensor, Tensor]:
    """One split: pictures uint8 (n, c, h, w) on white, and int64 (n,) what each is of `GROUPS`."""
    images, labels = [], []
    with tarfile.open(package(root)) as tar:
        files = {member.name: member for member in tar if member.isfile()}
        for emoji in json.load(tar.extractfile(files["package/emoji.json"])):
            if emoji["category"] in GROUPS and is_test(Path(emoji["image"])) != train:
                file = tar.extractfile(files[f"package/img/google/64/{emoji['image']}"])
                images.append(fit(open_picture(file.read()), image_shape))
                labels.append(GROUPS.index(emoji["category"]))
    return torch.stack(images), torch.tensor(labels)
