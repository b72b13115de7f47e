"""The loop and the run on disk: every recipe trains, resumes bit for bit, and stops in good order."""

import json
import signal
import sys
from dataclasses import replace

import pytest
import torch
from PIL import Image
from training_fixtures import CPU, SLIM, assert_same, small, take_steps, training

import ganzoo
from trainer.__main__ import main
from trainer.data.batch import mix_seeds
from trainer.engine import (
    EMA,
    SCHEDULES,
    Intervals,
    NonFiniteLoss,
    RunFolder,
    Training,
    checkpoint,
    devices,
    learning_rate,
    resume,
    start,
)
from trainer.engine.previews import preview_steps, save_curves
from trainer.engine.run import changeable_fields
from trainer.recipes import catalogue
from trainer.recipes.catalogue import RECIPES
from trainer.recipes.gans import GAN_A


@pytest.mark.parametrize("name", [recipe.name for recipe in RECIPES])
def test_every_recipe_trains_and_leaves_a_model(name, tmp_path):
    assert start(small(name), tmp_path / "run", device="cpu")
    model = ganzoo.load(tmp_path / "run")
    assert model.name == name
    rows = RunFolder(tmp_path / "run").read_history()
    assert rows[-1]["step"] == 2
    assert (tmp_path / "run" / "curves.png").stat().st_size > 1000
    if not isinstance(model, ganzoo.Classifier) and catalogue.get_recipe(name).previews:
        assert Image.open(tmp_path / "run" / "training.webp").size > (28, 28)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        *((name, {}) for name in ("gan-c-mnist", "vae2d-mnist", "dae-robust-mnist")),
        ("gan-a-mnist", {"model": {**GAN_A.model, "generator_widths": (16,), "discriminator_widths": (16,)}}),
        ("cdcgan-mnist", {"model": SLIM}),
        ("infogan-mnist", {"model": {"noise_dim": 4, "width": 8, "hidden": 32}}),
        ("colorize-emoji", {"model": {"width": 8, "image_shape": (3, 32, 32)}}),
        (
            "cyclegan-seasons",
            {"model": {"width": 8, "image_shape": (3, 32, 32)}, "rules": {"pool": 3, "identity_until": 0.5}},
        ),
        ("progan-fashion", {"rules": {"fade": 1.0}}),  # each stage is faded in all of its time
    ],
)
def test_resume_is_exact(name, changes, tmp_path):
    recipe = small(name, steps=7, **changes)
    whole = take_steps(training(recipe), 7).state()
    checkpoint.save(tmp_path, take_steps(training(recipe), 3).state())
    resumed = training(recipe)
    resumed.restore(checkpoint.load(tmp_path, device=CPU))
    assert resumed.step == 3
    assert_same(take_steps(resumed, 4).state(), whole)


def test_loss_curves_bear_terms_that_some_rows_lack(tmp_path):
    rows = [{"step": 1, "epoch": 0.1, "a": 1.0}, {"step": 2, "epoch": 0.2, "a": 2.0, "b": 1.0}]
    sizes = []
    for shown in (rows[:1], rows):
        save_curves(shown, tmp_path / "curves.png")
        sizes.append((tmp_path / "curves.png").stat().st_size)
    assert 1000 < sizes[0] < sizes[1]


def test_a_run_made_longer_is_the_long_run(tmp_path, capsys):
    assert start(small("gan-d-mnist", steps=5), tmp_path / "long", device="cpu")
    assert start(small("gan-d-mnist", steps=2), tmp_path / "short", device="cpu")
    assert main(["resume", str(tmp_path / "short"), "--steps", "5"]) == 0
    states = [checkpoint.load(tmp_path / name / "checkpoints", device=CPU) for name in ("short", "long")]
    assert_same(*states)
    assert main(["resume", str(tmp_path / "short"), "--steps", "4"]) == 2
    assert "a run of 5 steps cannot be made shorter, got 4" in capsys.readouterr().err
    assert main(["resume", str(tmp_path / "short"), "--steps", "0"]) == 2
    assert "got 0" in capsys.readouterr().err
    for name, reason in (("cdcgan-mnist", "the schedule 'cosine'"), ("progan-fashion", "the game 'progressive'")):
        assert start(small(name), tmp_path / name, device="cpu")
        assert main(["resume", str(tmp_path / name), "--steps", "4"]) == 2
        assert f"with {reason}" in capsys.readouterr().err
        stored = json.loads((tmp_path / name / "recipe.json").read_text())
        (tmp_path / name / "recipe.json").write_text(json.dumps(stored | {"steps": 4}))
        assert main(["resume", str(tmp_path / name)]) == 2
        assert "steps: 2 -> 4" in capsys.readouterr().err


