"""Where models are found, and what is asked of them."""

import re

import pytest

import ganzoo
from ganzoo import models
from ganzoo.config import CONFIG
from ganzoo.inference import SHIPPED, ModelStore, save_network
from ganzoo.inference.storage import shipped_root

SMALL = {"latent_dim": 4, "generator_widths": (8,), "discriminator_widths": (8,)}


@pytest.fixture
def store(tmp_path):
    """A store with one GAN and a folder that is no model."""
    network = models.build("mlp-gan", SMALL)
    save_network(network, tmp_path / "mine", name="mine", architecture="mlp-gan", options=SMALL)
    (tmp_path / "notes").mkdir()
    return ModelStore(tmp_path)


def test_a_store_knows_its_models_by_name_and_all_others_by_their_place(store):
    assert store.names() == ["mine"] and store.find("mine") == store.root / "mine"
    assert store.load("mine").folder == ganzoo.load(store.root / "mine").folder
    assert store.load(ganzoo.load("ae-mnist").folder).name == "ae-mnist"
    with pytest.raises(ValueError, match="no model 'ae-mnist': neither a folder nor one of mine"):
        store.load("ae-mnist")
    with pytest.raises(ValueError, match=r"no model 'mine': neither a folder nor one of \(none shipped\)"):
        ModelStore(store.root / "notes").load("mine")


def test_the_home_in_a_path_is_the_user_s(store, monkeypatch):
    monkeypatch.setenv("HOME", str(store.root))
    monkeypatch.setenv("USERPROFILE", str(store.root))
    assert ganzoo.load("~/mine").name == "mine"
    with pytest.raises(ValueError, match="no model '~no-such-user/mine'"):
        ganzoo.load("~no-such-user/mine")


def test_a_network_is_read_once_until_its_weights_change(store):
    first = store.load("mine").network
    assert store.load("mine").network is first
    network = models.build("mlp-gan", SMALL)
    save_network(network, store.root / "mine", name="mine", architecture="mlp-gan", options=SMALL)
    assert store.load("mine").network is not first


@pytest.mark.parametrize("name", ganzoo.names())
def test_every_shipped_model_is_of_its_kind_and_of_no_other(name):
    model = ganzoo.load(name)
    kinds = (ganzoo.Sampler, ganzoo.Reconstructor, ganzoo.Translator, ganzoo.Classifier)
    for kind in kinds:
        if isinstance(model, kind):
            assert type(ganzoo.load(name, kind=kind)) is type(model)
            assert name in SHIPPED.names_of(kind)
        else:
            with pytest.raises(ValueError, match=f"a {type(model).__name__} and cannot {kind.ability}; these can"):
                ganzoo.load(name, kind=kind)
            assert name not in SHIPPED.names_of(kind)
    assert sum(isinstance(model, kind) for kind in kinds) == 1


def test_a_wrong_kind_lists_the_models_of_the_kind_asked_for(store):
    with pytest.raises(ValueError, match=r"is a Sampler and cannot sample with codes; these can: infogan-mnist$"):
        ganzoo.load("cdcgan-mnist", ganzoo.CodedSampler)
    with pytest.raises(ValueError, match=re.escape("is a Sampler and cannot classify; these can: (none shipped)")):
        store.load("mine", ganzoo.Classifier)
    assert store.load("mine", ganzoo.Sampler).sample(2).images.shape == (2, 1, 28, 28)


def test_what_cannot_be_read_is_not_offered(store):
    (store.root / "mine" / CONFIG).write_text("{")
    assert store.names() == ["mine"] and store.names_of(ganzoo.Sampler) == []


def test_the_shipped_models_lie_in_an_installed_package_or_beside_it_in_the_repository(tmp_path):
    package = tmp_path / "ganzoo"
    package.mkdir()
    assert shipped_root(package) == tmp_path / "weights"
    (package / "weights").mkdir()
    assert shipped_root(package) == package / "weights"
    assert SHIPPED.names() == ganzoo.names() and "cdcgan-mnist" in ganzoo.names()


def test_a_hub_id_is_downloaded_without_pickles_or_says_why_not(store, monkeypatch):
    import huggingface_hub

    patterns = []

    def snapshot(hub_id, *, allow_patterns):
        patterns.extend(allow_patterns)
        if hub_id == "some/model":
            return str(store.root / "mine")
        raise OSError("no route\nto the host")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    assert store.load("some/model", ganzoo.Sampler).name == "mine"
    assert {pattern.rpartition(".")[2] for pattern in patterns} == {"safetensors", "json", "md", "webp"}
    with pytest.raises(ValueError, match=r"'other/model' is no folder here and could not be fetched .*: no route$"):
        store.find("other/model")
