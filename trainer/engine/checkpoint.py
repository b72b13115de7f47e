"""Checkpoints that a crash cannot leave half written: each file is written beside its place, synced, then renamed.

A file is called step-<step>-<digest>.pt, where the digest of the content reveals damage. It holds only tensors and
plain values, and is read with `weights_only=True`.
"""

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any

import torch

from ganzoo.files import replace_file

KEEP = 2
"""How many checkpoints stay on disk: the last, and the one before in case the last gets damaged."""


def save(folder: Path, state: dict[str, Any]) -> Path:
    """Write `state`, which has a "step", as the newest checkpoint; older ones beyond `KEEP` are deleted."""
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
    """Delete the checkpoints of steps after `step`, because those steps will be trained again."""
    for path in checkpoints(folder):
        if step_of(path) > step:
            path.unlink()


def digest(content: bytes) -> str:
    """The part of a checkpoint's name that its content decides."""
    return hashlib.sha256(content).hexdigest()[:16]


def checkpoints(folder: Path) -> list[Path]:
    """The run's checkpoints, oldest first."""
    return sorted(folder.glob("step-*-*.pt"))


def step_of(path: Path) -> int:
    """The step in a checkpoint's name."""
    return int(path.stem.split("-")[1])


def load(folder: Path, *, device: torch.device, step: int | None = None) -> dict[str, Any]:
    """Read the newest checkpoint, or that of `step`, with its tensors on `device`.

    Raises ValueError where there is none, where it is damaged (the message offers the one before it), and where it
    holds more than tensors and plain values.
    """
    paths = checkpoints(folder)
    steps = ", ".join(str(step_of(path)) for path in paths)
    if step is not None:
        paths = [path for path in paths if step_of(path) <= step]
        if not paths or step_of(paths[-1]) != step:
            raise ValueError(f"no checkpoint of step {step} in {folder}; there: {steps or 'none'}")
    if not paths:
        raise ValueError(f"no checkpoint in {folder}")
    path = paths[-1]
    content = path.read_bytes()
    if digest(content) != path.stem.split("-")[2]:
        before = f"; resume from the one before it with --step {step_of(paths[-2])}" if paths[1:] else ""
        raise ValueError(f"checkpoint {path} is damaged: its content does not fit the digest in its name{before}")
    try:
        return torch.load(io.BytesIO(content), map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f"checkpoint {path} is refused: it holds more than tensors and plain values") from error
