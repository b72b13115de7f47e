"""The app's endpoints over plain HTTP, with good input and bad."""

import base64
import io
import json
import socket

import httpx
import numpy as np
import pytest
from app_fixtures import DISTANCES, ZOO, picture
from PIL import Image

from ganzoo.ui import encoding, events, texts
from ganzoo.ui.charts import loss_curves
from ganzoo.ui.tabs import codes, example_images, growth, reconstruct

NAN, INFINITY = float("nan"), float("inf")
HTTP = httpx.Client(timeout=300)


@pytest.fixture(scope="module")
def post(address):
    """Call an endpoint and get the reply; what is left out of `data` has its documented default."""

    def call(name: str, *data) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return HTTP.post(f"{address}/gradio_api/run/{name}", content=json.dumps({"data": data}), headers=headers)

    return call


@pytest.fixture(scope="module")
def ask(post):
    """Call an endpoint that must succeed and get its result."""

    def call(name: str, *data):
        reply = post(name, *data)
        assert reply.status_code == 200, reply.text
        return reply.json()["data"][0]

    return call


def drawn_digit(side: int = 100) -> str:
    """Black ink on white, as someone would upload it."""
    page = np.full((side, side), 255, np.uint8)
    page[20:80, 45:55] = 0
    return encoding.png(page)


def test_reconstruct(ask):
    made = ask("reconstruct", "ae-wide", drawn_digit(), 0.3, 0.1, 5)
    shapes = {key: picture(made[key]).shape for key in ("input", "noisy", "output", "error")}
    assert set(shapes.values()) == {(28, 28)}
    difference = picture(made["input"]).astype(int) - picture(made["output"])
    assert np.array_equal(picture(made["error"]), np.abs(difference))
    assert made["mse"] == pytest.approx(np.square(difference / 255).mean(), rel=1e-4)
    assert made["psnr"] == pytest.approx(-10 * np.log10(made["mse"]), rel=1e-4)
    assert made == ask("reconstruct", "ae-wide", drawn_digit(), 0.3, 0.1, 5)
    assert made["noisy"] != ask("reconstruct", "ae-wide", drawn_digit(), 0.3, 0.1, 6)["noisy"]


def test_an_uploaded_digit_is_turned_white_on_black_and_centred(ask):
    seen = picture(ask("reconstruct", "ae-wide", drawn_digit())["input"])
    assert seen[0].max() == 0 and seen[14].max() > 200
    assert np.flatnonzero(seen.any(axis=1)).tolist() == list(range(4, 24))


def test_ten_pairs(ask):
    made = ask("ten_pairs", "ae-two", 0.2, 0, 1)
    assert [len(made[key]) for key in ("input", "noisy", "output")] == [10, 10, 10]
    assert made["input"] == ask("generate", "gan-digits", 10, 0)["pictures"]


def test_encode_and_decode_agree_with_reconstruct(ask):
    code = ask("encode", "vae-two", drawn_digit())
    assert len(code) == 2
    assert ask("decode", "vae-two", code) == ask("reconstruct", "vae-two", drawn_digit())["output"]
    assert len(ask("encode", "ae-wide", drawn_digit())) == 256 * 7 * 7


def test_manifold_and_walk(ask):
    assert picture(ask("manifold", "vae-two", 4)).shape == (4 * 28, 4 * 28)
    way = ask("walk", "vae-many", drawn_digit(), ask("generate", "gan-digits", 1)["pictures"][0], 5)
    assert way["alphas"] == [0, 0.25, 0.5, 0.75, 1] and len(way["pictures"]) == 5
    assert way["pictures"][0] == ask("reconstruct", "vae-many", drawn_digit())["output"]
    film = Image.open(io.BytesIO(base64.b64decode(way["animation"].split(",")[1])))
    assert film.format == "WEBP" and film.size == (112, 112)


