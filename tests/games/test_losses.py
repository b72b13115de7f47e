"""Losses and penalties against numbers worked out by hand."""

import math

import pytest
import torch

from trainer.games.losses import (
    ADVERSARIAL_LOSSES,
    disagreement,
    information,
    kl_to_standard_normal,
    one_centred_penalty,
    zero_centred_penalty,
)

LOG3 = math.log(3)  # sigmoid(log 3) = 3/4

BY_HAND = {
    # real logits (log 3, 0): D = 3/4, 1/2; fake logits (0, -log 3): D = 1/2, 1/4
    "non-saturating": (
        -(math.log(3 / 4) + math.log(1 / 2)) / 2 - (math.log(1 / 2) + math.log(3 / 4)) / 2,
        -(math.log(1 / 2) + math.log(1 / 4)) / 2,
    ),
    "least-squares": (
        0.5 * ((LOG3 - 1) ** 2 + 1) / 2 + 0.5 * LOG3**2 / 2,
        0.5 * (1 + (LOG3 + 1) ** 2) / 2,
    ),
    "wasserstein": (-LOG3 / 2 - LOG3 / 2, LOG3 / 2),
    # real - fake = log 3 in both pairs
    "relativistic": (-math.log(3 / 4), -math.log(1 / 4)),
}


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_adversarial_losses(name):
    real, fake = torch.tensor([LOG3, 0.0]), torch.tensor([0.0, -LOG3])
    loss = ADVERSARIAL_LOSSES[name]
    expected_discriminator, expected_generator = BY_HAND[name]
    assert loss.discriminator(real, fake).item() == pytest.approx(expected_discriminator, rel=1e-5)
    assert loss.generator(real, fake).item() == pytest.approx(expected_generator, rel=1e-5)


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_each_player_pulls_its_own_way(name):
    loss = ADVERSARIAL_LOSSES[name]
    real, fake = torch.zeros(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    real_pull, fake_pull = torch.autograd.grad(loss.discriminator(real, fake), (real, fake), allow_unused=True)
    assert real_pull.max() < 0
    assert fake_pull.min() >= 0
    (fake_pull,) = torch.autograd.grad(loss.generator(real, fake), fake)
    assert fake_pull.max() < 0


def test_zero_centred_penalty_of_a_quadratic():
    images = torch.full((2, 1, 2, 2), 3.0, requires_grad=True)
    scale = torch.tensor(0.5, requires_grad=True)
    penalty = zero_centred_penalty((scale * images.square()).sum(dim=(1, 2, 3)), images)
    assert penalty.item() == pytest.approx(4 * (2 * 0.5 * 3) ** 2)
    (slope,) = torch.autograd.grad(penalty, scale)
    assert slope.item() == pytest.approx(4 * 2 * (2 * 3) ** 2 * 0.5)


def test_kl_to_standard_normal():
    mean, log_variance = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, math.log(4.0)]])
    assert kl_to_standard_normal(mean, log_variance).item() == pytest.approx(0.5 + 0.5 * (4 - 1 - math.log(4)))


def test_one_centred_penalty_of_a_slope():
    images = torch.zeros(2, 1, 2, 2, requires_grad=True)
    slope = torch.tensor(3.0, requires_grad=True)
    penalty = one_centred_penalty((slope * images).sum(dim=(1, 2, 3)), images)  # the gradient's length is 2 * 3
    assert penalty.item() == pytest.approx((6 - 1) ** 2, rel=1e-5)
    assert torch.autograd.grad(penalty, slope)[0].item() == pytest.approx(2 * (6 - 1) * 2, rel=1e-5)


def test_disagreement_is_the_mutual_information_negated():
    sure = 40 * torch.eye(3)
    assert disagreement(sure, sure).item() == pytest.approx(-math.log(3), abs=1e-5)
    assert disagreement(sure, sure[[1, 2, 0]]).item() == pytest.approx(-math.log(1.5), abs=1e-5)  # once made symmetric
    assert disagreement(sure, torch.zeros(3, 3)).item() == pytest.approx(0, abs=1e-5)
    assert disagreement(sure[[0, 0, 0]], sure[[0, 0, 0]]).item() == pytest.approx(0, abs=1e-5)


def test_information_takes_logits_and_codes():
    category, codes = torch.tensor([[0.0, 1, 0]]), torch.tensor([[0.5, -1.0]])
    unsure, off = torch.zeros(1, 3), torch.tensor([[0.5, 1.0]])
    assert information(unsure, codes, category, codes, continuous_weight=0.1).item() == pytest.approx(math.log(3))
    # A softmax before the cross-entropy would leave at least log(1 + 2/e) = 0.55 here.
    assert information(40 * category, codes, category, codes, continuous_weight=0.1).item() < 1e-6
    assert information(40 * category, off, category, codes, continuous_weight=0.1).item() == pytest.approx(0.1 * 2)
