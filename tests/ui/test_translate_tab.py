"""The tab of image to image: what its handlers give, strangers' files one by one, and what else can go wrong."""

import base64
import re

import numpy as np
import pytest
import torch
from app_fixtures import TRANSLATORS, offered, set_fields, write_translators, write_zoo
from PIL import Image
from uploads import PHOTO, UPLOADS

from ganzoo import Translator, checks
from ganzoo.drawing import scenes
from ganzoo.images import fit, open_picture, to_tensor
from ganzoo.inference import examples, load_folder
from ganzoo.ui import catalogue, encoding, events, layout, model_facts, texts
from ganzoo.ui.tabs import patch_scores, peers, round_trip, translate
from trainer.data.emoji import GROUPS
from trainer.data.registry import ARTICLES

NAN = float("nan")
WINDOWS = encoding.png(scenes.windows(1, size=(32, 32)))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Translators beside the models of digits."""
    folder = tmp_path_factory.mktemp("weights")
    with offered(folder):
        write_zoo(folder)
        write_translators(folder)
        yield folder


def picture(uri: str) -> Image.Image:
    return open_picture(base64.b64decode(uri.split(",", 1)[1]))


def images(uri: str) -> torch.Tensor:
    return to_tensor(picture(uri))[None]


def test_a_drawing_is_translated_and_scored(shelf):
    made = translate.translate("pix2pix-facades", WINDOWS, verdicts=True)
    model = catalogue.load("pix2pix-facades")
    assert torch.equal(images(made["source"]), images(WINDOWS))
    assert torch.equal(images(made["result"]), model.translate(images(WINDOWS)))
    scores = model.score_map(images(WINDOWS), images(made["result"]))
    assert np.allclose(made["verdicts"]["rows"], scores[0], atol=1e-3)
    assert made["verdicts"]["scale"] == "probability" and (made["verdicts"]["low"], made["verdicts"]["high"]) == (0, 1)
    assert translate.translate("pix2pix-facades", WINDOWS) == made | {"verdicts": None}
    assert translate.translate("windows-facades", WINDOWS, verdicts=True)["verdicts"] is None, "it has no discriminator"


def test_each_direction_of_a_cyclegan_can_be_asked_for(shelf):
    there, back = (
        translate.translate("cyclegan-seasons", WINDOWS, direction)["result"]
        for direction in ("summer to winter", "winter to summer")
    )
    assert there != back and there == translate.translate("cyclegan-seasons", WINDOWS)["result"]


@pytest.mark.parametrize(("height", "width"), [(32, 32), (32, 40), (37, 81), (200, 33), (1, 70)])
def test_a_cell_of_the_map_lies_over_its_patch(shelf, height, width):
    model = catalogue.load("pix2pix-facades")
    source = torch.zeros(1, 3, height, width, dtype=torch.uint8)
    shown = patch_scores.score_map(model, source, source, None)
    left, top, wide, high = (shown["cover"][side] for side in ("left", "top", "width", "height"))
    assert (left * width, top * height) == pytest.approx((4, 4)), "a patch of 34 pixels every 4"
    assert wide * width / len(shown["rows"][0]) == pytest.approx(4)
    assert high * height / len(shown["rows"]) == pytest.approx(4)
    assert left + wide >= 1 - 4 / width and top + high >= 1 - 4 / height


def test_scores_that_are_no_probabilities_are_shown_between_their_ends(shelf, monkeypatch):
    model = catalogue.load("pix2pix-facades")
    monkeypatch.setattr(model, "config", model.config.with_fields(score_scale="score"))
    shown = patch_scores.score_map(model, images(WINDOWS), images(WINDOWS), None)
    assert shown["low"] == pytest.approx(np.min(shown["rows"]), abs=1e-3) and shown["low"] < shown["high"]
    assert shown["ends"] == [f"{shown['low']:+.2f}", f"{shown['high']:+.2f}"]


@pytest.mark.parametrize("name", ["pix2pix-map", "inpaint-facades", "pix2pix-emoji", "cyclegan-seasons"])
@pytest.mark.parametrize("kind", UPLOADS)
def test_any_upload_gives_a_result_or_a_sentence(shelf, tmp_path, name, kind):
    content, expected = UPLOADS[kind]
    file = tmp_path / "upload.png"
    file.write_bytes(content())
    if isinstance(expected, str):
        with pytest.raises(events.gr.Error, match=expected):
            events.clear_errors(translate.uploaded)(name, str(file))
        uri = encoding.data_uri(content(), "png")
        with pytest.raises(ValueError, match=expected.replace("upload.png", "the upload")):
            translate.translate(name, uri)
        return
    shown = translate.uploaded(name, str(file)).props["image"]["uri"]
    assert picture(shown).size == expected
    direction = catalogue.load(name).directions[-1]
    made = translate.answer_step(model=name, picture=shown, direction=direction, verdicts=True, strength=0.5, seed=1)
    assert (made["width"], made["height"]) == picture(made["result"]).size == expected


def test_a_model_of_outlines_gets_one_unless_the_picture_has_no_colour(shelf, tmp_path):
    scenes.windows(3).save(tmp_path / "colour.png")
    outline = translate.uploaded("pix2pix-emoji", str(tmp_path / "colour.png")).props["image"]["uri"]
    assert set(images(outline).unique().tolist()) == {0, 255}
    model, colour = catalogue.load("pix2pix-emoji"), scenes.windows(3)
    assert torch.equal(images(encoding.png(model.translate(colour))), model.translate(images(outline)))
    assert translate.translate("pix2pix-emoji", encoding.png(colour))["source"] == outline
    grey = Image.linear_gradient("L")
    grey.save(tmp_path / "grey.png")
    unchanged = picture(translate.uploaded("pix2pix-emoji", str(tmp_path / "grey.png")).props["image"]["uri"])
    assert np.array_equal(
        np.asarray(unchanged.convert("L")), np.asarray(grey.resize((32, 32), Image.Resampling.LANCZOS))
    )


def test_the_same_upload_twice_is_two_uploads(shelf, tmp_path):
    PHOTO.save(tmp_path / "photo.png")
    once, again = (translate.uploaded("pix2pix-map", str(tmp_path / "photo.png")).props["image"] for _ in range(2))
    assert once["uri"] == again["uri"] and once != again


BAD = [
    ({"model": "nobody"}, "model must be one of"),
    ({"model": ["pix2pix-map"]}, "model must be one of"),
    ({"model": "../weights/pix2pix-map"}, "model must be one of"),
    ({"model": "gan-plain"}, "this needs a Translator"),
    ({"picture": None}, "a picture must be a data URI"),
    ({"picture": "https://pictures.invalid/a.png"}, "a picture must be a data URI"),
    ({"picture": "data:image/png;base64,?"}, "not valid base64"),
    ({"picture": "data:image/png;base64," + "A" * 7_000_000}, "the picture is too large"),
    ({"direction": "map to photo"}, "direction must be one of photo to windows, got 'map to photo'"),
    ({"direction": ["x"]}, "direction must be one of"),
]
BAD_DAMAGE = [
    ({"strength": NAN}, "strength must be a finite number"),
    ({"strength": "much"}, "strength must be a finite number"),
    ({"strength": 1.5}, "strength must lie between 0 and 1"),
    ({"seed": -1}, "seed must lie between"),
    ({"seed": 0.5}, "seed must be a whole number"),
    ({"seed": 10**400}, "seed must lie between"),
    ({"seed": None}, "seed must be a finite number"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_bad_input_gets_one_sentence(shelf, wrong, sentence):
    asked = {"model": "windows-facades", "picture": WINDOWS, "direction": "photo to windows"} | wrong
    for function in (translate.translate, translate.translate_step):
        with pytest.raises(events.gr.Error, match=re.escape(sentence)):
            events.clear_errors(function)(**asked)
    assert sentence in translate.answer_step(**asked)["error"]


@pytest.mark.parametrize(("wrong", "sentence"), BAD_DAMAGE)
def test_bad_damage_gets_one_sentence(shelf, wrong, sentence):
    asked = {"model": "inpaint-facades", "picture": WINDOWS} | wrong
    with pytest.raises(events.gr.Error, match=re.escape(sentence)):
        events.clear_errors(translate.degrade)(**asked)
    assert sentence in translate.answer_step(**asked, direction="scratches to photo")["error"]


def test_a_picture_is_degraded_and_restored(shelf):
    made = translate.degrade("inpaint-facades", WINDOWS, 0.9, 3)
    assert made["picture"] == WINDOWS and made == translate.degrade("inpaint-facades", WINDOWS, 0.9, 3)
    assert made["degraded"] not in (WINDOWS, translate.degrade("inpaint-facades", WINDOWS, 0.9, 4)["degraded"])
    assert translate.degrade("inpaint-facades", WINDOWS, 0.0)["degraded"] == WINDOWS
    with pytest.raises(ValueError, match="undoes nothing"):
        translate.degrade("pix2pix-facades", WINDOWS)
    shown = translate.translate_step("inpaint-facades", WINDOWS, "scratches to photo", strength=0.9, seed=3)
    way = re.findall('src="(.*?)"', shown["row"])
    assert way == [WINDOWS, made["degraded"], shown["result"]] and shown["source"] == made["degraded"]
    lost, left = (round_trip.l1(images(uri), images(WINDOWS)) for uri in way[1:])
    assert f"L1 {lost:.3f}" in shown["row"] and f"L1 {left:.3f}" in shown["row"]
    assert "PSNR ∞" in translate.translate_step("inpaint-facades", WINDOWS, "scratches to photo")["row"]


def test_damage_that_is_always_the_same_has_no_seed(shelf, monkeypatch):
    model = catalogue.load("inpaint-facades")
    assert translate.panel_value("inpaint-facades")["random"] and not translate.panel_value("pix2pix-facades")["random"]
    recipe = {**model.recipe, "rules": {**model.recipe["rules"], "undo": "grey"}}
    monkeypatch.setattr(model, "config", model.config.with_fields(recipe=recipe))
    assert translate.panel_value("inpaint-facades") | {"directions": []} == {
        "name": "inpaint-facades", "directions": [], "scores": True, "restores": True, "strength": 1.0,
        "random": False, "cycles": False, "compares": False,
    }  # fmt: skip


def test_a_cyclegan_s_way_there_and_back_stands_in_a_row(shelf):
    shown = translate.translate_step("cyclegan-seasons", WINDOWS, "winter to summer")
    back = translate.translate("cyclegan-seasons", shown["result"], "summer to winter")["result"]
    assert re.findall('src="(.*?)"', shown["row"]) == [WINDOWS, shown["result"], back]
    changed, lost = (round_trip.l1(images(uri), images(WINDOWS)) for uri in (shown["result"], back))
    assert shown["row"].index(f"{changed:.3f}") < shown["row"].rindex(f"{lost:.3f}")


def test_networks_that_were_trained_for_the_same_stand_beside_each_other(shelf):
    set_fields(shelf / "encdec-facades", figures={"test L1": {"value": 0.1234, "beside": {"look-up": 0.2}}})
    shown = translate.translate_step("pix2pix-facades", WINDOWS, "windows to photo")["beside"]
    first, second = shown.split("<section>")[1:]
    assert re.findall('src="(.*?)"', first) == [translate.translate("pix2pix-facades", WINDOWS)["result"]]
    assert re.findall('src="(.*?)"', second) == [translate.translate("encdec-facades", WINDOWS)["result"]]
    assert "Encoder-decoder, windows to house fronts" in second and "<b>0.123</b>" in second
    assert texts.both("narrow_lesson") in shown and texts.both("l1_lesson") not in shown
    first, narrow, blind = (catalogue.load(name) for name in ("pix2pix-facades", "encdec-facades", "windows-facades"))
    assert texts.both("l1_lesson") in peers.lesson([first, blind]) != peers.lesson([first, narrow])
    assert peers.lesson([first, first]).count("gz-en") == 1, "no difference, no sentence on it"
    assert translate.translate_step("pix2pix-map", WINDOWS, "aerial photo to map")["beside"] == ""
    assert translate.translate_step("pix2pix-facades", WINDOWS, "windows to photo", compare=False)["beside"] is None
    names = [model.name for model in catalogue.load("encdec-facades").peers(catalogue.models())]
    assert names == ["pix2pix-facades"], "neither those of other data nor those of another direction"
    grey = type("Grey", (Translator,), {"image_shape": (1, 32, 32)})(first.folder, first.config, first.network)
    assert catalogue.load("encdec-facades").peers([grey]) == []


def test_the_canvas_follows_the_kind_of_picture(shelf):
    (windows,) = translate.panel_value("pix2pix-facades")["directions"]
    assert windows["board"]["ground"] == "#0000ff" and windows["board"]["tool"] == "rectangle"
    assert [entry["colour"] for entry in windows["board"]["colours"]] == ["#0000ff", "#ff0000"]
    assert (windows["board"]["width"], windows["board"]["height"]) == (256, 256)
    (town,) = translate.panel_value("pix2pix-aerial")["directions"]
    assert len(town["board"]["colours"]) == 5 and town["examples"] != windows["examples"]
    (outline,) = translate.panel_value("pix2pix-emoji")["directions"]
    assert outline["board"]["ground"] == "#ffffff" and not translate.panel_value("pix2pix-emoji")["restores"]
    for name in ("pix2pix-map", "inpaint-facades", "cyclegan-seasons"):
        assert all(way["board"]["still"] for way in translate.panel_value(name)["directions"])
    known = translate.panel_value("inpaint-facades")
    assert known["restores"] and known["scores"] and not known["cycles"]
    assert known["directions"][0]["kind"] == "photo"
    seasons = translate.panel_value("cyclegan-seasons")
    assert seasons["cycles"] and [way["kind"] for way in seasons["directions"]] == ["summer", "winter"]
    assert not translate.panel_value("windows-facades")["scores"]


def test_what_was_learnt_from_own_pictures_is_drawn_in_their_colours(shelf):
    model = catalogue.load("pix2pix-facades")
    own = load_folder(model.folder)
    own.config = own.config.with_fields(palettes={"windows": ["#102030", "#f0e0d0"]})
    assert [entry["colour"] for entry in translate.board(model, "windows")["colours"]] == ["#0000ff", "#ff0000"]
    own.config = own.config.with_fields(recipe={**own.recipe, "data": "pairs:mine"})
    board = translate.board(own, "windows")
    assert [(entry["colour"], entry["name"]) for entry in board["colours"]] == [
        ("#102030", "#102030"),
        ("#f0e0d0", "#f0e0d0"),
    ]
    assert board["ground"] == "#102030" and "still" not in board
    (drawn,) = examples.images(own, "windows", 1, [])
    assert {tuple(pixel) for pixel in drawn.flatten(1).T.tolist()} == {(16, 32, 48), (240, 224, 208)}
    assert translate.board(own, "photo")["still"] and examples.images(own, "photo", 1, []) is None


def test_sides_and_colours_have_names_in_both_languages():
    known = [side for sides in TRANSLATORS.values() for side in sides]
    assert all(texts.word("side", kind) != kind for kind in [*known, "outline", "picture"])
    assert texts.word("side", "<b>") == "&lt;b&gt;"
    assert all(texts.key_of("class", name) for name in (*ARTICLES, *GROUPS)) and not texts.key_of("class", "7")
    assert all(texts.key_of("colour", name) for palette in scenes.PALETTES.values() for name in palette)


def test_examples_are_drawn_or_made_by_our_own_models(shelf):
    models = catalogue.models()
    maker, reader, emoji = (catalogue.load(name) for name in ("pix2pix-facades", "windows-facades", "pix2pix-emoji"))
    drawn = examples.images(maker, "windows", 3, models)
    assert torch.equal(drawn[2], fit(scenes.windows(2, size=(32, 32)), (3, 32, 32)))
    assert examples.best_artist("photo", [model for model in models if model.name != "gan-plain"]) is not None
    assert torch.equal(examples.images(reader, "photo", 3, [maker]), maker.translate(drawn))
    alone = examples.images(reader, "photo", 1, [])
    assert torch.equal(alone[0], fit(scenes.STAND_INS["photo"](0, size=(32, 32)), (3, 32, 32)))
    assert examples.images(catalogue.load("pix2pix-map"), "aerial photo", 1, [maker, reader]) is None
    (face,) = examples.sources(emoji, "outline", 1, [])
    assert torch.equal(face, fit(scenes.outline(0, size=(32, 32)), (3, 32, 32))), "outlines need no emoji"
    seasons = catalogue.load("cyclegan-seasons")
    summers = examples.images(seasons, "summer", 2, [])
    assert torch.equal(examples.images(seasons, "winter", 2, []), seasons.translate(summers))
    noto = examples.best_artist("Noto", models)
    assert noto.name == "pix2pix-emoji" and examples.best_artist("Noto", [maker]) is None
    degraded = examples.sources(catalogue.load("inpaint-facades"), "scratches", 2, [maker])
    assert not torch.equal(degraded, examples.images(catalogue.load("inpaint-facades"), "photo", 2, [maker]))


def test_a_model_with_a_discriminator_and_less_error_draws_the_examples(shelf):
    names = ["pix2pix-facades", "encdec-facades"]
    for errors, best in (((0.1, 0.2), 0), ((0.2, 0.1), 1)):
        for name, error in zip(names, errors, strict=True):
            set_fields(shelf / name, figures={"test L1": {"value": error}})
        models = [catalogue.load(name) for name in names]
        assert examples.best_artist("photo", models) is models[best]


def test_translators_are_everywhere_in_the_app(shelf):
    demo = layout.build()
    named = demo.get_api_info()["named_endpoints"]
    for endpoint in ("/translate", "/degrade"):
        assert named[endpoint]["description"]
        assert all(parameter["python_type"]["type"] != "Any" for parameter in named[endpoint]["parameters"])
    menu = next(block for block in demo.blocks.values() if getattr(block, "elem_id", None) == "translate_model")
    assert menu.value == "pix2pix-facades" and {name for _, name in menu.choices} == {*TRANSLATORS, "own-plans"}
    tabs = [str(block.label) for block in demo.blocks.values() if isinstance(block, events.gr.Tab)]
    assert tabs == [str(texts.label(key)) for key in ("reconstruct", "latent", "generate", "translate", "zoo")]
    assert catalogue.without_tab() == []
    assert checks.is_number(model_facts.latency(catalogue.load("cyclegan-seasons")))
    for name in TRANSLATORS:
        translate.warm(name)


def test_there_is_no_such_tab_without_translators(zoo):
    assert "/translate" not in layout.build().get_api_info()["named_endpoints"]
