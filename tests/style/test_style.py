"""Style transfer: strokes and colours arrive, the content stays, and what cannot be painted is refused."""

from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from ganzoo import style
from ganzoo.__main__ import main
from ganzoo.style import gatys, patches, style_transfer
from ganzoo.style.style_transfer import METHODS, Method, StyleDistance, as_tensor, brightness_correlation

FEW_KEYS = Method(partial(patches.paint, keys=1500), patches.STEPS)
transfer, stylize = (partial(function, features=FEW_KEYS) for function in (style.transfer, style.stylize))


@pytest.fixture(scope="module")
def photo():
    """A bright disc on a dark slope, grey."""
    rows, columns = np.mgrid[:48, :64]
    disc = np.hypot(rows - 24, columns - 34) < 21
    return Image.fromarray((40 + columns // 4 + 110 * disc).astype(np.uint8)).convert("RGB")


@pytest.fixture(scope="module")
def stripes():
    """Diagonal stripes, red and yellow on the left, blue and black on the right."""
    rows, columns = np.mgrid[:120, :120]
    on, left = ((rows + columns) // 4 % 2).astype(bool), columns < 60
    colours = np.array([[[0, 0, 20], [30, 60, 160]], [[190, 30, 20], [250, 210, 60]]], dtype=np.uint8)
    return Image.fromarray(colours[left.astype(int), on.astype(int)])


@pytest.fixture(scope="module")
def painted(photo, stripes):
    return list(transfer(photo, stripes, size=96))


def test_the_style_arrives(painted, photo, stripes):
    distance = StyleDistance(as_tensor("style", stripes, 120))
    before = distance(as_tensor("content", photo, 96))
    after = distance(as_tensor("result", painted[-1].picture, 96))
    assert after < 0.2 * before
    assert after == pytest.approx(painted[-1].style_loss, abs=0.02)
    assert painted[-1].style_loss < 0.7 * painted[0].style_loss
    assert distance(as_tensor("style", stripes, 120)) == 0
    red, _, blue = np.asarray(painted[-1].picture).astype(float).transpose(2, 0, 1)
    assert np.abs(red - blue).mean() > 60  # the photo is grey


def test_the_content_stays(painted, photo, stripes):
    content = as_tensor("content", photo, 96)
    assert brightness_correlation(as_tensor("result", painted[-1].picture, 96), content) > 0.8
    assert painted[-1].content_loss == pytest.approx(
        1 - brightness_correlation(as_tensor("r", painted[-1].picture, 96), content), abs=0.01
    )
    loose = list(transfer(photo, stripes, size=96, content_weight=0.01))[-1]
    assert loose.content_loss > 2 * painted[-1].content_loss


def test_progress_counts_to_the_end(painted, photo, stripes):
    assert [each.step for each in painted] == list(range(1, patches.STEPS + 1))
    assert {each.steps for each in painted} == {patches.STEPS}
    assert {each.picture.size for each in painted} == {(96, 72)}
    assert [each.step for each in transfer(photo, stripes, size=64, steps=3)] == [1, 2, 3]


@pytest.mark.parametrize("steps", [1, 2, 5, 18, 100])
def test_stages_go_on_and_end_at_the_last(steps):
    stages = [patches.stage_of(step, steps) for step in range(steps)]
    assert stages == sorted(stages)
    assert stages[-1] == len(patches.STAGES) - 1
    if steps == patches.STEPS:
        assert [stages.count(i) for i in range(len(patches.STAGES))] == list(patches.ROUNDS)


def test_the_seed_decides(photo, stripes):
    first, same, other = (stylize(photo, stripes, size=64, steps=3, seed=seed) for seed in (4, 4, 5))
    assert first.tobytes() == same.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize(
    ("given", "expected"),
    [((1, 1), (64, 64)), ((80, 10), (64, 8)), ((7, 31), (14, 64)), ((300, 299), (64, 64))],
)
def test_odd_sizes(given, expected, stripes):
    noise = Image.effect_noise(given, 90)
    assert stylize(noise, stripes, size=64, steps=6).size == expected
    assert stylize(stripes, noise, size=64, steps=6).size == (64, 64)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16", "1"])
def test_every_mode(mode, stripes):
    grey = Image.new("I;16", (9, 7), 30000) if mode == "I;16" else Image.effect_noise((9, 7), 90).convert(mode)
    assert stylize(grey, stripes, size=64, steps=1).mode == "RGB"


def test_flat_images(photo, stripes):
    red = Image.new("RGB", (40, 40), (200, 10, 30))
    result = np.asarray(stylize(photo, red, size=64, steps=6)).astype(int)
    assert np.abs(result - (200, 10, 30)).max() <= 2
    last = list(transfer(red, stripes, size=64, steps=6))[-1]
    assert np.asarray(last.picture).std() > 20  # nothing to show but stripes
    assert last.content_loss == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 63}, "size must lie between 64 and 512, got 63"),
        ({"size": 1e9}, "size must lie between 64 and 512"),
        ({"size": 100.5}, "size must be a whole number, got 100.5"),
        ({"steps": 0}, "steps must lie between 1 and 2000, got 0"),
        ({"steps": True}, "steps must be a finite number, got True"),
        ({"style_weight": float("nan")}, "style_weight must be a finite number, got nan"),
        ({"style_weight": 0}, "style_weight must lie between 0.01 and 100, got 0"),
        ({"content_weight": "1"}, "content_weight must be a finite number, got '1'"),
        ({"content_weight": 1e300}, "content_weight must lie between"),
        ({"seed": -1}, "seed must lie between 0"),
        ({"features": "vgg"}, "features must be one of patches, vgg19, got 'vgg'"),
        ({"content": "photo.jpg"}, "content must be a PIL image, got str"),
        ({"style": None}, "style must be a PIL image, got NoneType"),
        ({"content": Image.new("L", (10000, 1))}, "one side of content may be at most 8 times the other, got 10000x1"),
        ({"style": Image.new("L", (0, 0))}, "style has no pixels"),
        ({"style": Image.new("L", (0, 5))}, "style has no pixels"),
    ],
)
def test_bad_requests_are_explained_at_once(settings, message, photo, stripes):
    with pytest.raises(ValueError, match=message):
        transfer(**{"content": photo, "style": stripes} | settings)


