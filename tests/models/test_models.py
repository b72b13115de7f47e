"""Every recipe's model: shapes, ranges, gradients in the right turn, and the way to a folder and back."""

import json
import re
from dataclasses import replace

import pytest
import torch

import ganzoo
from ganzoo import models
from ganzoo.images import PIXEL_RANGES
from ganzoo.inference import load_network, open_folder
from ganzoo.models.autoencoder import ConvVariationalAutoencoder
from ganzoo.models.blocks import Dropout, MinibatchDeviation
from ganzoo.models.maxout import Maxout
from trainer import games
from trainer.data.batch import Batch
from trainer.engine import write_model
from trainer.engine.loop import only_trains
from trainer.recipes.catalogue import RECIPES, get_recipe
from trainer.recipes.gans import CDCGAN
from trainer.recipes.overrides import check_flags, game_rules, model_options

NONSENSE = ("nonsense", -3, 1.5, [], {}, [0.1, "wide"], 1e9)
UNBOUNDED = {
    "r1", "r2", "gradient_penalty", "generator_rate", "code_noise", "kl", "latent_std", "information", "continuous",
    "reading_noise", "invariance", "category_noise", "l1", "cycle", "identity", "classification",
}  # fmt: skip
ALLOWED = {"shares": [[]], **{name: [1.5] for name in UNBOUNDED}}
"""By rule or option: what of the `NONSENSE` is none there."""
REPRESENTATIVES = {(recipe.architecture, recipe.game): recipe for recipe in RECIPES}
"""By architecture and game, one recipe."""
recipes = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


@pytest.mark.parametrize("recipe", REPRESENTATIVES.values(), ids=lambda recipe: recipe.name)
def test_nonsense_in_a_rule_or_an_option_is_refused_by_a_sentence_of_ours(recipe):
    def refuses(name, build):
        for value in NONSENSE:
            if value not in ALLOWED.get(name, []):
                with pytest.raises(ValueError, match=f"{name} must |unknown .*; choices: "):
                    build({name: value})

    with torch.device("meta"):  # no memory for weights
        model = models.build(recipe.architecture, recipe.model)
        for name in set(model_options(recipe)) - {"image_shape"}:
            refuses(name, lambda option: build_new(replace(recipe, model={**recipe.model, **option})))
        for name in game_rules(recipe):
            refuses(name, lambda rule: games.build(recipe.game, model, {**recipe.rules, **rule}))


def build_new(recipe):
    check_flags(recipe)
    return build(recipe)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("dcgan-mnist", {"discriminator_norm": "no"}),
        ("gan-d-mnist", {"generator_norm": "no", "discriminator_output_norm": 2}),
        ("pix2pix-facades", {"skip": "no"}),
    ],
)
def test_stored_options_mean_what_they_meant(name, options):
    recipe = get_recipe(name)
    with torch.device("meta"):
        stored = build(replace(recipe, model={**recipe.model, **options}))
        meant = build(replace(recipe, model={**recipe.model, **dict.fromkeys(options, True)}))
    assert str(stored) == str(meant)


def build(recipe):
    torch.manual_seed(0)
    return models.build(recipe.architecture, recipe.model)


def batch_for(model, n=8, *, game=None):
    """Random images; pairs of them where the game trains on pairs."""
    rng = torch.Generator().manual_seed(0)
    low, high = PIXEL_RANGES[model.pixels]
    channels, *sides = model.image_shape
    channels *= 2 if game is not None and isinstance(model, models.Translation) else 1
    images = low + (high - low) * torch.rand(n, channels, *sides, generator=rng)
    return Batch(images, torch.arange(n) % 10, step=0, rng=rng, size=n, shard=slice(None))