def test_a_run_can_be_made_longer_where_nothing_changes_with_time():
    for name, rules, free in (
        ("cyclegan-seasons", {}, True),
        ("cyclegan-seasons", {"identity_until": 0}, True),
        ("cyclegan-seasons", {"identity_until": 0.5}, False),
        ("progan-fashion", {}, False),
        ("pix2pix-facades", {}, True),
    ):
        recipe = replace(catalogue.get_recipe(name), rules=rules)
        assert "steps" not in changeable_fields(replace(recipe, schedule="cosine"))
        assert ("steps" in changeable_fields(replace(recipe, schedule="constant"))) == free, name


def test_a_changed_recipe_is_refused_with_the_differences():
    state = training(small("gan-c-mnist", learning_rate=2e-4)).state()
    other = training(small("gan-c-mnist", learning_rate=1e-3, rules={"shared_batch": True, "k": 2}))
    with pytest.raises(ValueError, match=r"learning_rate: 0.0002 -> 0.001") as caught:
        other.restore(state)
    assert "rules: {'shared_batch': True} -> {'shared_batch': True, 'k': 2}" in str(caught.value)


def test_a_non_finite_loss_stops_the_run_and_keeps_the_checkpoint(tmp_path, monkeypatch):
    recipe = small("gan-c-mnist", steps=20)
    honest = Training.train_step

    def poisoned(self):
        losses = honest(self)
        return losses if self.step < 11 else {**losses, "generator": torch.tensor(float("nan"))}

    monkeypatch.setattr(Training, "train_step", poisoned)
    with pytest.raises(NonFiniteLoss, match="loss 'generator' became nan at step 10"):
        start(recipe, tmp_path, device="cpu", intervals=Intervals(log_steps=4, checkpoint_seconds=0.0))
    good = checkpoint.load(tmp_path / "checkpoints", device=CPU)
    assert good["step"] == 8
    assert RunFolder(tmp_path).read_history()[-1]["step"] == 8


def test_resume_finishes_a_stopped_run_like_an_unbroken_one(tmp_path, monkeypatch):
    often = Intervals(log_steps=3)
    recipe = small("gan-c-mnist", steps=10, previews=3, precision="float32")
    start(recipe, tmp_path / "whole", device="cpu", intervals=often)
    honest = Training.train_step

    def interrupted(self):
        if self.step == 6:
            signal.raise_signal(signal.SIGINT)
        return honest(self)

    monkeypatch.setattr(Training, "train_step", interrupted)
    assert not start(recipe, tmp_path / "broken", device="cpu", intervals=often)
    monkeypatch.setattr(Training, "train_step", honest)
    began_on = devices.name_of(CPU)
    for name in ("another CPU", "a third, when all is done"):
        monkeypatch.setattr(devices, "name_of", lambda device, name=name: name)
        assert resume(tmp_path / "broken", device="cpu", intervals=often)
        assert RunFolder(tmp_path / "broken").read_run()["device"] == f"{began_on}, then another CPU"
    for name in ("model.safetensors", "config.json"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    grids = [list(RunFolder(tmp_path / folder).grids()) for folder in ("whole", "broken")]
    assert grids[0] == grids[1]
    assert len(grids[0]) == 3


def test_a_run_that_was_killed_at_once_can_be_resumed(tmp_path, monkeypatch):
    def killed(self):
        raise KeyboardInterrupt

    honest = Training.train_step
    monkeypatch.setattr(Training, "train_step", killed)
    with pytest.raises(KeyboardInterrupt):
        start(small("gan-c-mnist", precision="float32"), tmp_path, device="cpu")
    monkeypatch.setattr(Training, "train_step", honest)
    assert resume(tmp_path, device="cpu")
    assert RunFolder(tmp_path).read_run()["device"] == devices.name_of(CPU)


@pytest.mark.parametrize("has_it", [False, True])
def test_products_are_in_bfloat16_only_where_the_processor_has_it(has_it, monkeypatch):
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: has_it)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: has_it)
    half, full = training(small("gan-c-mnist")), training(small("gan-c-mnist", precision="float32"))
    assert half.precision == ("bfloat16" if has_it else "float32") and full.precision == "float32"
    assert full.device_name == devices.name_of(CPU)
    assert half.device_name == devices.name_of(CPU) + ("" if has_it else ", in float32")
    take_steps(half, 2), take_steps(full, 2)
    same = [torch.equal(one, other) for one, other in zip(half.game.parameters(), full.game.parameters(), strict=True)]
    assert all(same) != has_it