def test_colours_move_in_order():
    rng = torch.Generator().manual_seed(0)
    ramp = torch.linspace(0, 1, 64).expand(1, 3, 8, 64)
    colours = torch.stack([torch.linspace(low, low + 0.2, 900) for low in (0.1, 0.5, 0.3)]).view(1, 3, 30, 30)
    moved = patches.recolour(ramp, colours, rng)
    assert (moved.mean(dim=(2, 3)) - colours.mean(dim=(2, 3))).abs().max() < 0.02
    assert (moved[0, :, 0].diff(dim=1) > -1e-3).all()


def test_best_matches_are_nearest_and_use_every_key():
    keys = torch.eye(4)
    chosen, distances = patches.best_matches(keys[[2, 0, 3]] * 0.9, keys)
    assert chosen.tolist() == [2, 0, 3]
    torch.testing.assert_close(distances, torch.full((3,), 0.01))
    queries, keys = torch.tensor([[0.0], [0.3]]), torch.tensor([[0.1], [1.3]])
    even, uneven = (patches.best_matches(queries, keys, completeness=value)[0] for value in (1e-6, 1e6))
    assert even.tolist() == [0, 1], "the second key is far from all, nearest to 0.3"
    assert uneven.tolist() == [0, 0]


@pytest.fixture(scope="module")
def random_weights():
    """VGG-19's layers with random weights that keep the size of what goes through."""
    from torchvision.models.vgg import cfgs, make_layers  # takes long to import

    with torch.device("meta"):
        shapes = {name: value.shape for name, value in make_layers(cfgs["E"], batch_norm=False).state_dict().items()}
    rng = torch.Generator().manual_seed(0)
    scales = {name: (2 / shape[1:].numel()) ** 0.5 if len(shape) == 4 else 0 for name, shape in shapes.items()}
    return {f"features.{name}": scales[name] * torch.randn(shape, generator=rng) for name, shape in shapes.items()}


