"""What several tests need: a root of made data, and a trainer that runs in process."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_fixtures import SHORT, TINY, noto_package, openmoji_package

import ganzoo
from ganzoo import models
from trainer import emoji, recipes, run

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
torch.set_num_threads(max(1, (os.cpu_count() or 2) // (2 * WORKERS)))  # threads that outnumber the cores wait in vain

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    monkeypatch.chdir(REPOSITORY)


@pytest.fixture(autouse=True, scope="session")
def made_emoji(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emoji")
    paths = {emoji.NOTO: noto_package(folder / "noto.tgz"), emoji.OPENMOJI: openmoji_package(folder / "openmoji.tgz")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emoji.Package, "fetched", lambda package, root: paths[package])
        yield


@pytest.fixture
def trained(tmp_path):
    """A function that trains a tiny run into a folder of that name, and gives the folder."""

    def train(place, recipe="gan-c-mnist", **changes):
        run.start(replace(recipes.named(recipe), **SHORT | changes), tmp_path / place, device="cpu")
        return tmp_path / place

    return train


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    """An untrained pix2pix of windows to photos, on disk."""
    torch.manual_seed(0)
    recipe = replace(recipes.PIX2PIX, model=TINY)
    place = tmp_path_factory.mktemp("models") / "tiny"
    run.write_model(models.build("pix2pix", TINY), recipe, place, sides=["photo", "windows"])
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
