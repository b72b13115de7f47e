"""The measures against closed forms, and the evaluation and publication of small runs."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import ganzoo
from ganzoo import models
from trainer.__main__ import main
from trainer.data import registry
from trainer.engine import RunFolder, checkpoint, write_model
from trainer.families import autoencoders, evaluate
from trainer.measures import EvaluationSetup, distances, generators, infogan_codes, linear
from trainer.measures.autoencoders import NOISE_LEVELS
from trainer.measures.figures import Figure, as_json, decibels, table
from trainer.publishing import card, extras, publish, readme
from trainer.recipes import catalogue


def cloud(n, *, mean=0.0, scale=1.0, seed=0):
    return mean + scale * torch.randn(n, 4, generator=torch.Generator().manual_seed(seed))


def test_frechet_distance_of_two_gaussians():
    # |m1 - m2|^2 + sum (s1 - s2)^2 over four independent axes
    real, fake = cloud(40_000), cloud(40_000, mean=1.0, scale=2.0, seed=1)
    assert distances.frechet_distance(real, fake) == pytest.approx(4 * 1 + 4 * 1, rel=0.03)
    assert distances.frechet_distance(real, real) == pytest.approx(0, abs=1e-3)


def test_precision_recall_and_coverage_of_a_collapsed_and_of_a_scattered_generator():
    real = cloud(600)
    assert distances.precision_and_recall(real, real.clone()) == (1.0, 1.0)
    precision, recall = distances.precision_and_recall(real, cloud(600, scale=0.02, seed=1))
    assert precision > 0.95
    assert recall < 0.1
    precision, recall = distances.precision_and_recall(real, cloud(600, mean=20.0, seed=1))
    assert (precision, recall) == (0.0, 0.0)
    assert distances.coverage(real, cloud(600, seed=1)) > 0.85
    assert distances.coverage(real, cloud(600, scale=0.02, seed=1)) < 0.3


def test_radii_leave_the_point_itself_out():
    points = torch.tensor([[0.0], [1.0], [3.0], [7.0]])
    assert distances.radii(points, 1).tolist() == [1, 1, 2, 4]
    assert distances.radii(points, 2).tolist() == [3, 2, 3, 6]


def test_class_entropy():
    assert distances.class_entropy(torch.arange(10), 10) == pytest.approx(math.log(10))
    assert distances.class_entropy(torch.zeros(10, dtype=torch.int64), 10) == 0


def test_modes_and_their_divergence_from_equal_shares():
    labels = torch.tensor([0, 0, 7, 999])  # shares 1/2, 1/4, 1/4
    assert distances.modes(labels) == 3
    by_hand = 0.5 * math.log(1000 * 0.5) + 2 * 0.25 * math.log(1000 * 0.25)
    assert distances.divergence_from_uniform(labels, 1000) == pytest.approx(by_hand)
    assert distances.divergence_from_uniform(torch.arange(1000).repeat(3), 1000) == pytest.approx(0, abs=1e-12)
    assert distances.divergence_from_uniform(torch.full((50,), 3), 1000) == pytest.approx(math.log(1000))


def test_a_framed_picture_is_read_by_what_is_inside():
    reader = ganzoo.load("classifier-mnist")
    plain, framed = (
        registry.load("synthetic", train=False, image_shape=(1, side, side)).images[:50] for side in (28, 32)
    )
    model = SimpleNamespace(name="made", image_shape=(1, 32, 32), classes=10)
    inside = generators.load_classifier(model, "synthetic")
    torch.testing.assert_close(inside.features(framed), reader.features(plain))
    torch.testing.assert_close(inside.predict_proba(framed), reader.predict_proba(plain))
    stacked = SimpleNamespace(name="made", image_shape=(3, 32, 32), classes=0)
    three = framed[:48].view(16, 3, 32, 32)
    inside = generators.load_classifier(stacked, "stacked-synthetic")
    torch.testing.assert_close(inside.features(three), reader.features(plain[:48]).view(16, -1))
    with pytest.raises(ValueError, match=r"does not fit made: its image_shape is \(1, 28, 28\), not \(1, 32, 32\)"):
        generators.load_classifier(model, "folder:mine", "classifier-mnist")


def test_a_stacked_picture_is_read_channel_by_channel():
    reader, images = ganzoo.load("classifier-mnist"), registry.load("stacked-synthetic", train=False).images[:60]
    stacked = reader.by_channel(3)
    assert (stacked.image_shape, stacked.classes, reader.classes) == ((3, 28, 28), 1000, 10)
    a, b, c = (reader.predict_proba(images[:, i : i + 1]) for i in range(3))
    torch.testing.assert_close(stacked.predict_proba(images), torch.einsum("na,nb,nc->nabc", a, b, c).flatten(1))
    digits = [reader.predict(images[:, i : i + 1]) for i in range(3)]
    assert torch.equal(stacked.predict(images), 100 * digits[0] + 10 * digits[1] + digits[2])
    apart = torch.cat([reader.features(images[:, i : i + 1]) for i in range(3)], dim=1)
    torch.testing.assert_close(stacked.features(images), apart)


def test_the_linear_reference_is_scikit_learn_s_pca():
    from sklearn.decomposition import PCA  # takes long to import

    pictures = registry.load("synthetic", train=False).images
    baseline = linear.LinearBaseline(pictures)
    flat = linear.flatten(pictures).numpy()
    pca = PCA(5, svd_solver="full").fit(flat)
    copy = pca.inverse_transform(pca.transform(flat)).clip(0, 1)
    assert baseline.pca_error(pictures, 5) == pytest.approx(float(((copy - flat) ** 2).mean()), rel=1e-3)


def test_the_linear_filter_is_a_baseline_worth_beating():
    pictures = registry.load("synthetic", train=False).images
    baseline = linear.LinearBaseline(pictures)
    noisy = linear.add_noise(pictures, 0.5)
    error = baseline.wiener_error(pictures, noisy, 0.5)
    assert error < float((noisy.clamp(0, 1) - linear.flatten(pictures)).square().mean()) / 2
    assert baseline.wiener_error(pictures, linear.flatten(pictures), 1e-6) == pytest.approx(0, abs=1e-7)


def test_decibels():
    assert decibels(0.01) == pytest.approx(20)


GENERATOR = {"Frechet distance", "precision", "recall", "coverage", "class entropy"}
AUTOENCODER = {"test MSE", "test PSNR (dB)", "classifier on codes, accuracy"} | {
    f"denoising PSNR at {level:g} (dB)" for level in NOISE_LEVELS
}


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("gan-c-mnist", GENERATOR),
        ("cdcgan-mnist", GENERATOR | {"labels right"}),
        ("vae2d-mnist", AUTOENCODER | {"5-nearest-neighbour accuracy"}),
        ("classifier-mnist", {"test accuracy"}),
    ],
)
def test_a_run_is_published_with_the_figures_of_exactly_these_weights(name, names, trained, tmp_path):
    tables = tmp_path / "README.md"
    tables.write_text("untouched")
    setup = EvaluationSetup(tmp_path, samples=100, classifier_images=150)
    out = publish.publish(trained(name, name), setup, out=tmp_path / "weights" / "one", readme=tables)
    model = ganzoo.load(out)
    untruncated = {"Frechet distance at truncation 1"} if model.recipe["truncation"] != 1 else set()
    assert set(model.figures) == names | untruncated
    again = as_json(evaluate(model, setup))
    for key, figure in again.items():
        assert figure["value"] == pytest.approx(model.figures[key].value, rel=1e-3), key
    assert model.history["rows"][-1]["step"] == 3
    assert (out / "samples.webp").stat().st_size > 100
    assert (out / "training.webp").exists() == isinstance(model, ganzoo.Sampler)
    assert (out / "codes.json").exists() == (name == "vae2d-mnist")
    assert (out / "README.md").read_text() == card.model_card(model)
    assert tables.read_text() == "untouched"


class Copier:
    """A generator that draws the same few of a set's pictures again and again."""

    truncation, classes = 1, 0

    def __init__(self, images):
        self.images = images

    def sample(self, n, *, seed):
        return SimpleNamespace(images=self.images[torch.arange(n) % len(self.images)])


