"""What loaded models do, in Python and on the command line."""

import json
import zipfile

import numpy as np
import pytest
import torch
from app_fixtures import write_zoo
from PIL import Image

import ganzoo
from ganzoo.__main__ import main
from ganzoo.images import to_pil
from trainer.data import registry


def shipped(kind, **attributes):
    models = [ganzoo.load(name) for name in ganzoo.names()]
    return next(m for m in models if isinstance(m, kind) and all(getattr(m, k) == v for k, v in attributes.items()))


@pytest.fixture
def digits():
    return registry.load("synthetic", train=False).images[:6]


def test_the_same_seed_gives_the_same_images_however_many_are_drawn():
    model = shipped(ganzoo.Sampler, classes=10)
    many, few = model.sample(300, seed=5), model.sample(3, seed=5)
    assert torch.equal(many.latents[:3], few.latents)
    assert (many.images[:3].int() - few.images.int()).abs().max() <= 1
    assert not torch.equal(model.sample(3, seed=6).images, few.images)
    assert many.labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert few.pil()[0].size == (28, 28)


def test_labels_are_met():
    model, classifier = ganzoo.load("cdcgan-mnist"), ganzoo.load("classifier-mnist")
    sevens = model.sample(100, seed=1, label=7)
    assert (classifier.predict(sevens.images) == 7).float().mean() > 0.95
    number = model.sample(8, seed=1, label=[2, 0, 2, 6, 1, 1, 2, 0])
    assert number.labels.tolist() == [2, 0, 2, 6, 1, 1, 2, 0]
    assert torch.equal(model.sample(8, seed=1, label=number.labels).images, number.images)


def test_a_class_is_given_by_its_name_or_its_number():
    model = ganzoo.load("cdcgan-fashion")
    by_name = model.sample(4, seed=1, label=["bag", 8, "8", np.int64(0)])
    assert by_name.labels.tolist() == [8, 8, 8, 0]
    assert torch.equal(model.sample(2, label="bag").images, model.sample(2, label=8).images)
    with pytest.raises(
        ValueError, match=r"label must be a class or its number, got 'hat'; the classes are T-shirt, tr"
    ):
        model.sample(label="hat")
    with pytest.raises(ValueError, match="label must be a class or its number, got '999"):
        model.sample(label="9" * 5000)


@pytest.mark.parametrize("name", ["caf\u00e9", "cafe\u0301"])
def test_a_name_may_be_spelt_as_macos_does(name, monkeypatch):
    model = ganzoo.load("cdcgan-mnist")
    monkeypatch.setattr(model, "config", model.config.with_fields(class_names=[*"123456789", name]))
    assert model.sample(2, label=["caf\u00e9", "cafe\u0301"]).labels.tolist() == [9, 9]


def test_a_text_is_a_name_before_it_is_a_number(monkeypatch):
    model = ganzoo.load("cdcgan-mnist")
    monkeypatch.setattr(model, "config", model.config.with_fields(class_names=[*map(str, range(9, -1, -1))]))
    assert model.labels(3, ["2", 2, "9"]).tolist() == [7, 2, 0]


def test_the_command_line_says_which_class_it_has_drawn(tmp_path, capsys):
    out = ["--out", str(tmp_path / "out.png")]
    assert main(["sample", "cdcgan-fashion", "--label", "bag", "--count", "2", *out]) == 0
    assert capsys.readouterr().out == "drawn: bag\n"
    assert main(["sample", "cdcgan-fashion", "--label", "8", "--count", "2", *out]) == 0
    assert capsys.readouterr().out == "drawn: bag\n"


def test_truncation_pulls_samples_together():
    model = shipped(ganzoo.Sampler, classes=0)
    wide, narrow = (model.sample(64, truncation=t).images.float() for t in (1.0, 0.1))
    assert narrow.var(dim=0).mean() < wide.var(dim=0).mean()


