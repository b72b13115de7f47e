"""Several processes that train one model: the ranks agree with each other, and with one process alone."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import ranks_program
import torch
from ranks_program import RECIPES, train_and_save
from safetensors.torch import load_file
from torch import distributed as dist
from training_fixtures import CPU, small

from trainer.data import registry
from trainer.engine import RunFolder, Training, checkpoint, resume, start
from trainer.engine.distributed import SINGLE_PROCESS, ProcessGroup
from trainer.engine.loop import prepare_training

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32" or not dist.is_available(), reason="Gloo, as on Linux")


def tensors(state: dict, path: str = "") -> dict[str, torch.Tensor]:
    """The tensors of a nested state by their place in it."""
    by_path = {}
    for key, value in state.items():
        if isinstance(value, dict):
            by_path |= tensors(value, f"{path}/{key}")
        elif isinstance(value, torch.Tensor):
            by_path[f"{path}/{key}"] = value
    return by_path


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> tuple[Path, str]:
    """The folder that two processes have trained in, and what they printed."""
    # README's command, but of our program, and for another recipe: without batch norm and dropout, one does as two do.
    (line,) = [
        line
        for line in (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("torchrun ")
    ]
    program = Path(ranks_program.__file__)
    places = [REPOSITORY, program.parent]
    command = line.replace(" -m trainer ", f" -m {program.stem} ").replace(" cdcgan-mnist ", " gan-d-mnist ").split()
    assert command[-7:] == [program.stem, "train", "gan-d-mnist", "--data", "synthetic", "--out", "runs/together"]
    folder = tmp_path_factory.mktemp("ranks")
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--log-dir", str(folder)]
    quick = ["--steps", "60", "--batch-size", "16", "--set", "previews=2", "--set", "precision=float32"]
    done = subprocess.run(
        [*start, *command[1:], *quick, "--device", "cpu"],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(map(str, places))},
        cwd=folder, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_ranks_end_with_identical_weights(recipe, together):
    folder, _ = together
    one, two = (tensors(torch.load(folder / recipe.name / f"{rank}-of-2.pt")) for rank in (0, 1))
    assert one.keys() == two.keys()
    start = tensors(Training(recipe, registry.load("synthetic", train=True), CPU).state())
    assert any(not torch.equal(one[key], start[key]) for key in start)
    for key in one:
        assert torch.equal(one[key], two[key]), key


def test_two_processes_match_one_with_the_same_batches(together):
    folder, _ = together
    recipe = RECIPES[0]  # without dropout and batch norm, whose randomness and statistics are each rank's own
    train_and_save(recipe, SINGLE_PROCESS, folder)
    alone, shared = (tensors(torch.load(folder / recipe.name / f"0-of-{count}.pt")) for count in (1, 2))
    for key in alone:
        torch.testing.assert_close(shared[key], alone[key], rtol=1e-3, atol=2e-5, msg=lambda text, key=key: key + text)


def test_torchrun_trains_and_one_process_goes_on(together, tmp_path):
    place, output = together
    folder = place / "runs" / "together"
    assert output.count("finished; the model is in") == 1
    assert RunFolder(folder).read_run()["processes"] == 2
    assert [row["step"] for row in RunFolder(folder).read_history()] == [50, 60]
    alone = replace(RunFolder(folder).read_recipe(), seed=0)
    assert start(alone, tmp_path / "alone", device="cpu")
    one, two = (load_file(place / "model.safetensors") for place in (tmp_path / "alone", folder))
    for key in one:
        torch.testing.assert_close(one[key], two[key], rtol=1e-2, atol=1e-3)
    step = checkpoint.step_of(checkpoint.checkpoints(folder / "checkpoints")[0])
    assert resume(folder, device="cpu", step=step)


def test_a_batch_that_cannot_be_shared_evenly_is_refused():
    assert ProcessGroup(1, 4).shard(8) == slice(2, 4)
    with pytest.raises(ValueError, match="a batch of 10 cannot be shared by 4 processes evenly"):
        ProcessGroup(1, 4).shard(10)


@pytest.mark.parametrize(
    ("ranks", "words"), [(1, "at least 2, got 1"), (4, "at least 8: 2 for each of 4 processes, got 4")]
)
def test_batch_norm_needs_two_images_for_each_process(ranks, words):
    recipe = small("gan-c-mnist", batch_size=ranks)
    with pytest.raises(ValueError, match=f"--batch-size must be {words}, because gan-c-mnist has batch norm"):
        prepare_training(recipe, Path("data"), CPU, Lonely(ranks - 1, ranks))
    for fit in (
        replace(recipe, batch_size=2 * ranks),
        small("gan-d-mnist", batch_size=ranks),
        small("dcgan-mnist", batch_size=ranks),
    ):
        assert prepare_training(fit, Path("data"), CPU, Lonely(ranks - 1, ranks)).recipe == fit


class Lonely(ProcessGroup):
    """One of several ranks, whose messages nobody answers."""

    def average_(self, tensors):
        pass

    def wait(self):
        pass
