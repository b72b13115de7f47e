"""InfoGAN's game (Chen et al. 2016, arXiv 1606.03657): the adversarial game, with codes that images must show.

A head on the discriminator's features predicts the codes of an image. Generator and head learn the information term
together in the generator's turn; the discriminator's features learn it in the discriminator's turn.
"""

from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models import InfoGAN
from trainer.data import Batch, small_affine
from trainer.games.adversarial import AdversarialGame
from trainer.games.losses import disagreement, information


class InfoGANGame(AdversarialGame):
    """`information` weighs the term that makes codes predictable, `continuous` the continuous codes' share of it.

    The head sees images under noise, of a deviation up to `reading_noise` drawn for each image (pixels in [-1, 1]).
    Without it, codes hide in details that nobody sees: what survives noise is what changes many pixels.

    `invariance` weighs a term of this project: the category predicted for a real image shall not change when the image
    is rotated, sheared and shifted a little, by the loss of Ji et al. 2018 (arXiv 1807.06653); Ojha et al. 2019 (arXiv
    1910.01112) have another loss to this end. The category of generated images is then predicted from such a view too,
    so that it cannot mean slant. The views carry noise up to `category_noise`.
    """

    model: InfoGAN

    def __init__(
        self,
        model: InfoGAN,
        *,
        information: float = 1.0,
        continuous: float = 0.5,
        reading_noise: float = 0.0,
        invariance: float = 0.0,
        category_noise: float = 0.0,
        **rules: Any,
    ):
        super().__init__(model, **rules)
        self.information = checks.finite("information", information, 0, 1e3)
        self.continuous = checks.finite("continuous", continuous, 0, 1e3)
        self.reading_noise = checks.finite("reading_noise", reading_noise, 0, 10)
        self.invariance = checks.finite("invariance", invariance, 0, 1e3)
        self.category_noise = checks.finite("category_noise", category_noise, 0, 10)

    def generator_modules(self) -> nn.Module:
        return nn.ModuleList([self.model.generator, self.model.code_head])

    def code_losses(self, latents: Tensor, fake: Tensor, batch: Batch) -> dict[str, Tensor]:
        _, category, codes = self.model.parts(latents)
        logits, means = self.model.read_codes(add_noise(fake, self.reading_noise, batch))
        terms = {}
        if self.invariance:
            logits = self.category_of_view(fake, batch)
            real_logits = self.model.read_codes(batch.images)[0]
            view_logits = self.category_of_view(batch.images, batch)
            terms["disagreement"] = self.invariance * disagreement(real_logits.float(), view_logits.float())
        term = information(logits.float(), means.float(), category, codes, continuous_weight=self.continuous)
        return terms | {"information": self.information * term}

    def category_of_view(self, images: Tensor, batch: Batch) -> Tensor:
        """Logits (n, categories) of the images, each rotated, sheared and shifted in its own way."""
        view = small_affine(replace(batch, images=images))
        return self.model.read_codes(add_noise(view, self.category_noise, batch))[0]


def add_noise(images: Tensor, max_deviation: float, batch: Batch) -> Tensor:
    """The images with white noise, whose standard deviation is drawn for each image, up to `max_deviation`."""
    if not max_deviation:
        return images
    deviation = max_deviation * batch.uniform((len(batch), 1, 1, 1))
    return images + deviation * batch.normal(images.shape)
