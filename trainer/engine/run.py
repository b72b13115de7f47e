"""A training run on disk: start, resume, stop at a signal, and leave a model behind.

A run folder holds recipe.json, run.json (devices, data and versions), history.jsonl, quality.jsonl where it was
measured on the way, checkpoints/, grids/ and, at the end, the model itself (config.json, model.safetensors) beside
curves.png and training.webp. Of several ranks that train together, the first one writes.
"""

import json
import shlex
import tempfile
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

import ganzoo
from ganzoo import checks, models
from ganzoo.files import append_line, replace_file, write_json
from ganzoo.inference import storage
from trainer import games
from trainer.data import palettes, registry
from trainer.engine import checkpoint, devices
from trainer.engine.distributed import process_group
from trainer.engine.loop import Training, prepare_training
from trainer.engine.previews import preview, preview_steps, save_animation, save_curves, save_image
from trainer.engine.signals import StopSignal
from trainer.engine.tracker import TRACKERS
from trainer.recipes import Recipe

LOG_EVERY = 50
"""Steps between two rows of history.jsonl; losses are read from the device, and checked, only then."""
STOP_EVERY = 10
"""Steps between two looks of several ranks at whether one of them was asked to stop."""
CHECKPOINT_SECONDS = 60.0
HISTORY, QUALITY = "history.jsonl", "quality.jsonl"
MEASURED = 2000
"""Samples by which a run is measured on the way."""


@dataclass(frozen=True)
class Watch:
    """How a run is watched; it computes the same either way."""

    measures: int = 0
    """How often its quality is measured on the way."""
    tracker: str = "none"
    """A row of `trainer.engine.tracker.TRACKERS`."""
    reader: str | None = None
    """The classifier in whose features a generator is measured; by default the shipped one for the data."""

    def __post_init__(self):
        checks.whole("measures", self.measures, 0, 10_000)
        checks.choice("tracker", self.tracker, TRACKERS)


class NonFiniteLoss(ArithmeticError):
    """A loss became infinite or not a number."""


def start(
    recipe: Recipe,
    folder: Path,
    *,
    device: str = "auto",
    data_root: Path = Path("data"),
    watch: Watch = Watch(),
) -> bool:
    """Begin a run in `folder`; True when it came to its end. Raises ValueError when a run is there already."""
    if (folder / "recipe.json").exists():
        raise ValueError(f"{folder} holds a run already; resume it with: {resume_command(folder)}")
    place = devices.pick(device)
    with process_group(place) as group:
        training = prepare_training(recipe, data_root, place, group)
        fresh = Run(folder, training, watch, data_root)
        if group.is_first:
            facts = {"device": training.device_name, "versions": devices.versions()}
            facts |= {"data_root": str(data_root), **asdict(watch)}
            facts |= {"processes": group.world_size} if group.world_size > 1 else {}
            write_json(folder / "run.json", {**facts, "pictures": training.batches.dataset.digest})
            checkpoint.save(folder / "checkpoints", training.state())
            write_json(folder / "recipe.json", recipe.as_json())  # from now on there is something to resume
        return play(fresh)


def resume(
    folder: Path,
    *,
    device: str = "auto",
    data_root: Path | None = None,
    data_name: str | None = None,
    step: int | None = None,
    steps: int | None = None,
) -> bool:
    """Go on with the run in `folder` from its newest checkpoint, or from that of `step`; True when it came to its end.

    `data_name` is the "folder:PATH" to which the pictures have moved; `steps` makes the run longer. Every rank reads
    the checkpoint: on several machines the run's folder must be one that all of them see. run.json comes to name each
    device, and the versions of the last part.
    """
    recipe = moved_on(read_recipe(folder), data_name, steps)
    facts = read_json(folder / "run.json")
    place = devices.pick(device)
    state = checkpoint.load(folder / "checkpoints", device=place, step=step)
    with process_group(place) as group:
        root = data_root or Path(facts["data_root"])
        training = prepare_training(recipe, root, place, group)
        if facts.get("pictures", "") != training.batches.dataset.digest:
            raise ValueError(f"the pictures of {recipe.data} are not those that the run began with; start another run")
        training.restore({**state, "recipe": {**state["recipe"], **what_may_move(recipe)}})
        watch = Watch(**{field.name: facts[field.name] for field in fields(Watch) if field.name in facts})
        run = Run(folder, training, watch, root)
        if group.is_first:
            run.forget_after(training.step)
            if training.step < recipe.steps:
                device_names = devices.names_of(facts["device"], training.device_name)
                facts |= {"device": device_names, "versions": devices.versions()}
                write_json(folder / "run.json", facts)
            write_json(folder / "recipe.json", recipe.as_json())
        return play(run)


