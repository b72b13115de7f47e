"""Image to image: networks, degradations, both games, and what a loaded model does with any picture."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from training_fixtures import TINY, small, training, write_image

import ganzoo
from ganzoo import models
from ganzoo.__main__ import main
from ganzoo.degradations import DEGRADATIONS
from ganzoo.drawing import scenes
from ganzoo.images import fit
from ganzoo.models.blocks import UPSAMPLINGS, InstanceNorm, UpConvolution
from trainer import games
from trainer.data.augmentations import jitter
from trainer.data.batch import Batch
from trainer.engine import write_model
from trainer.recipes import catalogue


def batch(images):
    rng = torch.Generator().manual_seed(0)
    return Batch(images, torch.zeros(len(images)), step=0, rng=rng, size=len(images), shard=slice(None))


@pytest.mark.parametrize("upsampling", UPSAMPLINGS)
def test_upsampling_and_convolution_in_one_is_the_two_in_a_row(upsampling):
    torch.manual_seed(0)
    layer, x = UpConvolution(5, 7, upsampling=upsampling), torch.randn(2, 5, 6, 8)
    zeros_around = F.pad(x, (1, 1, 1, 1))  # else bilinear interpolation repeats the outermost
    larger = F.interpolate(zeros_around, scale_factor=2, mode=upsampling)
    two = F.conv2d(larger, layer.weight, layer.bias)[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(layer(x), two)


def test_instance_norm_is_pytorch_s():
    x = 3 + 2 * torch.randn(3, 4, 5, 6)
    torch.testing.assert_close(InstanceNorm(4)(x), F.instance_norm(x))


def test_a_result_does_not_depend_on_its_neighbours_or_on_chance(translator):
    images = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8)
    together = translator.translate(images)
    assert torch.equal(together, translator.translate(images))
    alone = torch.cat([translator.translate(one[None]) for one in images])
    assert (together.int() - alone.int()).abs().max() <= 1  # sums in another order


def test_a_discriminator_of_patches_sees_34_or_70_pixels():
    for layers, width in ((2, 34), (3, 70)):
        model = models.build("pix2pix", {**TINY, "patch_layers": layers, "image_shape": (3, 128, 128)}).eval()
        for norm in [one for one in model.discriminator.modules() if isinstance(one, InstanceNorm)]:
            norm.forward = lambda x: x  # which looks at the whole picture
        images = torch.zeros(1, 3, 128, 128, requires_grad=True)
        scores = model.discriminate(torch.zeros(1, 3, 128, 128), images)
        scores[0, 0, scores.shape[2] // 2, scores.shape[3] // 2].backward()
        rows = images.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
        assert int(rows[-1] - rows[0]) + 1 == width


@pytest.mark.parametrize("size", [(1, 1), (32, 32), (37, 81), (2000, 10), (10, 3000), (33, 32)])
def test_pictures_of_any_size_go_through(translator, size):
    picture = Image.new("RGB", size, (200, 40, 40))
    result = translator.translate(picture)
    wide, high = result.size
    assert max(wide, high) <= 1024 and (min(wide, high) == 32 or max(wide, high) == 1024 or size == (1, 1))
    assert abs(wide / high / (size[0] / size[1]) - 1) < 0.2


def test_grey_palette_and_clear_pictures_go_through(translator):
    for mode in ("L", "P", "RGBA", "1", "CMYK"):
        assert translator.translate(Image.new(mode, (40, 50))).mode == "RGB"


def test_what_it_cannot_take_is_refused(translator):
    with pytest.raises(ValueError, match=r"direction must be one of windows to photo, got 'back'"):
        translator.translate(Image.new("RGB", (32, 32)), direction="back")
    with pytest.raises(ValueError, match=r"side must lie between 16 and 1024, got 5000"):
        translator.translate(Image.new("RGB", (32, 32)), side=5000)
    for wrong in (torch.zeros(1, 3, 32, 32), torch.zeros(1, 1, 32, 32, dtype=torch.uint8)):
        with pytest.raises(ValueError, match=r"expected pictures uint8 \(n, 3, h, w\)"):
            translator.translate(wrong)
    with pytest.raises(ValueError, match=r"undoes nothing"):
        translator.degrade(torch.zeros(1, 3, 32, 32, dtype=torch.uint8))


def test_verdicts_come_as_a_map_of_probabilities(translator):
    images = torch.randint(0, 256, (2, 3, 32, 40), dtype=torch.uint8)
    scores = translator.score_map(images, translator.translate(images))
    assert scores.shape[0] == 2 and min(scores.shape[1:]) > 1


def degraded(name, images, autocast):
    rng = torch.Generator().manual_seed(0)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        half = torch.full((len(images), 1, 1, 1), 0.5)
        return DEGRADATIONS[name].apply(images, half, lambda shape: torch.rand(shape, generator=rng))


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_degradations_keep_shape_and_range_and_take_more_the_stronger(name):
    rng = torch.Generator().manual_seed(0)
    pictures = torch.stack([fit(scenes.street_map(seed), (3, 48, 64)) for seed in range(6)])
    images = pictures.float() / 127.5 - 1
    lost = []
    for strength in (0.0, 0.5, 1.0):
        result = DEGRADATIONS[name].apply(
            images, torch.full((6, 1, 1, 1), strength), lambda shape: torch.rand(shape, generator=rng)
        )
        assert result.shape == images.shape and result.min() >= -1.001 and result.max() <= 1.001
        lost.append(float((result - images).abs().mean()))
    if name == "outline":  # which is never the picture itself: black on white
        assert set(result.unique().tolist()) == {-1.0, 1.0} and torch.equal(result[:, 0], result[:, 2])
    else:
        assert lost[0] < 1e-6 < lost[1] < lost[2]
    exact, rounded = (degraded(name, images, enabled) for enabled in (False, True))
    torch.testing.assert_close(exact, rounded)  # in a training, too
    if name == "grey":
        assert torch.equal(result[:, 0], result[:, 1])
    once, again = (DEGRADATIONS[name].apply(images, torch.ones(6, 1, 1, 1), draw) for draw in (torch.zeros, torch.ones))
    assert DEGRADATIONS[name].is_random != torch.equal(once, again)


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


def test_a_discriminator_that_is_too_deep_for_the_pictures_is_refused():
    for name in ("pix2pix", "cyclegan"):
        assert models.build(name, {**TINY, "patch_layers": 3}).has_discriminator
        with pytest.raises(ValueError, match="patch_layers must lie between 1 and 3, got 4"):
            models.build(name, {**TINY, "patch_layers": 4})


@pytest.mark.parametrize("norm", [True, False])
def test_one_extreme_place_shifts_the_whole_picture_by_instance_norm_alone(norm):
    images = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 0.2
    spotted = images.clone()
    spotted[:, :, :3, :3] = -1
    model = models.build("cyclegan", {**TINY, "norm": norm, "blocks": 1})
    with torch.no_grad():
        change = (model.translate(spotted) - model.translate(images)).abs()
    assert change[:, :, :3, :3].max() > 0 and (change[:, :, 40:, 40:].max() > 1e-3) == norm


@pytest.mark.parametrize("game", ["translation", "cycle"])
def test_losses_that_need_a_penalty_are_refused(game):
    model = models.build({"translation": "pix2pix", "cycle": "cyclegan"}[game], TINY)
    with pytest.raises(ValueError, match="loss must be one of non-saturating, least-squares, relativistic, got 'wass"):
        games.build(game, model, {"loss": "wasserstein"})


def test_damage_to_many_pictures_is_done_in_parts(tmp_path):
    write_model(models.build("pix2pix", TINY), replace(catalogue.INPAINT, model=TINY), tmp_path / "repair")
    model, images = ganzoo.load(tmp_path / "repair"), torch.full((19, 3, 32, 32), 200, dtype=torch.uint8)
    damaged = model.degrade(images, strength=0.8, seed=3)
    assert torch.equal(damaged, model.degrade(images, strength=0.8, seed=3))
    assert (damaged != images).flatten(1).any(dim=1).all() and len({one.numpy().tobytes() for one in damaged}) == 19


def test_pictures_that_come_alone_are_the_target_whichever_half_is_given(tmp_path):
    recipe = replace(catalogue.INPAINT, model=TINY, rules={"undo": "scratches", "source": "left"})
    write_model(models.build("pix2pix", TINY), recipe, tmp_path / "repair")
    assert ganzoo.load(tmp_path / "repair").sides == ("scratches", "picture")


def test_the_command_translates_pictures_and_folders(translator, tmp_path, capsys):
    name = str(translator.folder)
    scenes.windows(1).save(tmp_path / "one.png")
    assert main(["translate", name, str(tmp_path / "one.png"), "--out", str(tmp_path / "photo.jpg")]) == 0
    assert Image.open(tmp_path / "photo.jpg").size == (32, 32)
    many = tmp_path / "many"
    (many / "deep").mkdir(parents=True)
    for place in ("a.png", "deep/b.png"):
        scenes.windows(2).save(many / place)
    (many / "notes.png").write_text("no picture")
    (many / "notes.txt").write_text("not looked at")
    assert main(["translate", name, str(many), "--out", str(tmp_path / "out"), "--side", "48"]) == 0
    assert sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.png")) == [
        "a.png", "deep/b.png",
    ]  # fmt: skip
    assert "left out: notes.png is no picture" in capsys.readouterr().err
    assert np.asarray(Image.open(tmp_path / "out" / "a.png")).shape == (48, 48, 3)
    assert main(["translate", name, str(tmp_path / "none.png"), "--out", str(tmp_path / "x.png")]) == 2
    assert main(["translate", name, str(many), "--out", str(tmp_path / "x.png")]) == 2
    assert "several pictures go into a folder" in capsys.readouterr().err


@pytest.mark.parametrize("kind", scenes.SCENES)
def test_drawings_follow_their_seed_and_size(kind):
    first, again, other = (np.asarray(scenes.SCENES[kind](seed, size=(48, 80))) for seed in (3, 3, 4))
    assert first.shape == (48, 80, 3) and (first == again).all() and (first != other).any()


def test_the_house_has_dark_panes_where_windows_are_drawn():
    front = scenes.windows(5, size=(64, 64))
    red = np.asarray(front)[:, :, 0] > 128
    house = np.asarray(scenes.house(front, 5)).mean(axis=2)
    assert 0.05 < red.mean() < 0.6 and house[red].max() < house[~red].min()


def test_outlines_are_thin_black_lines_inside_the_picture():
    for seed in range(len(scenes.OUTLINES)):
        ink = 1 - np.asarray(scenes.outline(seed)).astype(float) / 255
        assert 0.03 < ink.mean() < 0.2 and ink.max() == 1 and ink[:, [0, -1]].max() == ink[[0, -1]].max() == 0


def test_winter_is_whiter_than_summer():
    summer, winter = (np.asarray(scenes.SCENES[kind](0)).astype(int) for kind in ("summer", "winter"))
    assert winter.min(axis=2).mean() > summer.min(axis=2).mean() + 60


def test_no_picture_of_the_visitor_s_is_lost(translator, tmp_path, capsys):
    photos = tmp_path / "photos"
    write_image(photos / "y.png", (9, 9, 9))
    write_image(photos / "x.jpg", (7, 7, 7))
    (photos / "x.json").write_text("{}")
    kept = (photos / "y.png").read_bytes()
    command = ["translate", str(translator.folder), str(photos), "--out"]
    assert main([*command, str(photos)]) == 2
    assert "is a picture to be translated" in capsys.readouterr().err and (photos / "y.png").read_bytes() == kept
    for _ in range(2):  # what lies in the folder of results is no source
        assert main([*command, str(photos / "out")]) == 0
    assert sorted(path.name for path in (photos / "out").rglob("*")) == ["x.png", "y.png"]
    assert main([*command, str(tmp_path / "z"), "--side", "0"]) == 2
    assert "side must lie between 16 and 1024, got 0" in capsys.readouterr().err


@pytest.mark.parametrize("rules", [{"undo": ["grey"]}, {"undo": {}}, {"undo": "all"}, None, [1]])
def test_a_stranger_s_rules_are_no_trap(translator, rules):
    model = ganzoo.load(translator.folder)
    model.config = model.config.with_fields(recipe={**model.recipe, "rules": rules})
    assert model.undoes == "" and model.directions == ["windows to photo"]