def test_quality_is_measured_on_the_way_and_runs_are_compared(tmp_path, capsys):
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    command = ["train", "gan-d-mnist", "--data", "synthetic", "--batch-size", "8", "--steps", "4"]
    measures = ["--measures", "2", "--measure-samples", "100"]
    assert main([*command, *measures, "--tracker", "tensorboard", "--out", str(tmp_path / "one")]) == 0
    assert main([*command, "--out", str(tmp_path / "two")]) == 0
    rows = RunFolder(tmp_path / "one").read_quality()
    assert [row["step"] for row in rows] == [1, 4]
    assert all(row["Frechet distance"] > 0 for row in rows)
    logged = events.EventAccumulator(str(tmp_path / "one" / "tensorboard")).Reload()
    assert [event.step for event in logged.Scalars("Frechet distance")] == [1, 4]
    assert [event.step for event in logged.Scalars("generator")] == [4]
    assert [event.step for event in logged.Images("grid")] == [1, 2, 3, 4]
    capsys.readouterr()
    out = tmp_path / "curves.png"
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "two"), "--out", str(out)]) == 0
    _, one, two, _ = capsys.readouterr().out.splitlines()
    assert "Frechet distance" in one and "Frechet distance" not in two
    assert one.split()[1:3] == ["4", "32"]
    assert Image.open(out).height > 700
    (tmp_path / "two" / "history.jsonl").unlink()
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "two"), "--out", str(out)]) == 0
    assert "no history yet" in capsys.readouterr().out
    assert main(["compare", str(tmp_path / "one"), str(tmp_path)]) == 2
    assert main(["compare"]) == 2
    assert main(["compare", str(tmp_path / "one"), "--out", "curves.txt"]) == 2


def test_a_tracker_that_is_not_installed_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    command = ["train", "gan-d-mnist", "--data", "synthetic", "--steps", "1", "--tracker"]
    assert main([*command, "tensorboard", "--out", str(tmp_path / "run")]) == 2
    assert "pip install tensorboard" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert main([*command, "abacus"]) == 2
    assert "tracker must be one of none, tensorboard, got 'abacus'" in capsys.readouterr().err


def test_the_images_of_a_measure_are_checked_before_the_start(tmp_path, capsys):
    command = ["train", "gan-d-mnist", "--data", "synthetic", "--out", str(tmp_path / "run"), "--measures", "1"]
    assert main([*command, "--measure-samples", "1"]) == 2
    assert "measure_samples must lie between 100 and 100000, got 1" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_loop_computes_what_a_plain_one_does(tmp_path):
    """Fifty steps of the loop against the same game written out plainly: a fresh Adam, every gradient by hand."""
    recipe = replace(small("gan-d-mnist", steps=50, precision="float32"), batch_size=16)
    fast, plain = training(recipe), training(recipe)
    generator, discriminator = plain.game.model.generator, plain.game.model.discriminator
    options = {"lr": recipe.learning_rate, "betas": recipe.betas, "eps": recipe.epsilon, "fused": False}
    adam = [torch.optim.Adam(net.parameters(), **options) for net in (discriminator, generator)]
    criterion = torch.nn.BCEWithLogitsLoss()
    real_label, fake_label = torch.ones(16), torch.zeros(16)
    for step in range(50):
        losses = fast.train_step()
        rng = torch.Generator().manual_seed(mix_seeds(recipe.seed, step))
        images = plain.batches.draw(step, rng=rng).images
        fake = generator(plain.game.model.latents(16, rng))
        loss_d = criterion(discriminator(images), real_label) + criterion(discriminator(fake.detach()), fake_label)
        adam[0].zero_grad()
        loss_d.backward()
        adam[0].step()
        loss_g = criterion(discriminator(generator(plain.game.model.latents(16, rng))), real_label)
        adam[1].zero_grad()
        loss_g.backward()
        adam[1].step()
        torch.testing.assert_close(losses["discriminator"], loss_d.detach(), rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(losses["generator"], loss_g.detach(), rtol=1e-3, atol=1e-4)


def test_the_ema_of_a_constant_and_of_a_ramp():
    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(1.0)
    ema = EMA(model, decay=0.5)
    model.weight.data.fill_(3.0)
    ema.update(0)  # warm-up: decay is 1/10
    assert ema.model.weight.item() == pytest.approx(0.1 * 1 + 0.9 * 3)
    ema.update(1000)
    assert ema.model.weight.item() == pytest.approx(0.5 * 2.8 + 0.5 * 3)


def test_the_ema_copies_integer_buffers():
    model = torch.nn.BatchNorm1d(1)
    ema = EMA(model, decay=0.5)
    model(torch.randn(4, 1))
    ema.update(1000)
    assert ema.model.num_batches_tracked == 1
    assert ema.model.running_mean.item() == pytest.approx(0.5 * model.running_mean.item())


def test_schedules_start_at_one_and_end_low():
    for name, schedule in SCHEDULES.items():
        assert schedule(0.0) == 1
        assert schedule(1.0) == pytest.approx(1.0 if name == "constant" else 0.0)
    recipe = small("vae32-mnist", steps=1000)
    assert learning_rate(recipe, 0) == pytest.approx(recipe.learning_rate / 200)
    assert learning_rate(recipe, 500) == pytest.approx(recipe.learning_rate / 2)


def test_previews_are_dense_at_the_start_and_end_with_the_run():
    steps = sorted(preview_steps(1000, 10))
    assert steps[:2] == [10, 40]
    assert steps[-1] == 1000