def test_generate(ask):
    made = ask("generate", "gan-plain", 5, 3)
    assert len(made["pictures"]) == len(made["verdicts"]) == 5
    assert made["scale"] == "probability" and all(0 <= verdict <= 1 for verdict in made["verdicts"])
    assert made["labels"] is None
    assert made == ask("generate", "gan-plain", 5, 3)
    assert made["pictures"] != ask("generate", "gan-plain", 5, 4)["pictures"]
    still = ask("generate", "gan-plain", 3, 3, 0.0)["pictures"]
    assert len(set(still)) == 1, "with truncation 0 every latent is zero"


def test_generate_a_label_and_write_a_number(ask):
    assert ask("generate", "gan-digits", 3, 0, 1.0, 7)["labels"] == [7, 7, 7]
    assert ask("generate", "gan-digits", 3, 0, 1.0, "7")["labels"] == [7, 7, 7]
    assert ask("generate", "gan-digits", 12)["labels"] == [*range(10), 0, 1]
    assert ask("write_number", "gan-digits", " 20261120 ", 1)["labels"] == [2, 0, 2, 6, 1, 1, 2, 0]


def test_grow(ask):
    made = ask("grow", "gan-growing", 3, 5)
    assert made["sides"] == [4, 8, 16] and [len(row) for row in made["pictures"]] == [3, 3, 3]
    assert [row[-1] for row in made["pictures"]] == ask("generate", "gan-growing", 3, 5)["pictures"]
    for side, uri in zip(made["sides"], made["pictures"][0], strict=True):
        shown, factor = picture(uri), 16 // side
        assert shown.shape == (16, 16, 3)
        assert np.array_equal(shown, shown[::factor, ::factor].repeat(factor, axis=0).repeat(factor, axis=1))
    assert made != ask("grow", "gan-growing", 3, 6)
    assert len(ask("grow", "gan-growing")["pictures"]) == growth.SHOWN_ROWS


def test_history_frame(ask):
    frames = [picture(ask("history_frame", "gan-digits", i)) for i in range(3)]
    assert all(frame.shape[:2] == (60, 60) for frame in frames)
    assert not np.array_equal(frames[0], frames[2])


def test_overview_and_card(ask):
    rows = {row["name"]: row for row in ask("overview")}
    assert set(rows) == set(ZOO)
    assert all(row["milliseconds"] > 0 and row["parameters"] > 0 for row in rows.values())
    assert {name: row["distance"] for name, row in rows.items() if row["distance"] is not None} == DISTANCES
    assert rows["ae-wide"]["year"] is rows["ae-wide"]["seconds"] is rows["ae-wide"]["mse"] is None
    assert ask("card", "gan-digits").strip() == "# The card of the digits"


