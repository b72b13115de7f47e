"""InfoGAN's game (Chen et al. 2016, arXiv 1606.03657): the adversarial one, and codes that can be read back.

The generator and the head that reads the codes learn the information term together, in one step; the discriminator's
features, on which the head sits, learn it in the discriminator's turn.
"""

from dataclasses import replace

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models import InfoGAN
from trainer.data import Batch, small_affine
from trainer.games.adversarial import AdversarialGame
from trainer.games.losses import disagreement, information


class InfoGANGame(AdversarialGame):
    """`information` weighs the term that has the codes read back, `continuous` the continuous codes' share of it.

    The codes are read under noise, of a deviation up to `reading_noise` drawn for each picture (pixels in [-1, 1]).
    Without it they hide in details that nobody sees: what survives noise is what changes many pixels.

    `invariance` weighs a term of our own choice: the category that the head reads in a real picture shall not change
    when the picture is turned, slanted and shifted a little (with the loss of Ji et al. 2018, arXiv 1807.06653; Ojha et
    al. 2019, arXiv 1910.01112, had another one to this end). In generated pictures the category is then read from such
    a view too, so it cannot mean slant. The views carry noise up to `category_noise`.
    """

    def __init__(
        self,
        model: InfoGAN,
        *,
        information: float = 1.0,
        continuous: float = 0.5,
        reading_noise: float = 0.0,
        invariance: float = 0.0,
        category_noise: float = 0.0,
        **rules,
    ):
        super().__init__(model, **rules)
        self.information = checks.finite("information", information, 0, 1e3)
        self.continuous = checks.finite("continuous", continuous, 0, 1e3)
        self.reading_noise = checks.finite("reading_noise", reading_noise, 0, 10)
        self.invariance = checks.finite("invariance", invariance, 0, 1e3)
        self.category_noise = checks.finite("category_noise", category_noise, 0, 10)

    def taught_with_generator(self) -> nn.Module:
        return nn.ModuleList([self.model.generator, self.model.code_head])

    def code_losses(self, latents: Tensor, fake: Tensor, batch: Batch) -> dict[str, Tensor]:
        _, category, codes = self.model.parts(latents)
        logits, means = self.model.read_codes(noisy(fake, self.reading_noise, batch))
        terms = {}
        if self.invariance:
            logits = self.category_in_view(fake, batch)
            seen, varied = self.model.read_codes(batch.images)[0], self.category_in_view(batch.images, batch)
            terms["disagreement"] = self.invariance * disagreement(seen.float(), varied.float())
        term = information(logits.float(), means.float(), category, codes, continuous_weight=self.continuous)
        return terms | {"information": self.information * term}

    def category_in_view(self, images: Tensor, batch: Batch) -> Tensor:
        """Logits (n, categories) of the pictures, each turned, slanted and shifted in its own way."""
        view = small_affine(replace(batch, images=images))
        return self.model.read_codes(noisy(view, self.category_noise, batch))[0]


def noisy(images: Tensor, most: float, batch: Batch) -> Tensor:
    """The pictures with white noise, each of its own deviation up to `most`."""
    if not most:
        return images
    deviation = most * batch.uniform((len(batch), 1, 1, 1))
    return images + deviation * batch.normal(images.shape)
