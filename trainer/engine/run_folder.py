"""The folder of a run: its files by name, and how they are read and written.

`recipe.json` (what is trained), `run.json` (devices, versions, data root, how it is watched), `history.jsonl` (losses),
`quality.jsonl` (figures measured on the way), `checkpoints/`, `grids/`, `tensorboard/` where asked for, and at the end
the model itself (`config.json`, `model.safetensors`) with `curves.png` and `training.webp`.
"""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ganzoo import checks
from ganzoo.files import append_line, replace_file, write_json
from trainer.engine import checkpoint
from trainer.recipes import Recipe

FOLDER_READER = 2
"""The version of the reader of folders of images. run.json keeps it; runs of the first one record none."""
GRID = re.compile(r"step-\d+\.png")
RUN_FIELDS: dict[str, type] = {"device": str, "data_root": str, "versions": dict, "folder_reader": int}
"""The fields of run.json that every run has, and their types."""
STATE: dict[str, Any] = {"seconds": (int, float), "recipe": dict, "game": dict, "optimizers": dict}
"""What a checkpoint holds besides its step, and the averages where there are any."""


@dataclass(frozen=True)
class RunFolder:
    """The files of one run. Readers raise ValueError where there is no run, writers OSError that names the file."""

    path: Path

    @property
    def exists(self) -> bool:
        """Whether there is a run to resume: recipe.json is the last file that a start writes."""
        return (self.path / "recipe.json").exists()

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def history(self) -> Path:
        return self.path / "history.jsonl"

    @property
    def quality(self) -> Path:
        return self.path / "quality.jsonl"

    @property
    def resume_command(self) -> str:
        return f"python -m trainer resume {shlex.quote(str(self.path))}"

    def read_recipe(self) -> Recipe:
        path = self.path / "recipe.json"
        values = read_json(path)
        with naming(path):
            return Recipe.from_json(values)

    def write_recipe(self, recipe: Recipe) -> None:
        write_json(self.path / "recipe.json", recipe.as_json())

    def read_run(self) -> dict[str, Any]:
        """run.json: `device`, `versions`, `data_root`, `folder_reader`, the fields of `Watch`, and `pictures`.

        `pictures` is the dataset's digest.
        """
        path = self.path / "run.json"
        values = read_json(path)
        present = {"folder_reader": 1, **values}  # early runs have none
        wrong = [name for name, kind in RUN_FIELDS.items() if not isinstance(present.get(name), kind)]
        if wrong:
            raise ValueError(f"{path} is garbled: {', '.join(wrong)} are missing, or are something else")
        return values

    def reads_as_earlier(self) -> bool:
        """Whether the run began with the first reader of folders, which it must go on with to see the same images."""
        return self.read_run().get("folder_reader", 1) < FOLDER_READER

    def write_run(self, values: dict[str, Any]) -> None:
        write_json(self.path / "run.json", values)

    def read_history(self) -> list[dict[str, float]]:
        """The losses: one row every few steps, with `step`, `epoch`, `seconds` and each loss term."""
        return read_rows(self.history)

    def read_quality(self) -> list[dict[str, float]]:
        """The measured figures: rows with `step`, `epoch`, `seconds` and the figure."""
        return read_rows(self.quality)

    def append_history(self, row: dict[str, float]) -> None:
        append_line(self.history, json.dumps(row))

    def append_quality(self, row: dict[str, float]) -> None:
        append_line(self.quality, json.dumps(row))

    def grids(self) -> dict[int, Path]:
        """The previews by the step after which each was drawn, in order."""
        paths = sorted((self.path / "grids").glob("step-*.png"))
        return {int(path.stem.removeprefix("step-")): path for path in paths if GRID.fullmatch(path.name)}

    def grid(self, step: int) -> Path:
        """Where the preview of `step` is kept."""
        return self.path / "grids" / f"step-{step:08d}.png"

    def last_step(self) -> int:
        """The step of the newest checkpoint; 0 where there is none."""
        return max(map(checkpoint.step_of, checkpoint.checkpoints(self.checkpoints)), default=0)

    def checkpoint(self, step: int | None = None) -> Path:
        """The newest checkpoint, or that of `step`; errors as in `checkpoint.find`."""
        return checkpoint.find(self.checkpoints, step=step)

    def load_state(self, *, device: torch.device, step: int | None = None) -> dict[str, Any]:
        """The state in the newest checkpoint, or in that of `step`; errors as in `checkpoint` and `read_state`."""
        return self.read_state(self.checkpoint(step), device=device)

    def read_state(self, path: Path, *, device: torch.device) -> dict[str, Any]:
        """The state in a checkpoint. Raises ValueError as `checkpoint.read`, and where it is not that of a training."""
        state = checkpoint.read(path, device=device)
        missing = [name for name, kind in STATE.items() if not isinstance(state.get(name), kind)]
        if missing:
            raise ValueError(f"checkpoint {path} is foreign: {', '.join(missing)} are missing, or are something else")
        return state

    def save_state(self, state: dict[str, Any], *, fresh: bool = False) -> None:
        """Write a checkpoint; `fresh` is the first one. Raises OSError where the folder was deleted under the run."""
        if not fresh and not self.exists:
            raise OSError(f"the run's folder {self.path} has vanished")
        checkpoint.save(self.checkpoints, state)

    def forget_after(self, step: int) -> None:
        """Delete what was written after the checkpoint of `step`, because those steps will be trained again."""
        kept = {path: [row for row in read_rows(path) if row["step"] <= step] for path in (self.history, self.quality)}
        checkpoint.drop_after(self.checkpoints, step)
        for path, rows in kept.items():
            if path.exists():
                replace_file(path, "".join(json.dumps(row) + "\n" for row in rows).encode())
        for part in self.path.rglob(".*.part"):  # a killed process leaves a part behind
            part.unlink(missing_ok=True)
        for drawn_at, path in self.grids().items():
            if drawn_at > step:
                path.unlink()

    @contextmanager
    def naming_resume(self) -> Iterator[None]:
        """Add the command that resumes the run to every OSError raised inside."""
        try:
            yield
        except OSError as error:
            raise OSError(f"{error}; when that is mended, go on with: {self.resume_command}") from error


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of a run. Raises ValueError where it is missing or garbled."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ValueError(f"{path.parent} is no run: it has no {path.name}") from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise ValueError(f"{path} is no valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"{path} must hold an object with named values, got a {type(values).__name__}")
    return values


def read_rows(path: Path) -> list[dict[str, float]]:
    """The rows of a .jsonl file, none where it is missing; a last line that a crash has torn is left out.

    Raises ValueError that names any other garbled line.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    rows = [read_row(line) for line in lines]
    if rows and rows[-1] is None:
        rows.pop()
    for number, row in enumerate(rows, start=1):
        if row is None:
            raise ValueError(f"{path} is garbled in line {number}: delete that line")
    return [row for row in rows if row]


def read_row(line: str) -> dict[str, float] | None:
    """The numbers in a line of a .jsonl file, by name; None where there is no `step` among them, or anything else."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_row = isinstance(row, dict) and "step" in row and all(checks.is_real(value) for value in row.values())
    return row if is_row else None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Begin the message of every ValueError raised inside with the file's path."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
