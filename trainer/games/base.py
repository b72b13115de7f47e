"""A game: a model and the turns in which it learns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from ganzoo.models import ImageModel
from trainer.data import Batch, ImageDataset


@dataclass(frozen=True)
class Turn:
    """One part of a step: `trains` learns from `losses`, and all other parameters are frozen."""

    name: str
    trains: nn.Module
    losses: Callable[[Batch], dict[str, Tensor]]
    """Returns named scalar terms, weighted already: the loop descends on their sum and logs each under its name."""
    repeats: int = 1
    """How often it is trained in a step, each time with another batch."""
    rate: float = 1.0
    """Factor of the recipe's learning rate (two time-scales, Heusel et al. 2017, arXiv 1706.08500)."""


class Game(nn.Module):
    """A model and its `turns`. A subclass builds them in `__init__`, whose keyword arguments are the game's rules.

    What must survive a resume is a parameter or a buffer; what depends on time is a function of the step.
    """

    model: ImageModel
    turns: list[Turn]

    def __init__(self, model: ImageModel):
        super().__init__()
        self.model = model

    def advance(self, progress: float) -> None:
        """Called before each step with the share of the run that is done, in [0, 1)."""

    @classmethod
    def depends_on_progress(cls, rules: Mapping[str, Any]) -> bool:
        """Whether a step depends on the length of the run; if not, a run can be made longer."""
        return cls.advance is not Game.advance

    def accepts(self, dataset: ImageDataset) -> bool:
        """Whether the game can train on the images of a dataset."""
        return dataset.image_shape == self.model.image_shape

    def expected_input(self) -> str:
        """The images that it accepts, in words for an error message."""
        return f"pictures {self.model.image_shape}"
