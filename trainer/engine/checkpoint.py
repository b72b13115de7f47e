"""Checkpoints that cannot be half written: each file is written beside its place, synced, then renamed.

A file is called step-<step>-<digest>.pt; the digest of its content shows a damaged one. It holds tensors and plain
values only, and is read with `weights_only=True`.
"""

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any

import torch

from ganzoo.files import replace_file

KEEP = 2
"""How many checkpoints stay on disk; the one before the last is there in case the last is damaged."""


def save(folder: Path, state: dict[str, Any]) -> Path:
    """Write `state` (with a "step") as the newest checkpoint of a run, and drop those beyond `KEEP`."""
    content = io.BytesIO()
    torch.save(state, content)
    path = folder / f"step-{state['step']:08d}-{digest(content.getvalue())}.pt"
    replace_file(path, content.getvalue())
    kept = [old for old in checkpoints(folder) if old == path or step_of(old) < state["step"]][-KEEP:]
    for old in [*checkpoints(folder), *folder.glob(".step-*.part")]:  # a killed process leaves a part behind
        if old not in kept:
            old.unlink(missing_ok=True)
    return path


def drop_after(folder: Path, step: int) -> None:
    """Delete the checkpoints of steps after `step`, which will be played again."""
    for path in checkpoints(folder):
        if step_of(path) > step:
            path.unlink()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def checkpoints(folder: Path) -> list[Path]:
    """The run's checkpoints, oldest first."""
    return sorted(folder.glob("step-*-*.pt"))


def step_of(path: Path) -> int:
    return int(path.stem.split("-")[1])


def load(folder: Path, *, device: torch.device, step: int | None = None) -> dict[str, Any]:
    """The state of the newest checkpoint, or of the one of `step`.

    Raises ValueError where there is none, and for a damaged one; the message offers the one before it.
    """
    found = checkpoints(folder)
    there = ", ".join(str(step_of(path)) for path in found)
    if step is not None:
        found = [path for path in found if step_of(path) <= step]
        if not found or step_of(found[-1]) != step:
            raise ValueError(f"no checkpoint of step {step} in {folder}; there: {there or 'none'}")
    if not found:
        raise ValueError(f"no checkpoint in {folder}")
    content = found[-1].read_bytes()
    if digest(content) != found[-1].stem.split("-")[2]:
        before = f"; resume from the one before it with --step {step_of(found[-2])}" if found[1:] else ""
        raise ValueError(f"checkpoint {found[-1]} is damaged: its content does not fit the digest in its name{before}")
    try:
        return torch.load(io.BytesIO(content), map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f"checkpoint {found[-1]} is refused: it holds more than tensors and plain values") from error
