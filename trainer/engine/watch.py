"""How a run is watched: previews, quality measured on the way, and a tracker. A run computes the same without it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ganzoo
from ganzoo import checks
from trainer.engine.loop import Training
from trainer.engine.model_folder import write_model
from trainer.engine.previews import preview_steps, save_image
from trainer.engine.run_folder import RunFolder
from trainer.engine.tracker import TRACKERS
from trainer.families import check_reader, family_of, preview, primary_figure
from trainer.measures import EvaluationSetup


@dataclass(frozen=True)
class Watch:
    """What to watch of a run. run.json keeps the fields, so that a resumed run is watched in the same way."""

    measures: int = 0
    """How often the quality is measured on the way."""
    tracker: str = "none"
    """A row of `trainer.engine.tracker.TRACKERS`."""
    reader: str | None = None
    """The classifier in whose features a generator is measured; by default the shipped one for the data."""
    samples: int = 2000
    """For one measurement: how many images are drawn, and how many test images are used at most."""

    def __post_init__(self) -> None:
        checks.whole("measures", self.measures, 0, 10_000)
        checks.choice("tracker", self.tracker, TRACKERS)
        checks.whole("measure_samples", self.samples, 100, 100_000)


UNWATCHED = Watch()
"""Previews only, as many as the recipe says."""


class Watcher:
    """Watches one training: draws previews into the run's folder, measures, and passes both to the tracker.

    Only the first rank watches. Raises ValueError for a classifier that cannot be loaded: at the start, not at the
    first measurement.
    """

    def __init__(self, folder: RunFolder, training: Training, watch: Watch, data_root: Path):
        self.folder = folder
        self.training = training
        self.watch = watch
        self.setup = EvaluationSetup(data_root, watch.samples, watch.reader)
        self.is_first = training.group.is_first
        recipe = training.recipe
        self.preview_steps = preview_steps(recipe.steps, recipe.previews)
        self.measure_steps = preview_steps(recipe.steps, watch.measures)
        if watch.reader is not None and not training.step:  # earlier runs may hold one that they never needed
            with self.model() as model:
                check_reader(model, self.setup)
        if watch.measures:
            with self.model() as model:
                family_of(model).check_setup(model, self.setup)
        # Last, because it may write into the folder.
        self.tracker = TRACKERS[watch.tracker if self.is_first else "none"](folder.path, step=training.step)

    @contextmanager
    def model(self) -> Iterator[ganzoo.LoadedModel]:
        """The model as it would ship."""
        training, dataset = self.training, self.training.batches.dataset
        fields = {"class_names": list(dataset.classes), "index_values": list(dataset.index_values)}
        with tempfile.TemporaryDirectory() as scratch:
            write_model(training.best_model, training.recipe, Path(scratch) / "model", half=True, **fields)
            yield ganzoo.load(Path(scratch) / "model")

    def log_row(self, row: dict[str, float]) -> None:
        """Pass a row of history.jsonl or quality.jsonl to the tracker."""
        self.tracker.log_row(row)

    def draw_if_due(self) -> None:
        """Write a preview of the model's state after the steps in `preview_steps`; classifiers have none."""
        training = self.training
        if not self.is_first or training.step not in self.preview_steps:
            return
        image = preview(training.best_model, training.game, training.batches.dataset, seed=training.recipe.seed)
        if image:
            save_image(image, self.folder.grid(training.step))
            self.tracker.log_image(image, training.step)

    def measure_if_due(self) -> bool:
        """Add the primary figure of the model, as it would ship, to quality.jsonl. Returns whether that was due."""
        training = self.training
        if not self.is_first or training.step not in self.measure_steps:
            return False
        with self.model() as model:
            name, value = primary_figure(model, self.setup)
        row = {**training.progress, name: float(f"{value:.5g}")}
        self.folder.append_quality(row)
        self.log_row(row)
        return True
