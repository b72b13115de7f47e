"""What test_ranks has torchrun start in each process: a few trainings, then the trainer's command line.

Both in one program, because importing torch takes long.
"""

import os
import sys
from pathlib import Path

import torch
from torch import distributed as dist
from training_fixtures import CPU, SLIM, small

from trainer.__main__ import main
from trainer.data import registry
from trainer.engine.distributed import ProcessGroup
from trainer.engine.loop import Training
from trainer.recipes.recipe import Recipe

ALIKE = {"batch_size": 16, "steps": 4, "precision": "float32"}
RECIPES = [
    small("gan-d-mnist", **ALIKE),
    small("cgan-mnist", **ALIKE),
    small("cdcgan-mnist", **ALIKE, model=SLIM, schedule="constant", learning_rate=1e-3),
    small("vae2d-mnist", **ALIKE, schedule="constant"),
]


def train_and_save(recipe: Recipe, group: ProcessGroup, folder: Path) -> None:
    training = Training(recipe, registry.load("synthetic", train=True), CPU, group)
    for _ in range(recipe.steps):
        training.train_step()
    (folder / recipe.name).mkdir(exist_ok=True)
    torch.save(training.state(), folder / recipe.name / f"{group.rank}-of-{group.world_size}.pt")


def train_together(folder: Path) -> None:
    group = ProcessGroup(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]))
    dist.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=group.rank, world_size=group.world_size
    )
    for recipe in RECIPES:
        train_and_save(recipe, group, folder)
    dist.destroy_process_group()


if __name__ == "__main__":
    train_together(Path.cwd())
    sys.exit(main())
