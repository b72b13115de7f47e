"""How fast the trainer is, beside the plain loop of the textbooks, measured in the same run.

    python -m benchmarks.training --recipe gan-b-mnist [--batch-size 512] [--device cpu] [--until 3.0]

Three ways to play the same game with the same networks and batches, each in a process of its own, in turn:
"plain" is the book's loop: torchvision's MNIST, a DataLoader, ToTensor, float32, Adam as it comes, each loss read at
each step. "workers" is that loop with worker processes and pinned memory. "ganzoo" is `trainer.engine.loop`.
`--until` also takes the seconds, start-up included, until the Frechet distance of 2,000 samples falls under a value.
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
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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

WAYS = ("plain", "workers", "ganzoo")
WARM_UP = 10
"""Steps before the clock starts."""


def plain_steps(recipe: Recipe, device: torch.device, root: Path, *, workers: bool) -> Iterator[models.ImageModel]:
    """The book's loop; gives the model after each step."""
    torch.manual_seed(recipe.seed)
    model = models.build(recipe.architecture, recipe.model).to(device)
    game = games.build(recipe.game, model, recipe.rules).train()
    adam = {
        turn.name: torch.optim.Adam(turn.trains.parameters(), lr=recipe.learning_rate, betas=recipe.betas)
        for turn in game.turns
    }
    steps = [transforms.ToTensor()] + ([transforms.Normalize(0.5, 0.5)] if model.pixels == "signed" else [])
    options = {"num_workers": os.cpu_count(), "pin_memory": device.type == "cuda"} if workers else {}
    loader = DataLoader(
        MNIST(root, train=True, download=True, transform=transforms.Compose(steps)),
        batch_size=recipe.batch_size, shuffle=True, drop_last=True, **options,
    )  # fmt: skip
    rng, step = torch.Generator(device).manual_seed(recipe.seed), 0
    while True:
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            batch = Batch(images, labels, step, rng, size=len(images), shard=slice(None))
            for turn in game.turns:
                # The book detaches the fakes for the discriminator, and freezes nothing for the generator.
                with only_trains(game, game if turn.name == "generator" else turn.trains):
                    terms = turn.losses(batch)
                    loss = sum(terms.values())
                    adam[turn.name].zero_grad()
                    loss.backward()
                    adam[turn.name].step()
                    loss.item()
            step += 1
            yield model


def our_steps(recipe: Recipe, device: torch.device, root: Path) -> Iterator[models.ImageModel]:
    """The trainer's loop; gives the model that would ship after each step."""
    training = Training(recipe, data.load(recipe.data, root=root, train=True), device)
    window: list[dict[str, Tensor]] = []
    while True:
        window.append(training.train_step())
        if training.step % Intervals().log_steps == 0:
            torch.stack([value for said in window for value in said.values()]).isfinite().all().item()
            window.clear()
        yield training.best_model


def steps_of(way: str, recipe: Recipe, device: torch.device, root: Path) -> Iterator[models.ImageModel]:
    return (
        our_steps(recipe, device, root)
        if way == "ganzoo"
        else plain_steps(recipe, device, root, workers=way == "workers")
    )


def measured(way: str, recipe: Recipe, device: torch.device, root: Path, seconds: float) -> dict[str, float]:
    """Speed, share of time outside of operators, arithmetic per picture and peak memory of one way."""
    steps = steps_of(way, recipe, device, root)
    for _ in range(WARM_UP):
        next(steps)
    wait(device)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        next(steps)
        count += 1
    wait(device)
    rate = count * recipe.batch_size / (time.monotonic() - began)
    memory = torch.cuda.max_memory_allocated() if device.type == "cuda" else peak_memory()
    return {"rate": rate, "memory": memory, "outside": outside_operators(steps, device), "flops": flops(steps, recipe)}


def outside_operators(steps: Iterator[models.ImageModel], device: torch.device) -> float:
    """The share of ten steps' time in which no operator ran: loading, Python, waiting."""
    cuda = device.type == "cuda"
    kinds = [torch.profiler.ProfilerActivity.CUDA if cuda else torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=kinds) as profile:
        wait(device)
        began = time.monotonic()
        for _ in range(10):
            next(steps)
        wait(device)
        total = time.monotonic() - began
    events = profile.key_averages()
    busy = sum(event.self_device_time_total if cuda else event.self_cpu_time_total for event in events) / 1e6
    return max(0.0, 1 - busy / total)


def flops(steps: Iterator[models.ImageModel], recipe: Recipe) -> float:
    """Operations in matrix products and convolutions for each picture of a batch, all turns of 16 steps."""
    with Counter() as counter:
        for _ in range(16):
            next(steps)
    return counter.total / 16 / recipe.batch_size


class Counter(TorchDispatchMode):
    """Adds up the operations in matrix products and convolutions. (FlopCounterMode fails on gradient penalties.)"""

    total = 0

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        out = function(*arguments, **(named or {}))
        if function._overloadpacket in flop_registry:
            self.total += flop_registry[function._overloadpacket](*arguments, **(named or {}), out_val=out)
        return out


def wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def peak_memory() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def matrix_rate(dtype: torch.dtype, device: torch.device) -> float:
    """Operations per second in the product of two 2048 x 2048 matrices."""
    a = torch.randn(2048, 2048, device=device, dtype=dtype)
    rates = []
    for _ in range(7):
        wait(device)
        began = time.monotonic()
        for _ in range(5):
            a @ a
        wait(device)
        rates.append(5 * 2 * 2048**3 / (time.monotonic() - began))
    return statistics.median(rates)


def seconds_until(
    way: str, recipe: Recipe, device: torch.device, root: Path, *, distance: float, limit: float, started: float
) -> float:
    """Seconds since `started` until the Frechet distance falls under `distance`; infinite after `limit`."""
    spent_measuring, next_look = 0.0, 5.0
    test, train = (data.load(recipe.data, root=root, train=part) for part in (False, True))
    reader = ganzoo.load(data.classifier_for(recipe.data))
    for model in steps_of(way, recipe, device, root):
        now = time.time() - started - spent_measuring
        if now > limit:
            return float("inf")
        if now < next_look:
            continue
        wait(device)
        began = time.monotonic()
        found = distance_of(model, recipe, reader, train, test)
        spent_measuring += time.monotonic() - began
        next_look = now * 1.1
        if found < distance:
            return now
    return float("inf")


def distance_of(
    model: models.ImageModel,
    recipe: Recipe,
    reader: ganzoo.Classifier,
    train: data.InMemoryImages,
    test: data.InMemoryImages,
) -> float:
    """The Frechet distance of 2,000 samples, latents as in training."""
    with tempfile.TemporaryDirectory() as scratch:
        write_model(model, replace(recipe, truncation=1.0), Path(scratch) / "model", half=True)
        sampler = ganzoo.load(Path(scratch) / "model")
        return next(generators.generator_figures(sampler, reader, train, test, 2000))[1].value


def child(**settings) -> dict:
    """Run this file in a process of its own with `settings`."""
    command = [sys.executable, "-m", "benchmarks.training", "--child", json.dumps({**settings, "started": time.time()})]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def be_child(
    *,
    way: str,
    recipe: str,
    batch_size: int,
    device: str,
    root: str,
    seconds: float,
    until: float,
    limit: float,
    started: float,
) -> dict:
    place, chosen = devices.pick(device), replace(recipes.get_recipe(recipe), batch_size=batch_size)
    torch.set_num_threads(os.cpu_count() or 1)
    if until:
        took = seconds_until(way, chosen, place, Path(root), distance=until, limit=limit, started=started)
        return {"until": took}
    return measured(way, chosen, place, Path(root), seconds)


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
    """Print a row of benchmarks/README.md for a recipe, beside the plain loop measured in the same run.

    Args:
        recipe: which one
        batch_size: in place of the recipe's
        device: auto, cpu or cuda
        data_root: where torchvision keeps MNIST, or puts it
        seconds: how long each way is timed in a round
        rounds: how often the three ways are timed in turn
        until: also take the time until this Frechet distance
        limit: seconds after which that is given up
    """
    chosen = recipes.get_recipe(recipe)
    batch_size = batch_size or chosen.batch_size
    place = devices.pick(device)
    settings = {"recipe": recipe, "batch_size": batch_size, "device": place.type, "root": str(data_root)}
    told = [
        {way: child(way=way, seconds=seconds, until=0.0, limit=limit, **settings) for way in WAYS}
        for _ in range(rounds)
    ]
    torch.set_num_threads(os.cpu_count() or 1)
    precision = devices.precision_on(place, chosen.precision)
    best = matrix_rate(getattr(torch, precision), place)
    rate = {way: statistics.median(one[way]["rate"] for one in told) for way in WAYS}
    last = told[-1]
    print(f"{devices.name_of(place)}, torch {torch.__version__}, Python {platform.python_version()}")
    print(f"matrix product 2048: {best / 1e9:,.0f} GFLOP/s in {precision}")
    print("| recipe, batch | way | images/s | ratio | outside operators | of the matrix rate | peak memory |")
    print("|---|---|---|---|---|---|---|")
    for way in WAYS:
        ours = last[way]["flops"] * rate[way] / best
        print(
            f"| {recipe}, {batch_size} | {way} | {rate[way]:,.0f} | {rate[way] / rate['plain']:.2f} "
            f"| {last[way]['outside']:.0%} | {ours:.0%} | {last[way]['memory'] / 2**20:,.0f} MiB |"
        )
    if until:
        for way in ("plain", "ganzoo"):
            took = child(way=way, seconds=0.0, until=until, limit=limit, **settings)["until"]
            print(f"{way}: Frechet distance under {until:g} after {took:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(be_child(**json.loads(sys.argv[2]))))
    else:
        tyro.cli(main)