def vgg(fetch):
    return Method(partial(gatys.paint, fetch=fetch), METHODS["vgg19"].steps)


def test_vgg_learns_the_style(random_weights, photo, stripes):
    def fetch():
        return random_weights

    features = gatys.trained_features(fetch)
    assert [i for i, layer in enumerate(features) if isinstance(layer, nn.AvgPool2d)] == [4, 9, 18, 27]
    content, model = as_tensor("content", photo, 64), as_tensor("style", stripes, 64)
    loss = gatys.Loss(features, content, model, 1.0, 1e4)
    before = loss(content)
    *_, last = gatys.minimise(loss, content, 4)
    assert loss(last) < 0.9 * before
    steps = list(transfer(photo, stripes, size=64, steps=2, features=vgg(fetch)))
    assert [each.step for each in steps] == [1, 2]
    assert steps[-1].picture.size == (64, 48)


def test_gram_by_hand():
    maps = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    assert gatys.gram(maps).tolist() == [[5 / 4, 11 / 4], [11 / 4, 25 / 4]]


@pytest.mark.parametrize("error", [OSError("no route to host"), RuntimeError("invalid hash value")])
def test_missing_weights_are_explained(error, photo, stripes):
    def fail():
        raise error

    with pytest.raises(ValueError, match=rf"VGG-19 cannot be fetched \({error}\); features 'patches' works without"):
        stylize(photo, stripes, features=vgg(fail))


def test_the_command_paints(tmp_path, monkeypatch, capsys, photo, stripes):
    monkeypatch.chdir(tmp_path)
    photo.save("photo.png")
    stripes.save("stripes.png")
    command = ["stylize", "photo.png", "stripes.png", "--size", "64", "--steps", "1", "--seed", "3"]
    assert main([*command, "--out", "a.png"]) == 0
    expected = style.stylize(photo, stripes, size=64, steps=1, seed=3)
    assert Image.open("a.png").tobytes() == expected.tobytes()
    assert main([*command, "--out", "b.jpg"]) == 0
    assert Image.open("b.jpg").format == "JPEG"
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.png", "stripes.png"], "no such file: gone.png"),
        (["stripes.png", "text.png"], "text.png is no picture"),
        (["stripes.png", "stripes.png", "--size", "20"], "size must lie between 64 and 512, got 20"),
        (["stripes.png", "stripes.png", "--style-weight", "nan"], "style_weight must be a finite number"),
        (["stripes.png", "stripes.png", "--features", "eyes"], "features must be one of patches, vgg19"),
        (["stripes.png", "stripes.png", "--out", "result.npz"], "the ending of --out must be one of .png"),
        (["stripes.png"], "missing from python -m ganzoo stylize: path"),
    ],
)
def test_the_command_refuses(arguments, message, tmp_path, monkeypatch, capsys, stripes):
    monkeypatch.chdir(tmp_path)
    stripes.save("stripes.png")
    (tmp_path / "text.png").write_text("text")
    out = [] if "--out" in arguments else ["--out", "result.png"]
    assert main(["stylize", *arguments, *out]) == 2
    printed = capsys.readouterr().err
    assert message.lower() in printed.lower()
    assert printed.count("\n") == 1
    assert not list(tmp_path.glob("*result*"))


def test_methods_have_their_names_and_steps_in_range():
    assert {name: method.paint for name, method in style.METHODS.items()} == {
        "patches": patches.paint, "vgg19": gatys.paint,
    }  # fmt: skip
    assert all(1 <= method.steps <= style_transfer.MAX_STEPS for method in style.METHODS.values())