def moved_on(recipe: Recipe, data_name: str | None, steps: int | None) -> Recipe:
    """The recipe with its pictures in another place and more steps. Raises ValueError where it would be another run."""
    own = [kind for kind in registry.FOLDER_PREFIXES if recipe.data.startswith(kind)]
    if data_name is not None and not data_name.startswith(tuple(own)):
        raise ValueError(f"only a folder of pictures can move: {recipe.data} cannot become {data_name}")
    if steps is not None and "steps" not in what_may_move(recipe):
        what = f"the game {recipe.game!r}" if recipe.schedule == "constant" else f"the schedule {recipe.schedule!r}"
        raise ValueError(f"with {what} a longer run would have been another from its start")
    if steps is not None and steps < recipe.steps:
        raise ValueError(f"a run of {recipe.steps} steps cannot be made shorter, got {steps}")
    return replace(recipe, data=data_name or recipe.data, steps=steps or recipe.steps)


def what_may_move(recipe: Recipe) -> dict[str, Any]:
    """The fields in which a run may go on with other values than it began with."""
    paced = recipe.schedule != "constant" or games.GAMES[recipe.game].depends_on_progress(recipe.rules)
    moved = {} if paced else {"steps": recipe.steps}
    return moved | ({"data": recipe.data} if recipe.data.startswith(registry.FOLDER_PREFIXES) else {})


def play(run: "Run") -> bool:
    finished = run.play_to_the_end()
    if finished and run.group.is_first:
        run.finish()
    return finished


def read_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{path.parent} is no run: it has no {path.name}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is no valid JSON: {error}") from error


def read_recipe(folder: Path) -> Recipe:
    return Recipe.from_json(read_json(folder / "recipe.json"))


def resume_command(folder: Path) -> str:
    return f"python -m trainer resume {shlex.quote(str(folder))}"


