"""Image to image: networks, degradations, pairs on disk, both games, and what a loaded model does with any picture."""

import pickle
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from training_fixtures import small, training

import ganzoo
from ganzoo import drawings, models
from ganzoo.__main__ import main
from ganzoo.degrading import DEGRADATIONS
from ganzoo.models.blocks import InstanceNorm, UpConvolution
from trainer import card, data, evaluate, games, publish, recipes, run, translations
from trainer.__main__ import main as trainer_main
from trainer.batch import Batch, jitter
from trainer.batches import Batches
from trainer.colours import drawn_with, nearest_colours, palette
from trainer.folder import digest_of
from trainer.pairs import look
from trainer.recipe import fitted

CPU = torch.device("cpu")
TINY = {"width": 8, "patch_width": 8, "image_shape": (3, 32, 32)}


def batch(images):
    dice = torch.Generator().manual_seed(0)
    return Batch(images, torch.zeros(len(images)), step=0, dice=dice, size=len(images), rows=slice(None))


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    """An untrained pix2pix of windows to photos, on disk."""
    torch.manual_seed(0)
    recipe = replace(recipes.PIX2PIX, model=TINY)
    place = tmp_path_factory.mktemp("models") / "tiny"
    run.write_model(models.build("pix2pix", TINY), recipe, place, sides=["photo", "windows"])
    return ganzoo.load(place)