BAD = [
    ("reconstruct", ["ae-wide", drawn_digit(), NAN], "noise must be a finite number"),
    ("reconstruct", ["ae-wide", drawn_digit(), INFINITY], "noise must be a finite number"),
    ("reconstruct", ["ae-wide", drawn_digit(), "loud"], "noise must be a finite number"),
    ("reconstruct", ["ae-wide", drawn_digit(), None], "noise must be a finite number"),
    ("reconstruct", ["ae-wide", drawn_digit(), 0, 99], "code noise must lie between"),
    ("reconstruct", ["ae-wide", drawn_digit(), 0, 0, -1], "seed must lie between"),
    ("reconstruct", ["ae-wide", drawn_digit(), 0, 0, 10**400], "seed must lie between"),
    ("reconstruct", ["ae-wide", "seven"], "a picture must be a data URI"),
    ("reconstruct", ["ae-wide", None], "a picture must be a data URI"),
    ("reconstruct", ["ae-wide", "data:image/png;base64,?"], "not valid base64"),
    ("reconstruct", ["ae-wide", "data:image/png;base64,aGVsbG8="], "no picture"),
    ("reconstruct", ["gan-plain", drawn_digit()], "this needs a Reconstructor"),
    ("reconstruct", ["no-such-model", drawn_digit()], "model must be one of"),
    ("reconstruct", ["../weights/ae-wide", drawn_digit()], "model must be one of"),
    ("reconstruct", [["ae-wide"], drawn_digit()], "model must be one of"),
    ("encode", ["/etc", drawn_digit()], "model must be one of"),
    ("ten_pairs", ["ae-wide", 0, 0, 0, "/etc/passwd"], "source must be one of"),
    ("decode", ["vae-two", [0.0, NAN]], "code must be a finite number"),
    ("decode", ["vae-two", [0.0, "1"]], "code must be a finite number"),
    ("decode", ["vae-two", [0.0]], "needs a list of 2 numbers"),
    ("decode", ["vae-two", [1e30, 0.0]], "code must lie between"),
    ("manifold", ["vae-many"], "this needs two numbers"),
    ("manifold", ["vae-two", 1000], "columns must lie between"),
    ("walk", ["ae-wide", drawn_digit(), drawn_digit(), 10**6], "steps must lie between"),
    ("draw_codes", [["gan-readable"], 3], "model must be one of"),
    ("draw_codes", ["gan-digits", 3], "this needs a CodedSampler"),
    ("draw_codes", ["gan-readable", [1]], "label must be a finite number, got [1]; the classes are"),
    ("draw_codes", ["gan-readable", "ten"], "label must be a class or its number, got 'ten'; the classes are"),
    ("draw_codes", ["gan-readable", 3, [0.0, NAN]], "thickness must be a finite number"),
    ("grow", ["gan-digits"], "this needs a GrowingSampler"),
    ("grow", ["../weights/gan-growing"], "model must be one of"),
    ("grow", ["gan-growing", 17], "count must lie between"),
    ("grow", ["gan-growing", 0], "count must lie between"),
    ("grow", ["gan-growing", 4, -1], "seed must lie between"),
    ("generate", ["gan-plain", 65], "count must lie between"),
    ("generate", ["gan-plain", 2.5], "count must be a whole number"),
    ("generate", ["gan-plain", 4, 0, -0.5], "truncation must lie between"),
    ("generate", ["gan-plain", 4, 0, 1.0, 3], "knows no labels"),
    ("generate", ["gan-digits", 4, 0, 1.0, 10], "label must lie between"),
    ("generate", ["gan-digits", 4, 0, 1.0, "ten"], "got 'ten'; the classes are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
    ("generate", ["gan-digits", 4, 0, 1.0, [1]], "label must be a finite number, got [1]"),
    ("generate", ["gan-digits", 4, 0, 1.0, {"a": 1}], "label must be a finite number"),
    ("generate", ["someone/model"], "model must be one of"),
    ("write_number", ["gan-digits", "abc"], "a number must be 1 to 20"),
    ("write_number", ["gan-digits", "1" * 21], "a number must be 1 to 20"),
    ("write_number", ["gan-digits", "١٢"], "a number must be 1 to 20"),
    ("write_number", ["gan-plain", "12"], "cannot write digits"),
    ("ten_pairs", ["ae-wide", 0, 0, 0, False], "source must be one of"),
    ("draw_codes", ["gan-readable", 3, False], "codes must be a list"),
    ("card", ["no-such-model"], "model must be one of"),
    ("card", [["ae-wide"]], "model must be one of"),
    ("card", ["../weights/ae-wide"], "model must be one of"),
    ("history_frame", ["gan-digits", 3], "frame must lie between"),
    ("history_frame", ["gan-plain", 0], "no training animation"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), BAD)
def test_bad_input_gets_one_clear_sentence(post, name, data, sentence):
    reply = post(name, *data)
    assert reply.status_code == 422
    assert sentence in reply.json()["error"]
    assert "Traceback" not in reply.text and 'File "' not in reply.text


@pytest.mark.parametrize("junk", [NAN, INFINITY, "x", [1], {"a": 1}, 10**400])
def test_junk_from_a_control_gets_one_sentence_and_no_trace(address, junk, capfd):
    config = HTTP.get(f"{address}/config").json()
    controls = {part["id"]: part for part in config["components"]}
    tried = 0
    for event in config["dependencies"]:
        if event["api_name"] not in ("show", "show_one", "show_ten", "show_number"):
            continue
        values = [controls[i]["props"].get("value") for i in event["inputs"]]
        for i in range(len(values)):
            body = json.dumps({"data": [*values[:i], junk, *values[i + 1 :]], "fn_index": event["id"]})
            headers = {"content-type": "application/json"}
            reply = HTTP.post(f"{address}/gradio_api/run/{event['api_name']}", content=body, headers=headers)
            assert reply.status_code == 200 and 'class="gz-error"' in reply.json()["data"][0], (event["api_name"], i)
            tried += 1
    assert tried >= 20
    assert "Traceback" not in capfd.readouterr().err


def test_the_classifier_says_what_it_sees(zoo):
    shown = reconstruct.show_one("ae-wide", drawn_digit(), 0.5, 0, 0)
    assert shown.count(texts.both("classified_as")) == 3
    assert texts.both("classified_as") not in reconstruct.show_one("ae-wide", None, 0.5, 0, 0)


def test_codes_move_one_thing_at_a_time(zoo):
    made = codes.draw_codes("gan-readable", 3, [0.0, 0.5], seed=1, columns=3)
    assert made["names"] == ["slant", "thickness"]
    assert len({*made["classes"]}) == 10
    plane = picture(made["grid"])
    assert plane.shape == (84, 84)
    middle = codes.draw_codes("gan-readable", 3, [0.0, 0.0], seed=1)["classes"][3]
    assert (plane[28:56, 28:56] == picture(middle)).all()
    assert not (plane[:28] == plane[56:]).all()
    for wrong in ([0.0], [0.0, 2.0], [0.0, float("nan")], "ab"):
        with pytest.raises(ValueError, match=r"codes must|thickness must"):
            codes.draw_codes("gan-readable", 3, wrong)
    with pytest.raises(ValueError, match="this needs a CodedSampler"):
        codes.draw_codes("gan-digits", 3)


def test_a_text_file_is_no_upload(zoo, tmp_path):
    file = tmp_path / "notes.png"
    file.write_text("not a picture")
    with pytest.raises(events.gr.Error, match=r"notes\.png is no picture"):
        events.clear_errors(example_images.uploaded)("ae-wide", str(file))


def test_endpoints_are_named_typed_and_described(address):
    named = HTTP.get(f"{address}/gradio_api/info").json()["named_endpoints"]
    expected = {"reconstruct", "ten_pairs", "encode", "decode", "manifold", "walk", "draw_codes"}
    assert {name.strip("/") for name in named} == expected | {
        *("generate", "grow", "write_number", "history_frame"),
        *("overview", "card"),
    }
    for endpoint in named.values():
        assert endpoint["description"]
        assert all(parameter["python_type"]["type"] != "Any" for parameter in endpoint["parameters"])


def test_nothing_is_reported_about_other_users(address):
    assert HTTP.get(f"{address}/monitoring/summary").status_code == 403
    assert HTTP.get(f"{address}/").status_code == 200
    assert HTTP.get(f"{address}/gradio_api/file=/etc/passwd").status_code == 403


def test_no_address_is_fetched_for_a_visitor(post, monkeypatch):
    asked, honest = [], socket.getaddrinfo

    def spy(host, *more, **options):
        asked.append(host)
        return honest(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    meta = {"_type": "gradio.FileData"}
    reply = post("encode", "ae-two", {"path": "https://pictures.invalid/digit.png", "meta": meta})
    assert reply.status_code == 422
    assert "pictures.invalid" not in asked


@pytest.mark.parametrize(("megabytes", "status"), [(8, 200), (21, 413)])
def test_a_phone_s_photo_may_be_uploaded_and_nothing_much_larger(address, megabytes, status):
    files = {"files": ("big.png", bytes(megabytes * 1_000_000))}
    assert HTTP.post(f"{address}/gradio_api/upload", files=files).status_code == status


def test_curves_draw_every_loss_and_bear_gaps():
    rows = [
        {"step": 1, "epoch": 0.5, "seconds": 1, "a": 1.0},
        {"step": 2, "epoch": 1.0, "seconds": 2, "a": 2.0, "b": 0.5},
    ]
    drawing = loss_curves.svg(rows)
    assert drawing.count("<polyline") == 2 and ">a</text>" in drawing and 'data-last="1.0"' in drawing
    assert loss_curves.svg([]) == ""
    assert "<b>" not in loss_curves.svg([{"epoch": 1, "<b>": 1}])
