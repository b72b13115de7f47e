"""Training on one's own images: any formats and sizes, classes from sub-folders, broken files named, never lost."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import ganzoo
from trainer.__main__ import main
from trainer.data import registry
from trainer.data.folder import list_folder
from trainer.data.loader import Batches
from trainer.engine import Intervals, RunFolder, checkpoint, start
from trainer.measures import splits

SHAPE = (3, 16, 16)
SIZES = [(20, 30), (64, 16), (16, 16), (700, 420)]


def write(path: Path, mode: str, size: tuple[int, int], value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, (value, 255 - value, 40))
    if mode == "I;16":
        image = Image.fromarray(np.full(size[::-1], value * 256, np.uint16))
    elif mode == "turned":
        exif = image.getexif()
        exif[0x0112] = 6
        return image.save(path.with_suffix(".jpg"), exif=exif)
    elif mode == "CMYK":
        return image.convert("CMYK").save(path.with_suffix(".jpg"))
    else:
        image = image.convert(mode)
    image.save(path.with_suffix(".png"))


MODES = ["L", "RGB", "RGBA", "P", "I;16", "CMYK", "turned", "LA", "1"]


@pytest.fixture(scope="session")
def sixty(tmp_path_factory) -> Path:
    """Sixty images of all kinds in two classes, and things that are none."""
    root = tmp_path_factory.mktemp("sixty") / "my pictures"
    for i in range(60):
        write(root / ("cats" if i % 3 else "dogs") / f"{i:02}", MODES[i % len(MODES)], SIZES[i % 4], 4 * i)
    (root / "cats" / "broken.png").write_bytes((root / "cats" / "01.png").read_bytes()[:60])
    (root / "dogs" / "notes.txt").write_text("no picture")
    (root / "dogs" / ".hidden.png").write_text("not looked at")
    (root / "junk").mkdir()
    (root / "junk" / "readme.md").write_text("a folder without images is no class")
    (root / "stray.png").write_bytes((root / "cats" / "01.png").read_bytes())
    return root


@pytest.fixture
def folder(sixty, tmp_path) -> Path:
    """A copy of them."""
    return shutil.copytree(sixty, tmp_path / sixty.name)


def test_every_kind_of_image_is_read_and_the_rest_is_named(folder):
    train, test = (registry.load(f"folder:{folder}", train=part, image_shape=SHAPE) for part in (True, False))
    assert train.image_shape == test.image_shape == SHAPE
    assert train.images.dtype == torch.uint8
    assert len(train) + len(test) == 60
    assert 1 <= len(test) <= 15
    assert train.classes == ("cats", "dogs")
    first, classes, out = train.notes
    assert f"{len(train)} pictures can be read in {folder}, 16x16 to 700x420 pixels" == first
    assert classes == f"classes: cats ({int((train.labels == 0).sum())}), dogs ({int((train.labels == 1).sum())})"
    assert out.startswith("left out 4: junk/readme.md is in no class; stray.png is in no class; cats: broken.png")
    assert "broken.png is damaged" in out and "notes.txt is no picture" in out and "hidden" not in out


def test_colours_survive_and_grey_is_grey(tmp_path):
    for i in range(30):
        write(tmp_path / f"{i:02}", "RGB", (20, 20), 255)
    colour = registry.load(f"folder:{tmp_path}", train=True, image_shape=SHAPE)
    assert colour.images[0, :, 8, 8].tolist() == [255, 0, 40]
    assert colour.classes == () and colour.labels.unique().tolist() == [0]
    assert registry.load(f"folder:{tmp_path}", train=True, image_shape=(1, 8, 8)).image_shape == (1, 8, 8)


def test_a_new_image_moves_none_between_the_splits(folder):
    def items(train):
        return set(list_folder(folder, train).collections[0])

    before = items(train=False)
    write(folder / "cats" / "00a", "L", (9, 9), 3)
    assert before <= items(train=False)
    assert not before & items(train=True)


def test_too_few_and_none_are_refused(tmp_path):
    for i in range(5):
        write(tmp_path / "few" / f"{i}", "L", (9, 9), i)
    (tmp_path / "few" / "bad.png").write_text("?")
    with pytest.raises(ValueError, match=r"pictures can be read.*left out 1: bad.png is no picture.*at least 20"):
        registry.load(f"folder:{tmp_path / 'few'}", train=True, image_shape=SHAPE)
    with pytest.raises(ValueError, match="no folder"):
        registry.load(f"folder:{tmp_path / 'nowhere'}", train=True, image_shape=SHAPE)


def test_images_that_do_not_fit_come_in_the_same_order(folder, monkeypatch):
    def batches(**limits):
        source = registry.load(f"folder:{folder}", train=True, image_shape=SHAPE, **limits)
        return Batches(source, torch.device("cpu"), batch_size=8, seed=0, pixels="unit")

    whole = batches()
    assert whole.resident and not whole.note
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    streamed = batches(memory=1000)
    assert not streamed.resident and "do not fit on cpu; workers read them ahead" in streamed.note
    assert torch.equal(streamed.dataset.first(3), whole.dataset.first(3))
    for step in (0, 1, 1, 2, 9, 10, 3):
        rng = torch.Generator().manual_seed(0)
        one, other = (source.draw(step, rng=rng) for source in (whole, streamed))
        assert torch.equal(one.images, other.images) and torch.equal(one.labels, other.labels), step
    streamed.close()


def test_train_on_a_folder_and_load_the_run(folder, tmp_path, capsys):
    out = tmp_path / "run"
    command = ["train", "cdcgan-mnist", "--data", f"folder:{folder}", "--image-size", "32", "--channels", "3"]
    small = ["--flip", "--diff-augment", "--steps", "2", "--batch-size", "8", "--set", "width=16", "--out", str(out)]
    assert main([*command, *small]) == 0
    output = capsys.readouterr().out
    assert "classes: cats" in output and "broken.png is damaged" in output
    model = ganzoo.load(out)
    assert (model.image_shape, model.classes, model.class_names) == ((3, 32, 32), 2, ["cats", "dogs"])
    assert model.sample(3, label=1).images.shape == (3, 3, 32, 32)
    assert main(["evaluate", str(out)]) == 2
    assert "no classifier ships for folder:" in capsys.readouterr().err
    assert main([*command, "--batch-size", "8", "--measures", "3", "--out", str(tmp_path / "measured")]) == 2
    assert "no classifier ships for folder:" in capsys.readouterr().err
    assert not (tmp_path / "measured").exists()


def test_a_run_goes_on_with_its_images_where_they_are_and_no_others(folder, tmp_path, capsys):
    out = tmp_path / "run"
    command = ["train", "gan-d-mnist", "--data", f"folder:{folder}", "--batch-size", "8", "--steps", "2"]
    assert main([*command, "--out", str(out)]) == 0
    assert main(["resume", str(out)]) == 0
    folder = folder.rename(tmp_path / "moved")
    assert main(["resume", str(out)]) == 2
    assert main(["resume", str(out), "--data", "mnist"]) == 2
    assert "only a folder of pictures can move" in capsys.readouterr().err
    assert main(["resume", str(out), "--data", f"folder:{folder}"]) == 0
    assert main(["resume", str(out)]) == 0
    write(folder / "birds" / "new", "L", (9, 9), 3)
    for i in range(12):
        write(folder / "birds" / f"new{i}", "L", (9, 9), 3)
    assert main(["resume", str(out)]) == 2
    assert "are not those that the run began with" in capsys.readouterr().err


STREAMED = """
import runpy
from trainer.data import images
images.free_memory = lambda device: 1000
runpy.run_module("trainer", run_name="__main__")
"""
"""python -m trainer on a machine whose memory is full, so that no folder of images fits."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes")
def test_sigterm_to_the_whole_group_saves_and_names_the_resume_command(folder, tmp_path, repository):
    out = tmp_path / "run"
    command = ["train", "gan-d-mnist", "--data", f"folder:{folder}", "--batch-size", "8", "--out", str(out)]
    child = subprocess.Popen(
        [sys.executable, "-c", STREAMED, *command], env={**os.environ, "OMP_NUM_THREADS": "1"}, cwd=repository,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 300
    while not (out / "history.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(child.pid, signal.SIGTERM)
    output, _ = child.communicate(timeout=300)
    assert child.returncode == 0
    assert "workers read them ahead" in output and f"python -m trainer resume {out}" in output
    assert checkpoint.load(out / "checkpoints", device=torch.device("cpu"))["step"] >= Intervals().log_steps
    with pytest.raises(ValueError, match="holds a run already"):
        start(RunFolder(out).read_recipe(), out)


def test_a_folder_s_models_are_measured_with_its_own_classifier(folder, tmp_path, capsys):
    shape = ["--data", f"folder:{folder}", "--image-size", "16", "--channels", "3", "--steps", "2"]
    for name in ("classifier-mnist", "cdcgan-mnist", "ae32-mnist"):
        command = ["train", name, *shape, "--batch-size", "8", "--out", str(tmp_path / name)]
        assert main(command + (["--set", "width=16"] if name == "cdcgan-mnist" else [])) == 0
    for i in range(200):
        write(folder / "cats" / f"more{i}", "RGB", (20, 20), i)
    assert main(["evaluate", str(tmp_path / "ae32-mnist")]) == 0
    assert "test MSE" in capsys.readouterr().out
    for i in range(300):
        write(folder / "dogs" / f"more{i}", "RGB", (20, 20), i % 256)
    command = ["evaluate", str(tmp_path / "cdcgan-mnist"), "--reader", str(tmp_path / "classifier-mnist")]
    assert main(command) == 0
    assert "labels right" in capsys.readouterr().out
    assert main([*command[:-1], str(tmp_path / "ae32-mnist")]) == 2
    assert "is no classifier" in capsys.readouterr().err


@pytest.mark.parametrize("memory", [10**9, 1000], ids=["resident", "in files"])
def test_the_first_images_that_are_measured_are_of_all_classes(memory, folder):
    train, _ = splits.load_splits(f"folder:{folder}", folder, SHAPE, limit=20, memory=memory)
    whole = registry.load(f"folder:{folder}", train=True, image_shape=SHAPE)
    assert set(whole.labels[:20].tolist()) == {0}, "class by class, as they lie in the folder"
    assert set(train.labels[:20].tolist()) == {0, 1}
    assert len(train) == (20 if memory == 1000 else len(whole))
    known = [(int(label), image.tolist()) for label, image in zip(whole.labels, whole, strict=True)]
    for label, image in zip(train.labels, train.images, strict=True):
        assert (int(label), image.tolist()) in known


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--image-size", "3"], "image size must lie between 4 and 1024, got 3"),
        (["--image-size", "30", "--channels", "3"], "image sides must divide by 4, got 30x30"),
        (["--channels", "4"], "channels must be one of 1, 3, got 4"),
        (["--data", "synthetic", "--image-size", "64"], "needs pictures (1, 64, 64), but"),
        (
            ["--data", "stacked-synthetic", "--channels", "3"],
            "knows 10 classes, but stacked-synthetic has labels up to",
        ),
        (["--batch-size", "64"], "batch size must be between 1 and the"),
    ],
)
def test_what_does_not_fit_is_explained(folder, tmp_path, capsys, arguments, message):
    command = ["train", "cdcgan-mnist", "--data", f"folder:{folder}", "--out", str(tmp_path / "run"), *arguments]
    assert main(command) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_single_images_for_a_translator_are_refused_with_what_to_do(folder, tmp_path, capsys):
    command = ["train", "pix2pix-facades", "--data", f"folder:{folder}", "--out", str(tmp_path / "run")]
    assert main(command) == 2
    expected = "pix2pix-facades needs pairs of pictures (3, 128, 128), or single ones with --set undo=scratches, but"
    assert expected in capsys.readouterr().err
