"""Autoencoding: one turn of squared error, with noise on the image or on the code where the rules say so.

Denoising: Vincent et al. 2008; the target is the clean image. Variational: Kingma and Welling 2013 (arXiv 1312.6114).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.models import Autoencoder
from trainer.data import Batch
from trainer.games.base import Game, Turn
from trainer.games.losses import kl_to_standard_normal


class AutoencoderGame(Game):
    """`noise` (low, high) bounds the standard deviation of the noise on each image, with pixels in [0, 1].

    `code_noise` is the standard deviation of the noise on the code. `kl` weighs the KL term of a variational model
    against the squared error summed over pixels; both are divided by the number of pixels.
    """

    model: Autoencoder

    def __init__(
        self, model: Autoencoder, *, noise: tuple[float, float] = (0.0, 0.0), code_noise: float = 0.0, kl: float = 1.0
    ):
        super().__init__(model)
        if not isinstance(noise, list | tuple) or len(noise) != 2:
            raise ValueError(f"noise must be two numbers such as [0.0, 0.5], got {checks.shown(noise)}")
        low, high = noise
        self.noise = (checks.finite("noise", low, 0, 10), checks.finite("noise", high, low, 10))
        self.code_noise = checks.finite("code_noise", code_noise, 0, 10)
        self.kl = checks.finite("kl", kl, 0, 1e6)
        self.turns = [Turn("autoencoder", model, self.losses)]

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        images = self.noisy_images(batch)
        terms = {}
        posterior = getattr(self.model, "posterior", None)  # variational models have it
        if posterior:
            mean, log_variance = (half.float() for half in posterior(images))
            codes = mean + batch.normal(mean.shape) * torch.exp(0.5 * log_variance)
            terms["kl"] = self.kl * kl_to_standard_normal(mean, log_variance) / images[0].numel()
        else:
            codes = self.model.encode(images)
        if self.code_noise:
            codes = codes + self.code_noise * batch.normal(codes.shape)
        terms["squared error"] = F.mse_loss(self.model.decode(codes).float(), batch.images)
        return terms

    def noisy_images(self, batch: Batch) -> Tensor:
        """The batch's images with noise, whose deviation is drawn for each image: (n, c, h, w)."""
        low, high = self.noise
        if not high:
            return batch.images
        level = low + (high - low) * batch.uniform((len(batch), 1, 1, 1))
        return batch.images + level * batch.normal(batch.images.shape)
