"""What several tests need: a root of made data, and a trainer that runs in process.

The process that hands tests out to others reads this file too; what takes long to import is imported by fixtures.
"""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True, scope="session")
def threads():
    """As many as each worker has cores, halved: those that outnumber the cores wait in vain."""
    import torch

    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // (2 * workers)))


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    monkeypatch.chdir(REPOSITORY)


@pytest.fixture(autouse=True, scope="session")
def unsynced():
    """Files of the tests need not outlast a loss of power; waiting for the disk took a tenth of many a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def made_emoji(tmp_path_factory):
    from training_fixtures import noto_package, openmoji_package

    from trainer.data import emoji
    from trainer.data.downloads import Package

    folder = tmp_path_factory.mktemp("emoji")
    fetch = Package.fetch  # other packages than these two are fetched as ever
    paths = {emoji.NOTO: noto_package(folder / "noto.tgz"), emoji.OPENMOJI: openmoji_package(folder / "openmoji.tgz")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Package, "fetch", lambda package, root: paths.get(package) or fetch(package, root))
        yield


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Where tiny runs are kept, and the folders of those that some test has asked for, by their recipes."""
    return tmp_path_factory.mktemp("runs"), {}


@pytest.fixture
def trained(runs, tmp_path):
    """A function that gives a tiny run, or a copy of the like of it, in a folder of that name."""
    from training_fixtures import SHORT

    from trainer.engine import start
    from trainer.recipes import catalogue

    def train(place, recipe="gan-c-mnist", **changes):
        asked, (root, known) = replace(catalogue.get_recipe(recipe), **SHORT | changes), runs
        key, made = json.dumps(asked.as_json()), root / str(len(known))
        if key not in known:
            start(asked, made, device="cpu")
            known[key] = made
        shutil.copytree(known[key], tmp_path / place)
        return tmp_path / place

    return train


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    """An untrained pix2pix of windows to photos, on disk."""
    import torch
    from training_fixtures import TINY

    import ganzoo
    from ganzoo import models
    from trainer.engine import write_model
    from trainer.recipes import catalogue

    torch.manual_seed(0)
    recipe = replace(catalogue.PIX2PIX, model=TINY)
    place = tmp_path_factory.mktemp("models") / "tiny"
    write_model(models.build("pix2pix", TINY), recipe, place, sides=["photo", "windows"])
    return ganzoo.load(place)


@pytest.fixture(scope="module")
def address(request, tmp_path_factory):
    """Of the app over the small zoo, with what the module's `MODELS` asks `serving` for."""
    from app_fixtures import serving  # Gradio takes long to import

    with serving(tmp_path_factory.mktemp("app"), **getattr(request.module, "MODELS", {})) as url:
        yield url


@pytest.fixture
def page(browser, address):
    """The app in a browser."""
    from browser_fixtures import opened

    with opened(browser, address) as page:
        yield page


@pytest.fixture(scope="module")
def browser():
    from browser_fixtures import CHROMIUM, chromium  # tests that need none run where there is no Playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium on the PATH")
    with chromium() as one:
        yield one