def test_samples_of_a_small_set_are_compared_with_what_was_learnt_and_looked_at_for_copies():
    reader, pictures = ganzoo.load("classifier-mnist"), registry.load("synthetic", train=False)
    train, test = pictures.take(slice(200)), pictures.take(slice(200, 300))
    figures = dict(generators.generator_figures(Copier(train.images[:7]), reader, train, test, 1000))
    kinds, distance = figures["kinds among 64"], figures["distance to the nearest training picture"]
    assert kinds.value == 7
    assert 20 < kinds.beside["64 test pictures"] <= 64
    assert distance.value < 0.01 < distance.beside["test split"]
    (floor,) = figures["coverage"].beside.values()
    assert figures["coverage"].value < 0.4 < 0.8 < floor
    forty = train.take(slice(40))
    few = dict(generators.generator_figures(Copier(train.images[:7]), reader, forty, test.take([0]), 1000))
    assert few["kinds among 40"].beside.keys() == {"1 test pictures"}, "no more are drawn than there are real ones"
    with pytest.raises(ValueError, match="at least 20 real images to be measured by, got 19"):
        dict(generators.generator_figures(Copier(train.images), reader, train.take(slice(19)), test, 1000))


@pytest.mark.parametrize(
    ("name", "options", "more"),
    [
        ("gan-b-mnist", {"generator_widths": (16,), "discriminator_widths": (16,)}, set()),
        ("cdcgan-mnist", {"width": 16, "classes": 1000}, {"labels right", "Frechet distance at truncation 1"}),
    ],
)
def test_a_generator_of_stacked_pictures_is_chosen_by_how_it_spreads_over_the_modes(
    name, options, more, trained, tmp_path
):
    model = {**catalogue.get_recipe(name).model, **options, "image_shape": (3, 28, 28)}
    folder = trained(name, name, data="stacked-synthetic", model=model)
    out = publish.publish(folder, EvaluationSetup(tmp_path, samples=200), out=tmp_path / "model")
    figures, compared = ganzoo.load(out).figures, ganzoo.load(out).config.as_json()["compared"]
    assert set(figures) == {"KL to uniform", "modes"} | GENERATOR | more
    assert compared["figure"] == next(iter(figures)) == "KL to uniform"
    best = min(compared["averaged"], compared["last"])
    assert figures["KL to uniform"].value == pytest.approx(best, rel=1e-3)
    real = figures["modes"].beside["200 real pictures"]
    assert 1 <= figures["modes"].value < 100 < real <= 200
    evenly = math.log(1000 / real)  # what as many classes give that occur equally often
    assert evenly - 1e-3 < figures["KL to uniform"].beside["200 real pictures"] < evenly + 0.2
    text = (out / "README.md").read_text()
    assert "| KL to uniform |" in text
    assert f"classes occur where real images show {real:.0f}." in text
    assert "classifier sees each channel by itself" in text


