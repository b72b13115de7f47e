"""How fast the trainer is, compared with the plain loop of the textbooks in the same run.

    python -m benchmarks.training --recipe gan-b-mnist [--batch-size 512] [--device cpu] [--until 3.0]

Three loops train the same game with the same networks and batches, each in a process of its own, one after the other:
"plain" is the book's loop: torchvision's MNIST, a DataLoader, ToTensor, float32, Adam with its defaults, every loss
read at every step. "workers" is that loop with worker processes and pinned memory. "ganzoo" is `trainer.engine`'s.
`--until` also measures the seconds, start-up included, until the Frechet distance of 2,000 samples falls below a value.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import tyro
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import DataLoader
from torch.utils.flop_counter import flop_registry
from torchvision import transforms
from torchvision.datasets import MNIST

import ganzoo
from ganzoo import models
from trainer import data, games, recipes
from trainer.data import Batch
from trainer.engine import Intervals, Training, devices, only_trains, write_model
from trainer.measures import generators
from trainer.recipes import Recipe

LOOPS = ("plain", "workers", "ganzoo")
WARM_UP_STEPS = 10
"""Steps before the clock starts."""
PROFILED_STEPS = 10
"""Steps whose time is split into operators and the rest."""
COUNTED_STEPS = 16
"""Steps whose operations are counted."""
SAMPLES = 2000
"""How many samples a Frechet distance is measured on."""


def plain_steps(recipe: Recipe, device: torch.device, root: Path, *, workers: bool) -> Iterator[models.ImageModel]:
    """Train with the book's loop. Yields the model after each step."""
    torch.manual_seed(recipe.seed)
    model = models.build(recipe.architecture, recipe.model).to(device)
    game = games.build(recipe.game, model, recipe.rules).train()
    optimizers = {
        turn.name: torch.optim.Adam(turn.trains.parameters(), lr=recipe.learning_rate, betas=recipe.betas)
        for turn in game.turns
    }
    rng, step = torch.Generator(device).manual_seed(recipe.seed), 0
    loader = mnist_loader(recipe.batch_size, root, signed=model.pixels == "signed", workers=workers, device=device)
    while True:
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            batch = Batch(images, labels, step, rng, size=len(images), shard=slice(None))
            for turn in game.turns:
                # The book detaches the fakes for the discriminator, and freezes nothing for the generator.
                with only_trains(game, game if turn.name == "generator" else turn.trains):
                    loss: Any = sum(turn.losses(batch).values())
                    optimizers[turn.name].zero_grad()
                    loss.backward()
                    optimizers[turn.name].step()
                    loss.item()
            step += 1
            yield model


def mnist_loader(
    batch_size: int, root: Path, *, signed: bool, workers: bool, device: torch.device
) -> DataLoader[tuple[Tensor, Tensor]]:
    """Batches of MNIST's training split, float32 in [0, 1], or in [-1, 1] where `signed`."""
    steps: list[Callable[..., Any]] = [transforms.ToTensor()]
    if signed:
        steps.append(transforms.Normalize(0.5, 0.5))
    return DataLoader(
        MNIST(root, train=True, download=True, transform=transforms.Compose(steps)),
        batch_size=batch_size,
        shuffle=True,
        drop_last=True,
        num_workers=(os.cpu_count() or 1) if workers else 0,
        pin_memory=workers and device.type == "cuda",
    )


def trainer_steps(recipe: Recipe, device: torch.device, root: Path) -> Iterator[models.ImageModel]:
    """Train with the trainer's loop. Yields, after each step, the model that would ship."""
    training = Training(recipe, data.load(recipe.data, root=root, train=True), device)
    log_steps = Intervals().log_steps
    window: list[Tensor] = []
    while True:
        window.extend(training.train_step().values())
        if training.step % log_steps == 0:
            torch.stack(window).isfinite().all().item()  # a run reads its losses then
            window.clear()
        yield training.best_model


def steps_of(loop: str, recipe: Recipe, device: torch.device, root: Path) -> Iterator[models.ImageModel]:
    """Train with one of `LOOPS`. Yields the model after each step."""
    if loop == "ganzoo":
        return trainer_steps(recipe, device, root)
    return plain_steps(recipe, device, root, workers=loop == "workers")


