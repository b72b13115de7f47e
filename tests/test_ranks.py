"""Several processes that train one model: the ranks agree with each other, and with one process alone."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import distributed as dist
from torch import multiprocessing

from trainer import card, checkpoint, data, run
from trainer.loop import Training
from trainer.ranks import ALONE, Ranks
from trainer.recipe import Recipe
from trainer.recipes import named

CPU = torch.device("cpu")
pytestmark = pytest.mark.skipif(sys.platform == "win32" or not dist.is_available(), reason="Gloo, as on Linux")


def small(name: str, **changes) -> Recipe:
    return replace(named(name), data="synthetic", batch_size=16, steps=4, previews=1, precision="float32", **changes)


def play(recipe: Recipe, ranks: Ranks, folder: Path) -> None:
    training = Training(recipe, data.load("synthetic", train=True), CPU, ranks)
    for _ in range(recipe.steps):
        training.play()
    torch.save(training.state(), folder / f"{ranks.rank}-of-{ranks.count}.pt")


def play_as(rank: int, recipes: list[Recipe], folder: Path) -> None:
    """What each of two processes does."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    for recipe in recipes:
        (folder / recipe.name).mkdir(exist_ok=True)
        play(recipe, Ranks(rank, 2), folder / recipe.name)
    dist.destroy_process_group()


def tensors(state: dict, path: str = "") -> dict[str, torch.Tensor]:
    """The tensors of a nested state by their place in it."""
    found = {}
    for key, value in state.items():
        if isinstance(value, dict):
            found |= tensors(value, f"{path}/{key}")
        elif isinstance(value, torch.Tensor):
            found[f"{path}/{key}"] = value
    return found


RECIPES = [
    small("gan-d-mnist"),
    small("cgan-mnist"),
    small("cdcgan-mnist", schedule="constant", learning_rate=1e-3),
    small("vae2d-mnist", schedule="constant"),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ranks")
    multiprocessing.spawn(play_as, (RECIPES, folder), nprocs=2)
    return folder


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_ranks_end_with_identical_weights(recipe, played):
    one, two = (tensors(torch.load(played / recipe.name / f"{rank}-of-2.pt")) for rank in (0, 1))
    assert one.keys() == two.keys()
    start = tensors(Training(recipe, data.load("synthetic", train=True), CPU).state())
    assert any(not torch.equal(one[key], start[key]) for key in start)
    for key in one:
        assert torch.equal(one[key], two[key]), key


def test_two_processes_match_one_with_the_same_batches(played):
    recipe = RECIPES[0]  # without dropout and batch norm, whose randomness and statistics are each rank's own
    play(recipe, ALONE, played / recipe.name)
    alone, shared = (tensors(torch.load(played / recipe.name / f"0-of-{count}.pt")) for count in (1, 2))
    for key in alone:
        torch.testing.assert_close(shared[key], alone[key], rtol=1e-3, atol=2e-5, msg=lambda text, key=key: key + text)


def test_torchrun_trains_and_one_process_goes_on(tmp_path, repository):
    # README's command, but for another recipe: without batch norm and dropout, one process does the same.
    (line,) = [line for line in card.README.read_text(encoding="utf-8").splitlines() if line.startswith("torchrun ")]
    said = line.replace(" cdcgan-mnist ", " gan-d-mnist ").split()[1:]
    assert said[-4:] == ["--data", "synthetic", "--out", "runs/together"] and "gan-d-mnist" in said
    quick = ["--steps", "60", "--batch-size", "16", "--set", "previews=2", "--set", "precision=float32"]
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", *said, *quick, "--device", "cpu"],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(repository)},
        cwd=tmp_path, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    folder = tmp_path / "runs" / "together"
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("finished; the model is in") == 1
    assert run.read_json(folder / "run.json")["processes"] == 2
    assert [row["step"] for row in run.read_history(folder / "history.jsonl")] == [50, 60]
    alone = replace(run.read_recipe(folder), seed=0)
    assert run.start(alone, tmp_path / "alone", device="cpu")
    one, two = (load_file(place / "model.safetensors") for place in (tmp_path / "alone", folder))
    for key in one:
        torch.testing.assert_close(one[key], two[key], rtol=1e-2, atol=1e-3)
    step = checkpoint.step_of(checkpoint.checkpoints(folder / "checkpoints")[0])
    assert run.resume(folder, device="cpu", step=step)


def test_a_batch_that_cannot_be_shared_evenly_is_refused():
    assert Ranks(1, 4).rows(8) == slice(2, 4)
    with pytest.raises(ValueError, match="a batch of 10 cannot be shared by 4 processes evenly"):
        Ranks(1, 4).rows(10)