class Run:
    """A training together with its folder: history, grids, checkpoints, and the finished model."""

    def __init__(self, folder: Path, training: Training, watch: Watch, data_root: Path):
        self.folder = folder
        self.watch = watch
        self.data_root = data_root
        self.tracker = TRACKERS[watch.tracker if training.group.is_first else "none"](folder)
        self.training = training
        self.recipe = training.recipe
        self.group = training.group
        self.history_path = folder / HISTORY
        self.window: list[dict[str, Tensor]] = []
        self.last_save = time.monotonic()
        if watch.measures and isinstance(training.game.model, models.GAN):
            ganzoo.load(
                watch.reader or registry.classifier_for(self.recipe.data)
            )  # better now than at the first measure

    def play_to_the_end(self) -> bool:
        """Train until the recipe's last step; False when a signal stopped the run before.

        Raises OSError, with the command that goes on, where a file of the run cannot be written any more.
        """
        try:
            return self._play_to_the_end()
        except OSError as error:
            raise OSError(f"{error}; when that is mended, go on with: {resume_command(self.folder)}") from error
        finally:
            self.training.batches.close()

    def _play_to_the_end(self) -> bool:
        training, recipe = self.training, self.recipe
        draw_at, measure_at = (preview_steps(recipe.steps, n) for n in (recipe.previews, self.watch.measures))
        began = time.monotonic() - training.seconds
        bar = tqdm(
            total=recipe.steps * recipe.batch_size, initial=training.step * recipe.batch_size, unit="img",
            unit_scale=True, desc=recipe.name, mininterval=1.0, disable=not self.group.is_first,
        )  # fmt: skip
        with StopSignal() as stop, bar:
            while training.step < recipe.steps and not self.told_to_stop(stop):
                self.window.append(training.train_step())
                training.seconds = time.monotonic() - began
                bar.update(recipe.batch_size)
                if training.step % LOG_EVERY == 0 or training.step == recipe.steps:
                    bar.set_postfix_str(" ".join(f"{name} {value:.3f}" for name, value in self.log().items()))
                    if time.monotonic() - self.last_save > CHECKPOINT_SECONDS:
                        self.save()
                if training.step in draw_at:
                    self.draw()
                if training.step in measure_at:
                    self.measure()
                    began = time.monotonic() - training.seconds  # measuring is not training
            self.log()
            self.save()
        return training.step == recipe.steps

    def told_to_stop(self, stop: StopSignal) -> bool:
        """Whether a signal has come; several ranks agree on it now and then, so that all stop after the same step."""
        if self.group.world_size == 1:
            return stop.requested
        return self.training.step % STOP_EVERY == 0 and self.group.any(stop.requested, self.training.device)

    def log(self) -> dict[str, float]:
        """Average the losses since the last call into a row of history.jsonl. Raises NonFiniteLoss."""
        if not self.window:
            return {}
        means = {}
        for term in dict.fromkeys(name for said in self.window for name in said):
            steps = [i for i, said in enumerate(self.window) if term in said]
            values = torch.stack([self.window[i][term] for i in steps]).float()
            self.group.average_([values])
            values = values.cpu()
            if not values.isfinite().all():
                step = self.training.step - len(self.window) + steps[int((~values.isfinite()).nonzero()[0])]
                raise NonFiniteLoss(f"loss {term!r} became {values[~values.isfinite()][0]} at step {step}")
            means[term] = float(values.mean())
        self.window.clear()
        row = {**self.place(), **{name: round(value, 6) for name, value in means.items()}}
        if self.group.is_first:
            append_line(self.history_path, json.dumps(row))
            self.tracker.figures(row)
        return means

    def save(self) -> None:
        """Write a checkpoint. Called only after `log` has found every loss finite."""
        broken = [name for name, tensor in self.training.game.state_dict().items() if not tensor.isfinite().all()]
        if broken:
            raise NonFiniteLoss(f"weights are not finite in {', '.join(broken)} at step {self.training.step}")
        self.last_save = time.monotonic()
        if not self.group.is_first:
            return
        if not (self.folder / "recipe.json").exists():
            raise OSError(f"the run's folder {self.folder} has vanished")
        checkpoint.save(self.folder / "checkpoints", self.training.state())

    def draw(self) -> None:
        if not self.group.is_first:
            return
        training = self.training
        image = preview(training.best_model, training.game, training.batches.dataset, seed=self.recipe.seed)
        if image:
            save_image(image, self.folder / "grids" / f"step-{training.step:08d}.png")
            self.tracker.picture(image, training.step)

    def measure(self) -> None:
        """Add the model's primary figure, as it would ship, to quality.jsonl."""
        from trainer.measures import EvaluationSetup, primary_figure

        if not self.group.is_first:
            return
        training = self.training
        with tempfile.TemporaryDirectory() as scratch:
            write_model(training.best_model, self.recipe, Path(scratch) / "model", half=True)
            model = ganzoo.load(Path(scratch) / "model")
            name, value = primary_figure(model, EvaluationSetup(self.data_root, MEASURED, self.watch.reader))
        row = {**self.place(), name: float(f"{value:.5g}")}
        append_line(self.folder / QUALITY, json.dumps(row))
        self.tracker.figures(row)

    def place(self) -> dict[str, float]:
        """Where the run has come to, as the rows of its histories say it."""
        training = self.training
        epoch = round(training.step / training.batches.per_epoch, 4)
        return {"step": training.step, "epoch": epoch, "seconds": round(training.seconds, 2)}

    def forget_after(self, step: int) -> None:
        """Drop what was written after the checkpoint of `step`: those steps will be played again."""
        checkpoint.drop_after(self.folder / "checkpoints", step)
        for path in (self.folder / HISTORY, self.folder / QUALITY):
            rows = [row for row in read_history(path) if row["step"] <= step]
            if path.exists():
                replace_file(path, "".join(json.dumps(row) + "\n" for row in rows).encode())
        for path in grid_paths(self.folder):
            if grid_step(path) > step:
                path.unlink()

    def finish(self) -> None:
        """Write the model, the loss curves and the animation of the grids."""
        write_model(self.training.best_model, self.recipe, self.folder, **names(self.training))
        save_curves(read_history(self.history_path), self.folder / "curves.png")
        grids = grid_paths(self.folder)
        if grids:
            save_animation([Image.open(path).convert("RGB") for path in grids], self.folder / "training.webp")


def names(training: Training) -> dict[str, Any]:
    """What config.json says of the labels, or of the two sides of pairs, where they have names.

    With one's own pairs, the colours too that those sides are drawn with which have few.
    """
    pictures = training.batches.dataset
    named = {"class_names": list(pictures.classes), "sides": list(pictures.sides)}
    if pictures.sides and training.recipe.data.startswith(registry.FOLDER_PREFIXES):
        halves = pictures.first(palettes.MAX_IMAGES).cpu().chunk(2, dim=1)
        by_side = {side: palettes.find_palette(images) for side, images in zip(pictures.sides, halves, strict=True)}
        named["palettes"] = {side: colours for side, colours in by_side.items() if colours}
    return {key: values for key, values in named.items() if values}


def write_model(model: models.ImageModel, recipe: Recipe, folder: Path, *, half: bool = False, **more) -> None:
    """Put a model into `folder`, as `ganzoo.load` reads it."""
    told = recipe.as_json()
    what = {"name": recipe.name, "architecture": recipe.architecture, "options": told["model"], "recipe": told}
    storage.save_network(model, folder, half=half, **what, **more)


def grid_paths(folder: Path) -> list[Path]:
    return sorted((folder / "grids").glob("step-*.png"))


def grid_step(path: Path) -> int:
    """The step after which a grid was drawn."""
    return int(path.stem.removeprefix("step-"))


def read_history(path: Path) -> list[dict[str, float]]:
    """The rows of a history.jsonl; a last line that was torn by a crash is left out."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return rows
