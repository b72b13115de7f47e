"""Checkpoints that a crash cannot leave half written: each file is written beside its place, synced, then renamed.

A file is called step-<step>-<digest>.pt, where the digest of the content reveals damage. It holds only tensors and
plain values, and is read with `weights_only=True`.
"""

import hashlib
import io
import pickle
import re
from pathlib import Path
from typing import Any

import torch

from ganzoo.files import replace_file

NAME = re.compile(r"step-(\d+)-([0-9a-f]{16})\.pt")
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
    """The run's checkpoints, oldest first. Files of other names are none."""
    paths = (path for path in folder.glob("step-*.pt") if NAME.fullmatch(path.name) and path.is_file())
    return sorted(paths, key=lambda path: (step_of(path), path.name))


def step_of(path: Path) -> int:
    """The step in a checkpoint's name."""
    return int(path.stem.split("-")[1])


def is_intact(path: Path) -> bool:
    """Whether a checkpoint's content fits the digest in its name."""
    return digest(path.read_bytes()) == path.stem.split("-")[2]


def load(folder: Path, *, device: torch.device, step: int | None = None) -> dict[str, Any]:
    """Read the newest checkpoint, or that of `step`, as `find` and `read` do."""
    return read(find(folder, step=step), device=device)


def find(folder: Path, *, step: int | None = None) -> Path:
    """The newest checkpoint, or that of `step`.

    Raises ValueError where there is none, and where it is damaged; then the message offers the last intact one before.
    """
    paths = checkpoints(folder)
    steps = ", ".join(str(step_of(path)) for path in paths)
    if step is not None:
        paths = [path for path in paths if step_of(path) <= step]
        if not paths or step_of(paths[-1]) != step:
            raise ValueError(f"no checkpoint of step {step} in {folder}; there: {steps or 'none'}")
    if not paths:
        raise ValueError(f"no checkpoint in {folder}")
    if is_intact(paths[-1]):
        return paths[-1]
    intact = [step_of(path) for path in paths[:-1] if is_intact(path)]
    if intact:
        way_on = f"resume from the one before it with --step {intact[-1]}"
    else:
        way_on = "there is no intact one before it, so the run has to be trained again, with another --out"
    raise ValueError(f"checkpoint {paths[-1]} is damaged: its content does not fit the digest in its name; {way_on}")


def read(path: Path, *, device: torch.device) -> dict[str, Any]:
    """The state in a checkpoint, with its tensors on `device`.

    Raises ValueError for one that holds more than tensors and plain values, and for one that no run has written.
    """
    try:
        state = torch.load(io.BytesIO(path.read_bytes()), map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f"checkpoint {path} is refused: it holds more than tensors and plain values") from error
    except (RuntimeError, ValueError, LookupError, EOFError, TypeError, AttributeError) as error:
        raise ValueError(f"checkpoint {path} is foreign: it cannot be read") from error
    if not isinstance(state, dict) or state.get("step") != step_of(path):
        raise ValueError(f"checkpoint {path} is foreign: it does not hold the step {step_of(path)} of a run")
    return state
