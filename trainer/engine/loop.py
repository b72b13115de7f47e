"""The training loop: the one place that goes backward and steps, for every game.

A run is a pure function of its recipe: data order and noise follow from (seed, step), so a resumed run continues bit
for bit on the CPU. Whatever else must survive is in `Training.state`.
"""

import copy
import ctypes
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo import models
from ganzoo.aliases import with_current_names
from trainer import data, games
from trainer.data import Batches, mix_seeds
from trainer.engine import devices
from trainer.engine.distributed import SINGLE_PROCESS, ProcessGroup
from trainer.recipes import Recipe, recipe_differences

WARM_UP = 200
"""Steps over which the learning rate rises from zero, for schedules other than "constant"."""

SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "cosine": lambda progress: 0.5 * (1 + math.cos(math.pi * progress)),
    "linear-second-half": lambda progress: min(1.0, 2 * (1 - progress)),
}


class EMA:
    """Running average of a model's weights and buffers; Polyak and Juditsky 1992, with a short memory at the start.

    Buffers of whole numbers are copied: they count or choose, and have no mean.
    """

    def __init__(self, model: nn.Module, *, decay: float):
        self.decay = decay
        self.model = copy.deepcopy(model).requires_grad_(False)
        pairs = list(zip(tensors_of(self.model), tensors_of(model), strict=True))
        self._averaged = [pair for pair in pairs if pair[0].is_floating_point()]
        self._copied = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def update(self, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        mine, theirs = zip(*self._averaged, strict=True)
        torch._foreach_lerp_(list(mine), list(theirs), 1 - decay)
        for mine, theirs in self._copied:
            mine.copy_(theirs)


def tensors_of(model: nn.Module) -> list[Tensor]:
    return [*model.parameters(), *model.buffers()]


class Training:
    """One run in memory: game, averages, optimizers, batches, and the step they have reached."""

    def __init__(
        self,
        recipe: Recipe,
        pictures: data.ImageDataset,
        device: torch.device,
        group: ProcessGroup = SINGLE_PROCESS,
    ):
        if recipe.schedule not in SCHEDULES:
            raise ValueError(f"unknown schedule {recipe.schedule!r}; choices: {', '.join(SCHEDULES)}")
        if device.type == "cpu":
            keep_freed_memory()
        self.recipe = recipe
        self.device = device
        self.group = group
        self.precision = devices.precision_on(device, recipe.precision)
        self.step = 0
        self.seconds = 0.0
        torch.manual_seed(recipe.seed)
        model = models.build(recipe.architecture, recipe.model)
        last = int(pictures.labels.max())
        if model.classes and last >= model.classes:
            raise ValueError(f"{recipe.name} knows {model.classes} classes, but {recipe.data} has labels up to {last}")
        model = model.to(device, memory_format=torch.channels_last)
        self.game = games.build(recipe.game, model, recipe.rules).train()
        if not self.game.accepts(pictures):
            found = f"{pictures.image_shape}{', of collections without pairs' if pictures.unpaired else ''}"
            raise ValueError(f"{recipe.name} takes {self.game.expected_input()}, but {recipe.data} has {found}")
        self.ema = EMA(model, decay=recipe.ema_decay) if recipe.ema_decay else None
        self.optimizers = {
            turn.name: torch.optim.Adam(
                turn.trains.parameters(), lr=recipe.learning_rate, betas=recipe.betas, eps=recipe.epsilon, fused=True
            )
            for turn in self.game.turns
        }
        self.batches = Batches(
            pictures,
            device,
            batch_size=recipe.batch_size,
            seed=recipe.seed,
            pixels=model.pixels,
            augment=recipe.augment,
            shard=group.shard(recipe.batch_size),
        )

    @property
    def device_name(self) -> str:
        """As the card states it; with the precision of its products where that is not the recipe's."""
        name = devices.name_of(self.device)
        return name if self.precision == self.recipe.precision else f"{name}, in {self.precision}"

    @property
    def best_model(self) -> models.ImageModel:
        """The averaged model where there is one, else the trained one."""
        return self.ema.model if self.ema else self.game.model

    def train_step(self) -> dict[str, Tensor]:
        """One step: every turn of the game. Gives each loss term, still on the device."""
        step, recipe = self.step, self.recipe
        self.game.advance(step / recipe.steps)
        rng = torch.Generator(self.device).manual_seed(mix_seeds(recipe.seed, step))
        torch.manual_seed(mix_seeds(recipe.seed, step, 1 + self.group.rank))  # dropout has no other source
        said = {}
        for turn in self.game.turns:
            optimizer = self.optimizers[turn.name]
            optimizer.param_groups[0]["lr"] = learning_rate(recipe, step) * turn.rate
            for repeat in range(turn.repeats):
                batch = self.batches.draw(step, rng=rng, repeat=repeat, repeats=turn.repeats)
                with only_trains(self.game, turn.trains):
                    with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
                        terms = turn.losses(batch)
                    sum(terms.values()).backward()
                    self.group.average_([p.grad for p in turn.trains.parameters() if p.grad is not None])
                    optimizer.step()
                    optimizer.zero_grad(set_to_none=True)
                said.update({name: term.detach() for name, term in terms.items()})
        if self.group.world_size > 1:  # batch norm sees its own rows only; its running figures are averaged
            self.group.average_([buffer for buffer in self.game.buffers() if buffer.is_floating_point()])
        if self.ema:
            self.ema.update(step)
        self.step += 1
        return said

    def state(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "seconds": self.seconds,
            "recipe": self.recipe.as_json(),
            "game": self.game.state_dict(),
            "ema": self.ema.model.state_dict() if self.ema else None,
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`. Raises ValueError that lists the differences when its recipe was another."""
        state = with_current_names("checkpoint", state)
        differences = recipe_differences(state["recipe"], self.recipe.as_json())
        if differences:
            raise ValueError("the recipe has changed since the checkpoint: " + "; ".join(differences))
        self.step, self.seconds = state["step"], state["seconds"]
        self.game.load_state_dict(state["game"])
        if self.ema:
            self.ema.model.load_state_dict(state["ema"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])


def keep_freed_memory() -> None:
    """Have this process keep the memory that it frees, for its next step.

    glibc hands large blocks back to the system at once, and fetching fresh pages took an eighth of a CPU step of
    ae-mnist and gan-b-mnist. Does nothing where the allocator is another.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        trim_threshold, mmap_threshold = -1, -3  # their numbers in malloc.h
        if mallopt(mmap_threshold, 2**30) or mallopt(mmap_threshold, 2**25):  # old versions refuse more than 32 MiB
            mallopt(trim_threshold, 2**31 - 1)


def learning_rate(recipe: Recipe, step: int) -> float:
    warmth = 1.0 if recipe.schedule == "constant" else min(1.0, (step + 1) / WARM_UP)
    return recipe.learning_rate * warmth * SCHEDULES[recipe.schedule](step / recipe.steps)


@contextmanager
def only_trains(game: nn.Module, module: nn.Module) -> Iterator[None]:
    """Inside, only `module`'s parameters ask for gradients; nobody has to remember `detach`."""
    moving = set(module.parameters())
    for parameter in game.parameters():
        parameter.requires_grad_(parameter in moving)
    yield
