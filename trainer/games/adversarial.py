"""The game of GANs (Goodfellow et al. 2014, arXiv 1406.2661), with or without labels."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.models import GAN, ConditionalDCGAN
from trainer.data import Batch, diff_augment
from trainer.games.base import Game, Turn
from trainer.games.losses import ADVERSARIAL_LOSSES, one_centred_penalty, zero_centred_penalty


class AdversarialGame(Game):
    """First the discriminator learns `k` times, then the generator once.

    `loss` names a row of `trainer.games.losses.ADVERSARIAL_LOSSES`; `generator_rate` multiplies the generator's
    learning rate.

    Penalties: `r1` and `r2` weigh half the squared gradient of the discriminator at real and at fake images (arXiv
    1801.04406), `gradient_penalty` the distance of the gradient's length from 1 between them (arXiv 1704.00028). They
    are computed every `penalty_interval` steps and scaled up to match.

    `shared_batch` sends real and fake images through the discriminator as one batch, in both turns. A discriminator
    that ends in batch norm needs it: separate batches are each normalised to the same mean, and scores say nothing.
    `diff_augment` augments what the discriminator sees of real and fake images alike, for small datasets.

    `classification` weighs a cross-entropy, as in AC-GAN (Odena et al. 2016, arXiv 1610.09585): the discriminator
    learns to score real images highest under their own label, and the generator to have its images scored so. The
    logits under all labels come out of the same pass.
    """

    model: GAN

    def __init__(
        self,
        model: GAN,
        *,
        loss: str = "non-saturating",
        k: int = 1,
        r1: float = 0.0,
        r2: float = 0.0,
        gradient_penalty: float = 0.0,
        penalty_interval: int = 8,
        shared_batch: bool = False,
        diff_augment: bool = False,
        classification: float = 0.0,
        generator_rate: float = 1.0,
    ):
        super().__init__(model)
        if loss not in list(ADVERSARIAL_LOSSES):  # a dict would refuse to look for a list, in another sentence
            raise ValueError(f"unknown loss {checks.shown(loss)}; choices: {', '.join(ADVERSARIAL_LOSSES)}")
        k = checks.whole("k", k, 1, 1000)
        self.loss = ADVERSARIAL_LOSSES[loss]
        self.r1 = checks.finite("r1", r1, 0, 1e6)
        self.r2 = checks.finite("r2", r2, 0, 1e6)
        self.gradient_penalty = checks.finite("gradient_penalty", gradient_penalty, 0, 1e6)
        self.penalty_interval = checks.whole("penalty_interval", penalty_interval, 1, 1000)
        self.shared_batch = checks.flag("shared_batch", shared_batch)
        self.diff_augment = checks.flag("diff_augment", diff_augment)
        self.classification = checks.finite("classification", classification, 0, 1e3)
        if self.classification and (self.shared_batch or not isinstance(model, ConditionalDCGAN)):
            network = f"a {type(model).__name__}{' with shared_batch' if self.shared_batch else ''}"
            raise ValueError(
                f"classification must be 0 for {network}: only a conditional DCGAN learns it, without that"
            )
        rate = checks.finite("generator_rate", generator_rate, 1e-3, 1e3)
        self.turns = [
            Turn("discriminator", model.discriminator, self.discriminator_losses, repeats=k),
            Turn("generator", self.generator_modules(), self.generator_losses, rate=rate),
        ]

    def generator_modules(self) -> nn.Module:
        """All that learns in the generator's turn."""
        return self.model.generator

    def discriminator_losses(self, batch: Batch) -> dict[str, Tensor]:
        latents = self.latents(batch)
        fake, real = self.fake_images(latents, batch), self.real_images(batch)
        if self.classification:
            real_logits, classes = self.classify(real, batch.labels)
            fake_logits = self.model.discriminate(fake, batch.labels).float()
            terms = {"discriminator": self.loss.discriminator(real_logits, fake_logits), "classes of real": classes}
        else:
            terms = {"discriminator": self.loss.discriminator(*self.real_and_fake_logits(real, fake, batch.labels))}
        if batch.step % self.penalty_interval == 0:
            terms |= {name: self.penalty_interval * term for name, term in self.penalties(real, fake, batch).items()}
        return terms | self.code_losses(latents, fake, batch)

    def generator_losses(self, batch: Batch) -> dict[str, Tensor]:
        latents = self.latents(batch)
        fake = self.fake_images(latents, batch)
        if self.classification:
            fake_logits, classes = self.classify(fake, batch.labels)
            relative = self.loss.relative  # else the loss ignores the real logits
            real_logits = self.model.discriminate(self.real_images(batch), batch.labels) if relative else fake_logits
            terms = {"generator": self.loss.generator(real_logits.float(), fake_logits), "classes of fake": classes}
            return terms | self.code_losses(latents, fake, batch)
        if self.loss.relative or self.shared_batch:
            real_logits, fake_logits = self.real_and_fake_logits(self.real_images(batch), fake, batch.labels)
        else:
            real_logits = fake_logits = self.model.discriminate(fake, batch.labels).float()
        return {"generator": self.loss.generator(real_logits, fake_logits)} | self.code_losses(latents, fake, batch)

    def classify(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The logits (n,) of images under their labels, and the weighted cross-entropy of these among all labels."""
        assert isinstance(self.model, ConditionalDCGAN)
        logits = self.model.class_logits(images).float()  # (n, classes)
        return logits.gather(1, labels[:, None])[:, 0], self.classification * F.cross_entropy(logits, labels)

    def code_losses(self, latents: Tensor, fake: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Terms that a subclass adds in both turns, of the images `fake` made from `latents`."""
        return {}

    def latents(self, batch: Batch) -> Tensor:
        """One latent per real image: (n, latent_dim)."""
        return self.model.latents(batch.size, batch.rng)[batch.shard]

    def fake_images(self, latents: Tensor, batch: Batch) -> Tensor:
        """Images of `latents` and the batch's labels, as the discriminator sees them: (n, c, h, w)."""
        return self.augment(self.model.generate(latents, batch.labels).float(), batch)

    def real_images(self, batch: Batch) -> Tensor:
        """The real images as the discriminator sees them: (n, c, h, w)."""
        return self.augment(batch.images, batch)

    def augment(self, images: Tensor, batch: Batch) -> Tensor:
        """The images with DiffAugment where the rules ask for it."""
        return diff_augment(images, batch) if self.diff_augment else images

    def real_and_fake_logits(self, real: Tensor, fake: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The discriminator's logits of real and fake images, (n,) each."""
        if self.shared_batch:
            both = self.model.discriminate(torch.cat([real, fake]), torch.cat([labels, labels]))
            real_logits, fake_logits = both.float().chunk(2)
            return real_logits, fake_logits
        return self.model.discriminate(real, labels).float(), self.model.discriminate(fake, labels).float()

    def penalties(self, real: Tensor, fake: Tensor, batch: Batch) -> dict[str, Tensor]:
        """The weighted penalties on the discriminator's gradient at real images, at fake ones, and between them."""
        between = torch.lerp(real, fake, batch.uniform((len(batch), 1, 1, 1))) if self.gradient_penalty else real
        penalties = (
            ("r1", self.r1 / 2, zero_centred_penalty, real),
            ("r2", self.r2 / 2, zero_centred_penalty, fake),
            ("gradient penalty", self.gradient_penalty, one_centred_penalty, between),
        )
        terms = {}
        for name, weight, penalty, images in penalties:
            if weight:
                images = images.detach().requires_grad_(True)
                # In full precision: the gradient of a half-precision network is too coarse to be squared.
                with torch.autocast(images.device.type, enabled=False):
                    terms[name] = weight * penalty(self.model.discriminate(images, batch.labels), images)
        return terms
