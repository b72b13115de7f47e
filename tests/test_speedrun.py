"""The race for a good generator: what it measures, when it ends, and that measuring leaves the run alone."""

import math
from dataclasses import replace

import pytest
import torch

import ganzoo
from trainer import data
from trainer.engine import write_model
from trainer.measures import generators
from trainer.recipes import get_recipe


@pytest.fixture
def speedrun():
    """The benchmark; it imports torchvision, which takes long."""
    from benchmarks import speedrun

    return speedrun


@pytest.fixture
def digits(monkeypatch):
    """Made digits in the place of MNIST, and the recipe of the speedrun on them."""
    monkeypatch.setattr(data, "classifier_for", lambda name: "classifier-mnist")
    return replace(get_recipe("speedrun-mnist"), batch_size=8, steps=3, data="synthetic")


def test_a_race_is_measured_as_evaluate_does(speedrun, digits, tmp_path):
    model = next(speedrun.training.steps_of("ganzoo", digits, torch.device("cpu"), tmp_path))
    distance, right = speedrun.Gauge(digits, tmp_path, samples=200).measure(model, [*speedrun.TARGETS])
    write_model(model, digits, tmp_path / "model", half=True)
    images = [data.load("synthetic", root=tmp_path, train=train) for train in (True, False)]
    classifier = ganzoo.load("classifier-mnist", kind=ganzoo.Classifier)
    figures = dict(generators.generator_figures(ganzoo.load(tmp_path / "model"), classifier, *images, samples=200))
    assert distance == pytest.approx(figures["Frechet distance"].value)
    assert right == figures["labels right"].value


def test_a_race_draws_no_number_of_the_run(speedrun, digits, tmp_path, monkeypatch):
    def steps(*_):
        for _ in range(digits.steps):
            states.append(torch.get_rng_state())
            yield model

    model, states = next(speedrun.training.steps_of("ganzoo", digits, torch.device("cpu"), tmp_path)), []
    monkeypatch.setattr(speedrun.training, "steps_of", steps)
    monkeypatch.setattr(speedrun, "FIRST_MEASUREMENT", 0.0)
    run = {"clock": speedrun.Clock(0.0), "limit": math.inf, "samples": 100}
    *_, last = speedrun.moments("speedrun-mnist", digits, torch.device("cpu"), tmp_path, **run)
    assert last.step == digits.steps and last.distance > 1
    assert all(torch.equal(state, states[0]) for state in states)


def test_a_race_ends_with_its_last_target_or_its_recipe(speedrun, digits, tmp_path, monkeypatch):
    seen = []

    def measure(gauge, model, targets):
        seen.append(tuple(targets))
        return next(figures)

    monkeypatch.setattr(speedrun.Gauge, "measure", measure)
    monkeypatch.setattr(speedrun, "FIRST_MEASUREMENT", 0.0)
    monkeypatch.setattr(speedrun, "SPACING", 0.0)
    for reach, steps, left in (
        ([(0.9, 0.98), (0.2, 0.98), (0.2, 0.99)], 3, [(1.0, 0.2), (0.2,), (0.2,)]),
        ([(0.1, 1.0)], 1, [(1.0, 0.2)]),
        ([(3.0, 1.0)] * 9, digits.steps, [(1.0, 0.2)] * digits.steps),
    ):
        seen.clear()
        figures, clock = iter(reach), speedrun.Clock(0.0)
        device = torch.device("cpu")
        run = list(speedrun.moments("speedrun-mnist", digits, device, tmp_path, clock=clock, limit=math.inf))
        assert len(run) == steps and seen == left
        assert [(moment.distance, moment.labels_right) for moment in run] == reach[:steps]


def test_a_clock_that_is_set_back_forgets_what_lay_between(speedrun, monkeypatch):
    wall, processor = iter((107.0, 130.0, 131.0)), iter((3.0, 20.0, 20.5))
    monkeypatch.setattr(speedrun.time, "time", lambda: next(wall))
    monkeypatch.setattr(speedrun.time, "process_time", lambda: next(processor))
    clock = speedrun.Clock(100.0)
    assert clock.read() == (7.0, 3.0)
    clock.set_back(7.0, 3.0)
    assert clock.read() == (8.0, 3.5)


def test_a_row_of_the_race_compares_with_the_baseline(speedrun):
    baseline = [speedrun.Moment(100, 60.0, 100.0, 0.9, 0.99), speedrun.Moment(300, 180.0, 320.0, 0.2, 0.995)]
    few_right = speedrun.Moment(150, 30.0, 60.0, 0.1, 0.98)
    run = [speedrun.Moment(100, 20.0, 40.0, 0.8, 0.9), few_right, speedrun.Moment(200, 45.0, 80.0, 0.19, 0.999)]
    whole = "| a | 1 | 100 | 20 | 40 | 3.00 | 2.50 | 200 | 45 | 80 | 4.00 | 4.00 | 0.190 | 99.9% |"
    assert speedrun.row("a", 1, run, baseline) == whole
    part = "| a | 1 | 100 | 20 | 40 | - | - | - | - | - | - | - | 0.100 | 98.0% |"
    assert speedrun.row("a", 1, run[:2], []) == part
    assert whole.count("|") == speedrun.header().splitlines()[0].count("|")