def measure(loop: str, recipe: Recipe, device: torch.device, root: Path, seconds: float) -> dict[str, float]:
    """Measure a loop: images per second, bytes of peak memory, share of time outside operators, FLOPs per image."""
    steps = steps_of(loop, recipe, device, root)
    for _ in range(WARM_UP_STEPS):
        next(steps)
    synchronize(device)
    start, count = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        next(steps)
        count += 1
    synchronize(device)
    rate = count * recipe.batch_size / (time.monotonic() - start)
    memory = torch.cuda.max_memory_allocated() if device.type == "cuda" else peak_memory()
    outside = time_outside_operators(steps, device)
    return {"rate": rate, "memory": memory, "outside": outside, "flops": count_flops(steps, recipe)}


def time_outside_operators(steps: Iterator[models.ImageModel], device: torch.device) -> float:
    """The share, 0 to 1, of the time of some steps in which no operator ran: loading, Python, waiting."""
    cuda = device.type == "cuda"
    activity = torch.profiler.ProfilerActivity.CUDA if cuda else torch.profiler.ProfilerActivity.CPU
    with torch.profiler.profile(activities=[activity]) as profile:
        synchronize(device)
        start = time.monotonic()
        for _ in range(PROFILED_STEPS):
            next(steps)
        synchronize(device)
        total = time.monotonic() - start
    events = profile.key_averages()
    busy = sum(event.self_device_time_total if cuda else event.self_cpu_time_total for event in events) / 1e6
    return max(0.0, 1 - busy / total)


def count_flops(steps: Iterator[models.ImageModel], recipe: Recipe) -> float:
    """Operations in matrix products and convolutions for each image of a batch, in all turns."""
    with FlopCounter() as counter:
        for _ in range(COUNTED_STEPS):
            next(steps)
    return counter.total / COUNTED_STEPS / recipe.batch_size


