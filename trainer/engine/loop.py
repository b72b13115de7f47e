"""The training loop: the only place that calls `backward()` and `step()`, for every game.

A run is a pure function of its recipe: data order and noise follow from (seed, step), so a resumed run continues bit
for bit on the CPU. Everything else that must survive is in `Training.state`.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo import checks, models
from ganzoo.config import with_current_names
from trainer import data, games
from trainer.engine import devices
from trainer.engine.distributed import SINGLE_PROCESS, ProcessGroup
from trainer.engine.ema import EMA
from trainer.engine.schedules import SCHEDULES, learning_rate
from trainer.recipes import Recipe, check_members, recipe_differences

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
MAX_PARAMETERS = 8_000_000_000
"""More would not fit on any device, with their gradients and Adam's moments: 16 bytes each."""


class Training:
    """A training in memory: game, EMA, optimizers, batches, and the step that they have reached.

    Raises ValueError for rules or options that cannot be, and for a dataset that does not suit the model or the game.
    """

    def __init__(
        self,
        recipe: Recipe,
        dataset: data.ImageDataset,
        device: torch.device,
        group: ProcessGroup = SINGLE_PROCESS,
    ):
        if device.type == "cpu":
            devices.keep_freed_memory()
        self.recipe = recipe
        self.device = device
        self.group = group
        self.precision = devices.precision_on(device, recipe.precision)
        self.step = 0
        self.seconds = 0.0
        torch.manual_seed(recipe.seed)
        model = models.build(recipe.architecture, recipe.model)
        refuse_more_classes(recipe, model, dataset)
        model = model.to(device).to(memory_format=torch.channels_last)
        self.game = games.build(recipe.game, model, recipe.rules).train()
        refuse_other_images(recipe, self.game, dataset)
        self.ema = EMA(model, decay=recipe.ema_decay) if recipe.ema_decay else None
        self.optimizers = {
            turn.name: torch.optim.Adam(
                turn.trains.parameters(), lr=recipe.learning_rate, betas=recipe.betas, eps=recipe.epsilon, fused=True
            )
            for turn in self.game.turns
        }
        self.batches = data.Batches(
            dataset,
            device,
            batch_size=recipe.batch_size,
            seed=recipe.seed,
            pixels=model.pixels,
            augment=recipe.augment,
            shard=group.shard(recipe.batch_size),
        )

    @property
    def device_name(self) -> str:
        """The device's name on the card, with the precision of the matrix products where it is not the recipe's."""
        name = devices.name_of(self.device)
        return name if self.precision == self.recipe.precision else f"{name}, in {self.precision}"

    @property
    def best_model(self) -> models.ImageModel:
        """The EMA where there is one, else the trained model."""
        return self.ema.model if self.ema else self.game.model

    @property
    def progress(self) -> dict[str, float]:
        """How far the training has come: the step, epoch and seconds of a history row."""
        epoch = round(self.step / self.batches.per_epoch, 4)
        return {"step": self.step, "epoch": epoch, "seconds": round(self.seconds, 2)}

    def train_step(self) -> dict[str, Tensor]:
        """Train one step: every turn of the game. Returns each loss term, still on the device."""
        step, recipe = self.step, self.recipe
        self.game.advance(step / recipe.steps)
        rng = torch.Generator(self.device).manual_seed(data.mix_seeds(recipe.seed, step))
        torch.manual_seed(data.mix_seeds(recipe.seed, step, 1 + self.group.rank))  # dropout has no other source
        losses = {}
        for turn in self.game.turns:
            optimizer = self.optimizers[turn.name]
            optimizer.param_groups[0]["lr"] = learning_rate(recipe, step) * turn.rate
            for repeat in range(turn.repeats):
                batch = self.batches.draw(step, rng=rng, repeat=repeat, repeats=turn.repeats)
                with only_trains(self.game, turn.trains):
                    with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
                        terms = turn.losses(batch)
                    reduce(torch.add, terms.values()).backward()
                    self.group.average_([p.grad for p in turn.trains.parameters() if p.grad is not None])
                    optimizer.step()
                    optimizer.zero_grad(set_to_none=True)
                losses.update({name: term.detach() for name, term in terms.items()})
        if self.group.world_size > 1:  # each rank's batch norm saw its own shard only
            self.group.average_([buffer for buffer in self.game.buffers() if buffer.is_floating_point()])
        if self.ema:
            self.ema.update(step)
        self.step += 1
        return losses

    def state(self) -> dict[str, Any]:
        """All that a checkpoint must hold: tensors and plain values."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "recipe": self.recipe.as_json(),
            "game": self.game.state_dict(),
            "ema": self.ema.model.state_dict() if self.ema else None,
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from `state`.

        Raises ValueError that lists the differences where its recipe is not this one, and for tensors that do not fit.
        """
        state = with_current_names("checkpoint", state)
        differences = recipe_differences(state["recipe"], self.recipe.as_json())
        if differences:
            raise ValueError("the recipe has changed since the checkpoint: " + "; ".join(differences))
        self.step, self.seconds = state["step"], state["seconds"]
        try:
            self.game.load_state_dict(state["game"])
            if self.ema:
                self.ema.model.load_state_dict(state["ema"])
            for name, optimizer in self.optimizers.items():
                load_optimizer(optimizer, state["optimizers"][name])
        except (RuntimeError, ValueError, LookupError, TypeError, AttributeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ValueError(f"the checkpoint is foreign and does not fit {self.recipe.name}: {reason}") from error


def load_optimizer(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Restore an optimizer. Raises ValueError for moments of other shapes, which PyTorch would accept until a step."""
    optimizer.load_state_dict(state)
    for parameter, moments in optimizer.state.items():
        if any(moments[name].shape != parameter.shape for name in ("exp_avg", "exp_avg_sq")):
            raise ValueError("moments of Adam have other shapes than the weights")
    if any(not {"lr", "betas", "eps"} <= group.keys() for group in optimizer.param_groups):
        raise ValueError("Adam lacks its settings")


def prepare_training(
    recipe: Recipe,
    data_root: Path,
    device: torch.device,
    group: ProcessGroup = SINGLE_PROCESS,
    *,
    earlier: bool = False,
) -> Training:
    """Load the recipe's dataset and build the training at step 0. Prints the notes of the dataset.

    `earlier` reads a folder as the first reader did, as `RunFolder.reads_as_earlier` says of a run.
    Raises ValueError as `Training` does; for the recipe itself before any data is read.
    """
    sketch = sketch_game(recipe)
    with group.first_rank_first():
        dataset = data.load(recipe.data, root=data_root, train=True, image_shape=recipe.image_shape, earlier=earlier)
    if recipe.batch_size == group.world_size and any(isinstance(layer, BATCH_NORMS) for layer in sketch.modules()):
        refuse_lone_images(recipe, dataset, device, group)
    training = Training(recipe, dataset, device, group)
    for note in (*dataset.notes, training.batches.note):
        if note and group.is_first:
            print(note)
    return training


def sketch_game(recipe: Recipe) -> games.Game:
    """The game of a recipe, without memory for its weights, which takes milliseconds.

    Raises ValueError for a schedule, a rule or an option that the run would stumble over.
    """
    if recipe.schedule not in SCHEDULES:
        raise ValueError(f"unknown schedule {checks.shown(recipe.schedule)}; choices: {', '.join(SCHEDULES)}")
    check_members(recipe)
    with torch.device("meta"):
        game = games.build(recipe.game, models.build(recipe.architecture, recipe.model), recipe.rules)
    count = sum(parameter.numel() for parameter in game.parameters())
    if count > MAX_PARAMETERS:
        raise ValueError(f"{recipe.name} with {dict(recipe.model)} has {count:,} parameters, above {MAX_PARAMETERS:,}")
    return game


def refuse_lone_images(recipe: Recipe, dataset: data.ImageDataset, device: torch.device, group: ProcessGroup) -> None:
    """Raise ValueError where batch norm finds a single value per channel, as a step of a training of its own shows.

    Most, but not all, networks with batch norm do so where each process has one image of the batch.
    """
    trial = Training(recipe, dataset, device, group)
    try:
        with closing(trial.batches):
            trial.train_step()
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        share = f": 2 for each of {group.world_size} processes" if group.world_size > 1 else ""
        least = 2 * group.world_size
        raise ValueError(
            f"--batch-size must be at least {least}{share}, got {recipe.batch_size}, because {recipe.name} has batch "
            "norm, which compares the pictures of a batch"
        ) from error


def refuse_more_classes(recipe: Recipe, model: models.ImageModel, dataset: data.ImageDataset) -> None:
    """Raise ValueError where a conditional model or a classifier has fewer classes than the labels name."""
    last = int(dataset.labels.max())
    if model.classes and last >= model.classes:
        raise ValueError(f"{recipe.name} knows {model.classes} classes, but {recipe.data} has labels up to {last}")


def refuse_other_images(recipe: Recipe, game: games.Game, dataset: data.ImageDataset) -> None:
    """Raise ValueError where the game cannot train on images of the dataset's shape."""
    if not game.accepts(dataset):
        given = f"{dataset.image_shape}{', of collections without pairs' if dataset.unpaired else ''}"
        raise ValueError(f"{recipe.name} needs {game.expected_input()}, but {recipe.data} has {given}")


@contextmanager
def only_trains(game: nn.Module, module: nn.Module) -> Iterator[None]:
    """Inside, only the parameters of `module` require gradients, so that no loss has to remember `detach`."""
    trained = set(module.parameters())
    for parameter in game.parameters():
        parameter.requires_grad_(parameter in trained)
    yield
