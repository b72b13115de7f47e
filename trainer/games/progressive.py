"""ProGAN's game (Karras et al. 2017, arXiv 1710.10196): the adversarial game on images that grow."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from torch import Tensor

from ganzoo import checks
from ganzoo.models import ProGAN
from trainer.data import Batch
from trainer.games.adversarial import AdversarialGame


class ProgressiveGame(AdversarialGame):
    """`shares` are the relative lengths of the stages, from 4x4 on; by default 1, 2, 3 ...

    `fade` in [0, 1] is the part of its stage in which a new layer is faded in; the first stage needs none. Real images
    are reduced to the stage's size and faded like the generated ones.
    """

    model: ProGAN

    def __init__(self, model: ProGAN, *, shares: Sequence[float] | None = None, fade: float = 0.5, **rules: Any):
        super().__init__(model, **rules)
        stages = model.last_stage + 1
        if not isinstance(shares, list | tuple | None):
            raise ValueError(
                f"shares must be a list of numbers such as {list(range(1, stages + 1))}, got {checks.shown(shares)}"
            )
        self.shares = [checks.finite("shares", share, 1e-3, 1e3) for share in shares or range(1, stages + 1)]
        if len(self.shares) != stages:
            raise ValueError(f"shares must be {stages} numbers, one for each stage, got {len(self.shares)}")
        self.fade = checks.finite("fade", fade, 0, 1)

    def advance(self, progress: float) -> None:
        self.model.grow(level_at(progress, shares=self.shares, fade=self.fade))

    def fake_images(self, latents: Tensor, batch: Batch) -> Tensor:
        return self.augment(self.model.generate_at_stage(latents).float(), batch)

    def real_images(self, batch: Batch) -> Tensor:
        return self.augment(self.model.reduce_to_stage(batch.images), batch)


def level_at(progress: float, *, shares: Sequence[float], fade: float) -> float:
    """The level that the networks have grown to (see `ProGAN.grow`) at `progress` of the run, in [0, 1)."""
    *starts, total = accumulate(shares, initial=0.0)
    position = progress * total
    stage = bisect(starts, position) - 1
    in_stage = (position - starts[stage]) / shares[stage]
    return float(stage) if stage == 0 or in_stage >= fade else stage - 1 + in_stage / fade