def test_upsampling_and_convolution_in_one_is_the_two_in_a_row():
    torch.manual_seed(0)
    layer, x = UpConvolution(5, 7), torch.randn(2, 5, 6, 8)
    two = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), layer.weight, layer.bias, padding=1)
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
        verdicts = model.judge(torch.zeros(1, 3, 128, 128), images)
        verdicts[0, 0, verdicts.shape[2] // 2, verdicts.shape[3] // 2].backward()
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
    verdicts = translator.verdict_map(images, translator.translate(images))
    assert verdicts.shape[0] == 2 and min(verdicts.shape[1:]) > 1


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_degradations_keep_shape_and_range_and_take_more_the_stronger(name):
    dice = torch.Generator().manual_seed(0)
    pictures = torch.stack([data.fit(drawings.street_map(seed), (3, 48, 64)) for seed in range(6)])
    images = pictures.float() / 127.5 - 1
    lost = []
    for strength in (0.0, 0.5, 1.0):
        result = DEGRADATIONS[name].apply(
            images, torch.full((6, 1, 1, 1), strength), lambda shape: torch.rand(shape, generator=dice)
        )
        assert result.shape == images.shape and result.min() >= -1.001 and result.max() <= 1.001
        lost.append(float((result - images).abs().mean()))
    if name == "outline":  # which is never the picture itself: black on white
        assert set(result.unique().tolist()) == {-1.0, 1.0} and torch.equal(result[:, 0], result[:, 2])
    else:
        assert lost[0] < 1e-6 < lost[1] < lost[2]
    if name == "grey":
        assert torch.equal(result[:, 0], result[:, 1])


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
    first = float(trained.play()["l1"])
    for _ in range(59):
        last = float(trained.play()["l1"])
    assert last < 0.5 * first


def test_the_pool_fills_and_then_gives_back_earlier_results():
    game = games.build("cycle", models.build("cyclegan", {**TINY, "blocks": 1}), {"pool": 3})
    shades = [torch.full((1, 3, 32, 32), value) for value in (-1.0, -0.2, 0.2)]
    for shade in shades:
        assert torch.equal(game.from_pool(shade, 0, batch(shade)), shade)
    assert game.pooled.tolist() == [3, 0]
    shown = game.from_pool(torch.ones(64, 3, 32, 32), 0, batch(torch.ones(64, 3, 32, 32)))[:, 0, 0, 0]
    earlier = sorted(shown[shown < 0.9].tolist())
    assert earlier == pytest.approx([-1.0, -0.2, 0.2], abs=0.01)  # each comes out once
    assert (shown > 0.9).sum() == 61 and (game.pool[0] == 255).all()


def test_a_cycle_that_gives_everything_back_costs_nothing(monkeypatch):
    game = games.build("cycle", models.build("cyclegan", {**TINY, "blocks": 1}), {})
    monkeypatch.setattr(game.model, "translate", lambda images, direction: images)
    terms = game.generator_losses(batch(torch.rand(2, 6, 32, 32)))
    held = {name: float(term) for name, term in terms.items() if not name.startswith("generator")}
    assert held == dict.fromkeys(("cycle forth", "identity forth", "cycle back", "identity back"), 0)


def write(path, *colours, size=(20, 20)):
    """A picture of as many colours side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (size[0] * len(colours), size[1]))
    for place, colour in enumerate(colours):
        picture.paste(colour, (place * size[0], 0, (place + 1) * size[0], size[1]))
    picture.save(path)


@pytest.fixture
def layouts(tmp_path):
    """The same 24 + 4 pairs, red left and green right, in three ways; red below 100 is training, above is test."""
    for i in range(28):
        split = "train" if i < 24 else "test"
        left, right = (i if i < 24 else 100 + i, 0, 0), (0, i if i < 24 else 100 + i, 0)
        write(tmp_path / "beside" / split / f"{i}.png", left, right)
        write(tmp_path / "folders" / split / "photo" / f"{i}.png", left)
        write(tmp_path / "folders" / split / "plan" / f"{i}.png", right)
        write(tmp_path / "cycle" / f"{split}A" / f"a{i}.png", left)
        write(tmp_path / "cycle" / f"{split}B" / f"b{i}.png", right)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "sides"),
    [("pairs:beside", ("left", "right")), ("pairs:folders", ("photo", "plan")), ("unpaired:cycle", ("A", "B"))],
)
def test_pairs_are_read_and_no_test_picture_is_trained_on(layouts, name, sides):
    kind, _, folder = name.partition(":")
    train, test = (
        data.load(f"{kind}:{layouts / folder}", train=part, image_shape=(3, 16, 16)) for part in (True, False)
    )
    assert train.images.shape == (24, 6, 16, 16) and len(test) == 4 and train.sides == sides
    assert train.images[:, 0].max() < 100 <= test.images[:, 0].min()
    assert train.loose == (kind == "unpaired")
    assert train.loose or torch.equal(train.images[:, 0], train.images[:, 4])


@pytest.mark.parametrize("name", ["pairs:beside", "pairs:folders", "unpaired:cycle"])
def test_pairs_that_are_too_many_for_the_memory_stay_in_their_files(layouts, name, monkeypatch):
    kind, _, folder = name.partition(":")
    own = {"root": layouts, "train": True, "image_shape": (3, 16, 16)}
    kept = data.load(f"{kind}:{layouts / folder}", **own)
    monkeypatch.setattr(data, "room", lambda device: 1000)
    files = data.load(f"{kind}:{layouts / folder}", **own)
    assert isinstance(files, data.PictureFiles) and files.digest == kept.digest and files.sides == kept.sides
    assert files.image_shape == kept.image_shape
    assert all(torch.equal(files[i], kept[i]) for i in range(24))
    if kind == "pairs":  # looked at by `evaluate`, too
        recipe = replace(recipes.PIX2PIX, data=f"{kind}:{layouts / folder}", model=TINY)
        run.write_model(models.build("pix2pix", TINY), recipe, layouts / "model", sides=list(files.sides))
        assert evaluate.evaluate(ganzoo.load(layouts / "model"), data_root=layouts)["test L1"].value > 0
    assert pickle.loads(pickle.dumps(files))[3].equal(kept[3])  # worker processes get a copy


def test_without_a_test_folder_one_in_ten_is_held_back_and_partners_stay_together(tmp_path):
    for i in range(60):
        write(tmp_path / "one" / f"{i}.png", (i, 0, 0))
        if i != 7:
            write(tmp_path / "two" / f"{i}.jpg", (0, i, 0))
    sides = [look(tmp_path, part, paired=True) for part in (True, False)]
    names = [{path.stem for path in side.left} for side in sides]
    assert not names[0] & names[1] and len(names[0] | names[1]) == 59 and 1 <= len(names[1]) < 15
    assert all([one.stem for one in side.left] == [one.stem for one in side.right] for side in sides)
    assert sum((side.lone for side in sides), ()) == ("one/7.png has no partner of its own",)


def test_folders_that_hold_no_pairs_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no folder"):
        data.load(f"pairs:{tmp_path / 'nowhere'}", train=True, image_shape=(3, 16, 16))
    with pytest.raises(ValueError, match=r"0 pairs can be read.*at least 20 are needed"):
        data.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))
    for name in "abc":
        (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=r"must have two sub-folders, one for each side; it has a, b, c"):
        data.load(f"pairs:{tmp_path}", train=True, image_shape=(3, 16, 16))
    with pytest.raises(OSError, match=r"put pairs into its folders train and test"):
        data.load("facades", root=tmp_path, train=True, image_shape=(3, 16, 16))


def test_a_broken_pair_is_named_and_left_out(layouts, capsys):
    (layouts / "beside" / "train" / "3.png").write_bytes(b"no picture")
    (layouts / "beside" / "train" / "4.png").write_bytes((layouts / "beside" / "train" / "5.png").read_bytes()[:60])
    found = data.load(f"pairs:{layouts / 'beside'}", train=True, image_shape=(3, 16, 16))
    assert found.digest == digest_of(f"train/{i}.png" for i in sorted(set(range(24)) - {3, 4}, key=str))
    assert len(found) == 22 and "left out 2: 3.png is no picture" in found.notes[1] and "4.png" in found.notes[1]


def test_loose_sides_are_drawn_in_orders_of_their_own():
    n = 40
    ramp = torch.arange(n, dtype=torch.uint8)[:, None, None, None].expand(n, 6, 4, 4).contiguous()
    pictures = data.Pictures(ramp, torch.zeros(n, dtype=torch.int64), loose=True)
    source = Batches(pictures, CPU, batch_size=4, seed=0, pixels="unit")
    drawn = [source.draw(step, dice=torch.Generator()).images[:, [0, 3], 0, 0] * 255 for step in range(20)]
    for epoch in (torch.cat(drawn[:10]).round(), torch.cat(drawn[10:]).round()):
        assert all(sorted(side.tolist()) == list(range(n)) for side in epoch.T)
        assert (epoch[:, 0] == epoch[:, 1]).float().mean() < 0.3
    assert torch.equal(pictures.images, ramp)


def test_figures_of_known_pictures():
    colours = torch.tensor([[0.0, 0, 255], [255, 0, 0]])
    truth = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    truth[:, 2] = 255
    truth[0, :, :, :2] = torch.tensor([255, 0, 0], dtype=torch.uint8)[:, None, None]
    made = truth.clone()
    made[0, :, 0, :2] = torch.tensor([20, 0, 250], dtype=torch.uint8)[:, None]
    read, known = (nearest_colours(images, colours) for images in (made, truth))
    assert translations.overlap(read, known, 1) == pytest.approx(6 / 8)
    assert translations.overlap(read, known, 0) == pytest.approx(8 / 10)
    noise = torch.rand(2, 3, 16, 16)
    blurred = F.avg_pool2d(noise, 3, 1, padding=1)
    assert translations.sharpness(blurred) < 0.5 * translations.sharpness(noise)
    assert translations.ssim(noise, noise) == pytest.approx(1)
    assert translations.ssim(blurred, noise) < 0.9


def test_a_palette_has_neither_shades_nor_the_blends_of_soft_edges():
    maps = np.stack([np.asarray(drawings.windows(seed, size=(96, 96)).resize((61, 61), 3)) for seed in range(12)])
    noise = np.random.default_rng(0).integers(-20, 21, maps.shape)
    images = torch.from_numpy((maps + noise).clip(0, 255).astype(np.uint8)).permute(0, 3, 1, 2)
    blue, red = palette(images)
    assert (blue - torch.tensor(drawings.WALL)).abs().max() < 12 and (
        red - torch.tensor(drawings.WINDOW)
    ).abs().max() < 12
    assert len(drawn_with(images[:, :1])) == 2, "grey ones, too"
    photos = [np.asarray(drawings.landscape(seed, winter=False, size=(64, 64))) for seed in range(4)]
    assert drawn_with(torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2)) == []
    assert len(palette(torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8))) == 0
    assert drawn_with(torch.zeros(2, 3, 8, 8, dtype=torch.uint8)) == [], "one colour draws nothing"
    large = torch.zeros(24, 3, 160, 160, dtype=torch.uint8)
    large[:, 2] = 255
    large[:, :, :40] = 255
    assert drawn_with(large) == ["#0000ff", "#ffffff"], "sums of many pixels are exact"


@pytest.mark.parametrize("name", ["pix2pix-facades", "windows-facades", "colorize-emoji", "cyclegan-seasons"])
def test_a_translator_is_measured_beside_a_look_up(name, tmp_path):
    sides = {"image_shape": (3, 32, 32)}
    recipe = small(name)
    assert run.start(replace(recipe, model={**recipe.model, **sides}), tmp_path / "run", device="cpu")
    figures = evaluate.evaluate(ganzoo.load(tmp_path / "run"), data_root=tmp_path)
    if name == "cyclegan-seasons":
        assert [len(one.beside) for one in figures.values()] == [1, 1]
        return
    assert figures["test L1"].value > 0 and figures["test SSIM"].beside["look-up"] <= 1
    assert ("mean IoU of the colours" in figures) == (name == "windows-facades")
    assert ("grey" in figures["test L1"].beside) == (name == "colorize-emoji")


@pytest.mark.parametrize("name", ["pix2pix-facades", "colorize-emoji", "cyclegan-seasons"])
def test_a_translator_is_published_with_a_card_and_pictures_of_our_own(name, tmp_path):
    recipe = small(name)
    assert run.start(replace(recipe, model={**recipe.model, **TINY}), tmp_path / "run", device="cpu")
    place = publish.publish(tmp_path / "run", data_root=tmp_path, out=tmp_path / "out")
    model = ganzoo.load(place)
    assert model.sides == {
        "pix2pix-facades": ("windows", "photo"), "colorize-emoji": ("grey", "picture"),
        "cyclegan-seasons": ("photo", "windows"),
    }[name]  # fmt: skip
    rivals = set() if name == "cyclegan-seasons" else {"last"}
    assert set(model.config["compared"]) == {"figure", "averaged"} | rivals
    assert model.verdict_scale == ("score" if name == "cyclegan-seasons" else "probability")
    rows = 2 * len(model.directions)
    assert Image.open(place / "samples.webp").size == (8 * 34 + 2, rows * 34 + 2)
    assert "pipeline_tag: image-to-image" in (place / "README.md").read_text()
    assert all(f"| {figure} |" in model.card for figure in model.figures)


def test_the_card_says_what_the_figures_say_against_a_translator(translator):
    model = ganzoo.load(translator.folder)

    def faults(**figures):
        told = {name: {"value": value, "beside": beside} for name, (value, beside) in figures.items()}
        model.config = {**model.config, "figures": told}
        return card.faults(model)

    good = {"test L1": (0.1, {"look-up": 0.2}), "sharpness, share of real": (0.9, {})}
    assert faults(**good) == []
    assert faults(**{**good, "test L1": (0.3, {"look-up": 0.2, "grey": 0.4})}) == [
        "Farther from the truth (L1 0.300) than the look-up (0.200)."
    ]
    assert "Blurred" in faults(**{**good, "sharpness, share of real": (0.4, {})})[0]
    assert "commonest colour" in faults(**{"pixels of the right colour": (0.4, {"commonest colour": 0.5})})[0]
    assert "there and back (0.200)" in faults(**{"cycle L1, a and back": (0.2, {"change on the way": 0.1})})[0]


def test_a_discriminator_that_is_too_deep_for_the_pictures_is_refused():
    for name in ("pix2pix", "cyclegan"):
        assert models.build(name, {**TINY, "patch_layers": 3}).judges
        with pytest.raises(ValueError, match="patch_layers must lie between 1 and 3, got 4"):
            models.build(name, {**TINY, "patch_layers": 4})


@pytest.mark.parametrize("game", ["translation", "cycle"])
def test_losses_that_need_a_penalty_are_refused(game):
    model = models.build({"translation": "pix2pix", "cycle": "cyclegan"}[game], TINY)
    with pytest.raises(ValueError, match="loss must be one of non-saturating, least-squares, relativistic, got 'wass"):
        games.build(game, model, {"loss": "wasserstein"})


def test_damage_to_many_pictures_is_done_in_parts(tmp_path):
    run.write_model(models.build("pix2pix", TINY), replace(recipes.INPAINT, model=TINY), tmp_path / "repair")
    model, images = ganzoo.load(tmp_path / "repair"), torch.full((19, 3, 32, 32), 200, dtype=torch.uint8)
    damaged = model.degrade(images, strength=0.8, seed=3)
    assert torch.equal(damaged, model.degrade(images, strength=0.8, seed=3))
    assert (damaged != images).flatten(1).any(dim=1).all() and len({one.numpy().tobytes() for one in damaged}) == 19


def test_pictures_that_come_alone_are_the_target_whichever_half_is_given(tmp_path):
    recipe = replace(recipes.INPAINT, model=TINY, rules={"undo": "scratches", "source": "left"})
    run.write_model(models.build("pix2pix", TINY), recipe, tmp_path / "repair")
    assert ganzoo.load(tmp_path / "repair").sides == ("scratches", "picture")


def test_own_label_maps_can_be_drawn_in_their_own_colours(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3), dtype=np.uint8)
    for i, photo in enumerate(noise):
        for side in ("map", "photo"):
            (tmp_path / "own" / "train" / side).mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo).save(tmp_path / "own" / "train" / "photo" / f"{i}.png")
        plan = Image.new("RGB", (32, 32), "#102030")
        plan.paste("#f0e0d0", (0, 0, 10, 1 + i))
        plan.save(tmp_path / "own" / "train" / "map" / f"{i}.png")
    recipe = replace(recipes.PIX2PIX, data=f"pairs:{tmp_path / 'own'}", model=TINY, rules={"source": "left"}, steps=1)
    assert run.start(recipe, tmp_path / "run", device="cpu")
    model = ganzoo.load(tmp_path / "run")
    assert model.sides == ("map", "photo") and model.config["palettes"] == {"map": ["#102030", "#f0e0d0"]}
    assert model.palette("map") == {"#102030": (16, 32, 48), "#f0e0d0": (240, 224, 208)}
    assert model.palette("photo") == {} and "road" not in model.palette("map")
    for told in ([], {"map": "red"}, {"map": ["red", 3, "#<b>"]}):
        model.config = {**model.config, "palettes": told}
        assert model.palette("map") == {}


def test_own_pictures_do_not_tell_the_recipe_s_story(layouts):
    assert "house" in recipes.PIX2PIX.about
    own = recipes.retold(fitted(replace(recipes.PIX2PIX, data=f"pairs:{layouts / 'folders'}")))
    assert "house" not in own.title + own.about and "pix2pix-facades" in own.about


def test_the_command_translates_pictures_and_folders(translator, tmp_path, capsys):
    name = str(translator.folder)
    drawings.windows(1).save(tmp_path / "one.png")
    assert main(["translate", name, str(tmp_path / "one.png"), "--out", str(tmp_path / "photo.jpg")]) == 0
    assert Image.open(tmp_path / "photo.jpg").size == (32, 32)
    many = tmp_path / "many"
    (many / "deep").mkdir(parents=True)
    for place in ("a.png", "deep/b.png"):
        drawings.windows(2).save(many / place)
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


@pytest.mark.parametrize("kind", drawings.KINDS)
def test_drawings_follow_their_seed_and_size(kind):
    first, again, other = (np.asarray(drawings.KINDS[kind](seed, size=(48, 80))) for seed in (3, 3, 4))
    assert first.shape == (48, 80, 3) and (first == again).all() and (first != other).any()


def test_the_house_has_dark_panes_where_windows_are_drawn():
    front = drawings.windows(5, size=(64, 64))
    red = np.asarray(front)[:, :, 0] > 128
    house = np.asarray(drawings.house(front, 5)).mean(axis=2)
    assert 0.05 < red.mean() < 0.6 and house[red].max() < house[~red].min()


def test_winter_is_whiter_than_summer():
    summer, winter = (np.asarray(drawings.KINDS[kind](0)).astype(int) for kind in ("summer", "winter"))
    assert winter.min(axis=2).mean() > summer.min(axis=2).mean() + 60


def test_no_picture_of_the_visitor_s_is_lost(translator, tmp_path, capsys):
    photos = tmp_path / "photos"
    write(photos / "y.png", (9, 9, 9))
    write(photos / "x.jpg", (7, 7, 7))
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
    model.config = {**model.config, "recipe": {**model.recipe, "rules": rules}}
    assert model.undoes == "" and model.directions == ["windows to photo"]


def test_pix2pix_takes_no_collections_and_says_what_it_takes(layouts):
    tiny = ["--image-size", "32", "--steps", "2", "--batch-size", "2", "--out", str(layouts / "run")]
    for name, wanted in (("unpaired:cycle", "of collections without pairs"), ("folder:cycle", "--set undo=")):
        kind, _, folder = name.partition(":")
        recipe = replace(recipes.PIX2PIX, data=f"{kind}:{layouts / folder}", model=TINY)
        with pytest.raises(ValueError, match=wanted):
            training(recipe)
    assert trainer_main(["train", "pix2pix-facades", "--data", f"unpaired:{layouts / 'cycle'}", *tiny]) == 2


def test_one_test_folder_of_two_is_refused(layouts):
    shutil.rmtree(layouts / "cycle" / "testB")
    with pytest.raises(ValueError, match=r"testA and testB, or for neither"):
        data.load(f"unpaired:{layouts / 'cycle'}", train=True, image_shape=(3, 16, 16))
