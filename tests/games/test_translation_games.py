"""The games of pix2pix and CycleGAN: sources and targets, the weights of their losses, the pool of earlier results."""

import pytest
import torch
from training_fixtures import TINY, small, training

from ganzoo import models
from trainer import games
from trainer.data.augmentations import jitter
from trainer.data.batch import Batch


def batch(images):
    rng = torch.Generator().manual_seed(0)
    return Batch(images, torch.zeros(len(images)), step=0, rng=rng, size=len(images), shard=slice(None))


def test_the_source_is_the_half_that_the_rule_names_and_jitter_keeps_pairs_together():
    left, right = torch.rand(4, 3, 32, 32), torch.rand(4, 3, 32, 32)
    model = models.build("pix2pix", TINY)
    for side, given in (("left", left), ("right", right)):
        game = games.build("translation", model, {"source": side})
        source, target = game.pairs(batch(torch.cat([left, right], dim=1)))
        assert torch.equal(source, given) and not torch.equal(target, given)
    same = jitter(batch(torch.cat([left, left], dim=1)))
    assert torch.equal(same[:, :3], same[:, 3:]) and not torch.equal(same[:, :3], left)


def test_the_l1_term_is_weighted_and_an_adversary_is_asked_only_where_there_is_one():
    torch.manual_seed(0)
    both = batch(torch.rand(2, 6, 32, 32))
    alone = games.build(
        "translation", models.build("pix2pix", {**TINY, "patch_layers": 0, "dropout": 0.0}), {"l1": 7.0}
    )
    assert [turn.name for turn in alone.turns] == ["generator"]
    terms = alone.generator_losses(both)
    target, source = both.images.chunk(2, dim=1)
    assert terms.keys() == {"l1"}
    torch.testing.assert_close(terms["l1"], 7 * (alone.model.translate(source) - target).abs().mean())
    assert "generator" in games.build("translation", models.build("pix2pix", TINY), {}).generator_losses(both)


def test_a_small_pix2pix_learns_its_pairs():
    recipe = small(
        "windows-facades", steps=60, model={**TINY, "patch_layers": 0}, learning_rate=2e-3, schedule="constant"
    )
    trained = training(recipe)
    first = float(trained.train_step()["l1"])
    for _ in range(59):
        last = float(trained.train_step()["l1"])
    assert last < 0.5 * first


def test_the_pool_fills_and_then_gives_back_earlier_results():
    game = games.build("cycle", models.build("cyclegan", {**TINY, "blocks": 1}), {"pool": 3})
    shades = [torch.full((1, 3, 32, 32), value) for value in (-1.0, -0.2, 0.2)]
    for shade in shades:
        assert torch.equal(game.exchange_with_pool(shade, 0, batch(shade)), shade)
    assert game.pooled.tolist() == [3, 0]
    shown = game.exchange_with_pool(torch.ones(64, 3, 32, 32), 0, batch(torch.ones(64, 3, 32, 32)))[:, 0, 0, 0]
    earlier = sorted(shown[shown < 0.9].tolist())
    assert earlier == pytest.approx([-1.0, -0.2, 0.2], abs=0.01)  # each comes out once
    assert (shown > 0.9).sum() == 61 and (game.pool[0] == 255).all()


def test_a_cycle_that_gives_everything_back_costs_nothing(monkeypatch):
    game = games.build("cycle", models.build("cyclegan", {**TINY, "blocks": 1}), {})
    monkeypatch.setattr(game.model, "translate", lambda images, direction: images)
    terms = game.generator_losses(batch(torch.rand(2, 6, 32, 32)))
    held = {name: float(term) for name, term in terms.items() if not name.startswith("generator")}
    assert held == dict.fromkeys(("cycle forth", "identity forth", "cycle back", "identity back"), 0)


def test_what_is_lost_on_the_way_and_what_is_changed_in_vain_cost_their_weights(monkeypatch):
    game = games.build("cycle", models.build("cyclegan", {**TINY, "blocks": 1}), {"cycle": 7.0, "identity": 3.0})
    monkeypatch.setattr(game.model, "translate", lambda images, direction: images * (0.5, 0.6)[direction])
    left, right = torch.full((2, 3, 32, 32), 0.4), torch.full((2, 3, 32, 32), -0.8)
    both = batch(torch.cat([left, right], dim=1))
    terms = {name: float(term) for name, term in game.generator_losses(both).items() if "generator" not in name}
    assert terms == pytest.approx({
        "cycle forth": 7 * 0.7 * 0.4, "identity forth": 3 * 0.5 * 0.8,
        "cycle back": 7 * 0.7 * 0.8, "identity back": 3 * 0.4 * 0.4,
    })  # fmt: skip
    game.discriminator_losses(both)
    assert game.pooled.tolist() == [2, 2] and game.fakes[1].unique() == pytest.approx(-0.48)
    assert (game.pool[0, :2] == 153).all(), "what the discriminators see goes through the pool"


def test_the_identity_term_stops_where_the_rules_say():
    model = models.build("cyclegan", {**TINY, "blocks": 1})
    for rules, ends in (({}, 1.0), ({"identity_until": 0.25}, 0.25), ({"identity_until": 0}, 0.0)):
        game = games.build("cycle", model, rules)
        for progress in (0.0, 0.2, 0.25, 0.9):
            game.advance(progress)
            terms = game.generator_losses(batch(torch.rand(2, 6, 32, 32)))
            assert ("identity forth" in terms) == ("identity back" in terms) == (progress < ends)
            assert {"cycle forth", "generator back"} <= terms.keys()
    with pytest.raises(ValueError, match="identity_until must lie between 0 and 1, got 2"):
        games.build("cycle", model, {"identity_until": 2})


@pytest.mark.parametrize(
    ("game", "kind"), [("cycle", "CycleGAN"), ("autoencoding", "Autoencoder"), ("infogan", "InfoGAN")]
)
def test_a_model_of_another_kind_is_refused(game, kind):
    with pytest.raises(ValueError, match=f"game '{game}' needs a {kind}, got a model of class Pix2Pix"):
        games.build(game, models.build("pix2pix", TINY), {})


def test_an_unknown_degradation_is_refused():
    with pytest.raises(ValueError, match="undo must be one of grey, scratches, motion-blur, outline, got 'age'"):
        games.build("translation", models.build("pix2pix", TINY), {"undo": "age"})


@pytest.mark.parametrize("game", ["translation", "cycle"])
def test_losses_that_need_a_penalty_are_refused(game):
    model = models.build({"translation": "pix2pix", "cycle": "cyclegan"}[game], TINY)
    with pytest.raises(ValueError, match="loss must be one of non-saturating, least-squares, relativistic, got 'wass"):
        games.build(game, model, {"loss": "wasserstein"})
