"""Checkpoints that cannot be half written: each file is written beside its place, synced, then renamed.

A run folder holds recipe.json, run.json (device and versions), history.jsonl, checkpoints/, grids/ and, at the end,
the model itself (config.json and model.safetensors) beside curves and animation.
"""

import io
import json
from pathlib import Path
from typing import Any

import torch

from ganzoo.files import replace_file

KEEP = 2
"""How many checkpoints stay on disk; the one before the last is there in case the last is damaged."""


def write_json(path: Path, value: Any) -> None:
    replace_file(path, (json.dumps(value, indent=2) + "\n").encode())


def save(folder: Path, state: dict[str, Any]) -> Path:
    """Write `state` (with a "step") as the newest checkpoint of a run, and drop those beyond `KEEP`."""
    path = folder / f"step-{state['step']:08d}.pt"
    content = io.BytesIO()
    torch.save(state, content)
    replace_file(path, content.getvalue())
    for old in checkpoints(folder)[:-KEEP]:
        old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """The run's checkpoints, oldest first."""
    return sorted(folder.glob("step-*.pt"))


def load_latest(folder: Path, *, device: torch.device) -> dict[str, Any]:
    """The newest checkpoint's state. Raises FileNotFoundError where there is none, ValueError where it is damaged."""
    found = checkpoints(folder)
    if not found:
        raise FileNotFoundError(f"no checkpoint in {folder}")
    try:
        return torch.load(found[-1], map_location=device, weights_only=True)
    except Exception as error:  # whatever torch raises on a damaged file, the user needs to know which file it is
        before = f"; the one before it is {found[-2].name}: delete the damaged one to use it" if found[1:] else ""
        raise ValueError(f"checkpoint {found[-1]} cannot be read ({type(error).__name__}){before}") from error
