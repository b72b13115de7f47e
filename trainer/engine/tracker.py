"""Trackers: where a run's rows and previews go besides its folder."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


class Tracker:
    """The tracker "none", which drops everything; others derive from it.

    It is built with the path of the run's folder and the step that the run goes on from. What was tracked of later
    steps must not be seen any more, because they are trained again.
    """

    def __init__(self, folder: Path, *, step: int):
        pass

    def log_row(self, row: dict[str, Any]) -> None:
        """A row of history.jsonl or quality.jsonl."""

    def log_image(self, image: Image.Image, step: int) -> None:
        """A preview of the state after `step`."""


class TensorBoard(Tracker):
    """Event files for `tensorboard --logdir runs`. Raises ValueError where the package is not installed."""

    def __init__(self, folder: Path, *, step: int):
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ValueError("the tracker tensorboard needs its package: pip install tensorboard") from error
        self.writer = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def log_row(self, row: dict[str, Any]) -> None:
        for name in row.keys() - {"step"}:
            self.writer.add_scalar(name, row[name], row["step"])
        self.writer.flush()

    def log_image(self, image: Image.Image, step: int) -> None:
        self.writer.add_image("grid", np.asarray(image.convert("RGB")), step, dataformats="HWC")
        self.writer.flush()


TRACKERS: dict[str, type[Tracker]] = {"none": Tracker, "tensorboard": TensorBoard}
"""By the name that `--tracker` accepts."""
