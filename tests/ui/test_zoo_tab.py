"""The tab of all models: the family tree, the plot of quality against cost, and what strangers' configs do to them."""

import re
from itertools import combinations

import pytest
from app_fixtures import ZOO, set_fields

from ganzoo.config import ModelConfig
from ganzoo.ui import cards, catalogue, lineage, model_facts, texts
from ganzoo.ui.charts import family_tree, scatter
from ganzoo.ui.tabs import compare, generate
from ganzoo.ui.tabs import zoo as zoo_tab

NAN = float("nan")


@pytest.mark.parametrize(
    ("recipe", "architecture", "expected", "parent"),
    [
        ({"name": "latent-noise-ae-mnist", "rules": {"code_noise": 0.1}}, "conv-autoencoder", "Autoencoder", None),
        ({"rules": {"noise": [0, 1]}}, "conv-autoencoder", "Denoising autoencoder", "Autoencoder"),
        ({"name": "vae2d-mnist"}, "conv-vae", "Variational autoencoder", "Autoencoder"),
        ({"name": "gan-b-mnist", "game": "adversarial"}, "mlp-gan", "GAN", None),
        ({}, "maxout-cgan", "cGAN", "GAN"),
        ({"name": "dcgan-mnist"}, "dcgan", "DCGAN", "GAN"),
        ({"name": "infogan-mnist", "rules": {"loss": "relativistic"}}, "dcgan", "InfoGAN", "GAN"),
        ({"rules": {"loss": "least-squares"}}, "infogan", "LSGAN", "GAN"),
        ({"name": "wgan-gp-mnist"}, "dcgan", "WGAN-GP", "GAN"),
        ({"name": "progan-emoji", "rules": {"loss": "wasserstein"}}, "progan", "ProGAN", "GAN"),
        ({"name": "modern-mnist"}, "dcgan", "Relativistic GAN with R1 + R2", "GAN"),
        ({"name": "cdcgan-fashion", "rules": {"loss": "relativistic"}}, "dcgan", "Conditional DCGAN", "DCGAN"),
        ({"name": "pix2pix-map", "game": "translation"}, "pix2pix", "pix2pix", "cGAN"),
        ({"name": "deblur-facades", "game": "translation"}, "pix2pix", "pix2pix", "cGAN"),
        ({"name": "l1-facades", "game": "translation"}, "pix2pix", "U-Net", "Autoencoder"),
        ({"name": "cyclegan-emoji", "game": "cycle"}, "cyclegan", "CycleGAN", "DCGAN"),
        ({"rules": 3, "game": None}, "diffusion", "diffusion", None),
    ],
)
def test_every_recipe_has_a_family(recipe, architecture, expected, parent):
    required = {"name": "any", "architecture": architecture, "options": {}, "sha256": ""}
    family = lineage.find_family(ModelConfig.from_json({**required, "recipe": recipe}))
    assert (family.name, family.parent) == (expected, parent)


def row(name: str, **recorded) -> dict:
    """The description of a model of which little is recorded."""
    unknown = dict.fromkeys(("year", "source", "data", "distance", "floor", "images"))
    return {"name": name, "title": name, "family": "GAN", **unknown, **recorded}


def test_the_tree_is_in_the_order_of_years_and_shows_ancestors_and_strangers():
    families = ["Conditional DCGAN", "diffusion", "LSGAN", "nobody's"]
    drawn = family_tree.tree(
        [row(f"model-{i}", family=name, year=1999 if i == 0 else None) for i, name in enumerate(families)]
    )
    items = drawn.split("<li>")[1:]
    assert [re.search("<strong>(.*)</strong>", item)[1] for item in items] == [
        *("GAN", "DCGAN", "Conditional DCGAN", "LSGAN"),
        *("diffusion", "nobody&#x27;s"),
    ]
    assert [re.search("<time>(.*)</time>", item)[1] for item in items] == ["2014", "2015", "", "2016", "", ""]
    assert texts.both("no_such_model") in items[0] and texts.both("no_such_model") not in items[2]
    assert [item.count("M9 0V") for item in items] == [0, 1, 1, 0, 0, 0], "GAN's line passes by until its last child"
    assert family_tree.tree([]) == "<ol></ol>"


def test_only_comparable_distances_share_a_plot_and_no_label_hides_another():
    near = [row(f"twin-{i}", data="mnist", distance=1 + i / 100, images=1e6, floor=0.01) for i in range(3)]
    other = [row("pets", data="pets", distance=2, images=9, floor=0.01), row("own", data="mnist", distance=1, images=9)]
    odd = [row("zero", data="mnist", distance=0, images=9), row("bare"), row("lost", distance=1, images=9)]
    figures = scatter.plots([*near, *other, *odd]).split("<figure>")[1:]
    assert [re.findall('data-model="([^"]*)"', figure) for figure in figures] == [
        ["twin-0", "twin-1", "twin-2"],
        ["pets"],
        ["own"],
    ]
    written = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">(twin-\d)', figures[0])
    right, left = ([(float(x), float(y)) for x, y, anchor, _ in written if anchor == end] for end in ("start", "end"))
    dots = {float(x) for x in re.findall(r'cx="([\d.]+)"', figures[0])}
    assert len(right) + len(left) == 3 and len(dots) == 1
    assert {x for x, _ in right} == {max(dots) + scatter.GAP} and {x for x, _ in left} <= {max(dots) - scatter.GAP}
    assert all(abs(a[1] - b[1]) >= scatter.LINE for side in (right, left) for a, b in combinations(side, 2))
    assert [figure.count('class="floor"') for figure in figures] == [1, 1, 0]
    assert scatter.labels([{"name": 60 * "x"}], [(200.0, 100.0)]) == [(208.0, 104.0, "start")], "beside its dot"


@pytest.mark.parametrize("junk", [None, 3, "<script>", [1], {"value": "<script>", 1: "<script>"}, 10**400, NAN])
def test_a_stranger_s_config_breaks_nothing_in_the_zoo(zoo, junk):
    evil = "<script>alert(1)</script>"
    recipe = dict.fromkeys(("year", "title", "source", "data", "rules", "game", "truncation"), junk) | {"name": evil}
    figures = {"Frechet distance": {"value": 5e-324, "beside": junk}, "precision": junk, evil: {"value": junk}}
    figures["coverage"] = {"value": 0.0, "beside": {"train against test": junk}}
    for fields in (
        {"recipe": recipe, "training": {"device": evil}, "figures": figures},
        {"recipe": recipe | {"title": evil}},
        {"recipe": junk, "figures": junk, "verdict": junk},
    ):
        set_fields(zoo / "gan-plain", **fields)
        rows = [model_facts.describe(model) for model in catalogue.models()]
        shown = family_tree.tree(rows) + scatter.plots(rows) + zoo_tab.table(rows)
        assert shown.count('<tr data-model="gan-plain"') == 1 and "<script" not in shown
        assert cards.card_markdown("gan-plain")
        assert len(zoo_tab.describe_all(repeats=1)) == len(ZOO)
        beside = generate.show("gan-digits", "gan-plain", 2, 0, 1.0, 3) + compare.show_collapse(0)
        assert beside.count("<section>") == 2 and "<script" not in beside
        assert generate.fit_controls("gan-plain", generate.NONE)[1]["value"] == 1.0
    assert len(rows) == len(ZOO)
