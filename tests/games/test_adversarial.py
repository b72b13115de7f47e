"""Classification in the adversarial game: the logits under all labels, and the terms that come of them."""

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


@pytest.mark.parametrize("loss", ["relativistic", "non-saturating"])
def test_classification_adds_a_term_for_each_player_and_nothing_else(loss):
    model = conditional()
    plain, classifying = (
        games.build("adversarial", model, {"loss": loss, "classification": weight}).turns for weight in (0, 2)
    )
    for kind, without, turn in zip(("real", "fake"), plain, classifying, strict=True):
        same = batch()
        terms, expected = turn.losses(batch()), without.losses(same)
        images = same.images
        if kind == "fake":
            images = model.generate(model.latents(5, batch().rng), same.labels)
        error = F.cross_entropy(model.class_logits(images), same.labels)
        torch.testing.assert_close(terms, {**expected, f"classes of {kind}": 2 * error})


@pytest.mark.parametrize(
    ("architecture", "rules", "named"),
    [("modern-gan", {}, "a ModernGAN:"), ("conditional-dcgan", {"shared_batch": True}, "with shared_batch:")],
)
def test_classification_is_refused_where_no_logits_of_all_labels_come(architecture, rules, named):
    with pytest.raises(ValueError, match=f"classification must be 0 for .*{named}"):
        games.build("adversarial", models.build(architecture, SMALL), {"classification": 1.0, **rules})
