"""ProGAN's game (Karras et al. 2017, arXiv 1710.10196): the adversarial one, on pictures that grow."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from torch import Tensor

from ganzoo import checks
from ganzoo.models import ProGAN
from trainer.data import Batch
from trainer.games.adversarial import AdversarialGame


class ProgressiveGame(AdversarialGame):
    """`shares` say how the run's pictures are shared out among the stages, from 4x4 on; by default as 1 to 2 to 3 ...

    `fade` is the part of its share in which a stage is faded in; the first one is there from the start. Real pictures
    are brought down to the stage's size and faded as the generated ones are.
    """

    def __init__(self, model: ProGAN, *, shares: Sequence[float] | None = None, fade: float = 0.5, **rules):
        super().__init__(model, **rules)
        stages = model.last_stage + 1
        self.shares = [checks.finite("shares", share, 1e-3, 1e3) for share in shares or range(1, stages + 1)]
        if len(self.shares) != stages:
            raise ValueError(f"shares must be {stages} numbers, one for each stage, got {len(self.shares)}")
        self.fade = checks.finite("fade", fade, 0, 1)

    def advance(self, progress: float) -> None:
        self.model.grow(level_at(progress, shares=self.shares, fade=self.fade))

    def fakes(self, latents: Tensor, batch: Batch) -> Tensor:
        return self.varied(self.model.generate_at_stage(latents).float(), batch)

    def reals(self, batch: Batch) -> Tensor:
        return self.varied(self.model.reduce_to_stage(batch.images), batch)


def level_at(progress: float, *, shares: Sequence[float], fade: float) -> float:
    """How far the networks have grown (see `ProGAN.grow`) when that share of the run's pictures has been seen."""
    *starts, total = accumulate(shares, initial=0.0)
    seen = progress * total
    stage = bisect(starts, seen) - 1
    over = (seen - starts[stage]) / shares[stage]
    return float(stage) if stage == 0 or over >= fade else stage - 1 + over / fade