class FlopCounter(TorchDispatchMode):
    """Counts operations in matrix products and convolutions. FlopCounterMode fails on gradient penalties."""

    total = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if func._overloadpacket in flop_registry:
            self.total += flop_registry[func._overloadpacket](*args, **(kwargs or {}), out_val=out)
        return out


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all its work."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def peak_memory() -> int:
    """The most memory that this process has had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def matrix_rate(dtype: torch.dtype, device: torch.device) -> float:
    """Operations per second in the product of two 2048 x 2048 matrices."""
    a = torch.randn(2048, 2048, device=device, dtype=dtype)
    rates = []
    for _ in range(7):
        synchronize(device)
        start = time.monotonic()
        for _ in range(5):
            a @ a
        synchronize(device)
        rates.append(5 * 2 * 2048**3 / (time.monotonic() - start))
    return statistics.median(rates)


def seconds_until(
    loop: str, recipe: Recipe, device: torch.device, root: Path, *, distance: float, limit: float, started: float
) -> float:
    """Seconds from `started` until the Frechet distance is below `distance`; infinite after `limit` seconds."""
    spent_measuring, next_measurement = 0.0, 5.0
    images = data.load(recipe.data, root=root, train=True), data.load(recipe.data, root=root, train=False)
    for model in steps_of(loop, recipe, device, root):
        now = time.time() - started - spent_measuring
        if now > limit:
            break
        if now < next_measurement:
            continue
        synchronize(device)
        start = time.monotonic()
        measured = frechet_distance(model, recipe, *images)
        spent_measuring += time.monotonic() - start
        next_measurement = now * 1.1
        if measured < distance:
            return now
    return float("inf")


def frechet_distance(
    model: models.ImageModel,
    recipe: Recipe,
    train: data.ImageDataset,
    test: data.ImageDataset,
    samples: int = SAMPLES,
) -> float:
    """The Frechet distance of that many samples, with latents as in training."""
    if not (isinstance(train, data.InMemoryImages) and isinstance(test, data.InMemoryImages)):
        raise ValueError(f"--until needs a dataset that fits into memory, and {recipe.data} does not")
    classifier = ganzoo.load(data.classifier_for(recipe.data), kind=ganzoo.Classifier)
    with tempfile.TemporaryDirectory() as scratch:
        write_model(model, replace(recipe, truncation=1.0), Path(scratch) / "model", half=True)
        sampler = ganzoo.load(Path(scratch) / "model", kind=ganzoo.Sampler)
        return next(iter(generators.generator_figures(sampler, classifier, train, test, samples)))[1].value


def run_child(**settings: Any) -> dict[str, float]:
    """Run this file in a process of its own with `settings`, and return what it measures."""
    command = [sys.executable, "-m", "benchmarks.training", "--child", json.dumps({**settings, "started": time.time()})]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def child(
    *,
    loop: str,
    recipe: str,
    batch_size: int,
    device: str,
    root: str,
    seconds: float,
    until: float,
    limit: float,
    started: float,
) -> dict[str, float]:
    """What the process of `run_child` measures."""
    place, chosen = devices.pick(device), replace(recipes.get_recipe(recipe), batch_size=batch_size)
    torch.set_num_threads(os.cpu_count() or 1)
    if until:
        needed = seconds_until(loop, chosen, place, Path(root), distance=until, limit=limit, started=started)
        return {"until": needed}
    return measure(loop, chosen, place, Path(root), seconds)


def main(
    recipe: str = "gan-b-mnist",
    batch_size: int | None = None,
    device: str = "auto",
    data_root: Path = Path("data"),
    seconds: float = 10.0,
    rounds: int = 2,
    until: float = 0.0,
    limit: float = 600.0,
) -> None:
    """Print a row of benchmarks/README.md for a recipe, with the plain loop measured in the same run.

    Args:
        recipe: which recipe
        batch_size: in place of the recipe's
        device: auto, cpu or cuda
        data_root: where torchvision keeps MNIST, or downloads it to
        seconds: how long each loop is timed in a round
        rounds: how often the three loops are timed, one after the other
        until: also measure the time until this Frechet distance
        limit: seconds after which that is given up
    """
    chosen = recipes.get_recipe(recipe)
    batch_size = batch_size or chosen.batch_size
    place = devices.pick(device)
    settings = {"recipe": recipe, "batch_size": batch_size, "device": place.type, "root": str(data_root)}
    measured = [
        {loop: run_child(loop=loop, seconds=seconds, until=0.0, limit=limit, **settings) for loop in LOOPS}
        for _ in range(rounds)
    ]
    torch.set_num_threads(os.cpu_count() or 1)
    precision = devices.precision_on(place, chosen.precision)
    best = matrix_rate(getattr(torch, precision), place)
    print(f"{devices.name_of(place)}, torch {torch.__version__}, Python {platform.python_version()}")
    print(f"matrix product 2048: {best / 1e9:,.0f} GFLOP/s in {precision}")
    print_table(f"{recipe}, {batch_size}", measured, best)
    if until:
        for loop in ("plain", "ganzoo"):
            needed = run_child(loop=loop, seconds=0.0, until=until, limit=limit, **settings)["until"]
            print(f"{loop}: Frechet distance under {until:g} after {needed:.0f} s")


def print_table(title: str, measured: list[dict[str, dict[str, float]]], matrix_rate: float) -> None:
    """Print a row for each loop: the median rate of all rounds, and the other values of the last."""
    rate = {loop: statistics.median(of_round[loop]["rate"] for of_round in measured) for loop in LOOPS}
    last = measured[-1]
    print("| recipe, batch | loop | images/s | ratio | outside operators | of the matrix rate | peak memory |")
    print("|---|---|---|---|---|---|---|")
    for loop in LOOPS:
        share = last[loop]["flops"] * rate[loop] / matrix_rate
        print(
            f"| {title} | {loop} | {rate[loop]:,.0f} | {rate[loop] / rate['plain']:.2f} "
            f"| {last[loop]['outside']:.0%} | {share:.0%} | {last[loop]['memory'] / 2**20:,.0f} MiB |"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(**json.loads(sys.argv[2]))))
    else:
        tyro.cli(main)
