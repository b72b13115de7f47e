"""The discriminator's classification of real images: one pass gives what two would, and the fakes are no part of it."""

import pytest
import torch
from torch.nn import functional as F

from ganzoo import models
from trainer import games
from trainer.data import Batch

SMALL = {"latent_dim": 4, "width": 8}


def conditional():
    torch.manual_seed(0)
    return models.build("conditional-dcgan", {**SMALL, "light": True})


def batch():
    rng = torch.Generator().manual_seed(0)
    images = torch.rand(5, 1, 28, 28, generator=rng)
    return Batch(images, torch.arange(5), step=1, rng=rng, size=5, shard=slice(None))


def test_the_logits_under_all_labels_are_those_under_each():
    model = conditional().eval()
    images = batch().images
    each = [model.discriminate(images, torch.full((5,), label)) for label in range(10)]
    torch.testing.assert_close(model.class_logits(images), torch.stack(each, dim=1))


def test_classification_adds_its_term_and_nothing_else():
    model = conditional()
    (plain, _), (classifying, generator) = (
        games.build("adversarial", model, {"loss": "relativistic", "classification": weight}).turns for weight in (0, 2)
    )
    terms, expected = classifying.losses(batch()), plain.losses(batch())
    torch.testing.assert_close(terms["discriminator"], expected["discriminator"])
    error = F.cross_entropy(model.class_logits(batch().images), batch().labels)
    torch.testing.assert_close(terms["classes"], 2 * error)
    assert terms.keys() - expected.keys() == {"classes"}
    assert generator.losses(batch()).keys() == {"generator"}


@pytest.mark.parametrize(
    ("architecture", "rules", "named"),
    [("modern-gan", {}, "a ModernGAN:"), ("conditional-dcgan", {"shared_batch": True}, "with shared_batch:")],
)
def test_classification_is_refused_where_no_logits_of_all_labels_come(architecture, rules, named):
    with pytest.raises(ValueError, match=f"classification must be 0 for .*{named}"):
        games.build("adversarial", models.build(architecture, SMALL), {"classification": 1.0, **rules})
