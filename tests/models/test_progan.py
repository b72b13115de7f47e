"""ProGAN: what is scaled, what is faded and when, and what stands still meanwhile."""

import math
from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

import ganzoo
from ganzoo import models
from ganzoo.inference import growing_sampler
from ganzoo.models import ProGAN
from ganzoo.models.progan_networks import EqualisedConv, EqualisedUpConv, colour_stage, enlarge, shrink
from trainer.data import registry
from trainer.data.batch import Batch
from trainer.engine import write_model
from trainer.engine.loop import Training
from trainer.games import GAMES
from trainer.games.progressive import level_at
from trainer.recipes import catalogue

RECIPE = replace(catalogue.get_recipe("progan-fashion"), data="synthetic", batch_size=8, rules={})
EVENLY = {"shares": (1, 1, 1, 1)}


def run_of(**changes):
    dataset = registry.load("synthetic", train=True, image_shape=RECIPE.image_shape)
    return Training(replace(RECIPE, **changes), dataset, torch.device("cpu"))


def model(side=32, **options):
    torch.manual_seed(0)
    return ProGAN(image_shape=(3, side, side), latent_dim=8, width=4, most=8, **options).eval()


def latents(n=5):
    return torch.randn(n, 8, generator=torch.Generator().manual_seed(1))


def random_images(n=5, side=32):
    return torch.rand(n, 3, side, side, generator=torch.Generator().manual_seed(2)) * 2 - 1


def batch(images):
    rng = torch.Generator().manual_seed(0)
    return Batch(images, torch.zeros(len(images)).long(), step=0, rng=rng, size=len(images), shard=slice(None))


def test_weights_are_scaled_at_work():
    torch.manual_seed(0)
    layer, x = EqualisedConv(8, 400, 3, padding=1), torch.randn(4, 8, 16, 16)
    assert layer.weight.std().item() == pytest.approx(1, abs=0.02)
    expected = F.conv2d(x, layer.weight * math.sqrt(2 / (8 * 3 * 3)), layer.bias, padding=1)
    torch.testing.assert_close(layer(x), expected)
    assert layer(x)[:, :, 1:-1, 1:-1].var().item() == pytest.approx(2, rel=0.05)
    assert EqualisedConv(16, 3, 1, gain=1).scale == 1 / 4
    layer, x = EqualisedUpConv(8, 400, upsampling="nearest"), torch.randn(4, 8, 16, 16)
    assert layer.weight.std().item() == pytest.approx(1, abs=0.02)
    doubled = layer(x)
    expected = F.conv2d(enlarge(x), layer.weight * math.sqrt(2 / (8 * 3 * 3)), layer.bias, padding=1)
    torch.testing.assert_close(doubled, expected)
    assert doubled[:, :, 1:-1, 1:-1].var().item() == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize("light", [False, True])
