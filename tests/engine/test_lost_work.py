"""What may befall a run: kill -9, a full disk, files that vanish, rot or are torn; and that no work is lost by it."""

import io
import os
import random
import shutil
import signal
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from training_fixtures import CPU, small

from ganzoo.files import replace_file
from trainer.__main__ import main
from trainer.engine import Intervals, RunFolder, Training, Watch, checkpoint, resume, run, run_folder, start, watch
from trainer.engine.tracker import TensorBoard

EVERY_OTHER_STEP = Intervals(log_steps=2, checkpoint_seconds=0.0)


def test_a_torn_line_of_history_is_left_out(tmp_path):
    (tmp_path / "history.jsonl").write_text('{"step": 50}\n{"step": 1')
    assert RunFolder(tmp_path).read_history() == [{"step": 50}]


def test_a_file_is_on_the_disk_before_it_takes_the_other_s_place(tmp_path, monkeypatch):
    place, contents = tmp_path / "file", []
    place.write_bytes(b"old")

    def sync(file):
        (beside,) = tmp_path.glob(".file.*.part")
        contents.append((beside.read_bytes(), place.read_bytes()))

    monkeypatch.setattr(os, "fsync", sync)
    replace_file(place, b"new")
    assert contents == [(b"new", b"old")] and place.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [place]


def test_a_damaged_checkpoint_is_detected_and_the_one_before_is_offered(tmp_path):
    for step in (1, 2, 3):
        checkpoint.save(tmp_path, {"step": step, "weights": torch.ones(1000)})
    assert [checkpoint.step_of(path) for path in checkpoint.checkpoints(tmp_path)] == [2, 3]
    path = checkpoint.checkpoints(tmp_path)[-1]
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for content in (b"", whole[:-100], bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"step-00000003-\w+.pt is damaged.*--step 2$"):
            checkpoint.load(tmp_path, device=CPU)
    assert checkpoint.load(tmp_path, device=CPU, step=2)["step"] == 2
    with pytest.raises(ValueError, match=r"no checkpoint of step 7 in .*; there: 2, 3"):
        checkpoint.load(tmp_path, device=CPU, step=7)
    checkpoint.save(tmp_path, {"step": 3})
    assert checkpoint.load(tmp_path, device=CPU) == {"step": 3}


