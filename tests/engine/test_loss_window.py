"""The means of losses over the steps between two rows of history."""

import pytest
import torch

from trainer.engine import NonFiniteLoss
from trainer.engine.distributed import SINGLE_PROCESS
from trainer.engine.loss_window import LossWindow


def window_of(*steps: dict[str, float]) -> LossWindow:
    window = LossWindow(SINGLE_PROCESS)
    for losses in steps:
        window.add({name: torch.tensor(value) for name, value in losses.items()})
    return window


def test_each_term_is_averaged_over_the_steps_that_have_it():
    window = window_of({"generator": 1.0, "r1": 8.0}, {"generator": 2.0}, {"generator": 6.0, "r1": 4.0})
    assert window.average(3) == {"generator": 3.0, "r1": 6.0}
    assert window.average(3) == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_the_first_step_with_a_loss_that_is_not_finite_is_named(value):
    window = window_of(
        {"generator": 1.0, "r1": 1.0}, {"generator": 2.0}, {"generator": 2.0, "r1": value}, {"r1": value}
    )
    with pytest.raises(NonFiniteLoss, match=f"loss 'r1' became {value} at step 48$"):
        window.average(50)
