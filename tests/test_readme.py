"""The README and the pages it leads to are true: commands run, tables are generated, the front matter fits."""

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganzoo.__main__ import main as ganzoo_main
from trainer.__main__ import main as trainer_main
from trainer.data.registry import FOLDER_PREFIXES
from trainer.engine import RunFolder
from trainer.publishing import publish as publishing
from trainer.publishing import readme
from trainer.publishing.other_runs import SEEDS

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = {
    path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8")
    for pattern in ("*.md", "docs/*.md", "weights/README.md", "benchmarks/*.md", "findings/*.md")
    for path in sorted(REPOSITORY.glob(pattern))
}
README = PAGES["README.md"]


def blocks(language="", text=README):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [content for word, content in fenced if word == language]


def commands(program, text=README):
    """The arguments of each command line in the text that calls the program."""
    lines = [line for block in blocks(text=text) for line in block.splitlines()]
    return [shlex.split(line.removeprefix(program)) for line in lines if line.startswith(f"{program} ")]


NARROW = {
    "gan-b-mnist": ["generator_widths=[16]", "discriminator_widths=[16]"],
    "cdcgan-mnist": ["width=16"],
    "pix2pix-facades": ["width=8", "patch_width=8"],
    "cyclegan-seasons": ["width=8", "patch_width=8"],
}
"""What makes the networks of recipes small."""


def quick(command, *arguments):
    """The same, but over in no time: two steps of small networks on made data, unless it has its own; few pictures."""
    if command == "train":
        data = [] if any(word.startswith(FOLDER_PREFIXES) for word in arguments) else ["--data", "synthetic"]
        narrow = [word for option in NARROW.get(arguments[0], []) for word in ("--set", option)]
        arguments = [*arguments, *data, *narrow, "--steps", "2", "--batch-size", "4"]
        arguments += ["--measure-samples", "100"]
    less = {"evaluate": ["--samples", "100"], "sample": ["--count", "20"], "stylize": ["--size", "64", "--steps", "2"]}
    return [command, *arguments, *less.get(command, [])]


def test_the_commands_of_the_models_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(commands("python -m ganzoo")) >= 5
    for given in ("photo.jpg", "painting.jpg"):
        Image.effect_noise((48, 32), 80).convert("RGB").save(given)
    for arguments in commands("python -m ganzoo"):
        assert ganzoo_main(quick(*arguments)) == 0, arguments
    made = {path.name for path in tmp_path.iterdir()} - {"photo.jpg", "painting.jpg"}
    assert made == {"grid.png", "sevens.npz", "clean.npz", "windows.png", "painted.png"}


PUBLISHED_TO = {"docs/training.md": 2 * ["models/two-to-one"], "CONTRIBUTING.md": [None]}
"""Where `publish` writes on pages that show it; None is its default."""


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if commands("python -m trainer", text)])
def test_the_commands_of_the_trainer_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for i in range(200):
        path = tmp_path / "my_pictures" / ("cats", "dogs")[i % 2] / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (40, 30, 3), dtype=np.uint8)).save(path)
    shutil.copytree(tmp_path / "my_pictures", tmp_path / "my_collections")
    shutil.copytree(tmp_path / "my_pictures" / "cats", tmp_path / "my_pairs")
    published = []

    def publish(folder, setup, out, other_seeds, **others):
        published.append(out and str(out))
        assert list(SEEDS.collect(RunFolder(folder).read_recipe(), other_seeds).values()) == list(other_seeds)

    monkeypatch.setattr(publishing, "publish", publish)
    for arguments in commands("python -m trainer", PAGES[page]):
        assert trainer_main(quick(*arguments)) == 0, arguments
        if "source=left" in arguments:
            assert RunFolder(Path(arguments[-1])).read_recipe().rules["source"] == "left"
    assert published == PUBLISHED_TO.get(page, [])


def test_the_pages_show_every_command_of_the_trainer():
    assert set(PUBLISHED_TO) < PAGES.keys()
    shown = {arguments[0] for text in PAGES.values() for arguments in commands("python -m trainer", text)}
    assert shown == {"list", "train", "resume", "compare", "evaluate", "publish"}


def test_the_readme_stays_short():
    assert len(README.splitlines()) <= 150


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
    assert test.strip() in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")


def test_the_tables_in_weights_are_what_the_cards_say():
    text = readme.README.read_text(encoding="utf-8")
    assert text.split(readme.BEGIN)[1].split(readme.END)[0].strip() == readme.model_tables()
    assert readme.README == REPOSITORY / "weights" / "README.md"


def test_the_front_matter_fits_the_requirements():
    front = README.split("---\n")[1]
    version = re.search(r"^sdk_version: (\d+)\.(\d+)\.\d+$", front, flags=re.MULTILINE)
    assert (6, 22) <= (int(version[1]), int(version[2])) < (7, 0)
    assert "app_file: app.py" in front
    assert "gradio>=6.22,<7" in (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")


def anchors(text):
    """What the headings of a page are linked to by."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)]+)\)", PAGES[page]):
        if link.startswith("https://"):
            continue
        target, _, anchor = link.partition("#")
        path = (REPOSITORY / page).parent / target if target else REPOSITORY / page
        assert path.exists(), link
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), link


def test_the_paths_that_contributing_names_exist():
    text = PAGES["CONTRIBUTING.md"]
    paths = set(re.findall(r"`((?:ganzoo|trainer|docs|tests|weights)/[\w./]+|[\w.]+\.(?:txt|toml)|\.ci/run)`", text))
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not (REPOSITORY / path).exists()] == []
