"""The app's command line: `python app.py` or `ganzoo-app [--host 127.0.0.1] [--port 7860] [--share] [--models DIR]`.

gradio and huggingface_hub read their settings from the environment while they are imported, so `main` sets it first
and everything that needs them is imported later.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import tyro

from ganzoo.command_line import expand

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


def serve(host: str | None = None, port: int | None = None, share: bool = False, models: Path | None = None) -> None:
    """Play with generative models in the browser.

    Args:
        host: Address to listen on; 127.0.0.1 unless given, on a Space what Gradio chooses.
        port: Port to listen on; the first free one from 7860 unless given.
        share: Make a public link through Gradio's servers.
        models: A folder of models, or one model or run, to offer beside the shipped ones.
    """
    set_handlers(stop)
    set_environment()
    try:
        from ganzoo.ui import catalogue, layout
    except ModuleNotFoundError as error:
        sys.exit(f"The app needs {error.name}, which is not installed: pip install 'ganzoo[app]'")
    try:
        catalogue.use(shelves=[expand(models)] if models else [])
    except ValueError as error:
        sys.exit(str(error))
    if not is_space():
        host = host or "127.0.0.1"
    layout.run(host=host, port=port, share=share)


def set_environment() -> None:
    """Turn telemetry off and, except on a Space, access to the Hub too."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if not is_space():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def is_space() -> bool:
    """Whether this is a Hugging Face Space."""
    return bool(os.environ.get("SPACE_ID"))
