"""InfoGAN's game (Chen et al. 2016, arXiv 1606.03657): the adversarial one, and codes that can be read back.

The generator and the head that reads the codes learn the information term together, in one step; the discriminator's
features, on which the head sits, learn it in the discriminator's turn.
"""

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models import InfoGAN
from trainer.games.adversarial import Adversarial
from trainer.losses import information


class Informative(Adversarial):
    """`information` weighs the term that has the codes read back, `continuous` the continuous codes' share of it."""

    def __init__(self, model: InfoGAN, *, information: float = 1.0, continuous: float = 0.5, **rules):
        super().__init__(model, **rules)
        self.information = checks.finite("information", information, 0, 1e3)
        self.continuous = checks.finite("continuous", continuous, 0, 1e3)

    def taught_with_generator(self) -> nn.Module:
        return nn.ModuleList([self.model.generator, self.model.code_head])

    def code_losses(self, latents: Tensor, fake: Tensor) -> dict[str, Tensor]:
        _, category, codes = self.model.parts(latents)
        logits, means = self.model.read_codes(fake)
        term = information(logits.float(), means.float(), category, codes, continuous_weight=self.continuous)
        return {"information": self.information * term}
