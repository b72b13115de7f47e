"""Losses of the games: pure functions named after their papers.

An adversarial loss is a pair (discriminator_loss, generator_loss) on the logits of real and fake images. Logits are
(n,), or (n, 1, h', w') of patches; each function returns a scalar. To add one, write its pair and a row in
`ADVERSARIAL_LOSSES`.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


def non_saturating_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """-E[log D(x)] - E[log(1 - D(G(z)))] (Goodfellow et al. 2014, arXiv 1406.2661, equation 1)."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def non_saturating_generator(real: Tensor, fake: Tensor) -> Tensor:
    """-E[log D(G(z))]: the generator tries to have its fakes scored as real (same paper, end of section 3)."""
    return F.softplus(-fake).mean()


def least_squares_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Half the squared distance to 1 on real and 0 on fake (LSGAN, Mao et al. 2016, arXiv 1611.04076, equation 9)."""
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


def least_squares_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Half the squared distance to 1 on fake (same equation)."""
    return 0.5 * (fake - 1).square().mean()


def relativistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Each real image shall score above its fake partner (RpGAN, Jolicoeur-Martineau 2018, arXiv 1807.00734)."""
    return F.softplus(fake - real).mean()


def relativistic_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Each fake shall score above its real partner (same paper)."""
    return F.softplus(real - fake).mean()


def wasserstein_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E[D(G(z))] - E[D(x)], for a discriminator that is kept nearly 1-Lipschitz (WGAN, arXiv 1701.07875, section 3)."""
    return fake.mean() - real.mean()


def wasserstein_generator(real: Tensor, fake: Tensor) -> Tensor:
    """-E[D(G(z))] (same section)."""
    return -fake.mean()


class AdversarialLoss(NamedTuple):
    """A pair of losses, each called with the logits of real and of fake images."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]
    relative: bool = False
    """Whether the generator's loss depends on the real logits too."""
    critic: bool = False
    """Whether the discriminator must be kept nearly 1-Lipschitz, by a penalty on its gradient."""


ADVERSARIAL_LOSSES: dict[str, AdversarialLoss] = {
    "non-saturating": AdversarialLoss(non_saturating_discriminator, non_saturating_generator),
    "least-squares": AdversarialLoss(least_squares_discriminator, least_squares_generator),
    "wasserstein": AdversarialLoss(wasserstein_discriminator, wasserstein_generator, critic=True),
    "relativistic": AdversarialLoss(relativistic_discriminator, relativistic_generator, relative=True),
}
PATCH_LOSSES = {name: loss for name, loss in ADVERSARIAL_LOSSES.items() if not loss.critic}
"""Those for games of patches, which have no penalty on the discriminator's gradient."""


def zero_centred_penalty(logits: Tensor, images: Tensor) -> Tensor:
    """E[ |d logit / d image|^2 ], summed over (c, h, w), averaged over the batch; differentiable once more.

    `images` must require gradients and `logits` must come from them.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


def one_centred_penalty(logits: Tensor, images: Tensor) -> Tensor:
    """E[ (|d logit / d image| - 1)^2 ] over the batch (WGAN-GP, Gulrajani et al. 2017, arXiv 1704.00028, section 4).

    `images` lie between real and fake ones; they must require gradients and `logits` must come from them.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    norm = (gradient.square().sum(dim=(1, 2, 3)) + 1e-12).sqrt()
    return (norm - 1).square().mean()


def information(logits: Tensor, means: Tensor, category: Tensor, codes: Tensor, *, continuous_weight: float) -> Tensor:
    """How badly codes are predicted: the negated bound of InfoGAN (Chen et al. 2016, arXiv 1606.03657, section 5).

    Cross-entropy of `logits` (n, k) against the one-hot `category` (n, k), plus the negative log-likelihood of `codes`
    (n, d) under Gaussians around `means` of fixed width 1 (less its constant), summed over d and weighted.
    """
    negative_log_likelihood = 0.5 * (codes - means).square().sum(dim=1).mean()
    return F.cross_entropy(logits, category.argmax(dim=1)) + continuous_weight * negative_log_likelihood


def disagreement(logits: Tensor, view_logits: Tensor) -> Tensor:
    """The negated mutual information of the classes of images and of their augmented views, logits (n, k) each.

    At least -log k (IIC, Ji et al. 2018, arXiv 1807.06653, equation 3). One class for all images has no information,
    so classes come out about equally frequent.
    """
    joint = logits.softmax(dim=1).T @ view_logits.softmax(dim=1) / len(logits)  # (k, k)
    joint = ((joint + joint.T) / 2).clamp(min=1e-9)
    log_shares = joint.sum(dim=1).log()
    return (joint * (log_shares[:, None] + log_shares[None, :] - joint.log())).sum()


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) || N(0, 1)), summed over the code (n, d), averaged over the batch.

    Kingma and Welling 2013 (arXiv 1312.6114), appendix B.
    """
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(dim=1).mean()