def test_every_stage_works_at_its_own_size_and_samples_have_full_size(light):
    gan, images = model(light=light), random_images()
    sizes = []
    for level in range(4):
        gan.grow(level)
        largest = max(maps.shape[-1] for maps in gan.generator.maps(latents(), level))
        assert largest == (max(4, 2 << level) if light else 4 << level)
        drawn = gan.generate_at_stage(latents())
        sizes.append(drawn.shape[-1])
        assert torch.equal(gan.generate(latents()), enlarge(drawn, 32 // drawn.shape[-1]))
        torch.testing.assert_close(gan.discriminate(images), gan.discriminate(gan.reduce_to_stage(images)))
        assert gan.sides == sizes
    assert sizes == [4, 8, 16, 32]
    assert gan.stage_and_alpha == (3, 1.0)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("level", [0, 0.5, 2.25, 3])
def test_early_stages_show_what_their_maps_hold_of_the_final_image(level, light, tmp_path):
    torch.manual_seed(0)
    recipe = replace(RECIPE, model={**RECIPE.model, "light": light})
    gan = models.build("progan", recipe.model)
    gan.grow(level)
    write_model(gan, recipe, tmp_path)
    sampler = ganzoo.load(tmp_path)
    stages, final = sampler.sample_stages(20, seed=1).float(), sampler.sample(20, seed=1).images.float()
    assert stages.shape == (20, len(gan.sides), 1, 32, 32) and torch.equal(stages[:, -1], final)
    for stage, side in enumerate(gan.sides[:-1]):
        shown, target = (shrink(images, 32 // side) for images in (stages[:, stage], final))
        assert torch.equal(enlarge(shown, 32 // side), stages[:, stage])
        assert (shown - target).square().mean() < (0.97 if light else 0.8) * target.var(), "a single colour would get 1"


def test_colours_are_the_least_squares_fit():
    maps, images = torch.randn(3, 4, 5, 5), torch.randn(3, 2, 5, 5)
    linear = torch.einsum("nkyx,kc->ncyx", maps, torch.arange(8.0).view(4, 2)) + 3
    torch.testing.assert_close(growing_sampler.fit_colours(maps, linear)[4], torch.full((2,), 3.0))
    colours = growing_sampler.fit_colours(maps, images)
    rest = images - torch.einsum("nkyx,kc->ncyx", growing_sampler.with_constant(maps), colours)
    rest, maps = (x.movedim(1, -1).flatten(0, 2) for x in (rest, growing_sampler.with_constant(maps)))
    torch.testing.assert_close(maps.T @ rest, torch.zeros(5, 2), atol=1e-4, rtol=0)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("stage", [1, 2, 3])
def test_a_fade_leads_from_the_stage_before_to_the_new_one(stage, light):
    gan, images = model(light=light), random_images(side=4 << stage)
    for network, given, smaller, grow in (
        (gan.generator, latents(), latents(), enlarge),
        (gan.discriminator, images, shrink(images), lambda scores: scores),
    ):
        old, new = grow(network(smaller, stage - 1, 1.0)), network(given, stage, 1.0)
        assert torch.equal(network(given, stage, 0.0), old)
        torch.testing.assert_close(network(given, stage, 1 - 1e-7), new)
        assert not torch.allclose(old, new, atol=1e-3)
        assert not torch.allclose(network(given, stage, 0.5), new, atol=1e-3)
    gan.grow(stage - 0.75)
    assert gan.stage_and_alpha == (stage, 0.25)
    blend = 0.75 * enlarge(gan.generator(latents(), stage - 1, 1.0)) + 0.25 * gan.generator(latents(), stage, 1.0)
    torch.testing.assert_close(gan.generate_at_stage(latents()), blend)


def test_real_images_are_faded_too():
    gan = model()
    game, images = GAMES["progressive"](gan), random_images()
    gan.grow(1.25)
    small = F.avg_pool2d(images, 2)
    blend = 0.75 * F.avg_pool2d(small, 2).repeat_interleave(2, dim=2).repeat_interleave(2, dim=3) + 0.25 * small
    torch.testing.assert_close(game.real_images(batch(images)), blend)
    assert game.fake_images(latents(), batch(images)).shape == blend.shape
    gan.grow(2)
    torch.testing.assert_close(game.real_images(batch(images)), small)


def test_each_network_gets_its_own_loss():
    gan = model()
    game, reals = GAMES["progressive"](gan), torch.full((4, 3, 32, 32), 2.0)
    gan.discriminate = lambda images, labels=None: 5.0 * (images.mean(dim=(1, 2, 3)) - 1).sign()
    assert game.discriminator_losses(batch(reals))["discriminator"] < 0.1
    assert game.generator_losses(batch(reals))["generator"] > 4


@pytest.mark.parametrize(
    ("progress", "level"),
    # Ten parts: one for 4x4; two for 8x8, the first of them fading; three for 16x16, four for 32x32, alike.
    [
        (0, 0), (0.05, 0), (0.1, 0), (0.15, 0.5), (0.2, 1), (0.29, 1), (0.3, 1),
        (0.375, 1.5), (0.45, 2), (0.6, 2), (0.7, 2.5), (0.75, 2.75), (0.8, 3), (0.999, 3),
    ],
)  # fmt: skip
def test_growth_depends_on_the_share_of_images_seen(progress, level):
    assert level_at(progress, shares=(1, 2, 3, 4), fade=0.5) == pytest.approx(level)


def test_fades_may_take_all_of_the_time_or_none():
    assert level_at(0.75, shares=(1, 1), fade=1.0) == 0.5
    assert level_at(0.5, shares=(1, 1), fade=0.0) == 1
    assert level_at(0.999, shares=(2, 1, 1), fade=1.0) == pytest.approx(1.996)


def test_a_run_grows_within_its_first_epoch_and_its_average_with_it():
    training = run_of(steps=8, rules={**EVENLY, "fade": 1.0})
    places = []
    for _ in range(8):
        training.train_step()
        places.append(training.game.model.stage_and_alpha)
        assert training.ema.model.stage_and_alpha == places[-1]
    assert training.step < training.batches.per_epoch
    assert places == [(0, 1.0), (0, 1.0), (0, 1.0), (1, 0.5), (1, 1.0), (2, 0.5), (2, 1.0), (3, 0.5)]


@pytest.mark.parametrize("light", [False, True])
def test_stages_that_are_not_reached_stay_as_they_are(light):
    training = run_of(steps=12, betas=(0.9, 0.99), rules=EVENLY, model={**RECIPE.model, "light": light})
    generator = training.game.model.generator
    trained = []
    for _ in range(12):
        before = {name: tensor.clone() for name, tensor in generator.named_parameters()}
        training.train_step()
        moved = {name for name, tensor in generator.named_parameters() if not torch.equal(tensor, before[name])}
        trained.append({int(name.split(".")[1]) for name in moved if name.startswith("to_colours")})
        stage, _ = training.game.model.stage_and_alpha
        learnt = {int(name.split(".")[1]) for name in moved if name.startswith("stages")}
        assert learnt == set(range(colour_stage(stage, light=light) + 1))
    # Three steps to a stage: the last of the stage before, a fade, the stage alone; momentum carries nothing on.
    assert trained == [{0}, {0}, {0}, {0}, {0, 1}, {1}, {1}, {1, 2}, {2}, {2}, {2, 3}, {3}]


@pytest.mark.parametrize("half", [False, True])
def test_a_saved_model_stands_where_it_stood(half, tmp_path):
    gan = models.build("progan", RECIPE.model)
    gan.grow(1.75)
    write_model(gan, RECIPE, tmp_path, half=half)
    loaded = ganzoo.load(tmp_path)
    assert loaded.network.stage_and_alpha == (2, 0.75)
    assert isinstance(loaded, ganzoo.GrowingSampler) and loaded.sides == [4, 8, 16]
    images, stages = loaded.sample(2, seed=3).images, loaded.sample_stages(2, seed=3)
    assert images.shape == (2, 1, 32, 32) and stages.shape == (2, 3, 1, 32, 32)
    assert stages.dtype == torch.uint8 and torch.equal(stages[:, -1], images)
    assert loaded.scores(loaded.sample(2).images).shape == (2,)


@pytest.mark.parametrize("light", [False, True])
def test_upsampling_belongs_to_the_generator_and_changes_no_weights(light):
    nearest, bilinear = model(light=light), model(light=light, upsampling="bilinear")
    for (name, a), (same, b) in zip(nearest.state_dict().items(), bilinear.state_dict().items(), strict=True):
        assert name == same and torch.equal(a, b)
    assert torch.equal(nearest.discriminate(random_images()), bilinear.discriminate(random_images()))
    steps = []
    for gan in (nearest, bilinear):
        drawn = gan.generate(latents())
        steps.append((drawn - enlarge(shrink(drawn))).square().mean() / drawn.var())
    assert steps[1] < 0.8 * steps[0], "what changes within 2x2 pixels, as a share of all"


def test_bad_sizes_and_shares_are_explained():
    with pytest.raises(ValueError, match=r"image sides must be equal and one of 8, 16, .*, 256, got 28x28"):
        ProGAN(image_shape=(1, 28, 28))
    with pytest.raises(ValueError, match=r"1 or 3 channels, got 2"):
        ProGAN(image_shape=(2, 32, 32))
    with pytest.raises(ValueError, match=r"latent_dim must lie between 1 and 4096, got 0"):
        ProGAN(image_shape=(1, 32, 32), latent_dim=0)
    with pytest.raises(ValueError, match=r"upsampling must be one of nearest, bilinear, got \['cubic'\]"):
        ProGAN(image_shape=(1, 32, 32), upsampling=["cubic"])
    with pytest.raises(ValueError, match=r"shares must be 4 numbers, one for each stage, got 2"):
        GAMES["progressive"](model(), shares=(1, 2))
    with pytest.raises(ValueError, match=r"level must lie between 0 and 3, got 3.5"):
        model().grow(3.5)
