"""Labels are compared by the names of their classes, wherever a model, a classifier and images meet."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from training_fixtures import write_image

import ganzoo
from ganzoo import models
from trainer.__main__ import main
from trainer.engine import write_model
from trainer.families import evaluate
from trainer.measures import EvaluationSetup
from trainer.recipes import catalogue

COLOURS = ("red", "green", "blue")
SHAPE = (3, 8, 8)


class Brightest(models.Classifier):
    """Its classes are the channels, the brightest of which it sees: red, green, blue, or `turned` round."""

    feature_dim = 3

    def __init__(self, *, classes=3, image_shape=SHAPE, turned=False):
        super().__init__(image_shape=image_shape, pixels="unit", classes=classes)
        self.scale, self.turned = nn.Parameter(torch.ones(1)), turned

    def features(self, images):
        return self.scale * images.mean(dim=(2, 3))

    def classify(self, features):
        return features.flip(1) if self.turned else features


class OneColour(models.GAN):
    """Draws red for label 0, green for 1, blue for 2; without labels, all of them."""

    def __init__(self, *, classes=3, image_shape=SHAPE):
        super().__init__(
            nn.Identity(), nn.Identity(), latent_dim=1, image_shape=image_shape, pixels="unit", classes=classes
        )
        self.scale = nn.Parameter(torch.ones(1))

    def generate(self, latents, labels=None):
        labels = torch.arange(len(latents)) % 3 if labels is None else labels
        return (self.scale * torch.eye(3)[labels])[:, :, None, None].expand(-1, *SHAPE)


@pytest.fixture(autouse=True)
def architectures(monkeypatch):
    for name, network in {"brightest": Brightest, "one-colour": OneColour}.items():
        monkeypatch.setitem(models.ARCHITECTURES, name, network)


@pytest.fixture
def pictures(tmp_path):
    for colour in COLOURS:
        for i in range(40):
            write_image(tmp_path / "pictures" / colour / f"{i}.png", colour, size=SHAPE[1:])
    return tmp_path / "pictures"


@pytest.fixture
def saved(tmp_path, pictures):
    """Writes a model and returns its folder."""

    def save(architecture, class_names=COLOURS, *, data=f"folder:{pictures}", **options):
        network, folder = (
            models.build(architecture, options),
            tmp_path / f"{architecture}{len(list(tmp_path.iterdir()))}",
        )
        kind = "classifier-mnist" if architecture == "brightest" else "cdcgan-mnist"
        recipe = replace(catalogue.get_recipe(kind), model=options, data=data, architecture=architecture)
        write_model(network, recipe, folder, class_names=list(class_names))
        return folder

    return save


def figures(folder, tmp_path, **setup):
    return evaluate(ganzoo.load(folder), EvaluationSetup(tmp_path, **setup))


def test_a_classifier_s_labels_are_the_classes_that_it_has_recorded(saved, tmp_path):
    assert figures(saved("brightest"), tmp_path)["test accuracy"].value == 1, "in the folder blue comes first"


@pytest.mark.parametrize("reader", [(COLOURS, False), (COLOURS[::-1], True)])
def test_a_generator_and_its_reader_are_compared_by_name(reader, saved, tmp_path):
    names, turned = reader
    found = figures(saved("one-colour"), tmp_path, classifier=str(saved("brightest", names, turned=turned)))
    assert found["labels right"].value == found["labels right"].beside["test split"] == 1


@pytest.mark.parametrize("names", [("red", "green", "pink"), ()])
def test_a_reader_of_other_classes_is_refused(names, saved, tmp_path):
    reader = saved("brightest", names)
    with pytest.raises(ValueError, match=r"than these images have .*: use a classifier of the same"):
        figures(saved("one-colour"), tmp_path, classifier=str(reader))
    assert figures(saved("one-colour", classes=0), tmp_path, classifier=str(reader)), (
        "without labels nothing is compared"
    )


@pytest.mark.parametrize("name", ["brightest", "one-colour"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "blue").rename(folder / "teal"), "they have no blue; new are teal"),
        (lambda folder: write_image(folder / "ant" / "0.png", "black"), "new are ant"),
    ],
)
def test_other_classes_than_the_model_s_are_refused(name, change, message, saved, pictures, tmp_path, capsys):
    reader = ["--reader", str(saved("brightest"))] if name == "one-colour" else []
    change(pictures)
    assert main(["evaluate", str(saved(name)), *reader]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("brightest", "synthetic", "new are 0, 1, 2"),
        ("one-colour", "synthetic", r"images \(3, 8, 8\), but those of synthetic are \(1, 28, 28\)"),
        ("brightest", "folder:flat", r"the pictures have no classes.*red, green, blue"),
    ],
)
def test_images_that_do_not_suit_are_refused(name, data, message, saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for i in range(40):
        write_image(tmp_path / "flat" / f"{i}.png", "red", size=SHAPE[1:])
    with pytest.raises(ValueError, match=message):
        figures(saved(name, classes=3 if name == "brightest" else 0), tmp_path, data=data)


def test_data_that_has_moved_can_be_named(saved, pictures, tmp_path, capsys):
    folder, place = saved("brightest"), tmp_path / "there"
    pictures.rename(place)
    assert main(["evaluate", str(folder)]) == 2
    assert "say where with --data folder:PATH" in capsys.readouterr().err
    assert main(["evaluate", str(folder), "--data", f"folder:{place}"]) == 0
    assert "test accuracy  1" in capsys.readouterr().out


def test_a_reader_of_other_classes_is_refused_before_the_training(saved, pictures, tmp_path, capsys):
    reader = saved("brightest", ("red", "green", "pink"))
    options = ["--image-size", "8", "--channels", "3", "--steps", "2", "--batch-size", "4", "--measures", "1"]
    command = ["train", "cdcgan-mnist", "--data", f"folder:{pictures}", *options]
    assert main([*command, "--reader", str(reader), "--out", str(tmp_path / "run")]) == 2
    assert "use a classifier of the same classes" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