def test_the_readme_s_table_is_replaced_between_its_marks(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
    readme.update_readme(path)
    assert path.read_text() == f"before\n{readme.BEGIN}\n{readme.model_tables()}\n{readme.END}\nafter\n"


def test_another_recipe_than_the_catalogue_s_needs_a_place_of_its_own(trained, tmp_path):
    with pytest.raises(ValueError, match=r"not the gan-c-mnist of the catalogue .*steps: \d+ -> 3;.*name --out"):
        publish.publish(trained("run"), EvaluationSetup(tmp_path))


def test_publishing_replaces_nothing_but_a_published_model(trained, tmp_path):
    folder = trained("run")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    for place in (precious, folder, tmp_path):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(ValueError, match="is no published model, and nothing but one is replaced"):
            publish.publish(folder, EvaluationSetup(tmp_path, samples=100), out=place)
        assert sorted(tmp_path.rglob("*")) == before
    for _ in range(2):
        publish.publish(folder, EvaluationSetup(tmp_path, samples=100), out=tmp_path / "model")
    card = (tmp_path / "model" / "README.md").read_text()
    assert "path/to/this/folder" in card and "repeats it" not in card


def test_an_unfinished_run_is_not_published(trained, tmp_path):
    folder = trained("run")
    recipe = RunFolder(folder).read_recipe()
    longer = replace(recipe, steps=9)
    state = checkpoint.load(folder / "checkpoints", device=torch.device("cpu"))
    checkpoint.save(folder / "checkpoints", {**state, "recipe": longer.as_json()})
    (folder / "recipe.json").write_text(json.dumps(longer.as_json()))
    with pytest.raises(ValueError, match=r"step 3 of 9.*python -m trainer resume"):
        publish.publish(folder, EvaluationSetup(tmp_path), out=tmp_path / "weights" / "one")


def test_evaluate_prints_a_table(trained, tmp_path, capsys):
    folder = trained("run")
    assert main(["evaluate", str(folder), "--samples", "200", "--data-root", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in GENERATOR)
    assert "train against test" in printed


def test_a_value_stands_apart_from_the_longest_name():
    figures = {name: Figure(0.25, {"floor": 2.0}) for name in ("recall", "Frechet distance at truncation 1")}
    rows = [line.split("  ") for line in table(as_json(figures))]
    assert [[row[0], *(cell.strip() for cell in row[1:] if cell)] for row in rows] == [
        ["recall", "0.25", "floor 2"],
        ["Frechet distance at truncation 1", "0.25", "floor 2"],
    ]


def test_the_codes_that_ship_are_those_of_the_test_split(trained, tmp_path):
    model = ganzoo.load(trained("run", "ae2d-mnist"))
    test = registry.load("synthetic", train=False)
    for name, written in autoencoders.files(model, EvaluationSetup(tmp_path)).items():
        extras.write_json_line(model.folder / name, written)
    codes = model.read_json("codes.json")
    np.testing.assert_allclose(codes["codes"], model.encode(test.images).numpy(), atol=1e-4)
    assert codes["labels"] == test.labels.tolist()
    np.testing.assert_allclose(np.array(codes["directions"]) @ np.array(codes["directions"]).T, np.eye(2), atol=1e-3)


def strokes(lean: float, width: int) -> torch.Tensor:
    """A straight stroke, uint8 (1, 28, 28), that moves `lean` columns to the right with each row upwards."""
    picture = torch.zeros(1, 28, 28, dtype=torch.uint8)
    for row in range(4, 24):
        left = round(12 + lean * (13.5 - row))
        picture[0, row, left : left + width] = 255
    return picture


def test_slant_and_thickness_are_those_of_a_stroke():
    images = torch.stack([strokes(-0.4, 3), strokes(0.0, 3), strokes(0.4, 3), strokes(0.0, 6)])
    assert infogan_codes.slant(images) == pytest.approx([-0.4, 0, 0.4, 0], abs=0.03)
    thin, thick = infogan_codes.thickness(images)[[1, 3]]
    assert (thin, thick) == (pytest.approx(3, rel=0.2), pytest.approx(6, rel=0.2))
    assert infogan_codes.thickness(torch.zeros(1, 1, 28, 28, dtype=torch.uint8)) == [0]


def test_categories_take_the_names_that_fit_best():
    read, labels = torch.tensor([2, 2, 0, 0, 1, 1]), torch.tensor([0, 0, 1, 1, 2, 0])
    assert infogan_codes.categories_as_labels(read, labels, 3) == ([1, 2, 0], pytest.approx(5 / 6))


def test_each_property_gets_the_code_that_moves_it():
    found = infogan_codes.Meaning([0, 1], 1.0, np.array([[0.2, -0.9], [0.7, 0.8]]))
    assert found.best_codes() == {"slant": (1, -1), "thickness": (0, 1)}


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_codes_is_measured(count, tmp_path):
    setup = EvaluationSetup(tmp_path, samples=20, images_per_category=4)
    options = {"noise_dim": 4, "width": 8, "hidden": 32, "continuous_codes": count}
    recipe = replace(catalogue.get_recipe("infogan-mnist"), model=options, data="synthetic")
    write_model(models.build("infogan", options), recipe, tmp_path)
    found = evaluate(ganzoo.load(tmp_path), setup)
    assert 0.1 <= found["code head accuracy"].value <= 1
    known = {name: figure.beside for name, figure in found.items() if name.startswith("rank correlation of")}
    assert len(known) == min(count, 2)
    if count == 3:
        slanted = known["rank correlation of slant with the slant code"]
        assert len(slanted) == 2 and "thickness code" in slanted
