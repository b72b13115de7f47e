"""The losses between two rows of history: kept on the device, then read and checked together."""

import torch
from torch import Tensor

from trainer.engine.distributed import ProcessGroup


class NonFiniteLoss(ArithmeticError):
    """A loss or a weight became infinite or not a number."""


class LossWindow:
    """The losses of the last steps.

    Reading a number from the device waits for all that is queued there, so it is done once for many steps.
    """

    def __init__(self, group: ProcessGroup):
        self.group = group
        self.steps: list[dict[str, Tensor]] = []

    def add(self, losses: dict[str, Tensor]) -> None:
        """Add one step's scalar loss terms; a term may be missing in some steps."""
        self.steps.append(losses)

    def average(self, last_step: int) -> dict[str, float]:
        """The mean of each term over the steps and the ranks, the last step being `last_step`; empties the window.

        Raises NonFiniteLoss that names the term and the first step.
        """
        means = {}
        for term in dict.fromkeys(term for losses in self.steps for term in losses):
            where = [i for i, losses in enumerate(self.steps) if term in losses]
            values = torch.stack([self.steps[i][term] for i in where]).float()
            self.group.average_([values])
            values = values.cpu()
            finite = values.isfinite()
            if not finite.all():
                step = last_step - len(self.steps) + where[int((~finite).nonzero()[0])]
                raise NonFiniteLoss(f"loss {term!r} became {values[~finite][0]} at step {step}")
            means[term] = float(values.mean())
        self.steps.clear()
        return means
