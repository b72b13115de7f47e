"""The app's command line: what it sets before it imports anything, and from where it runs."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from app_fixtures import offered
from filelock import FileLock

from ganzoo.ui import launcher, layout
from ganzoo.ui.temporary import temporary_folder

CASES = [({}, "1"), ({"HF_HUB_OFFLINE": "0"}, "0"), ({"SPACE_ID": "a"}, None)]
"""What the user sets, and what HF_HUB_OFFLINE is when gradio and the Hub's library are imported."""
WATCH = """
import os, sys

cases = eval(sys.argv.pop(1))

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("gradio", "huggingface_hub"):
            names = ("HF_HUB_OFFLINE", "GRADIO_ANALYTICS_ENABLED")
            print(len(cases), name, *map(os.environ.get, names), flush=True)
            if cases and name == "huggingface_hub":
                os._exit(0)

sys.meta_path.insert(0, Watch())
from ganzoo.ui.launcher import main
print("ready", flush=True)
while cases:
    variables = cases.pop()
    if not cases or not os.fork():
        os.environ.update(variables)
        main()
    os.wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_the_environment_is_set_before_gradio_and_the_hub_are_imported(tmp_path, repository):
    """Forks run the command line to the last of these imports; the first case is run to the end.

    The folder holds nothing of the project.
    """
    unset = ("HF_HUB_OFFLINE", "GRADIO_ANALYTICS_ENABLED", "SPACE_ID")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    environment |= {"PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"}
    cases = repr([variables for variables, _ in CASES])
    command = [sys.executable, "-c", WATCH, cases, "--models", "nowhere"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 1
    assert "no model in 'nowhere'" in ended.stderr and "Traceback" not in ended.stderr
    before, *imported = ended.stdout.splitlines()
    assert before == "ready", "importing the launcher imports neither"
    names = ("gradio", "huggingface_hub")
    assert set(imported) == {f"{i} {name} {offline} False" for i, (_, offline) in enumerate(CASES) for name in names}


def test_what_a_killed_app_left_goes_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("ganzoo-killed", "ganzoo-running", "ganzoo-another"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "upload").touch()
    for name in ("killed", "running"):
        (tmp_path / f"ganzoo-{name}.lock").touch()
    with FileLock(tmp_path / "ganzoo-running.lock"), temporary_folder() as folder:
        assert folder.is_dir()
        left = {path.name for path in tmp_path.glob("ganzoo-*") if path.is_dir()}
        assert left == {"ganzoo-running", "ganzoo-another", folder.name}
        with temporary_folder() as second:
            assert folder.is_dir() and second != folder
    assert not folder.exists() and not list(tmp_path.glob(f"{folder.name}*"))


@pytest.fixture
def handlers():
    """Put the handlers of signals back."""
    numbers = [getattr(signal, name) for name in launcher.SIGNALS if hasattr(signal, name)]
    before = [signal.getsignal(number) for number in numbers]
    yield numbers
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_signals_end_the_app_with_0_and_no_second_one_disturbs_that(tmp_path, monkeypatch, handlers):
    codes, folders = [], []

    def serve():
        launcher.set_handlers(launcher.stop)
        with temporary_folder() as folder:
            folders.append(folder)
            try:
                signal.raise_signal(signal.SIGTERM)
            finally:
                for number in handlers:
                    signal.raise_signal(number)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(launcher.tyro, "cli", lambda function: serve())
    monkeypatch.setattr(launcher.os, "_exit", codes.append)
    launcher.main()
    assert codes == [0] and not folders[0].exists()


def test_a_signal_that_was_to_be_ignored_stays_so(handlers):
    signal.signal(handlers[0], signal.SIG_IGN)
    launcher.set_handlers(launcher.stop)
    assert signal.getsignal(handlers[0]) is signal.SIG_IGN and signal.getsignal(handlers[1]) is launcher.stop


DEFAULTS = {"host": None, "port": None, "share": None, "auth": None, "root_path": None}
"""None: Gradio looks into the environment, and then takes its own default."""
OPTIONS = [
    ({}, {}, {}),
    ({"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SHARE": "True", "GRADIO_ROOT_PATH": "/a"}, {}, {}),
    ({"GRADIO_SERVER_NAME": "0.0.0.0"}, {"host": "::1", "share": True}, {"host": "::1", "share": True}),
    ({"GRADIO_ROOT_PATH": "/a"}, {"root_path": "/b"}, {"root_path": "/b"}),
    ({}, {"auth": ("ann:b:c", "bob:d")}, {"auth": [("ann", "b:c"), ("bob", "d")]}),
    ({"GANZOO_AUTH": "ann:b bob:c"}, {}, {"auth": [("ann", "b"), ("bob", "c")]}),
    ({"GANZOO_AUTH": "ann:b"}, {"auth": ("bob:c",)}, {"auth": [("bob", "c")]}),
]


@pytest.fixture
def served(monkeypatch, tmp_path):
    """Call `serve` and get what `run` was asked for."""
    asked = []
    for name in ("GRADIO_TEMP_DIR", "GANZOO_AUTH", "GRADIO_ANALYTICS_ENABLED", *launcher.NUMBERS):
        monkeypatch.setenv(name, "")  # put back after the test
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(launcher, "set_handlers", lambda handler: None)
    monkeypatch.setattr(layout, "run", lambda **options: asked.append(options))

    def call(environment: dict, **options) -> dict:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with offered(tmp_path):
            launcher.serve(**options)
        return asked[0]

    return call


@pytest.mark.parametrize(("environment", "options", "expected"), OPTIONS)
def test_an_option_wins_over_the_environment_and_that_over_the_default(served, environment, options, expected):
    assert served(environment, **options) == DEFAULTS | expected


def test_the_app_s_folder_is_made_in_gradio_s(served, tmp_path):
    served({"GRADIO_TEMP_DIR": str(tmp_path / "uploads")})
    assert tempfile.gettempdir() == str(tmp_path / "uploads") and (tmp_path / "uploads").is_dir()


WRONG = [
    ({"GRADIO_SERVER_PORT": "http"}, {}, "GRADIO_SERVER_PORT must be a whole number, got 'http'"),
    ({"GRADIO_NUM_PORTS": "-1"}, {}, "GRADIO_NUM_PORTS must be a whole number, got '-1'"),
    ({"GANZOO_AUTH": "secret"}, {}, "Each login, in --auth or GANZOO_AUTH, must be USER:PASSWORD"),
    ({}, {"auth": ("ann:",)}, "Each login, in --auth or GANZOO_AUTH, must be USER:PASSWORD"),
    ({}, {"root_path": "ganzoo"}, "The root path must begin with / or be an address, got 'ganzoo'"),
]


@pytest.mark.parametrize(("environment", "options", "sentence"), WRONG)
def test_what_a_host_sets_wrongly_gets_one_sentence(served, environment, options, sentence):
    with pytest.raises(SystemExit) as ended:
        served(environment, **options)
    assert str(ended.value) == sentence


def test_a_port_out_of_range_gets_one_sentence(tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")  # the app sets it; put back after the test
    with offered(tmp_path), pytest.raises(SystemExit) as ended:
        layout.run(host="127.0.0.1", port=99999999)
    assert str(ended.value).startswith("The app cannot listen on 127.0.0.1, port 99999999")
    assert "Traceback" not in capfd.readouterr().err


def test_the_home_in_the_folder_of_models_is_the_user_s(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(launcher, "set_environment", lambda: None)
    with pytest.raises(SystemExit, match=re.escape(f"no model in {str(tmp_path / 'none')!r}")):
        launcher.serve(models=Path("~/none"))
