"""EMA: the exponential moving average of a model's weights, which often draws better than the weights themselves.

Polyak and Juditsky 1992; for GANs: Yazici et al. 2018 (arXiv 1806.04498).
"""

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

Model = TypeVar("Model", bound=nn.Module)


class EMA(Generic[Model]):
    """The averaged copy of a model: `model` has the same parameters and buffers, and requires no gradients.

    `decay` is the share of the average that each update keeps. The first updates keep less, so that the random start
    is soon forgotten. Integer buffers are copied: they are counts or indices, of which a mean has no meaning.
    """

    def __init__(self, model: Model, *, decay: float):
        self.decay = decay
        self.model: Model = copy.deepcopy(model).requires_grad_(False)
        pairs = list(zip(tensors_of(self.model), tensors_of(model), strict=True))
        self._averaged = [pair for pair in pairs if pair[0].is_floating_point()]
        self._copied = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move the average towards the model as it is after `step` (the first step is 0)."""
        decay = min(self.decay, (1 + step) / (10 + step))
        averages, current = zip(*self._averaged, strict=True)
        torch._foreach_lerp_(list(averages), list(current), 1 - decay)
        for copied, original in self._copied:
            copied.copy_(original)


def tensors_of(model: nn.Module) -> list[Tensor]:
    """Parameters, then buffers."""
    return [*model.parameters(), *model.buffers()]