def test_scores_are_probabilities_where_the_model_says_so():
    for name in ganzoo.names():
        model = ganzoo.load(name)
        if isinstance(model, ganzoo.Sampler):
            samples = model.sample(20)
            scores = model.scores(samples.images, samples.labels)
            assert scores.shape == (20,)
            if model.score_scale == "probability":
                assert 0 <= scores.min() <= scores.max() <= 1


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"n": 0}, "count must lie between 1 and 100000, got 0"),
        ({"n": 2.5}, "count must be a whole number"),
        ({"seed": -1}, "seed must lie between 0"),
        ({"seed": float("nan")}, "seed must be a finite number, got nan"),
        ({"label": 10}, "label must lie between 0 and 9, got 10"),
        ({"label": 2.7}, "label must be a whole number, got 2.7"),
        ({"label": [1, 2]}, "expected 1 labels, got 2"),
        ({"truncation": float("inf")}, "truncation must be a finite number"),
        ({"truncation": 3}, "truncation must lie between 0 and 2, got 3"),
    ],
)
def test_bad_requests_for_samples_are_explained(request_, message):
    with pytest.raises(ValueError, match=message):
        shipped(ganzoo.Sampler, classes=10).sample(**{"n": 1} | request_)


def test_a_label_for_a_model_without_labels_is_refused():
    with pytest.raises(ValueError, match="knows no labels, got label 3"):
        shipped(ganzoo.Sampler, classes=0).sample(1, label=3)


def test_reconstruction_with_and_without_noise(digits):
    model = shipped(ganzoo.Reconstructor)
    clean = model.reconstruct(digits)
    assert torch.equal(clean.noisy, digits)
    noisy = model.reconstruct(digits, noise=0.3, seed=1)
    assert torch.equal(noisy.noisy, model.reconstruct(digits, noise=0.3, seed=1).noisy)
    assert not torch.equal(noisy.noisy, model.reconstruct(digits, noise=0.3, seed=2).noisy)
    jolted = model.reconstruct(digits, code_noise=5.0)
    assert torch.equal(jolted.noisy, digits)
    assert (jolted.mse() > clean.mse()).all()


def test_mse_and_psnr(digits):
    result = ganzoo.Reconstruction(digits, digits, 255 - digits)
    assert result.mse()[0].item() == pytest.approx(
        (((255 - 2 * digits[0].double()) / 255) ** 2).mean().item(), rel=1e-4
    )
    same = ganzoo.Reconstruction(digits, digits, digits)
    assert same.psnr().tolist() == [float("inf")] * 6


def test_all_forms_of_images_mean_the_same(digits):
    model = shipped(ganzoo.Reconstructor)
    codes = model.encode(digits)
    assert codes.shape == (6, *model.code_shape)
    for same in (digits[:, 0], digits.numpy(), [to_pil(digit) for digit in digits]):
        torch.testing.assert_close(model.encode(same), codes)
    torch.testing.assert_close(model.encode(to_pil(digits[0])), codes[:1])


def test_a_walk_begins_and_ends_at_the_images(digits):
    model = shipped(ganzoo.Reconstructor)
    walk = model.walk(digits[:1], digits[1:2], steps=5)
    ends = model.reconstruct(digits[:2]).output
    assert (walk[0].int() - ends[0].int()).abs().max() <= 1
    assert (walk[-1].int() - ends[1].int()).abs().max() <= 1


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (
            torch.zeros(2, 1, 27, 28, dtype=torch.uint8),
            r"pictures must have shape \(n, 1, 28, 28\) or \(n, 28, 28\), got \(2, 1, 27, 28\)",
        ),
        (torch.zeros(2, 1, 28, 28), "pictures must be uint8 in 0..255, got float32"),
        (torch.zeros(0, 1, 28, 28, dtype=torch.uint8), "must have shape"),
    ],
)
def test_wrong_images_are_explained(images, message):
    with pytest.raises(ValueError, match=message):
        shipped(ganzoo.Reconstructor).reconstruct(images)


def test_wrong_codes_are_explained():
    model = shipped(ganzoo.Reconstructor, code_shape=(2,))
    with pytest.raises(ValueError, match=r"codes must have shape \(n, 2\), got \(1, 3\)"):
        model.decode(torch.zeros(1, 3))
    with pytest.raises(ValueError, match="codes must be finite"):
        model.decode(torch.full((1, 2), float("nan")))


def test_list_prints_what_ships(capsys):
    assert main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ganzoo.names()
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == ganzoo.names()
    assert all(row["figures"] for row in rows)


