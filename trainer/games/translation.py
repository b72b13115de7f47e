"""pix2pix's game (Isola et al. 2016, arXiv 1611.07004): translate a source image into the target that belongs to it.

The discriminator sees source and result together and scores each patch; an L1 term holds the generator to the target.
Pairs come as (n, 2c, h, w), the left image's channels before the right one's. Or sources are made from the targets,
fresh in every step, by a degradation that the model learns to undo (`ganzoo.degradations`).
"""

from typing import Literal

from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.degradations import DEGRADATIONS, Degradation
from ganzoo.inference import target_and_source
from ganzoo.models import Pix2Pix
from trainer.data import Batch, ImageDataset
from trainer.games.base import Game, Turn
from trainer.games.losses import PATCH_LOSSES


class TranslationGame(Game):
    """`l1` weighs the distance to the target; a model without discriminator has no other term.

    `source` says which half of a pair is the source, "left" or "right". `undo` names a row of
    `ganzoo.degradations.DEGRADATIONS`: then the other half, or the only image, is the target, and the source is made
    from it. "" undoes nothing.
    """

    model: Pix2Pix

    def __init__(
        self,
        model: Pix2Pix,
        *,
        source: str = "right",
        undo: str = "",
        loss: str = "non-saturating",
        l1: float = 100.0,
    ):
        super().__init__(model)
        self.source: Literal["left", "right"] = checks.choice("source", source, ("left", "right"))
        undoes_nothing = undo in ("", None)
        self.undo = None if undoes_nothing else DEGRADATIONS[checks.choice("undo", undo, DEGRADATIONS)]
        self.loss = PATCH_LOSSES[checks.choice("loss", loss, PATCH_LOSSES)]
        self.l1 = checks.finite("l1", l1, 0, 1e6)
        self.last: tuple[Tensor, Tensor, Tensor]
        """Source, target and result of the generator's turn, for the discriminator's."""
        self.turns = [Turn("generator", model.generator, self.generator_losses)]
        if model.discriminator is not None:
            self.turns.append(Turn("discriminator", model.discriminator, self.discriminator_losses))

    def accepts(self, dataset: ImageDataset) -> bool:
        channels, *sides = self.model.image_shape
        paired = dataset.image_shape == (2 * channels, *sides) and not dataset.unpaired
        return paired or (self.undo is not None and super().accepts(dataset))

    def expected_input(self) -> str:
        alternative = "" if self.undo else ", or single ones with --set undo=scratches"
        return f"pairs of {super().expected_input()}{alternative}"

    def pairs(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Sources and targets, (n, c, h, w) each."""
        halves = batch.images.split(self.model.image_shape[0], dim=1)  # only one, where images come alone
        target, source = target_and_source(halves, given=self.source)
        return (degrade(target, self.undo, batch) if self.undo else source), target

    def generator_losses(self, batch: Batch) -> dict[str, Tensor]:
        source, target = self.pairs(batch)
        result = self.model.translate(source).float()
        self.last = source, target, result.detach()
        terms = {"l1": self.l1 * F.l1_loss(result, target)}
        if self.model.has_discriminator:
            fake = self.model.discriminate(source, result).float()
            real = self.model.discriminate(source, target).float() if self.loss.relative else fake
            terms["generator"] = self.loss.generator(real, fake)
        return terms

    def discriminator_losses(self, batch: Batch) -> dict[str, Tensor]:
        source, target, result = self.last
        real = self.model.discriminate(source, target).float()
        fake = self.model.discriminate(source, result).float()
        return {"discriminator": self.loss.discriminator(real, fake)}


def degrade(images: Tensor, degradation: Degradation, batch: Batch) -> Tensor:
    """The images (n, c, h, w), each degraded at a random strength of those that models are trained at."""
    low = degradation.min_strength
    strength = low + (1 - low) * batch.uniform((len(batch), 1, 1, 1))
    return degradation.apply(images, strength, batch.uniform)