def newest(folder):
    return max(map(checkpoint.step_of, checkpoint.checkpoints(folder)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_9_at_any_moment_leaves_a_loadable_checkpoint(tmp_path):
    checkpoint.save(tmp_path, {"step": 0, "weights": torch.zeros(20_000)})
    rng = random.Random(0)
    reached = []
    for i in range(16):
        step = begun = reached[-1] if reached else 0
        child = os.fork()
        if not child:
            while True:
                step += 1
                checkpoint.save(tmp_path, {"step": step, "weights": torch.full((20_000,), float(step))})
        deadline = time.monotonic() + 60
        while i % 2 and newest(tmp_path) < begun + 2 and time.monotonic() < deadline:
            time.sleep(0.001)  # every other process saves once at least, and clears away what those before it have left
        time.sleep(rng.uniform(0.002, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        state = checkpoint.load(tmp_path, device=CPU)
        assert (state["weights"] == state["step"]).all()
        reached.append(state["step"])
        assert len(list(tmp_path.iterdir())) <= checkpoint.KEEP + 3
    assert reached[-1] > reached[0]


def test_a_checkpoint_holds_no_code(tmp_path):
    path = checkpoint.save(tmp_path, {"step": 1, "code": Path("harmless")})
    with pytest.raises(ValueError, match="it holds more than tensors"):
        checkpoint.load(tmp_path, device=CPU)
    assert path.exists()


def test_a_run_that_cannot_write_stops_with_the_command_that_goes_on(tmp_path, monkeypatch):
    honest, recipe = Training.train_step, small("gan-c-mnist", steps=8)

    def full_disk(path, content):
        raise OSError(f"cannot write {path}: No space left on device")

    def fail_after_five(self):
        if self.step == 5:
            monkeypatch.setattr(checkpoint, "replace_file", full_disk)
        return honest(self)

    monkeypatch.setattr(Training, "train_step", fail_after_five)
    with pytest.raises(OSError, match=r"step-00000006-.*No space left on device; .* python -m trainer resume"):
        start(recipe, tmp_path / "run", device="cpu", intervals=EVERY_OTHER_STEP)
    monkeypatch.undo()
    assert checkpoint.load(tmp_path / "run" / "checkpoints", device=CPU)["step"] == 4
    assert resume(tmp_path / "run", device="cpu")


@pytest.mark.parametrize("vanishes", ["history.jsonl", "recipe.json"])
def test_what_vanishes_or_turns_read_only_is_named(tmp_path, monkeypatch, vanishes):
    honest, folder = Training.train_step, tmp_path / "run"

    def fail_after_five(self):
        if self.step == 5:
            shutil.rmtree(folder)
            if vanishes == "history.jsonl":  # in its place something that cannot be written
                (folder / "history.jsonl").mkdir(parents=True)
            else:
                folder.mkdir()
        return honest(self)

    monkeypatch.setattr(Training, "train_step", fail_after_five)
    with pytest.raises(OSError, match=f"{'history.jsonl' if vanishes == 'history.jsonl' else 'has vanished'}.*resume"):
        start(small("gan-c-mnist", steps=8), folder, device="cpu", intervals=EVERY_OTHER_STEP)


NARROW = {"latent_dim": 8, "generator_widths": (8,), "discriminator_widths": (8,)}
"""Options that make the textbook's GAN small."""


class Killed(BaseException):
    """As after kill -9, nothing but what lies on the disk goes on."""


def outcome(path):
    """What a finished run leaves behind, but for times and the devices' names."""
    folder = RunFolder(path)
    rows = [[{**row, "seconds": 0} for row in rows] for rows in (folder.read_history(), folder.read_quality())]
    files = [path / "model.safetensors", path / "config.json", path / "training.webp", *folder.grids().values()]
    return rows, {file.name: file.read_bytes() for file in files}


def test_a_run_killed_at_any_write_ends_like_an_unbroken_one(tmp_path, monkeypatch):
    recipe, measured = small("gan-d-mnist", model=NARROW, steps=4, previews=2), Watch(measures=2)
    monkeypatch.setattr(run, "save_curves", lambda history, path: None)  # slow, and not compared
    monkeypatch.setattr(watch, "primary_figure", lambda model, setup: ("figure", 1.0))
    monkeypatch.setattr(watch, "write_model", lambda *_, **__: None)
    monkeypatch.setattr(watch.ganzoo, "load", lambda path: None)
    monkeypatch.setattr(watch, "family_of", lambda model: SimpleNamespace(check_setup=lambda *_: None))
    assert start(recipe, tmp_path / "whole", device="cpu", watch=measured, intervals=EVERY_OTHER_STEP)
    whole = outcome(tmp_path / "whole")
    assert [row["step"] for row in whole[0][0]] == [2, 4]
    for count in range(1, 100):
        path = tmp_path / str(count)
        with monkeypatch.context() as patch:
            kill_at_write(count, patch)
            try:
                assert start(recipe, path, device="cpu", watch=measured, intervals=EVERY_OTHER_STEP)
                break  # fewer writes than that
            except Killed:
                pass
        go_on = resume if RunFolder(path).exists else partial(start, recipe, watch=measured)
        assert go_on(path=path, device="cpu", intervals=EVERY_OTHER_STEP)
        assert outcome(path) == whole, count
    assert count > 15


def kill_at_write(count, patch):
    """Let the process end with its write of that number, before it clears anything away."""
    left = iter(range(count - 1, -1, -1))

    def killed_after(write):
        def write_and_die(*arguments):
            write(*arguments)
            if next(left, -1) == 0:
                raise Killed

        return write_and_die

    patch.setattr(os, "replace", killed_after(os.replace))
    patch.setattr(run_folder, "append_line", killed_after(run_folder.append_line))


def test_a_resume_killed_at_any_write_can_be_repeated(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "save_curves", lambda history, path: None)  # slow, and not compared
    recipe = small("gan-d-mnist", model=NARROW, steps=4, previews=2)
    assert start(recipe, tmp_path / "whole", device="cpu", intervals=EVERY_OTHER_STEP)
    whole = outcome(tmp_path / "whole")
    for count in range(1, 100):
        path = shutil.copytree(tmp_path / "whole", tmp_path / str(count))
        with monkeypatch.context() as patch:
            kill_at_write(count, patch)
            try:
                assert resume(path, device="cpu", step=2, intervals=EVERY_OTHER_STEP)
                break
            except Killed:
                pass
        assert resume(path, device="cpu", intervals=EVERY_OTHER_STEP)
        assert outcome(path) == whole, count
    assert count > 8


def test_of_damaged_checkpoints_only_an_intact_one_is_offered(tmp_path):
    for step in (1, 2):
        checkpoint.save(tmp_path, {"step": step})
    for name in ("step-x.pt", "step-00000009-abc.pt"):
        (tmp_path / name).write_bytes(b"stray")
    (tmp_path / "step-00000009-0123456789abcdef.pt").mkdir()
    assert checkpoint.load(tmp_path, device=CPU) == {"step": 2}
    for path in checkpoint.checkpoints(tmp_path):
        path.write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"step-00000002-\w+.pt is damaged.* no intact one before it"):
        checkpoint.load(tmp_path, device=CPU)


def weights_cut(state):
    return {**state, "game": {name: tensor.flatten()[:1] for name, tensor in state["game"].items()}}


def moments_cut(state):
    (name, adam), *_ = state["optimizers"].items()
    moments = {i: {key: torch.zeros(1) for key in values} for i, values in adam["state"].items()}
    return {**state, "optimizers": {**state["optimizers"], name: {**adam, "state": moments}}}


@pytest.mark.parametrize(
    "change",
    [
        lambda state: [1, 2],
        lambda state: {"step": state["step"]},
        lambda state: {**state, "recipe": [1]},
        lambda state: {**state, "game": {}},
        lambda state: {**state, "optimizers": {}},
        weights_cut,
        moments_cut,
    ],
)
def test_a_foreign_checkpoint_is_named(change, trained, capsys):
    folder = RunFolder(trained("run"))
    path = folder.checkpoint()
    content = io.BytesIO()
    torch.save(change(folder.load_state(device=CPU)), content)
    path.unlink()
    path = path.with_name(f"step-00000003-{checkpoint.digest(content.getvalue())}.pt")
    path.write_bytes(content.getvalue())
    assert main(["resume", str(folder.path)]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert str(path) in printed[-1] and "foreign" in printed[-1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("recipe.json", b"[1, 2]"),
        ("recipe.json", b'{"steps": "many"}'),
        ("recipe.json", b"\xff\xfe"),
        ("run.json", b"[]"),
        ("run.json", b'{"device": 3}'),
        ("run.json", b'{"device": "CPU", "versions": {}, "data_root": "data", "measures": "often"}'),
        ("history.jsonl", b'{"step": 1}\ngarbled\n{"step": 2}\n'),
        ("history.jsonl", b'[3]\n{"step": 2}\n'),
        ("grids/step-00000001.png", b"\x89PNG\r\n\x1a\n truncated"),
    ],
)
def test_a_garbled_file_of_a_run_is_named(name, content, trained, capsys):
    folder = trained("run")
    (folder / name).write_bytes(content)
    assert main(["resume", str(folder)]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: ") and str(folder / name) in error


def test_stray_files_among_the_previews_are_none(trained):
    folder = RunFolder(trained("run"))
    before = folder.grids()
    for name in ("step-x.png", "step-12.png~", "step-.png"):
        (folder.path / "grids" / name).write_bytes(b"stray")
    assert folder.grids() == before


def test_tensorboard_sees_each_step_once_after_a_resume(tmp_path):
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    for reached, last in ((0, 5), (3, 6)):
        tracker = TensorBoard(tmp_path, step=reached)
        for step in range(reached + 1, last + 1):
            tracker.log_row({"step": step, "loss": float(reached)})
            tracker.log_image(Image.new("L", (4, 4)), step)
    seen = events.EventAccumulator(str(tmp_path / "tensorboard"), size_guidance={"images": 0}).Reload()
    assert [(event.step, event.value) for event in seen.Scalars("loss")] == [
        (1, 0), (2, 0), (3, 0), (4, 3), (5, 3), (6, 3),
    ]  # fmt: skip
    assert [event.step for event in seen.Images("grid")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("reader", ["gan-d-mnist", "classifier-emoji"])
def test_a_reader_that_does_not_fit_is_refused_before_there_is_a_folder(reader, tmp_path):
    with pytest.raises(ValueError, match=f"{reader} (is no classifier|does not fit)"):
        start(
            small("gan-d-mnist", model=NARROW), tmp_path / "run", device="cpu", watch=Watch(measures=1, reader=reader)
        )
    assert not (tmp_path / "run").exists()


def test_a_run_needs_a_folder(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(ValueError, match="file is a file: name another --out"):
            start(small("gan-d-mnist", model=NARROW), place, device="cpu")
