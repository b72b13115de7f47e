"""The loop of a run on disk: start, resume, train to the end or a stop signal, and write the model.

`trainer.engine.run_folder` reads and writes its files; `trainer.engine.watch` draws and measures on the way. Only the
first rank writes.
"""

import time
from contextlib import closing
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ganzoo import checks
from ganzoo.files import refuse_file_in_the_way
from trainer import data, games
from trainer.engine import devices
from trainer.engine.distributed import local_rank, process_group
from trainer.engine.loop import Training, prepare_training
from trainer.engine.loss_window import LossWindow, NonFiniteLoss
from trainer.engine.model_folder import describe_dataset, write_model
from trainer.engine.previews import read_frames, save_animation, save_curves
from trainer.engine.run_folder import FOLDER_READER, RunFolder, naming
from trainer.engine.signals import StopSignal
from trainer.engine.watch import UNWATCHED, Watch, Watcher
from trainer.recipes import Recipe, check_flags


@dataclass(frozen=True)
class Intervals:
    """How often a run pauses its steps for something else. The result does not depend on it."""

    log_steps: int = 50
    """Steps between two rows of history.jsonl; losses are read from the device, and checked, only then."""
    stop_steps: int = 10
    """Steps after which several ranks agree on whether one of them was asked to stop."""
    checkpoint_seconds: float = 60.0
    """Seconds between two checkpoints, which are written where a row of history is."""


def start(
    recipe: Recipe,
    path: Path,
    *,
    device: str = "auto",
    data_root: Path = Path("data"),
    watch: Watch = UNWATCHED,
    intervals: Intervals = Intervals(),
) -> bool:
    """Begin a run in the folder `path`. Returns True at its last step, False when a signal stopped it.

    Raises ValueError when a run is there already, and as `Training` and `devices.pick` do; NonFiniteLoss; OSError, with
    the command that resumes the run, where a file cannot be written any more.
    """
    folder = RunFolder(path)
    if folder.exists:
        raise ValueError(f"{path} holds a run already; resume it with: {folder.resume_command}")
    refuse_file_in_the_way(path)
    check_flags(recipe)
    torch_device = devices.pick(device, local_rank=local_rank())
    with process_group(torch_device) as group:
        training = prepare_training(recipe, data_root, torch_device, group)
        run = Run(folder, training, Watcher(folder, training, watch, data_root), intervals)
        if group.is_first:
            info: dict[str, Any] = {"device": training.device_name, "versions": devices.versions()}
            info |= {"data_root": str(data_root), **asdict(watch)}
            info |= {"processes": group.world_size} if group.world_size > 1 else {}
            folder.write_run({**info, "pictures": training.batches.dataset.digest, "folder_reader": FOLDER_READER})
            folder.save_state(training.state(), fresh=True)
            folder.write_recipe(recipe)  # from now on there is something to resume
        return run.train()


def resume(
    path: Path,
    *,
    device: str = "auto",
    data_root: Path | None = None,
    data_name: str | None = None,
    step: int | None = None,
    steps: int | None = None,
    intervals: Intervals = Intervals(),
) -> bool:
    """Continue the run in the folder `path` from its newest checkpoint, or from that of `step`; returns as `start`.

    `data_name` is the "folder:PATH" to which the images have moved; `steps` makes the run longer. Every rank reads the
    checkpoint, so all machines must see the run's folder. run.json then names every device that was used, and the
    library versions of the last part. Raises as `start` does, and ValueError for images that have changed.
    """
    folder = RunFolder(path)
    recipe = continued_recipe(folder.read_recipe(), data_name, steps)
    info = folder.read_run()
    with naming(folder.path / "run.json"):
        watch = Watch(**{field.name: info[field.name] for field in fields(Watch) if field.name in info})
    torch_device = devices.pick(device, local_rank=local_rank())
    checkpoint = folder.checkpoint(step)
    state = folder.read_state(checkpoint, device=torch_device)
    with process_group(torch_device) as group:
        root = data_root or Path(info["data_root"])
        training = prepare_training(recipe, root, torch_device, group, earlier=folder.reads_as_earlier())
        if info.get("pictures", "") != training.batches.dataset.digest:
            raise ValueError(f"the pictures of {recipe.data} are not those that the run began with; start another run")
        with naming(checkpoint):
            training.restore({**state, "recipe": {**state["recipe"], **changeable_fields(recipe)}})
        run = Run(folder, training, Watcher(folder, training, watch, root), intervals)
        if group.is_first:
            folder.forget_after(training.step)
            info["data_root"] = str(root)
            if training.step < recipe.steps:
                info["device"] = devices.names_of(info["device"], training.device_name)
                info["versions"] = devices.versions()
            folder.write_run(info)
            folder.write_recipe(recipe)
        return run.train()