@recipes
def test_shapes(recipe):
    model = build(recipe)
    batch = batch_for(model)
    if isinstance(model, models.GAN):
        images = model.generate(model.latents(8, batch.rng), batch.labels)
        assert images.shape == (8, *model.image_shape)
        assert model.discriminate(images, batch.labels).shape == (8,)
        if model.pixels == "signed":
            assert images.abs().max() <= 1
    elif isinstance(model, models.Autoencoder):
        codes = model.encode(batch.images)
        assert codes.shape == (8, *model.code_shape)
        assert model.decode(codes).shape == batch.images.shape
        assert model(batch.images).min() >= 0
    elif isinstance(model, models.Translation):
        for direction in range(model.directions):
            results = model.translate(batch.images[:2], direction)
            assert results.shape == (2, *model.image_shape) and results.abs().max() <= 1
            if model.has_discriminator:
                *shape, height, width = model.discriminate(batch.images[:2], results, direction).shape
                assert shape == [2, 1] and min(height, width) > 1
    else:
        assert model(batch.images).shape == (8, model.classes)
        assert model.features(batch.images).shape == (8, model.feature_dim)


@recipes
def test_descriptions_of_articles_and_emoji_mention_no_digits(recipe):
    others = recipe.data in ("fashion-mnist", "emoji")
    assert not (others and re.search("digit", f"{recipe.title} {recipe.about}", re.IGNORECASE))


@recipes
def test_each_turn_moves_its_own_parameters_and_no_others(recipe):
    """Networks that grow do not train all their parameters at once, but each of them at some time."""
    game = games.build(recipe.game, build(recipe), recipe.rules).train()
    pairs = isinstance(game.model, models.Translation)
    untrained = {turn.name: set(turn.trains.parameters()) for turn in game.turns}
    assert set().union(*untrained.values()) == set(game.parameters())
    for moment in range(20):
        game.advance(moment / 20)
        for turn in game.turns:
            with only_trains(game, turn.trains):
                sum(turn.losses(batch_for(game.model, 2 if pairs else 8, game=game)).values()).backward()
            for name, parameter in game.named_parameters():
                if parameter.grad is not None:
                    assert parameter in set(turn.trains.parameters()), f"{name} in turn {turn.name}"
                    untrained[turn.name].discard(parameter)
                parameter.grad = None
        if not any(untrained.values()):
            return
    names = {
        turn: [name for name, parameter in game.named_parameters() if parameter in left]
        for turn, left in untrained.items()
    }
    pytest.fail(f"these never got a gradient: {names}")


@recipes
def test_folder_round_trip(recipe, tmp_path):
    model = build(recipe)
    write_model(model, recipe, tmp_path)
    before = torch.get_rng_state()
    loaded = ganzoo.load(tmp_path)
    assert torch.equal(torch.get_rng_state(), before), "nothing is drawn that a file replaces"
    assert loaded.name == recipe.name
    assert loaded.title == recipe.title
    read = dict([*loaded.network.named_parameters(), *loaded.network.named_buffers()])
    for key, tensor in [*model.named_parameters(), *model.named_buffers()]:  # also buffers that no file holds
        assert torch.equal(read[key], tensor) and read[key].dtype == tensor.dtype, key
    assert not any(tensor.requires_grad for tensor in read.values()) and not loaded.network.training


@recipes
def test_an_opened_folder_knows_the_shapes_and_reads_the_weights_later(recipe, tmp_path):
    model = build(recipe)
    write_model(model, recipe, tmp_path)
    opened, loaded = open_folder(tmp_path), ganzoo.load(tmp_path)
    assert any(parameter.is_meta for parameter in opened.skeleton.parameters())
    assert opened.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert (type(opened), opened.image_shape, opened.classes) == (type(loaded), loaded.image_shape, loaded.classes)
    assert not any(parameter.is_meta for parameter in opened.network.parameters())


def test_textbook_sizes():
    sizes = {recipe.name: build(recipe) for recipe in RECIPES}
    assert sizes["ae-mnist"].code_shape == (256, 7, 7)
    assert sizes["ae2d-mnist"].code_shape == (2,)
    linear = [
        tuple(layer.weight.shape) for layer in sizes["gan-b-mnist"].modules() if isinstance(layer, torch.nn.Linear)
    ]
    assert linear == [(256, 128), (512, 256), (1024, 512), (784, 1024), (1024, 784), (512, 1024), (256, 512), (1, 256)]
    maxout = [layer.linear.out_features for layer in sizes["cgan-mnist"].modules() if isinstance(layer, Maxout)]
    assert maxout == [240 * 5, 50 * 5, 240 * 4]