def test_samples_in_npz_and_png(tmp_path):
    for out in ("a.npz", "b.npz"):
        assert main(["sample", "cdcgan-mnist", "--count", "12", "--seed", "3", "--out", str(tmp_path / out)]) == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    archive = np.load(tmp_path / "a.npz")
    assert (archive["images"].dtype, archive["images"].shape) == (np.uint8, (12, 28, 28))
    assert (archive["labels"].dtype, archive["labels"].tolist()) == (np.int64, [*range(10), 0, 1])
    assert main(["sample", "cdcgan-mnist", "--count", "5", "--label", "3", "--out", str(tmp_path / "c.npz")]) == 0
    assert np.load(tmp_path / "c.npz")["labels"].tolist() == [3] * 5
    assert main(["sample", "cdcgan-mnist", "--count", "20", "--out", str(tmp_path / "grid.png")]) == 0
    assert Image.open(tmp_path / "grid.png").size == (10 * 30 + 2, 2 * 30 + 2)


def test_reconstruct_from_npz_and_from_images(tmp_path, digits):
    np.savez(tmp_path / "in.npz", images=digits[:, 0].numpy())
    name = shipped(ganzoo.Reconstructor).name
    noise = ["--noise", "0.2", "--seed", "1"]
    assert (
        main(["reconstruct", name, "--images", str(tmp_path / "in.npz"), *noise, "--out", str(tmp_path / "o.npz")]) == 0
    )
    archive = np.load(tmp_path / "o.npz")
    assert archive["noisy"].shape == archive["output"].shape == (6, 28, 28)
    assert archive["output"].dtype == np.uint8
    expected = ganzoo.load(name).reconstruct(digits, noise=0.2, seed=1)
    assert np.array_equal(archive["output"], expected.output[:, 0].numpy())
    paths = [str(tmp_path / f"{i}.png") for i in range(2)]
    for path, digit in zip(paths, digits, strict=False):
        to_pil(digit).save(path)
    assert main(["reconstruct", name, "--images", *paths, "--out", str(tmp_path / "o.png")]) == 0
    assert Image.open(tmp_path / "o.png").size == (2 * 30 + 2, 3 * 30 + 2)


class Evil:
    def __reduce__(self):
        return print, ("unpickled",)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sample", "nope"], "no model 'nope'"),
        (["sample", "cdcgan-mnist", "--count", "0"], "count must lie between"),
        (["sample", "cdcgan-mnist", "--label", "11"], "label must lie between 0 and 9, got 11"),
        (["sample", "cdcgan-mnist", "--truncation", "nan"], "truncation must be a finite number"),
        (["sample", "ae-mnist"], "ae-mnist is a Reconstructor and cannot sample; these can:"),
        (["reconstruct", "cdcgan-mnist", "--images", "in.npz"], "a Sampler and cannot reconstruct; these can:"),
        (["reconstruct", "ae-mnist", "--images", "in.npz", "--noise", "-1"], "noise must lie between"),
        (["reconstruct", "ae-mnist", "--images", "missing.npz"], "missing.npz"),
        (["reconstruct", "ae-mnist", "--images", "text.npz"], "is no .npz file"),
        (["reconstruct", "ae-mnist", "--images", "wrong.npz"], "pictures must have shape"),
        (["reconstruct", "ae-mnist", "--images", "other.npz"], "has no array `images`; it has pictures"),
        (["reconstruct", "ae-mnist", "--images", "evil.npz"], "Object arrays cannot be loaded"),
        (["reconstruct", "ae-mnist", "--images", "in.npz", "text.npz"], "one .npz or several pictures"),
        (["reconstruct", "ae-mnist", "--images", "words.npz"], "pictures must be uint8 in 0..255, got <U3"),
        (["reconstruct", "ae-mnist", "--images", "bare.npz"], "`images` in bare.npz is no array"),
        (["reconstruct", "ae-mnist", "--images"], "at least one picture"),
        (["sample", "cdcgan-mnist", "--seed", "nan"], "--seed"),
        (
            ["sample", "cdcgan-mnist", "--label", "3.5"],
            "label must be a class or its number, got '3.5'; the classes are 0, 1, 2",
        ),
        (["reconstruct", "ae-mnist", "--images", "in.npz", "--noise", "abc"], "--noise"),
        (["smaple", "cdcgan-mnist"], "smaple"),
        (["sample", "x" * 300], "no model 'xxx"),
        (["reconstruct", "ae-mnist", "--images", "x" * 300 + ".png"], "xxx...xxx"),
        (["reconstruct", "ae-mnist", "--images", "x" * 300 + ".npz"], "xxx...xxx"),
        (["reconstruct", "ae-mnist", "--images", "text.npz/a.png"], "cannot open 'text.npz/a.png': Not a directory"),
    ],
    ids=lambda value: "-".join(value)[:50] if isinstance(value, list) else None,
)
def test_the_command_line_explains_and_writes_nothing(arguments, message, tmp_path, monkeypatch, capsys, digits):
    monkeypatch.chdir(tmp_path)
    np.savez("in.npz", images=digits[:, 0].numpy())
    np.savez("wrong.npz", images=np.zeros((2, 9, 9), np.uint8))
    np.savez("other.npz", pictures=np.zeros(1))
    np.savez("evil.npz", images=np.array([Evil()], dtype=object))
    np.savez("words.npz", images=np.array(["one", "two"]))
    with zipfile.ZipFile("bare.npz", "w") as archive:
        archive.writestr("images", "no array")
    (tmp_path / "text.npz").write_text("text")
    assert main([*arguments, "--out", "result.npz"]) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.startswith("error: ") and "Errno" not in printed.err
    assert printed.err.count("\n") == 1
    assert not list(tmp_path.glob("*result*"))


