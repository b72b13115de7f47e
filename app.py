"""Start the app: `python app.py [--host 127.0.0.1] [--port 7860] [--share]`. Also the entry of a Hugging Face Space."""

import os
import signal
import sys
import tempfile
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
if not os.environ.get("SPACE_ID"):
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
if os.environ.get("SPACES_ZERO_GPU"):
    # Such a Space refuses to start without one function for its GPU. These networks are small and stay on the CPU.
    import spaces

    spaces.GPU(lambda: None)

import tyro

from ganzoo import ui
from ganzoo.ui import catalogue


def main(host: str | None = None, port: int | None = None, share: bool = False, models: Path | None = None) -> None:
    """Play with generative models in the browser.

    Args:
        host: Address to listen on; 127.0.0.1 unless given, on a Space what Gradio chooses.
        port: Port to listen on; the first free one from 7860 unless given.
        share: Make a public link through Gradio's servers.
        models: A folder of models, or one model or run, to offer beside the shipped ones.
    """
    if models:
        try:
            catalogue.add_shelf(models)
        except ValueError as error:
            sys.exit(str(error))
    if not os.environ.get("SPACE_ID"):
        host = host or "127.0.0.1"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="ganzoo-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        try:
            demo = ui.build()
            ui.launch(demo, server_name=host, server_port=port, share=share)
        except (OSError, OverflowError) as error:
            sys.exit(f"The app cannot listen on {host}, port {port or 'any from 7860'}: {error}")
        demo.block_thread()


if __name__ == "__main__":
    tyro.cli(main)
