"""A small zoo of untrained models and the app that serves it, for the tests of the app."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial, wraps
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from PIL import Image
from training_fixtures import SLIM, TINY

from ganzoo import models
from ganzoo.config import CONFIG
from ganzoo.images import open_picture
from ganzoo.inference import ModelStore, save_network
from ganzoo.ui import catalogue
from trainer.data import registry
from trainer.engine import write_model
from trainer.recipes import catalogue as recipes

ZOO = {
    "ae-wide": ("conv-autoencoder", {}),
    "ae-two": ("conv-autoencoder", {"code_dim": 2}),
    "vae-two": ("conv-vae", {"code_dim": 2}),
    "vae-many": ("conv-vae", {"code_dim": 8}),
    "gan-plain": ("mlp-gan", {"latent_dim": 8, "generator_widths": [16], "discriminator_widths": [16]}),
    "gan-digits": ("conditional-dcgan", SLIM),
    "gan-readable": ("infogan", {"noise_dim": 4, "width": 8, "hidden": 32}),
    "gan-growing": ("progan", {"image_shape": [3, 16, 16], "latent_dim": 8, "width": 4}),
    "reader": ("conv-classifier", {}),
}
CODES = {
    "labels": [1, 0, 2, 3, 4, 5, 6, 7, 8, 9],
    "continuous": [{"name": "slant", "index": 1, "sign": -1}, {"name": "thickness", "index": 0, "sign": 1}],
}
MORE = {"gan-plain": {"score_scale": "probability"}, "gan-readable": {"codes": CODES}}
FASHION = {
    "ae2d-fashion": {},
    "vae2d-fashion": {},
    "dae-robust-fashion": {},
    "cdcgan-fashion": SLIM,
    "classifier-fashion": {},
}
"""Recipes on another data set than digits, and what makes their models smaller."""
TRANSLATORS = {
    "pix2pix-facades": ["photo", "windows"],
    "encdec-facades": ["photo", "windows"],
    "windows-facades": ["photo", "windows"],
    "pix2pix-aerial": ["aerial photo", "map"],
    "pix2pix-map": ["aerial photo", "map"],
    "inpaint-facades": ["photo", "windows"],
    "pix2pix-emoji": [],
    "cyclegan-seasons": ["summer", "winter"],
}
"""Recipes of image to image with the sides of their data; their models are made of pictures 32 pixels wide."""
DISTANCES = {"gan-plain": 9.0, "gan-digits": 10.0}


def once(write: Callable[[Path], None]) -> Callable[[Path], None]:
    """Files that most tests of the app begin with are made once by `write`, and remembered."""

    @cache
    def made() -> dict[Path, bytes]:
        with TemporaryDirectory() as folder, torch.random.fork_rng(devices=[]):
            write(Path(folder))
            files = [path for path in Path(folder).rglob("*") if path.is_file()]
            return {path.relative_to(folder): path.read_bytes() for path in files}

    @wraps(write)
    def again(weights: Path) -> None:
        for place, content in made().items():
            (weights / place).parent.mkdir(parents=True, exist_ok=True)
            (weights / place).write_bytes(content)

    return again


@once
def write_zoo(weights: Path) -> None:
    """Save every model of `ZOO`, with the files beside some of them that the app shows."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    for name, (architecture, options) in ZOO.items():
        network = untrained(architecture, options)
        more = dict(MORE.get(name, {}))
        if name in DISTANCES:
            more |= {"recipe": {"data": "mnist"}, "training": {"images": 5000}}
            more |= {"figures": {"Frechet distance": {"value": DISTANCES[name]}}}
        save_network(network, weights / name, name=name, architecture=architecture, options=options, **more)
    codes = rng.normal(size=(50, 2)).round(3)
    axes = {"mean": [0.0] * 8, "directions": np.eye(8).tolist(), "deviations": [1.0] * 8}
    plane = {"mean": [0.0, 0.0], "codes": codes.tolist(), "labels": [i % 10 for i in range(50)]}
    rows = [
        {"step": i, "epoch": i / 10, "seconds": i, "generator": 1 + 1 / i, "discriminator": 1.0} for i in range(1, 9)
    ]
    write_json(weights / "vae-two" / "codes.json", plane)
    write_json(weights / "vae-many" / "codes.json", axes)
    write_json(weights / "gan-digits" / "history.json", {"rows": rows, "frames": [0.1, 0.4, 0.8]})
    frames = [Image.fromarray(rng.integers(0, 255, (60, 60), dtype=np.uint8)) for _ in range(3)]
    frames[0].save(weights / "gan-digits" / "training.webp", save_all=True, append_images=frames[1:])
    (weights / "gan-digits" / "README.md").write_text("---\nlicense: mit\n---\n# The card of the digits\n")


@once
def write_fashion(weights: Path) -> None:
    """Save every model of `FASHION` as a run would."""
    torch.manual_seed(1)
    for name, smaller in FASHION.items():
        recipe = recipes.get_recipe(name)
        recipe = replace(recipe, model={**recipe.model, **smaller})
        network = untrained(recipe.architecture, recipe.model)
        write_model(network, recipe, weights / name, class_names=list(registry.ARTICLES))


@once
def write_translators(weights: Path) -> None:
    """Save every model of `TRANSLATORS` as a run would."""
    torch.manual_seed(2)
    for name, sides in TRANSLATORS.items():
        recipe = recipes.get_recipe(name)
        recipe = replace(recipe, model={**recipe.model, **TINY})
        network, fields = untrained(recipe.architecture, recipe.model), {"sides": sides} if sides else {}
        write_model(network, recipe, weights / name, score_scale="probability", **fields)
    own = recipes.get_recipe("pix2pix-facades")
    own = replace(own, name="own-plans", title="Own plans", data="pairs:plans", model=TINY)
    fields = {"sides": ["room", "windows"], "palettes": {"windows": ["#ffff00", "#00ff00"]}}
    write_model(untrained(own.architecture, own.model), own, weights / own.name, score_scale="probability", **fields)


def untrained(architecture: str, options: dict) -> models.ImageModel:
    network = models.build(architecture, options)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(3 if parameter.ndim > 1 else 1)  # untrained networks hardly react to what they see
    return network


def set_fields(folder: Path, **fields) -> None:
    """Put fields into the config of a saved model."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    write_json(folder / CONFIG, config | fields)
    catalogue.clear_cache()


@contextmanager
def offered(root: Path, *shelves: Path) -> Iterator[None]:
    """Let the app offer the models in a folder in place of the shipped ones, and those on shelves."""
    before = catalogue.use(ModelStore(root), shelves)
    catalogue.clear_cache()
    try:
        yield
    finally:
        catalogue.use(*before)


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(folder: Path, *, fashion: bool = False, translators: bool = False) -> Iterator[str]:
    """The app over the small zoo, on a free port, with or without more models; gives its address."""
    with pytest.MonkeyPatch.context() as patch, offered(folder / "weights"):
        patch.setenv("GRADIO_TEMP_DIR", str(folder / "gradio"))
        write_zoo(folder / "weights")
        if fashion:
            write_fashion(folder / "weights")
        if translators:
            write_translators(folder / "weights")
        from ganzoo.ui import layout

        demo = layout.build(repeats=1)
        port = free_port()
        layout.launch(
            demo, warm_up=partial(layout.warm, repeats=1), quiet=True, server_name="127.0.0.1", server_port=port
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.close()


def picture(uri: str) -> np.ndarray:
    assert uri.startswith("data:image/")
    return np.asarray(open_picture(base64.b64decode(uri.split(",", 1)[1])))
