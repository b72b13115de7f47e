"""CycleGAN's game (Zhu et al. 2017, arXiv 1703.10593): two collections of images, both directions, no pairs.

An image that is translated there and back shall come out unchanged (cycle term, section 3.2). So shall an image of the
target collection when it is translated (identity term, section 5.2), which keeps colours from being inverted. The
discriminators also see earlier results, from a pool (section 4). Images come as (n, 2c, h, w), the first collection's
channels before the second's.
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
from trainer.games.losses import PATCH_LOSSES

DIRECTIONS = ("forth", "back")
"""The names of directions 0 and 1 in the losses."""


class CycleGame(Game):
    """`cycle` and `identity` weigh the two L1 terms; `pool` is how many results of each direction are kept.

    The weights are half of the paper's 10 and 5, because least squares are halved in `trainer.games.losses`.
    `identity_until` is the share of the run after which the identity term stops: by then it has settled the colours,
    and would limit what a translation may change (so do Kaneko and Kameoka 2017, arXiv 1711.11293, for voices).
    """

    model: CycleGAN
    pool: Tensor
    """Earlier results as bytes: uint8 (2, pool, c, h, w)."""
    pooled: Tensor
    """How many results of each direction the pool holds: int64 (2,)."""

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
        self.loss = PATCH_LOSSES[checks.choice("loss", loss, PATCH_LOSSES)]
        self.cycle = checks.finite("cycle", cycle, 0, 1e6)
        self.identity = checks.finite("identity", identity, 0, 1e6)
        self.identity_until = checks.finite("identity_until", identity_until, 0, 1)
        self.has_identity_term = self.identity > 0
        size = checks.whole("pool", pool, 0, 10_000)
        # Integers, so that ranks do not average them: each keeps its pool, and checkpoints hold that of the first rank.
        self.register_buffer("pool", torch.zeros(2, size, *model.image_shape, dtype=torch.uint8))
        self.register_buffer("pooled", torch.zeros(2, dtype=torch.int64))
        self.fakes: list[Tensor] = []
        """What the generators made in this step, for the discriminators' turn."""
        self.turns = [
            Turn("generators", model.generators, self.generator_losses),
            Turn("discriminators", model.discriminators, self.discriminator_losses),
        ]

    def advance(self, progress: float) -> None:
        self.has_identity_term = self.identity > 0 and progress < self.identity_until

    @classmethod
    def depends_on_progress(cls, rules: Mapping[str, Any]) -> bool:
        return 0 < rules.get("identity_until", 1) < 1

    def accepts(self, dataset: ImageDataset) -> bool:
        channels, *sides = self.model.image_shape
        return dataset.image_shape == (2 * channels, *sides)

    def expected_input(self) -> str:
        return f"two collections of {super().expected_input()}"

    def pairs(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Images of both collections, (n, c, h, w) each, which do not belong together."""
        first, second = batch.images.chunk(2, dim=1)
        return first, second

    def generator_losses(self, batch: Batch) -> dict[str, Tensor]:
        both = self.pairs(batch)
        self.fakes, terms = [], {}
        for direction, name in enumerate(DIRECTIONS):
            source, target = both[direction], both[1 - direction]
            result = self.model.translate(source, direction).float()
            fake_logits = self.model.discriminate(source, result, direction).float()
            real = self.model.discriminate(source, target, direction).float() if self.loss.relative else fake_logits
            restored = self.model.translate(result, 1 - direction).float()
            terms[f"generator {name}"] = self.loss.generator(real, fake_logits)
            terms[f"cycle {name}"] = self.cycle * F.l1_loss(restored, source)
            if self.has_identity_term:
                same = self.model.translate(target, direction).float()
                terms[f"identity {name}"] = self.identity * F.l1_loss(same, target)
            self.fakes.append(result.detach())
        return terms

    def discriminator_losses(self, batch: Batch) -> dict[str, Tensor]:
        both, terms = self.pairs(batch), {}
        for direction, name in enumerate(DIRECTIONS):
            source, target = both[direction], both[1 - direction]
            fake = self.exchange_with_pool(self.fakes[direction], direction, batch)
            real_logits = self.model.discriminate(source, target, direction).float()
            fake_logits = self.model.discriminate(source, fake, direction).float()
            terms[f"discriminator {name}"] = self.loss.discriminator(real_logits, fake_logits)
        return terms

    @torch.no_grad()
    def exchange_with_pool(self, fakes: Tensor, direction: int, batch: Batch) -> Tensor:
        """The results (n, c, h, w), each exchanged with an earlier one with probability 1/2; the first fill the pool.

        Shrivastava et al. 2016, arXiv 1612.07828, section 2.3.
        """
        pool, size = self.pool[direction], self.pool.shape[1]
        draws = batch.uniform((len(fakes), 2)).tolist()
        exchanged = fakes.clone()
        for i, (coin, place) in enumerate(draws if size else []):
            filled = int(self.pooled[direction])
            if filled < size:
                pool[filled] = to_uint8(fakes[i], self.model.pixels)
                self.pooled[direction] += 1
            elif coin < 0.5:
                slot = int(place * size)
                exchanged[i] = from_uint8(pool[slot], self.model.pixels)
                pool[slot] = to_uint8(fakes[i], self.model.pixels)
        return exchanged
