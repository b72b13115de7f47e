"""A game is a list of turns; the loop plays it (see `trainer.engine.loop`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from ganzoo.models import ImageModel
from trainer.data import Batch, ImageDataset


@dataclass(frozen=True)
class Turn:
    """One player's move: `trains` learns from `losses` while everything else stands still."""

    name: str
    trains: nn.Module
    losses: Callable[[Batch], dict[str, Tensor]]
    """Named, already weighted scalar terms; the loop descends on their sum and logs each by its name."""
    repeats: int = 1
    rate: float = 1.0
    """Times the recipe's learning rate (two time-scales, Heusel et al. 2017, arXiv 1706.08500)."""


class Game(nn.Module):
    """A model and the turns in which it learns.

    What must survive a resume is a parameter or a buffer; what depends on time is a function of the step.
    """

    turns: list[Turn]

    def __init__(self, model: ImageModel):
        super().__init__()
        self.model = model

    def advance(self, progress: float) -> None:
        """Called before each step with the share of the run that is done, in [0, 1)."""

    @classmethod
    def depends_on_progress(cls, rules: Mapping[str, Any]) -> bool:
        """Whether under these rules a step depends on how long the run is to be."""
        return cls.advance is not Game.advance

    def accepts(self, pictures: ImageDataset) -> bool:
        """Whether a data set's pictures can be played with."""
        return pictures.image_shape == self.model.image_shape

    def expected_input(self) -> str:
        """What it takes, in words."""
        return f"pictures {self.model.image_shape}"
