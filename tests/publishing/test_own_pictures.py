"""Models of a user's own pictures: what is published says nothing of where these lay, and states no licence unasked."""

import json
import shutil

import pytest
from training_fixtures import write_image

import ganzoo
from ganzoo.config import is_same_data, without_path
from trainer.__main__ import main
from trainer.measures import EvaluationSetup
from trainer.publishing import publish


@pytest.fixture
def run(tmp_path, trained):
    for i in range(40):
        write_image(tmp_path / "home" / "cats" / f"{i}.png", (6 * i, 90, 200), size=(28, 28))
    return trained("run", "ae2d-mnist", data=f"folder:{tmp_path / 'home' / 'cats'}")


@pytest.mark.parametrize(
    ("data", "short"),
    [
        ("mnist", "mnist"),
        ("folder:/home/me/cats", "folder:cats"),
        ("pairs:~/cats/", "pairs:cats"),
        ("folder:C:\\Users\\me\\cats", "folder:cats"),
        ("folder:.", "folder:pictures"),
    ],
)
def test_a_published_name_has_no_path(data, short):
    assert without_path(data) == without_path(short) == short
    assert is_same_data(data, short)


def test_two_folders_of_one_name_are_two_datasets():
    assert not is_same_data("folder:/a/cats", "folder:/b/cats")


def test_no_published_file_names_the_author_s_folders(run, tmp_path, capsys, monkeypatch):
    place = publish.publish(run, EvaluationSetup(tmp_path, samples=100), out=tmp_path / "model", licence="cc-by-4.0")
    assert ganzoo.load(place).config.data == "folder:cats"
    for path in place.iterdir():
        assert str(tmp_path).encode() not in path.read_bytes(), path.name
    assert "\nlicense: cc-by-4.0\n" in (place / "README.md").read_text()
    (tmp_path / "home").rename(tmp_path / "there")
    monkeypatch.chdir(tmp_path / "there")  # holds a folder of that name, which may be anybody's
    assert main(["evaluate", str(place)]) == 2
    assert "say where with --data folder:PATH" in capsys.readouterr().err
    moved = ["--data", f"folder:{tmp_path / 'there' / 'cats'}"]
    assert main(["evaluate", str(place), "--samples", "100", *moved]) == 0
    assert main(["publish", str(run), "--out", str(place), *moved]) == 0
    assert "\nlicense: cc-by-4.0\n" in (place / "README.md").read_text(), "the stated licence is kept"


def test_the_owner_of_the_pictures_states_the_licence(run, tmp_path, capsys):
    place = publish.publish(run, EvaluationSetup(tmp_path, samples=100), out=tmp_path / "model")
    text = (place / "README.md").read_text()
    assert "\nlicense: other\n" in text and "the owner of the pictures decides" in text
    config = json.loads((place / "config.json").read_text())
    config["recipe"]["data"] = f"folder:{tmp_path / 'home' / 'cats'}"  # as earlier versions published it
    (place / "config.json").write_text(json.dumps(config))
    assert main(["evaluate", str(place), "--samples", "100"]) == 0
    assert main(["publish", str(place), "--license", "cc0-1.0"]) == 0
    text = (place / "README.md").read_text()
    assert "\nlicense: cc0-1.0\n" in text and "Licence of the weights: cc0-1.0." in text
    assert str(tmp_path) not in (place / "config.json").read_text()
    assert main(["publish", str(place), "--license", "My own!"]) == 2
    assert "license must be an id such as cc-by-4.0" in capsys.readouterr().err


def test_a_run_at_another_place_counts_as_another_seed(run, trained, tmp_path):
    shutil.copytree(tmp_path / "home", tmp_path / "away")
    other = trained("other", "ae2d-mnist", data=f"folder:{tmp_path / 'away' / 'cats'}", seed=5)
    place = publish.publish(run, EvaluationSetup(tmp_path, samples=100), out=tmp_path / "model")
    assert main(["publish", str(place), "--other-seed", str(other)]) == 0
    assert ganzoo.load(place).config.seeds.keys() == {"5"}


def test_pairs_with_other_sides_are_not_published(trained, tmp_path, capsys):
    for i in range(40):
        for side in ("photo", "plan"):
            write_image(tmp_path / "pairs" / side / f"{i}.png", (6 * i, 90, 200), size=(32, 32))
    run = trained("run", "pix2pix-facades", data=f"pairs:{tmp_path / 'pairs'}")
    (tmp_path / "pairs" / "photo").rename(tmp_path / "pairs" / "map")
    assert main(["publish", str(run), "--out", str(tmp_path / "model")]) == 2
    assert "are map and plan, but those of the model are photo and plan" in capsys.readouterr().err


def test_a_place_where_no_model_can_be_is_refused_before_anything_is_measured(run, tmp_path):
    (tmp_path / "file").write_text("")
    setup = EvaluationSetup(tmp_path, samples=100)
    with pytest.raises(ValueError, match=r"file is a file: name another --out"):
        publish.publish(run, setup, out=tmp_path / "file" / "model")
