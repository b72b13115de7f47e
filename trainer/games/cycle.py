"""CycleGAN's game (Zhu et al. 2017, arXiv 1703.10593): two collections, both directions, no pairs.

A picture that is translated and back again shall be itself (section 3.2), and one that is in the target collection
already shall stay as it is (section 5.2), which keeps colours from being turned over. Discriminators are shown earlier
results too, out of a pool (section 4). Pictures come as (n, 2c, h, w), the first collection's channels before the
second's.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.images import from_uint8, to_uint8
from ganzoo.models import CycleGAN
from trainer.data import Batch, ImageDataset
from trainer.games.base import Game, Turn
from trainer.games.losses import LOSSES_OF_PATCHES


class CycleGame(Game):
    """`cycle` and `identity` weigh the two L1 terms; `pool` is how many results of each direction are kept.

    The weights are half of the paper's 10 and 5, for so are the least squares of `trainer.games.losses`. The identity term
    can stop at `identity_until`, a share of the run: it has settled the colours then, and would hold back what a
    translation may change (Kaneko and Kameoka 2017, arXiv 1711.11293, stop it so for voices).
    """

    def __init__(
        self,
        model: CycleGAN,
        *,
        loss: str = "least-squares",
        cycle: float = 5.0,
        identity: float = 2.5,
        identity_until: float = 1.0,
        pool: int = 50,
    ):
        super().__init__(model)
        self.loss = LOSSES_OF_PATCHES[checks.choice("loss", loss, LOSSES_OF_PATCHES)]
        self.cycle = checks.finite("cycle", cycle, 0, 1e6)
        self.identity = checks.finite("identity", identity, 0, 1e6)
        self.identity_until = checks.finite("identity_until", identity_until, 0, 1)
        self.settling = True
        size = checks.whole("pool", pool, 0, 10_000)
        # Bytes, of which several processes average none: each keeps its own, and checkpoints have the first one's.
        self.register_buffer("pool", torch.zeros(2, size, *model.image_shape, dtype=torch.uint8))
        self.register_buffer("pooled", torch.zeros(2, dtype=torch.int64))
        self.fakes: list[Tensor] = []
        """What the generators made in this step, for the discriminators' turn."""
        self.turns = [
            Turn("generators", model.generators, self.generator_losses),
            Turn("discriminators", model.discriminators, self.discriminator_losses),
        ]

    def advance(self, progress: float) -> None:
        self.settling = progress < self.identity_until

    @classmethod
    def depends_on_progress(cls, rules: Mapping[str, Any]) -> bool:
        return 0 < rules.get("identity_until", 1) < 1

    def accepts(self, pictures: ImageDataset) -> bool:
        channels, *sides = self.model.image_shape
        return pictures.image_shape == (2 * channels, *sides)

    def expected_input(self) -> str:
        return f"two collections of {super().expected_input()}"

    def pairs(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """A picture of each collection, (n, c, h, w) each."""
        return batch.images.chunk(2, dim=1)

    def generator_losses(self, batch: Batch) -> dict[str, Tensor]:
        both = self.pairs(batch)
        self.fakes, terms = [], {}
        for direction, name in enumerate(("forth", "back")):
            source, target = both[direction], both[1 - direction]
            result = self.model.translate(source, direction).float()
            fake_logits = self.model.discriminate(source, result, direction).float()
            real = self.model.discriminate(source, target, direction).float() if self.loss.relative else fake_logits
            again = self.model.translate(result, 1 - direction).float()
            terms[f"generator {name}"] = self.loss.generator(real, fake_logits)
            terms[f"cycle {name}"] = self.cycle * F.l1_loss(again, source)
            if self.identity and self.settling:
                same = self.model.translate(target, direction).float()
                terms[f"identity {name}"] = self.identity * F.l1_loss(same, target)
            self.fakes.append(result.detach())
        return terms

    def discriminator_losses(self, batch: Batch) -> dict[str, Tensor]:
        both, terms = self.pairs(batch), {}
        for direction, name in enumerate(("forth", "back")):
            target, fake = both[1 - direction], self.from_pool(self.fakes[direction], direction, batch)
            logits = (self.model.discriminate(both[direction], one, direction).float() for one in (target, fake))
            terms[f"discriminator {name}"] = self.loss.discriminator(*logits)
        return terms

    @torch.no_grad()
    def from_pool(self, fakes: Tensor, direction: int, batch: Batch) -> Tensor:
        """The results (n, c, h, w), every second one exchanged with an earlier one at random (Shrivastava et al. 2016,
        arXiv 1612.07828, section 2.3); the first ones fill the pool.
        """
        pool, size = self.pool[direction], self.pool.shape[1]
        rng = batch.uniform((len(fakes), 2)).tolist()
        shown = fakes.clone()
        for i, (coin, place) in enumerate(rng if size else []):
            filled = int(self.pooled[direction])
            if filled < size:
                pool[filled] = to_uint8(fakes[i], self.model.pixels)
                self.pooled[direction] += 1
            elif coin < 0.5:
                slot = int(place * size)
                shown[i] = from_uint8(pool[slot], self.model.pixels)
                pool[slot] = to_uint8(fakes[i], self.model.pixels)
        return shown
