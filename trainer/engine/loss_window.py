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

    def average(self, steps_done: int) -> dict[str, float]:
        """Empty the window; returns the mean of each term over its steps and over the ranks.

        Raises NonFiniteLoss that names the first term and step; the window's last step is number `steps_done` - 1.
        """
        means = {}
        for term in dict.fromkeys(term for losses in self.steps for term in losses):
            where = [i for i, losses in enumerate(self.steps) if term in losses]
            values = torch.stack([self.steps[i][term] for i in where]).float()
            self.group.average_([values])
            values = values.cpu()
            finite = values.isfinite()
            if not finite.all():
                step = steps_done - len(self.steps) + where[int((~finite).nonzero()[0])]
                raise NonFiniteLoss(f"loss {term!r} became {values[~finite][0]} at step {step}")
            means[term] = float(values.mean())
        self.steps.clear()
        return means
