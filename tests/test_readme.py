"""The README is true: its commands run, its table is generated, its front matter fits the requirements."""

import re
import shlex

import pytest

from ganzoo.__main__ import main as ganzoo_main
from trainer import card
from trainer import publish as publishing
from trainer.__main__ import main as trainer_main

README = card.README.read_text(encoding="utf-8")
CONTRIBUTING = (card.README.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
SMALL = ["--data", "synthetic", "--steps", "2", "--batch-size", "16"]


def blocks(language=""):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    return [text for said, text in fenced if said == language]


def commands(module):
    lines = [line for block in blocks() for line in block.splitlines()]
    return [shlex.split(line)[3:] for line in lines if line.startswith(f"python -m {module} ")]


def test_the_commands_of_the_models_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(commands("ganzoo")) >= 4
    for arguments in commands("ganzoo"):
        assert ganzoo_main(arguments) == 0, arguments
    assert {path.name for path in tmp_path.iterdir()} == {"grid.png", "sevens.npz", "clean.npz"}


def test_the_commands_of_the_trainer_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    published = []
    monkeypatch.setattr(publishing, "publish", lambda folder, data_root, out, reader: published.append(str(out)))
    for arguments in commands("trainer"):
        small = SMALL if arguments[0] == "train" else []
        assert trainer_main([*arguments, *small]) == 0, arguments
    assert published == ["models/two-to-one"]
    assert (tmp_path / "runs" / "two-to-one" / "model.safetensors").exists()


def test_the_python_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    names = {}
    exec(code, names)
    assert (tmp_path / "two.png").exists()
    assert names["codes"].shape == (8, 2)
    assert names["digits"].shape == (8, 1, 28, 28)


def test_the_two_commands_are_there_and_in_ci():
    play, test = (block for block in blocks() if block.startswith("python3 -m venv"))
    assert play.strip().endswith(".venv/bin/python app.py")
    assert test.strip() in (card.README.parent / ".ci" / "run").read_text(encoding="utf-8")


def test_the_table_is_what_the_cards_say():
    table = README.split(card.BEGIN)[1].split(card.END)[0].strip()
    assert table == card.readme_table()


def test_the_front_matter_fits_the_requirements():
    front = README.split("---\n")[1]
    version = re.search(r"^sdk_version: (\d+)\.(\d+)\.\d+$", front, flags=re.MULTILINE)
    assert (6, 22) <= (int(version[1]), int(version[2])) < (7, 0)
    assert "app_file: app.py" in front
    assert "gradio>=6.22,<7" in (card.README.parent / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_somewhere(text):
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (card.README.parent / target).exists(), target
