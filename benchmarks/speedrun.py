"""How soon a small machine has a good generator of digits: seconds until a Frechet distance is reached.

    python -m benchmarks.speedrun [--device cpu] [--data data] [--recipes speedrun-mnist] [--seeds 0 1 2]

Each run has a process of its own, one after the other: "cdcgan-mnist" and "speedrun-mnist" are these recipes in the
trainer's loop, "plain" trains the networks of the former with the book's loop (`benchmarks.training`). The clock starts
with the process, so imports and reading the images count. It stands still while the generator is measured: the weights
that would ship (the EMA, in half precision), on 10,000 samples, as by `trainer evaluate`. A distance of 0.2 counts only
where at least 99 % of the samples show their label. Measuring does not change the run.

The wall clock depends on what else the machine does. Processor seconds, of all threads together, depend on it less.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
import tyro

import ganzoo
from benchmarks import training
from ganzoo.models import ImageModel
from trainer import data, recipes
from trainer.engine import devices, write_model
from trainer.measures.distances import frechet_distance
from trainer.measures.figures import accuracy
from trainer.measures.generators import real_features
from trainer.measures.splits import SEED
from trainer.recipes import Recipe

PLAIN = "plain"
"""The run of the book's loop with the networks of `BASELINE`."""
BASELINE = "cdcgan-mnist"
"""Ratios compare with this recipe, which is therefore run first."""
RUNS = (BASELINE, "speedrun-mnist", PLAIN)
TARGETS = {1.0: 0.0, 0.2: 0.99}
"""Frechet distances, and by each the least share of samples that must show the label asked for."""
SAMPLES, FIRST_LOOK = 10_000, 1_000
"""How many samples are measured, and how many of them are looked at before."""
FIRST_MEASUREMENT, SPACING = 5.0, 1.05
"""Seconds until the first measurement, and the factor from each to the next."""


@dataclass(frozen=True)
class Moment:
    """What a run has reached, and when."""

    step: int
    seconds: float
    """Since the process began, without those spent measuring."""
    processor_seconds: float
    """Of all threads together, likewise."""
    distance: float
    labels_right: float

    def reaches(self, target: float) -> bool:
        """Whether the samples are good enough."""
        return self.distance <= target and self.labels_right >= TARGETS[target]


class Clock:
    """Seconds of a process that `began` at a time.time(). It can be set back to what it showed earlier."""

    def __init__(self, began: float):
        self.offsets = began, 0.0

    def read(self) -> tuple[float, float]:
        """(seconds on the wall, processor seconds)."""
        return time.time() - self.offsets[0], time.process_time() - self.offsets[1]

    def set_back(self, wall: float, processor: float) -> None:
        """Show these seconds now."""
        self.offsets = time.time() - wall, time.process_time() - processor


class Gauge:
    """Measures a generator in training on the test split."""

    def __init__(self, recipe: Recipe, root: Path, samples: int = SAMPLES):
        test = data.load(recipe.data, root=root, train=False)
        if not isinstance(test, data.InMemoryImages):
            raise ValueError(f"{recipe.name} cannot be measured: {recipe.data} does not fit into memory")
        self.test = test
        self.recipe = replace(recipe, truncation=1.0)
        self.samples = min(samples, len(test))
        self.classifier = ganzoo.load(data.classifier_for(recipe.data), kind=ganzoo.Classifier)

    def measure(self, model: ImageModel, targets: Sequence[float]) -> tuple[float, float]:
        """(Frechet distance, share of labels right) of a model as it would ship.

        A first look at fewer samples, whose distance is larger on average, stands where it is beyond twice all targets.
        """
        with tempfile.TemporaryDirectory() as scratch:
            write_model(model, self.recipe, Path(scratch) / "model", half=True)
            sampler = ganzoo.load(Path(scratch) / "model", kind=ganzoo.Sampler)
            first = self.figures(sampler, min(FIRST_LOOK, self.samples))
            return first if first[0] > 2 * max(targets) else self.figures(sampler, self.samples)

    def figures(self, sampler: ganzoo.Sampler, n: int) -> tuple[float, float]:
        """(Frechet distance, share of labels right) of `n` samples and as many images."""
        drawn = sampler.sample(n, seed=SEED)
        features = self.classifier.features(drawn.images)
        assert drawn.labels is not None
        right = accuracy(self.classifier.predict_from_features(features), drawn.labels)
        return frechet_distance(real_features(self.classifier.network, self.test.images, self.samples), features), right