def continued_recipe(recipe: Recipe, data_name: str | None, steps: int | None) -> Recipe:
    """The recipe with a new place of its images and more steps. Raises ValueError where earlier steps would differ."""
    prefixes = tuple(prefix for prefix in data.FOLDER_PREFIXES if recipe.data.startswith(prefix))
    if data_name is not None and not data_name.startswith(prefixes):
        raise ValueError(f"only a folder of pictures can move: {recipe.data} cannot become {data_name}")
    if steps is not None and "steps" not in changeable_fields(recipe):
        what = f"the game {recipe.game!r}" if recipe.schedule == "constant" else f"the schedule {recipe.schedule!r}"
        raise ValueError(f"with {what} a longer run would have been another from its start")
    if steps is not None and steps < recipe.steps:
        raise ValueError(f"a run of {recipe.steps} steps cannot be made shorter, got {checks.shown(steps)}")
    return replace(recipe, data=data_name or recipe.data, steps=steps or recipe.steps)


def changeable_fields(recipe: Recipe) -> dict[str, Any]:
    """The fields of a recipe, with their values, that a resume may change because no step depends on them."""
    changeable: dict[str, Any] = {}
    if recipe.schedule == "constant" and not games.GAMES[recipe.game].depends_on_progress(recipe.rules):
        changeable["steps"] = recipe.steps
    if recipe.data.startswith(data.FOLDER_PREFIXES):
        changeable["data"] = recipe.data
    return changeable


class Run:
    """A training that writes its losses, checkpoints and finished model into a folder."""

    def __init__(self, folder: RunFolder, training: Training, watcher: Watcher, intervals: Intervals):
        self.folder = folder
        self.training = training
        self.watcher = watcher
        self.intervals = intervals
        self.recipe = training.recipe
        self.group = training.group
        self.losses = LossWindow(training.group)
        self.saved_at = time.monotonic()

    def train(self) -> bool:
        """Train until the recipe's last step, then write the model. Returns False when a signal stopped the run."""
        training, recipe = self.training, self.recipe
        with self.folder.naming_resume(), closing(training.batches), StopSignal() as stop, self.progress_bar() as bar:
            began = time.monotonic() - training.seconds
            while training.step < recipe.steps and not self.must_stop(stop):
                self.losses.add(training.train_step())
                training.seconds = time.monotonic() - began
                bar.update(recipe.batch_size)
                has_row = training.step % self.intervals.log_steps == 0 or training.step == recipe.steps
                if has_row:
                    bar.set_postfix_str(" ".join(f"{name} {value:.3f}" for name, value in self.log().items()))
                self.watcher.draw_if_due()
                if self.watcher.measure_if_due():
                    began = time.monotonic() - training.seconds  # measuring is not training
                # Last, because a resumed run writes only what belongs to later steps.
                if has_row and time.monotonic() - self.saved_at > self.intervals.checkpoint_seconds:
                    self.save()
            self.log()
            self.save()
        finished = training.step == recipe.steps
        if finished and self.group.is_first:
            with self.folder.naming_resume():
                self.write_results()
        return finished

    def progress_bar(self) -> tqdm:
        """Of the first rank, in images."""
        size = self.recipe.batch_size
        return tqdm(
            total=self.recipe.steps * size, initial=self.training.step * size, unit="img", unit_scale=True,
            desc=self.recipe.name, mininterval=1.0, disable=not self.group.is_first,
        )  # fmt: skip

    def must_stop(self, stop: StopSignal) -> bool:
        """Whether a signal has come. Several ranks agree on it at intervals, so that all stop after the same step."""
        if self.group.world_size == 1:
            return stop.requested
        return self.training.step % self.intervals.stop_steps == 0 and self.group.any(
            stop.requested, self.training.device
        )

    def log(self) -> dict[str, float]:
        """Write the mean losses since the last call as a row of history.jsonl. Raises NonFiniteLoss."""
        means = self.losses.average(self.training.step)
        if means and self.group.is_first:
            row = {**self.training.progress, **{name: round(value, 6) for name, value in means.items()}}
            self.folder.append_history(row)
            self.watcher.log_row(row)
        return means

    def save(self) -> None:
        """Write a checkpoint. Called only after `log` has found every loss finite. Raises NonFiniteLoss."""
        tensors = self.training.game.state_dict().items()
        if broken := [name for name, tensor in tensors if not tensor.isfinite().all()]:
            raise NonFiniteLoss(f"weights are not finite in {', '.join(broken)} at step {self.training.step}")
        self.saved_at = time.monotonic()
        if self.group.is_first:
            self.folder.save_state(self.training.state())

    def write_results(self) -> None:
        """Write the model, the loss curves, and the animation of the previews."""
        training, path = self.training, self.folder.path
        described = describe_dataset(self.recipe, training.batches.dataset)
        write_model(training.best_model, self.recipe, path, **described)
        save_curves(self.folder.read_history(), path / "curves.png")
        if grids := self.folder.grids():
            save_animation(read_frames([*grids.values()]), path / "training.webp")