@pytest.mark.parametrize("out", ["grid.gif", "grid", "no/such\0folder.png"])
def test_unwritable_outputs_are_named(out, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sample", "cdcgan-mnist", "--out", out]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    (tmp_path / "file").write_text("")
    assert main(["sample", "cdcgan-mnist", "--out", "file/grid.png"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_codes_are_named_and_oriented(tmp_path, capsys):
    write_zoo(tmp_path)
    model = ganzoo.load(tmp_path / "gan-readable")
    assert (model.classes, model.code_names) == (10, ["slant", "thickness"])
    samples = model.sample(2, seed=5, label=[0, 3], codes={"slant": 0.25})
    assert samples.latents[:, 4:14].argmax(dim=1).tolist() == [1, 3]  # label 0 is category 1
    assert samples.latents[:, 15].tolist() == [-0.25, -0.25]
    assert torch.equal(samples.latents[:, 14], model.sample(2, seed=5, label=[0, 3]).latents[:, 14])
    with pytest.raises(ValueError, match="code must be one of slant, thickness"):
        model.sample(1, codes={"weight": 0.1})
    with pytest.raises(ValueError, match="thickness must"):
        model.sample(1, codes={"thickness": 1.5})
    command = ["sample", str(model.folder), "--count", "2", "--seed", "5", "--out", str(tmp_path / "a.npz")]
    assert main([*command, "--code", "slant=0.25", "--code", "thickness=-1"]) == 0
    drawn = model.sample(2, seed=5, codes={"slant": 0.25, "thickness": -1}).images
    assert np.array_equal(np.load(tmp_path / "a.npz")["images"], drawn[:, 0].numpy())
    assert main([*command, "--code", "slant"]) == 2
    assert "expected a code as name=number, got 'slant'" in capsys.readouterr().err
    config = json.loads((tmp_path / "gan-readable" / "config.json").read_text())
    for nonsense in ("x", {"labels": [0, "1"], "continuous": [{"name": "slant"}, 3]}, {"labels": 7}):
        (tmp_path / "gan-readable" / "config.json").write_text(json.dumps(config | {"codes": nonsense}))
        strange = ganzoo.load(tmp_path / "gan-readable")
        assert strange.code_names == ["c2", "c3"]
        assert strange.class_names[3] == "c1 = 3"
        assert strange.sample(1, label=4).latents[0, 4:14].argmax() == 4
    codes = {"continuous": [{"name": "slant", "index": 1.0, "sign": 1}, {"name": "width", "index": 0, "sign": -1}]}
    (tmp_path / "gan-readable" / "config.json").write_text(json.dumps(config | {"codes": codes}))
    strange = ganzoo.load(tmp_path / "gan-readable")
    assert strange.code_names == ["width", "c3"]
    assert strange.sample(1, codes={"width": 0.5}).latents[0, 14] == -0.5
