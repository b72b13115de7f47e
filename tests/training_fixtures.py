"""Small trainings, made data and comparisons for the tests of the trainer."""

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
"""By a recipe's data: the made data in its place, if not "synthetic"; the emoji are those of `noto_package`."""
SHORT = {"data": "synthetic", "batch_size": 16, "steps": 3, "previews": 2}
"""Changes that make a run on digits short."""
TINY = {"width": 8, "patch_width": 8, "image_shape": (3, 32, 32)}
"""Options that make models of image to image small."""
SLIM = {"latent_dim": 8, "width": 16}
"""Options that make the conditional DCGAN small."""


def small(name, **changes):
    recipe = catalogue.get_recipe(name)
    batch_size = 2 if recipe.game in ("translation", "cycle") else 8
    changes = {
        "steps": 2,
        "previews": 1,
        "batch_size": batch_size,
        "data": STAND_INS.get(recipe.data, "synthetic"),
    } | changes
    return replace(recipe, **changes)


def training(recipe):
    return Training(recipe, registry.load(recipe.data, train=True, image_shape=recipe.image_shape), CPU)


GROUPS = ["Food & Drink", "Symbols"] * 20 + ["Flags"]


def noto_package(path):
    """Write a package as `trainer.data.emoji` reads it: 40 discs on clear ground, of two groups, and one flag."""
    emoji_list = [
        {"category": group, "image": f"{i:04x}.png", "unified": f"{i:04X}-FE0F"} for i, group in enumerate(GROUPS)
    ]
    with tarfile.open(path, "w:gz") as tar:
        add(tar, "package/emoji.json", json.dumps(emoji_list).encode())
        for i, emoji in enumerate(emoji_list):
            image = Image.new("RGBA", (64, 64))
            ImageDraw.Draw(image).ellipse((8, 8, 24 + i, 56), fill=(5 * i, 120, 200 - 5 * i))
            file = io.BytesIO()
            image.save(file, "PNG")
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


def take_steps(training, steps):
    for _ in range(steps):
        training.train_step()
    return training


def assert_same(a, b, path=""):
    if isinstance(a, dict):
        assert a.keys() == b.keys(), path
        for key in a.keys() - {"seconds"}:
            assert_same(a[key], b[key], f"{path}/{key}")
    elif isinstance(a, torch.Tensor):
        assert torch.equal(a, b), path
    else:
        assert a == b, path


def write_image(path, *colours, size=(20, 20)):
    """Write an image of these colours side by side, each `size` wide and high."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (size[0] * len(colours), size[1]))
    for place, colour in enumerate(colours):
        image.paste(colour, (place * size[0], 0, (place + 1) * size[0], size[1]))
    image.save(path)
