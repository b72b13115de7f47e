"""Fixtures of several wings: tiny runs, an untrained translator, and the app in a browser.

pytest-xdist's controlling process reads this file too, so slow imports stay inside the fixtures.
"""

import gc
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
    """Give each worker half of its share of the cores: more threads than cores would only wait for each other."""
    import torch

    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // (2 * workers)))


@pytest.fixture(autouse=True, scope="session")
def rare_collections():
    """Collect garbage rarely: with torch and Gradio imported, passes over all objects take a twentieth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    monkeypatch.chdir(REPOSITORY)


@pytest.fixture(autouse=True, scope="session")
def unsynced():
    """Leave out fsync: test files need not survive a power failure, and syncing took a tenth of many tests' time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def made_emoji(tmp_path_factory):
    """Put made packages in the place of those that `trainer.data.emoji` downloads."""
    from training_fixtures import noto_package, openmoji_package

    from trainer.data import emoji
    from trainer.data.downloads import Package

    folder = tmp_path_factory.mktemp("emoji")
    fetch = Package.fetch  # other packages than these two are fetched as ever
    paths = {emoji.NOTO: noto_package(folder / "noto.tgz"), emoji.OPENMOJI: openmoji_package(folder / "openmoji.tgz")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Package, "fetch", lambda package, root: paths.get(package) or fetch(package, root))
        yield


@pytest.fixture(autouse=True, scope="session")
def curves_drawn_once():
    """Draw the loss curves of the same terms once: drawing takes a third of a tiny run."""
    from ganzoo.files import replace_file
    from trainer.engine import previews, run

    drawn = {}

    def save_curves(history, path):
        terms = tuple(previews.loss_terms(history))
        if terms in drawn:
            replace_file(path, drawn[terms])
        else:
            previews.save_curves(history, path)
            drawn[terms] = path.read_bytes()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "save_curves", save_curves)
        yield


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """The folder in which tiny runs are kept, and the paths of those that exist by their recipe as JSON."""
    return tmp_path_factory.mktemp("runs"), {}


@pytest.fixture
def trained(runs, tmp_path):
    """A function that puts a tiny finished run into `tmp_path / name`: a copy where the same recipe ran before."""
    from training_fixtures import SHORT

    from trainer.engine import start
    from trainer.recipes import catalogue

    def train(name, recipe="gan-c-mnist", **changes):
        root, finished = runs
        short = replace(catalogue.get_recipe(recipe), **SHORT | changes)
        key = json.dumps(short.as_json())
        if key not in finished:
            folder = root / str(len(finished))
            start(short, folder, device="cpu")
            finished[key] = folder
        shutil.copytree(finished[key], tmp_path / name)
        return tmp_path / name

    return train


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    """An untrained pix2pix of windows to photos, on disk."""
    import torch
    from training_fixtures import TINY

    import ganzoo
    from ganzoo import models
    from trainer.engine import write_model
    from trainer.recipes import translators

    torch.manual_seed(0)
    recipe = replace(translators.PIX2PIX, model=TINY)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_model(models.build("pix2pix", TINY), recipe, folder, sides=["photo", "windows"])
    return ganzoo.load(folder)


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
