"""The package installs: the requirements agree, the commands exist, the core needs only the packages of the core."""

import importlib
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ganzoo.command_line import run_commands

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest needs it there

REPOSITORY = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
FOR_TESTS = {"pytest", "pytest-xdist", "hypothesis"}
"""Packages of the extra `dev` without which no test runs."""
MODULES = {"pillow": "PIL", "scikit-learn": "sklearn", "import-linter": "importlinter", "pytest-xdist": "xdist"}
"""What packages are imported as, where that is not their name."""


def package(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0]


def without(packages: set[str]) -> str:
    """Python code after which importing any of these packages fails, as where they are not installed."""
    modules = {MODULES.get(name, name) for name in packages}
    return f"import sys; sys.modules.update(dict.fromkeys({sorted(modules)!r}))\n"


def run_elsewhere(code: str, folder: Path) -> subprocess.CompletedProcess:
    """Run Python code in another working directory, with the repository on the path."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n{code}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_requirements_txt_lists_what_the_project_declares():
    listed = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").split()
    declared = {*PROJECT["dependencies"], *EXTRAS["app"], *EXTRAS["train"]}
    declared |= {requirement for requirement in EXTRAS["dev"] if package(requirement) in FOR_TESTS}
    assert set(listed) == declared
    assert len(listed) == len({package(requirement) for requirement in listed}), "one line for each package"
    assert {package(requirement) for requirement in listed} >= FOR_TESTS


def test_a_plain_install_brings_the_app():
    assert EXTRAS["app"] and set(EXTRAS["app"]) < set(PROJECT["dependencies"])


def test_the_python_versions_are_the_same_everywhere():
    supported = [name.rsplit(" ", 1)[1] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert supported == ["3.10", "3.11", "3.12", "3.13"]
    assert PROJECT["requires-python"] == f">={supported[0]}"
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert f"Python {supported[0]} to {supported[-1]}" in readme


@pytest.mark.parametrize("script", ["ganzoo", "ganzoo-app", "ganzoo-train"])
def test_every_script_has_a_function(script):
    module, function = PROJECT["scripts"][script].split(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_models_draw_and_recipes_are_listed_without_the_app_from_any_folder(tmp_path):
    only_app = {package(r) for r in EXTRAS["app"]} - {package(r) for r in EXTRAS["train"]}
    extras = {package(requirement) for extra in EXTRAS.values() for requirement in extra} - {"ganzoo"} - only_app
    code = f"""
    import ganzoo, ganzoo.__main__
    print(tuple(ganzoo.load("cdcgan-mnist").sample(4).images.shape))
    assert ganzoo.__main__.main(["sample", "cdcgan-mnist", "--out", "x.png"]) == 0
    for name in {sorted(MODULES.get(extra, extra) for extra in extras)!r}:
        del sys.modules[name]
    import trainer.__main__
    assert trainer.__main__.main(["list"]) == 0
    from ganzoo.ui import launcher
    sys.argv = ["ganzoo-app"]
    launcher.main()
    """
    done = run_elsewhere(without(extras | only_app) + textwrap.dedent(code), tmp_path)
    assert done.stdout.startswith("(4, 1, 28, 28)") and "cdcgan-mnist" in done.stdout, done.stderr
    assert (tmp_path / "x.png").is_file()
    assert done.stderr == "The app needs gradio, which is not installed: pip install 'ganzoo[app]'\n"
    assert done.returncode == 1


def test_without_an_extra_a_command_says_what_to_install(capsys):
    def plot():
        import matplotlib_that_is_not_there  # noqa: F401

    assert run_commands({"plot": plot, "other": print}, program="prog", arguments=["plot"]) == 2
    expected = (
        "error: this needs matplotlib_that_is_not_there, which is not installed: pip install 'ganzoo[app,train]'\n"
    )
    assert capsys.readouterr().err == expected


def test_ci_installs_the_rest_of_dev():
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = re.findall(r"pip install --quiet (import-linter .*)", script)
    assert set(line.split()) == {package(requirement) for requirement in EXTRAS["dev"]} - FOR_TESTS - {"ganzoo"}
