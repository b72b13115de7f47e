"""The app's command line: `python app.py` or `ganzoo-app [--host 127.0.0.1] [--port 7860] [--share] [--models DIR]`.

An option wins over a variable of the environment, which wins over a default. gradio and huggingface_hub read their
variables while they are imported, so `main` sets them first and everything that needs them is imported later.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import tyro

from ganzoo.command_line import expand

AUTH = "GANZOO_AUTH"
NUMBERS = ("GRADIO_SERVER_PORT", "GRADIO_NUM_PORTS")
Logins = Annotated[tuple[str, ...], tyro.conf.arg(metavar="USER:PASSWORD"), tyro.conf.UseAppendAction]
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The signals that stop the app, as far as the system has them."""


class Stopped(SystemExit):
    """A signal stops the app."""


def main() -> None:
    """Parse the process's arguments and run the app until it is stopped."""
    try:
        tyro.cli(serve)
    except Stopped:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)  # threads may still compute, and torch aborts a process that ends under them


def stop(*_: object) -> None:
    """Leave every block in order. A second signal changes nothing."""
    set_handlers(signal.SIG_IGN)
    raise Stopped


def set_handlers(handler: Callable[..., None] | signal.Handlers) -> None:
    """Handle the signals that stop the app, except those that the process was started to ignore (nohup)."""
    for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def serve(
    host: str | None = None,
    port: int | None = None,
    share: bool = False,
    models: Path | None = None,
    auth: Logins = (),
    root_path: str | None = None,
) -> None:
    """Play with generative models in the browser.

    Args:
        host: Address to listen on; unless given, that in GRADIO_SERVER_NAME or else 127.0.0.1.
        port: Port to listen on; unless given, that in GRADIO_SERVER_PORT or else the first free one from 7860.
        share: Make a public link through Gradio's servers.
        models: A folder of models, or one model or run, to offer beside the shipped ones.
        auth: Who may log in, as USER:PASSWORD; may be repeated. Everybody may see passwords on a command line: the
            variable GANZOO_AUTH holds such pairs too, with spaces between them.
        root_path: The prefix under which a reverse proxy offers the app, such as /ganzoo, or a whole address.
    """
    set_handlers(stop)
    set_environment()
    users = logins(auth or tuple(os.environ.get(AUTH, "").split()))
    if root_path and not root_path.startswith(("/", "http://", "https://")):
        sys.exit(f"The root path must begin with / or be an address, got {root_path!r}")
    try:
        from ganzoo.ui import catalogue, layout
    except ModuleNotFoundError as error:
        sys.exit(f"The app needs {error.name}, which is not installed: pip install 'ganzoo[app]'")
    try:
        catalogue.use(shelves=[expand(models)] if models else [])
    except ValueError as error:
        sys.exit(str(error))
    layout.run(host=host, port=port, share=share or None, auth=users or None, root_path=root_path)


def logins(pairs: tuple[str, ...]) -> list[tuple[str, str]]:
    """(user, password) of each USER:PASSWORD; exits with one sentence, without a password, where one is neither."""
    split = [pair.partition(":") for pair in pairs]
    if not all(user and password for user, _, password in split):
        sys.exit(f"Each login, in --auth or {AUTH}, must be USER:PASSWORD")
    return [(user, password) for user, _, password in split]


def set_environment() -> None:
    """Turn telemetry off and, except on a Space, access to the Hub too; check what Gradio reads at its import.

    The temporary folder of the app is made in GRADIO_TEMP_DIR.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    for name in ("GRADIO_SERVER_NAME", *NUMBERS):
        if not os.environ.get(name):
            os.environ.pop(name, None)
    for name in NUMBERS:
        if not os.environ.get(name, "1").isdecimal():
            sys.exit(f"{name} must be a whole number, got {os.environ[name]!r}")
    if place := os.environ.get("GRADIO_TEMP_DIR"):
        Path(place).mkdir(parents=True, exist_ok=True)
        tempfile.tempdir = place
    if not is_space():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def is_space() -> bool:
    """Whether this is a Hugging Face Space."""
    return bool(os.environ.get("SPACE_ID"))