def test_damaged_folders_are_refused(tmp_path):
    def fresh():
        write_model(build(CDCGAN), CDCGAN, tmp_path)
        return json.loads((tmp_path / "config.json").read_text())

    config = fresh()
    (tmp_path / "model.safetensors").write_bytes((tmp_path / "model.safetensors").read_bytes()[:-1] + b"x")
    for read in (ganzoo.load, open_folder):
        with pytest.raises(ValueError, match=r"sha256"):
            read(tmp_path)
    config = fresh() | {"options": {"latent_dim": 32}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    for read in (ganzoo.load, open_folder):
        with pytest.raises(ValueError, match=r"does not fit.*shape"):
            read(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config | {"architecture": "os.system"}))
    with pytest.raises(ValueError, match=r"unknown architecture 'os.system'; choices: conv-autoencoder"):
        load_network(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match=r"no valid JSON"):
        ganzoo.load(tmp_path)
    (tmp_path / "config.json").unlink()
    with pytest.raises(ValueError, match=r"no config.json"):
        ganzoo.load(tmp_path)


def test_unknown_names_list_the_choices():
    with pytest.raises(ValueError, match=r"classifier-mnist"):
        ganzoo.load("no-such-model")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pixels": "x"}, "pixels must be one of unit, signed, got 'x'"),
        ({"latent_std": "nan"}, "latent_std must be a finite number, got 'nan'"),
        ({"latent_std": -1}, "latent_std must lie between 0 and 1000000.0, got -1"),
    ],
)
def test_options_out_of_range_are_refused_when_the_model_is_built(options, message):
    with pytest.raises(ValueError, match=message):
        models.build("mlp-gan", {"latent_dim": 4, "generator_widths": [4], "discriminator_widths": [4], **options})


def test_weights_that_are_not_finite_are_not_written(tmp_path):
    model = build(CDCGAN)
    model.generator.project.bias.data[0] = float("nan")
    with pytest.raises(ValueError, match=r"not finite in generator.project.bias"):
        write_model(model, CDCGAN, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_dropout_keeps_the_expected_share_and_the_mean():
    torch.manual_seed(0)
    dropped = Dropout(0.3)(torch.ones(400, 1001))
    assert (dropped == 0).float().mean().item() == pytest.approx(0.3, abs=0.005)
    assert dropped.mean().item() == pytest.approx(1, abs=0.01)
    assert torch.equal(Dropout(0.3).eval()(torch.ones(5)), torch.ones(5))


def test_maxout_is_the_largest_piece():
    layer = Maxout(1, 2, pieces=3, dropout=0.0)
    layer.linear.weight.data = torch.tensor([[1.0], [2], [3], [-4], [5], [0]])
    layer.linear.bias.data.zero_()
    assert layer(torch.tensor([[2.0]])).tolist() == [[10.0, 4.0]]


def test_scores_do_not_depend_on_the_batch():
    model = build(CDCGAN).eval()
    batch = batch_for(model)
    alone = torch.cat([model.discriminate(batch.images[i : i + 1], batch.labels[i : i + 1]) for i in range(8)])
    torch.testing.assert_close(model.discriminate(batch.images, batch.labels), alone, atol=1e-5, rtol=1e-4)
    same = MinibatchDeviation()(torch.ones(4, 1, 2, 2))
    varied = MinibatchDeviation()(torch.randn(4, 1, 2, 2))
    assert same[0, 1, 0, 0] < 0.01 < varied[0, 1, 0, 0]


def test_a_variational_code_is_the_mean():
    model = ConvVariationalAutoencoder(code_dim=2).eval()
    images = torch.rand(3, 1, 28, 28)
    mean, log_variance = model.posterior(images)
    assert torch.equal(model.encode(images), mean)
    assert mean.shape == log_variance.shape == (3, 2)
