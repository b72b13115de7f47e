"""Small trainings for the tests of the loop, of runs on disk and of what may befall them."""

import io
import json
import tarfile
from dataclasses import replace

import torch
from PIL import Image, ImageDraw

from trainer.data import registry
from trainer.engine.loop import Training
from trainer.recipes import catalogue

CPU = torch.device("cpu")
STAND_INS = {
    "stacked-mnist": "stacked-synthetic", "emoji": "emoji", "emoji-styles": "synthetic-unpaired",
    "facades": "synthetic-pairs", "maps": "synthetic-pairs", "seasons": "synthetic-unpaired",
}  # fmt: skip
"""What is learnt from in the place of a recipe's data, if not "synthetic"; the emoji are those of `noto_package`."""
SHORT = {"data": "synthetic", "batch_size": 16, "steps": 3, "previews": 2}
"""What makes a run of a recipe of digits short."""
TINY = {"width": 8, "patch_width": 8, "image_shape": (3, 32, 32)}
"""What makes the models of image to image small."""
SLIM = {"latent_dim": 8, "width": 16}
"""What makes the conditional DCGAN small."""


def small(name, **changes):
    recipe = catalogue.get_recipe(name)
    pictures = 2 if recipe.game in ("translation", "cycle") else 8
    changes = {
        "steps": 2,
        "previews": 1,
        "batch_size": pictures,
        "data": STAND_INS.get(recipe.data, "synthetic"),
    } | changes
    return replace(recipe, **changes)


def training(recipe):
    return Training(recipe, registry.load(recipe.data, train=True, image_shape=recipe.image_shape), CPU)


GROUPS = ["Food & Drink", "Symbols"] * 20 + ["Flags"]


def noto_package(path):
    """Write a package as `trainer.data.emoji` reads it: 40 discs on clear ground, of two groups, and one flag."""
    listed = [
        {"category": group, "image": f"{i:04x}.png", "unified": f"{i:04X}-FE0F"} for i, group in enumerate(GROUPS)
    ]
    with tarfile.open(path, "w:gz") as tar:
        add(tar, "package/emoji.json", json.dumps(listed).encode())
        for i, emoji in enumerate(listed):
            picture = Image.new("RGBA", (64, 64))
            ImageDraw.Draw(picture).ellipse((8, 8, 24 + i, 56), fill=(5 * i, 120, 200 - 5 * i))
            file = io.BytesIO()
            picture.save(file, "PNG")
            add(tar, f"package/img/google/64/{emoji['image']}", file.getvalue())
    return path


def openmoji_package(path):
    """The same discs but the last five, with black outlines, as SVG."""
    with tarfile.open(path, "w:gz") as tar:
        for i in range(len(GROUPS) - 5):
            shape = f'cx="{16 + i / 2}" cy="32" rx="{8 + i / 2}" ry="24"'
            disc = f'<ellipse {shape} fill="#78c" stroke="#000" stroke-width="6"/>'
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{disc}</svg>'
            add(tar, f"package/color/svg/{i:04X}.svg", svg.encode())
    return path


def add(tar, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def play(game, steps):
    for _ in range(steps):
        game.train_step()
    return game


def assert_same(a, b, path=""):
    if isinstance(a, dict):
        assert a.keys() == b.keys(), path
        for key in a.keys() - {"seconds"}:
            assert_same(a[key], b[key], f"{path}/{key}")
    elif isinstance(a, torch.Tensor):
        assert torch.equal(a, b), path
    else:
        assert a == b, path


def write_picture(path, *colours, size=(20, 20)):
    """A picture of as many colours side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (size[0] * len(colours), size[1]))
    for place, colour in enumerate(colours):
        picture.paste(colour, (place * size[0], 0, (place + 1) * size[0], size[1]))
    picture.save(path)
