"""InfoGAN's game (Chen et al. 2016, arXiv 1606.03657): the adversarial one, and codes that can be read back.

The generator and the head that reads the codes learn the information term together, in one step; the discriminator's
features, on which the head sits, learn it in the discriminator's turn.
"""

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models import InfoGAN
from trainer.batch import Batch
from trainer.games.adversarial import Adversarial
from trainer.losses import information


class Informative(Adversarial):
    """`information` weighs the term that has the codes read back, `continuous` the continuous codes' share of it.

    The codes are read under noise, of a deviation up to `reading_noise` drawn for each picture (pixels in [-1, 1]).
    Without it they hide in details that nobody sees: what survives noise is what changes many pixels.
    """

    def __init__(
        self,
        model: InfoGAN,
        *,
        information: float = 1.0,
        continuous: float = 0.5,
        reading_noise: float = 0.0,
        **rules,
    ):
        super().__init__(model, **rules)
        self.information = checks.finite("information", information, 0, 1e3)
        self.continuous = checks.finite("continuous", continuous, 0, 1e3)
        self.reading_noise = checks.finite("reading_noise", reading_noise, 0, 10)

    def taught_with_generator(self) -> nn.Module:
        return nn.ModuleList([self.model.generator, self.model.code_head])

    def code_losses(self, latents: Tensor, fake: Tensor, batch: Batch) -> dict[str, Tensor]:
        _, category, codes = self.model.parts(latents)
        if self.reading_noise:
            deviation = self.reading_noise * batch.uniform((len(batch), 1, 1, 1))
            fake = fake + deviation * batch.normal(fake.shape)
        logits, means = self.model.read_codes(fake)
        term = information(logits.float(), means.float(), category, codes, continuous_weight=self.continuous)
        return {"information": self.information * term}