def moments(
    run: str, recipe: Recipe, device: torch.device, root: Path, *, clock: Clock, limit: float, samples: int = SAMPLES
) -> Iterator[Moment]:
    """Train and measure until every target is reached, the recipe ends, or the clock is past `limit` seconds."""
    loop, gauge = "plain" if run == PLAIN else "ganzoo", None
    left, due = list(TARGETS), FIRST_MEASUREMENT
    for step, model in enumerate(training.steps_of(loop, recipe, device, root), 1):
        ends = (loop == "ganzoo" and step == recipe.steps) or clock.read()[0] > limit
        if not ends and clock.read()[0] < due:
            continue
        training.synchronize(device)
        now = clock.read()
        with torch.random.fork_rng():  # building a network draws numbers
            gauge = gauge or Gauge(recipe, root, samples)
            moment = Moment(step, *now, *gauge.measure(model, left))
        yield moment
        left = [target for target in left if not moment.reaches(target)]
        if ends or not left:
            return
        due = SPACING * now[0]
        clock.set_back(*now)


def child(*, run: str, seed: int, device: str, root: str, limit: float, began: float) -> None:
    """Race in this process; print each moment as a line of JSON."""
    clock = Clock(began)
    torch.set_num_threads(os.cpu_count() or 1)
    recipe = replace(recipes.get_recipe(BASELINE if run == PLAIN else run), seed=seed)
    for moment in moments(run, recipe, devices.pick(device), Path(root), clock=clock, limit=limit):
        print(json.dumps(asdict(moment)), flush=True)


def race(**settings: str | float) -> Iterator[Moment]:
    """The moments of a run in a process of its own, with the keyword arguments of `child`."""
    command = [sys.executable, "-m", "benchmarks.speedrun", "--child", json.dumps({**settings, "began": time.time()})]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Moment(**json.loads(line))
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed with status {process.returncode}")


def reached(run: Sequence[Moment], target: float) -> Moment | None:
    """The first moment that reaches a target."""
    return next((moment for moment in run if moment.reaches(target)), None)


def row(run: str, seed: int, measured: Sequence[Moment], baseline: Sequence[Moment]) -> str:
    """A row of the table: seconds to each target, and how many times sooner than the baseline."""
    cells = [run, str(seed)]
    for target in TARGETS:
        mine, theirs = reached(measured, target), reached(baseline, target)
        if mine is None:
            cells += ["-"] * 5
            continue
        cells += [str(mine.step), f"{mine.seconds:.0f}", f"{mine.processor_seconds:.0f}"]
        cells += [
            f"{theirs.seconds / mine.seconds:.2f}" if theirs else "-",
            f"{theirs.processor_seconds / mine.processor_seconds:.2f}" if theirs else "-",
        ]
    last = measured[-1]
    return f"| {' | '.join([*cells, f'{last.distance:.3f}', f'{last.labels_right:.1%}'])} |"


def header() -> str:
    """The first two lines of the table."""
    columns = ["run", "seed"]
    for target in TARGETS:
        columns += [f"steps to {target:g}", "seconds", "processor seconds", "times sooner", "by processor"]
    columns += ["last distance", "labels right"]
    return f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"


def main(
    device: str = "auto",
    recipes: tuple[str, ...] = RUNS,
    seeds: tuple[int, ...] = (0, 1, 2),
    data: Path = Path("data"),
    limit: float = 3600.0,
) -> None:
    """Print a Markdown table of the seconds until each Frechet distance.

    Args:
        device: auto, cpu or cuda
        recipes: which runs: names of recipes for MNIST with labels, and "plain"
        seeds: of the recipes; the baseline and "plain" are run with the first
        data: where torchvision keeps MNIST, or downloads it to
        limit: seconds after which a run is given up
    """
    place, baseline = devices.pick(device), list[Moment]()
    print(f"{devices.name_of(place)}, torch {torch.__version__}, Python {platform.python_version()}")
    print(header(), flush=True)
    for run in sorted(recipes, key=lambda name: name != BASELINE):
        for seed in seeds[:1] if run in (BASELINE, PLAIN) else seeds:
            measured = []
            for moment in race(run=run, seed=seed, device=place.type, root=str(data), limit=limit):
                measured.append(moment)
                print(f"{run} {seed}: {moment}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
            baseline = measured if run == BASELINE else baseline
            print(row(run, seed, measured, baseline), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(**json.loads(sys.argv[2]))
    else:
        tyro.cli(main)
