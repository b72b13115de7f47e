"""Where a run's figures and pictures go besides its folder."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


class Tracker:
    """Goes nowhere."""

    def __init__(self, folder: Path):
        pass

    def figures(self, row: dict[str, Any]) -> None:
        """A row of history.jsonl or quality.jsonl."""

    def picture(self, image: Image.Image, step: int) -> None:
        """A grid of the present state."""


class TensorBoard(Tracker):
    """`tensorboard --logdir runs` shows it. Raises ValueError where the package is not installed."""

    def __init__(self, folder: Path):
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ValueError("the tracker tensorboard needs its package: pip install tensorboard") from error
        self.writer = SummaryWriter(str(folder / "tensorboard"))

    def figures(self, row: dict[str, Any]) -> None:
        for name in row.keys() - {"step"}:
            self.writer.add_scalar(name, row[name], row["step"])
        self.writer.flush()

    def picture(self, image: Image.Image, step: int) -> None:
        self.writer.add_image("grid", np.asarray(image.convert("RGB")), step, dataformats="HWC")
        self.writer.flush()


TRACKERS: dict[str, type[Tracker]] = {"none": Tracker, "tensorboard": TensorBoard}
