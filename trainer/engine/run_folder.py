"""The folder of a run: its files by name, and how they are read and written.

`recipe.json` (what is trained), `run.json` (devices, versions, data root, how it is watched), `history.jsonl` (losses),
`quality.jsonl` (figures measured on the way), `checkpoints/`, `grids/`, `tensorboard/` where asked for, and at the end
the model itself (`config.json`, `model.safetensors`) with `curves.png` and `training.webp`.
"""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ganzoo.files import append_line, replace_file, write_json
from trainer.engine import checkpoint
from trainer.recipes import Recipe

FOLDER_READER = 2
"""The version of the reader of folders of images. run.json keeps it; runs of the first one record none."""


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
        return Recipe.from_json(read_json(self.path / "recipe.json"))

    def write_recipe(self, recipe: Recipe) -> None:
        write_json(self.path / "recipe.json", recipe.as_json())

    def read_run(self) -> dict[str, Any]:
        """run.json: `device`, `versions`, `data_root`, `folder_reader`, the fields of `Watch`, and `pictures`.

        `pictures` is the dataset's digest.
        """
        return read_json(self.path / "run.json")

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
        return {int(path.stem.removeprefix("step-")): path for path in paths}

    def grid(self, step: int) -> Path:
        """Where the preview of `step` is kept."""
        return self.path / "grids" / f"step-{step:08d}.png"

    def last_step(self) -> int:
        """The step of the newest checkpoint; 0 where there is none."""
        return max(map(checkpoint.step_of, checkpoint.checkpoints(self.checkpoints)), default=0)

    def load_state(self, *, device: torch.device, step: int | None = None) -> dict[str, Any]:
        """The state in the newest checkpoint, or in that of `step`; errors as in `checkpoint.load`."""
        return checkpoint.load(self.checkpoints, device=device, step=step)

    def save_state(self, state: dict[str, Any], *, fresh: bool = False) -> None:
        """Write a checkpoint; `fresh` is the first one. Raises OSError where the folder was deleted under the run."""
        if not fresh and not self.exists:
            raise OSError(f"the run's folder {self.path} has vanished")
        checkpoint.save(self.checkpoints, state)

    def forget_after(self, step: int) -> None:
        """Delete what was written after the checkpoint of `step`, because those steps will be trained again."""
        checkpoint.drop_after(self.checkpoints, step)
        for path in (self.history, self.quality):
            rows = [row for row in read_rows(path) if row["step"] <= step]
            if path.exists():
                replace_file(path, "".join(json.dumps(row) + "\n" for row in rows).encode())
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
    """A JSON file of a run. Raises ValueError where it is missing or garbled."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{path.parent} is no run: it has no {path.name}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is no valid JSON: {error}") from error


def read_rows(path: Path) -> list[dict[str, float]]:
    """The rows of a .jsonl file, none where it is missing; a last line that a crash has torn is left out."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return rows
