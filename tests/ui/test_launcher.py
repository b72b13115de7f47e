"""The app's command line: what it sets before it imports anything, and from where it runs."""

import os
import subprocess
import sys

import pytest

WATCH = """
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("gradio", "huggingface_hub"):
            names = ("HF_HUB_OFFLINE", "GRADIO_ANALYTICS_ENABLED")
            print(name, *(os.environ.get(variable) for variable in names))

sys.meta_path.insert(0, Watch())
from ganzoo.ui.launcher import main
print("ready")
main()
"""


def start(folder, repository, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run the app's command line in a folder where nothing of the project lies."""
    unset = ("HF_HUB_OFFLINE", "GRADIO_ANALYTICS_ENABLED", "SPACE_ID")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    environment |= {"PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1", **variables}
    command = [sys.executable, "-c", WATCH, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    ("variables", "offline"), [({}, "1"), ({"HF_HUB_OFFLINE": "0"}, "0"), ({"SPACE_ID": "a"}, None)]
)
def test_the_environment_is_set_before_gradio_and_the_hub_are_imported(tmp_path, repository, variables, offline):
    ended = start(tmp_path, repository, "--models", "nowhere", **variables)
    assert ended.returncode == 1
    assert "no model in 'nowhere'" in ended.stderr and "Traceback" not in ended.stderr
    before, *imported = ended.stdout.splitlines()
    assert before == "ready", "importing the launcher imports neither"
    assert set(imported) == {f"{name} {offline} False" for name in ("gradio", "huggingface_hub")}


def test_a_port_out_of_range_gets_one_sentence(tmp_path, repository):
    ended = start(tmp_path, repository, "--port", "99999999")
    assert ended.returncode == 1
    assert "The app cannot listen on 127.0.0.1, port 99999999" in ended.stderr and "Traceback" not in ended.stderr
