"""pix2pix's game (Isola et al. 2016, arXiv 1611.07004): a source picture is to become the target that belongs to it.

The discriminator sees source and result together, patch by patch; the generator is also held to the target pixel by
pixel, in L1. Pairs come as (n, 2c, h, w), the left picture's channels before the right one's; or sources are made here,
fresh in every step, by taking something away from the targets (`ganzoo.degradations`).
"""

from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.degradations import DEGRADATIONS
from ganzoo.inference.translation_task import target_and_source
from ganzoo.models import Pix2Pix
from trainer.data import Batch, ImageDataset
from trainer.games.base import Game, Turn
from trainer.games.losses import LOSSES_OF_PATCHES


class TranslationGame(Game):
    """`l1` weighs the distance to the target against the adversarial loss, which a model without discriminator lacks.

    `source` says which half of a pair is given, "left" or "right". `undo` names a row of
    `ganzoo.degradations.DEGRADATIONS`: then the other half is the target, or the picture where it comes alone, and the
    source is made from it. "" undoes nothing.
    """

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
        self.source = checks.choice("source", source, ("left", "right"))
        self.undo = DEGRADATIONS[checks.choice("undo", undo, ["", *DEGRADATIONS])] if undo else None
        self.loss = LOSSES_OF_PATCHES[checks.choice("loss", loss, LOSSES_OF_PATCHES)]
        self.l1 = checks.finite("l1", l1, 0, 1e6)
        self.last: tuple[Tensor, Tensor, Tensor]
        """Source, target and result of the generator's turn, for the discriminator's."""
        self.turns = [Turn("generator", model.generator, self.generator_losses)]
        if model.has_discriminator:
            self.turns.append(Turn("discriminator", model.discriminator, self.discriminator_losses))

    def accepts(self, pictures: ImageDataset) -> bool:
        channels, *sides = self.model.image_shape
        paired = pictures.image_shape == (2 * channels, *sides) and not pictures.unpaired
        return paired or (bool(self.undo) and super().accepts(pictures))

    def expected_input(self) -> str:
        return f"pairs of {super().expected_input()}" + ("" if self.undo else ", or single ones with --set undo=...,")

    def pairs(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Sources and targets, (n, c, h, w) each."""
        pair = batch.images.split(self.model.image_shape[0], dim=1)  # one, where pictures come alone
        target, source = target_and_source(pair, given=self.source)
        return (self.degraded(target, batch) if self.undo else source), target

    def degraded(self, images: Tensor, batch: Batch) -> Tensor:
        weakest = self.undo.min_strength
        strength = weakest + (1 - weakest) * batch.uniform((len(batch), 1, 1, 1))
        return self.undo.apply(images, strength, batch.uniform)

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
        real, fake = (self.model.discriminate(source, one).float() for one in (target, result))
        return {"discriminator": self.loss.discriminator(real, fake)}
