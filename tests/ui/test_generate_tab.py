"""The tab of GANs: its menus along the tree, two models beside each other, stages, and what can go wrong."""

import re
import shutil

import gradio as gr
import pytest
from app_fixtures import set_fields

from ganzoo.ui import catalogue, texts
from ganzoo.ui.tabs import compare, generate, growth


def test_the_stages_of_a_latent_stand_in_a_row_and_only_where_there_are_some(zoo):
    shown = growth.show_growth("gan-growing", 5)
    rows = growth.grow("gan-growing", growth.SHOWN_ROWS, 5)["pictures"]
    assert re.findall('src="(.*?)"', shown) == [uri for row in rows for uri in row]
    assert re.findall("<figcaption>(.*?)</figcaption>", shown) == ["4x4", "8x8", "16x16"] * growth.SHOWN_ROWS
    assert growth.show_growth("gan-digits", 5) == ""
    assert shown_in(tab(), "growth").value is None, "asked for when the tab is opened"
    shutil.rmtree(zoo / "gan-growing")
    assert shown_in(tab(), "growth") is None


def test_truncation_is_offered_when_it_counts_for_either_model(zoo):
    for name, other, counts in (
        ("gan-growing", generate.NONE, False),
        ("gan-growing", "gan-growing", False),
        ("gan-growing", "gan-plain", True),
        ("gan-plain", "gan-growing", True),
    ):
        assert generate.fit_controls(name, other)[1] == gr.update(value=1.0, visible=counts)
        assert generate.fit_truncation(name, other) == gr.update(visible=counts)


def tab():
    """The tab without the rest of the app."""
    with gr.Blocks() as demo:
        generate.build()
    return demo


def shown_in(demo, elem_id: str):
    """The component of that id in the app; None where there is none."""
    return next((block for block in demo.blocks.values() if getattr(block, "elem_id", None) == elem_id), None)


def test_the_menus_follow_the_family_tree_and_what_goes_wrong_needs_a_collapsed_gan(zoo):
    demo = tab()
    menu, other = (shown_in(demo, name) for name in ("generate_model", "other_model"))
    in_order = ["gan-plain", "gan-readable", "gan-growing", "gan-digits"]
    assert ([name for _, name in menu.choices], menu.value) == (in_order, "gan-digits")
    assert ([name for _, name in other.choices], other.value) == ([generate.NONE, *in_order], generate.NONE)
    assert shown_in(demo, "collapse") is None
    rows = ("broken", 2014, 0.003), ("sick", 2014, 0.004), ("old", 2014, 0.5), ("new", 2016, 0.9), ("pets", 2014, 1)
    for name, year, coverage in rows:
        recall = {"value": 0.9 if name == "broken" else coverage}
        figures = {"coverage": {"value": coverage, "beside": {"train against test": 0.947}}, "recall": recall}
        shutil.copytree(zoo / "gan-plain", zoo / name)
        recipe = {"title": f"The {name} <one>", "year": year, "data": "pets" if name == "pets" else "mnist"}
        set_fields(zoo / name, name=name, recipe=recipe, figures=figures)
    set_fields(zoo / "gan-digits", figures={"coverage": {"value": 0.0}})
    assert shown_in(tab(), "collapse").value is None, "asked for when the tab is opened"
    collapsed = compare.show_collapse(0)
    assert re.findall("<h4>(.*?)</h4>", collapsed) == ["The sick &lt;one&gt;", "The old &lt;one&gt;"]
    assert re.findall("<b>(.*?)</b> <small>(.*?)</small>", collapsed) == [("0.004", "(0.947)"), ("0.5", "(0.947)")]
    assert collapsed.count("<img") == 2 * compare.COUNT and collapsed != compare.show_collapse(1)
    models = catalogue.generators()
    names = [model.name for model in compare.find_collapse([model for model in models if model.name != "old"])]
    assert names == ["sick", "new"], "of another year where that year has none"
    assert compare.find_collapse([model for model in models if model.name in ("sick", "pets")]) == []


def test_two_models_stand_beside_each_other_at_the_same_seed(zoo):
    distance, right = {"value": 0.25, "beside": {"train against test": 0.0111}}, {"value": 0.5}
    set_fields(zoo / "gan-digits", figures={"Frechet distance": distance, "labels right": right})
    shown = generate.show("gan-digits", "gan-plain", 3, 5, 0.5, 7)
    first, second = shown.split("<section>")[1:]
    for part, made in (
        (first, generate.generate("gan-digits", 3, 5, 0.5, 7)),
        (second, generate.generate("gan-plain", 3, 5, 0.5)),
    ):
        assert re.findall('src="(.*?)"', part) == made["pictures"]
    assert re.findall("<b>(.*?)</b>(?: <small>(.*?)</small>)?", first) == [("0.25", "(0.0111)"), ("0.5", "")]
    assert re.findall("<b>(.*?)</b>", second) == ["9"]
    assert all(shown.count(texts.both(scale)) == 1 for scale in ("score", "probability"))
    assert generate.show("gan-digits", generate.NONE, 3, 5, 0.5, 7).count("<section>") == 1
    assert generate.fit_labels("gan-plain", "gan-digits", 7)["visible"], "the label is for the one that knows some"
    assert generate.fit_labels("gan-digits", "gan-plain", 7)["value"] == 7
    assert not generate.fit_labels("gan-plain", generate.NONE, 7)["visible"]
    for wrong in ("nobody", "../gan-plain", None, ["gan-plain"]):
        with pytest.raises(ValueError, match="model must be one of"):
            generate.show("gan-digits", wrong, 3, 5, 0.5, 7)
