"""The training benchmark's loops run, and what they train can be measured; the serving benchmark knows the app."""

import inspect
import math
from dataclasses import replace

import httpx
import pytest
import torch

from benchmarks import serving, soak, start
from ganzoo.models import GAN
from ganzoo.ui import catalogue, encoding
from ganzoo.ui.tabs import codes, generate, reconstruct, translate
from trainer import data
from trainer.recipes import get_recipe

RECIPE = replace(get_recipe("gan-c-mnist"), batch_size=8, data="synthetic")


@pytest.fixture
def training():
    """The training benchmark; it imports torchvision, which takes long."""
    from benchmarks import training

    return training


@pytest.mark.parametrize("loop", ["plain", "ganzoo"])
def test_every_step_changes_the_model(loop, training, tmp_path, monkeypatch):
    from torchvision.datasets import FakeData

    def digits(root, train, download, transform):
        return FakeData(64, image_size=(1, 28, 28), transform=lambda image: transform(image.convert("L")))

    monkeypatch.setattr(training, "MNIST", digits)
    steps = training.steps_of(loop, RECIPE, torch.device("cpu"), tmp_path)
    before = [parameter.clone() for parameter in next(steps).parameters()]
    model = next(steps)
    assert isinstance(model, GAN)
    assert not all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))


def test_the_distance_of_a_trained_model_is_measured(training, tmp_path):
    model = next(training.steps_of("ganzoo", RECIPE, torch.device("cpu"), tmp_path))
    images = [data.load("synthetic", root=tmp_path, train=train) for train in (True, False)]
    distance = training.frechet_distance(model, replace(RECIPE, data="mnist"), *images, samples=200)
    assert math.isfinite(distance) and distance > 1


def test_the_table_has_a_row_for_each_loop(training, capsys):
    of_round = {"rate": 100.0, "memory": 2.0**20, "outside": 0.25, "flops": 5.0}
    measured = [{loop: dict(of_round) for loop in training.LOOPS}]
    measured[0]["ganzoo"]["rate"] = 250.0
    training.print_table("gan-c-mnist, 8", measured, 1000.0)
    *_, plain, _, ours = capsys.readouterr().out.splitlines()
    assert plain == "| gan-c-mnist, 8 | plain | 100 | 1.00 | 25% | 50% | 1 MiB |"
    assert ours == "| gan-c-mnist, 8 | ganzoo | 250 | 2.50 | 25% | 125% | 1 MiB |"


def test_the_benchmark_asks_what_the_app_answers():
    tabs = (generate, reconstruct, codes, translate)
    questions = serving.questions()
    assert {"generate 1", "reconstruct", "pix2pix-facades"} <= {question.name for question in questions}
    for question in questions:
        name, arguments = question.path.removeprefix("run/"), question.body["data"]
        (ask,) = (getattr(tab, name) for tab in tabs if hasattr(tab, name))
        assert len(inspect.signature(ask).parameters) == len(arguments), "Gradio fills in none"
        assert ask(*arguments)
    strokes = serving.strokes(panel=1)
    drawn_for = {model.name for model in catalogue.translators() if translate.board(model, model.sides[0])["colours"]}
    assert {stroke.name for stroke in strokes} == {f"the pen, {name}" for name in drawn_for}
    assert "pix2pix-facades" in drawn_for
    for stroke in strokes:
        assert getattr(translate, stroke.body["fn_name"])(**stroke.body["data"])["result"]


def test_the_soak_knows_good_answers_and_refusals():
    question = serving.endpoint("generate", "generate", "cdcgan-mnist", 2, 5, None, 7)
    tally, good = soak.Tally(), soak.alone(question)
    for answer in (good, {**good, "pictures": good["pictures"][::-1]}):
        tally.answer("generate", httpx.Response(200, json={"data": [answer]}), good, 0.1)
    assert len(tally.seconds) == 2 and len(tally.wrong) == 1
    for reply, fault in REPLIES:
        assert serving.fault(reply) == fault
        tally.refusal("wrong values", reply)
    assert tally.counts == {"wrong values: refused": 3} and len(tally.speechless) == len(REPLIES) - 3


def test_the_soak_forgives_rounding_alone():
    def answer(value, number):
        return {"pictures": [encoding.png(torch.full((1, 4, 4), value, dtype=torch.uint8))], "scores": [number]}

    assert soak.is_same(answer(9, 0.5), answer(10, 0.5001))
    for other in (answer(12, 0.5), answer(10, 0.6), {**answer(10, 0.5), "more": 1}, {**answer(10, 0.5), "scores": []}):
        assert not soak.is_same(answer(10, 0.5), other)


def test_the_start_tells_whose_bytes_came_and_compares_medians():
    answers = [("http://x/", 90_000), ("http://x/assets/a.js", 300_000), ("http://x/gradio_api/run/predict", 20_000)]
    counted = start.counted([*answers, ("data:image/png;base64,AAAA", 0)])
    assert counted == {"sent": 90.0, "ours": 110.0, "all": 410.0}
    here = [{"import": 5.0, "page": page, "ratio": page / 5, **counted} for page in (6.0, 9.0, 7.0)]
    lines = start.table(["here", "main"], [here, [{"import": 5.0, "page": 12.0, "ratio": 2.4}]]).splitlines()
    assert lines[0] == "| what | here | main |"
    assert "| **the first page beside the import** | **1.40** | **2.40** |" in lines
    assert "| first visit: with Gradio's own files (kB) | 410 |  |" in lines
    assert not any("memory" in line for line in lines), "not measured"


REPLIES = [
    (httpx.Response(500, json={"error": "count must lie between 1 and 64"}), ""),
    (httpx.Response(422, json={"detail": [{"msg": "Field required"}]}), ""),
    (httpx.Response(200, json={"data": ['<p class="gz-error">no picture was sent</p>']}), ""),
    (httpx.Response(200, json={"data": ["an answer"]}), ""),
    (httpx.Response(500, json={"error": None}), "status 500 without a sentence"),
    (httpx.Response(500, text="Internal Server Error"), "status 500 without a sentence"),
    (httpx.Response(500, json={"error": "x" * 9000}), "a refusal of 9,012 characters"),
    (httpx.Response(500, json={"error": 'File "/app.py", line 1'}), "the reply holds a trace"),
]
"""What a bad request might get, and what is wrong with it. The first three are refusals with a sentence."""


def test_the_soak_s_damaged_models_are_left_out(tmp_path):
    soak.write_damaged(tmp_path)
    before = catalogue.use(shelves=[tmp_path])
    try:
        for name in soak.DAMAGED:
            with pytest.raises(ValueError, match=f"{name} cannot be read: "):
                catalogue.load(name)
    finally:
        catalogue.use(*before)


def test_the_soak_tells_what_grew():
    def shown(after):
        samples = [soak.Sample(1000, 40, 10, 0), soak.Sample(2000, 80, 90, 5), soak.Sample(after, 41, 10, 0)]
        return soak.held(samples)[-1]

    assert shown(1050) == soak.Row("memory after beside before", "+5.0 %", holds=True)
    assert shown(1051).holds is False
