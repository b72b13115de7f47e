"""The page with all its tabs: `build` lays it out, `launch` serves it, `warm` runs every network once; `run` does all.

`LAUNCH` holds the options of serving: nothing is fetched from elsewhere, nothing is reported to anyone.
"""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import processing_utils
from gradio.tunneling import CURRENT_TUNNELS

from ganzoo.ui import cards, catalogue, door, model_facts, queue, texts, waiting
from ganzoo.ui.components import STYLES
from ganzoo.ui.tabs import generate, latent, reconstruct, styles, training_history, translate, zoo
from ganzoo.ui.temporary import temporary_folder

HERE = Path(__file__).parent
LAUNCH: dict[str, Any] = {
    "theme": gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    "css_paths": [HERE / "style.css", *STYLES],
    "head": f"<script>{(HERE / 'page.js').read_text(encoding='utf-8')}</script>",
    "i18n": texts.label,
    "max_file_size": "20mb",
    "enable_monitoring": False,
    "show_error": False,
    "ssr_mode": False,
    "footer_links": ["api", "settings"],
    "max_threads": waiting.AT_ONCE,
    "state_session_capacity": 100,  # sessions; each takes 0.4 MB, and none holds anything that the app reads
}


def forget_closed_tabs(demo: gr.Blocks) -> None:
    """Free what Gradio keeps for a visitor as soon as the tab is closed; it would keep it for good."""

    def forget(request: gr.Request) -> None:
        for kept in (demo.state_holder.session_data, demo.state_holder.time_last_used):
            kept.pop(request.session_hash or "", None)

    demo.unload(forget)


async def fetch_nothing(url: str, cache_dir: str) -> str:
    """Refuse, in place of Gradio's download: the app asks no address on a visitor's behalf."""
    raise gr.Error("addresses are not fetched: send the picture itself", print_exception=False)


def build(*, repeats: int = model_facts.REPEATS) -> gr.Blocks:
    """The whole app, with the tabs for which there are models; `repeats` as in `model_facts.latency`."""
    processing_utils.async_ssrf_protected_download = fetch_nothing
    with gr.Blocks(title="ganzoo", analytics_enabled=False, delete_cache=(3600, 3600)) as demo:
        gr.HTML(f"<h1>ganzoo</h1><p>{texts.both('heading')}</p>", elem_classes="gz-heading")
        if not (catalogue.autoencoders() or catalogue.generators() or catalogue.translators()):
            gr.HTML(texts.both("no_models") + zoo.damaged_html())
        if catalogue.autoencoders():
            with gr.Tab(texts.label("reconstruct")):
                drawing = reconstruct.build()
            with gr.Tab(texts.label("latent")):
                latent.build(drawing)
        if catalogue.generators():
            with gr.Tab(texts.label("generate")):
                generate.build()
        with gr.Tab(texts.label("translate")):
            if catalogue.translators():
                translate.build()
            styles.build()
        if catalogue.models():
            with gr.Tab(texts.label("zoo")):
                zoo.build(repeats)
        forget_closed_tabs(demo)
    demo._queue = queue.BoundedQueue(demo)
    for model in catalogue.without_tab():
        shape = " x ".join(map(str, model.image_shape))
        print(f"{model.name} is loaded, but only the Zoo tab shows a {type(model).__name__} of pictures {shape}")
    return demo


def warm(*, repeats: int = model_facts.REPEATS) -> None:
    """Run every network once, so that the first click on a model is as quick as the second; then measure latencies."""
    catalogue.read_weights()
    for sampler in catalogue.generators():
        generate.generate(sampler.name, 1)
    for planar in catalogue.planar_autoencoders():
        latent.manifold(planar.name)
    for coder in catalogue.autoencoders():
        reconstruct.show_one(coder.name, None, 0.0, 0.0, 0)
    for translator in catalogue.translators():
        translate.warm(translator.name)
    for model in catalogue.models():  # the Zoo says which files are damaged
        cards.card_markdown(model.name)
        training_history.panel_value(model.name)
    for coder in catalogue.autoencoders():
        latent.codes_of(coder)
    zoo.describe_all(repeats)


def launch(demo: gr.Blocks, *, warm_up: Callable[[], None] = warm, **options: Any) -> None:
    """Serve the app in the background, then warm it up.

    While a busy machine warms up, Gradio's check that the server listens can time out, so serving comes first.
    """
    demo.launch(prevent_thread_lock=True, app_kwargs=door.options(demo), **options, **LAUNCH)
    threading.Thread(target=warm_up, daemon=True).start()


def give_memory_back(seconds: float = 10.0) -> None:
    """Give freed memory back to the system again and again: a burst of visitors leaves gigabytes that glibc keeps.

    Each time takes about 5 ms. (Returning each block at once would double the time of many answers.) Ends at once
    where the allocator is not glibc's.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    while trim:
        time.sleep(seconds)
        trim(0)


def run(*, host: str | None, port: int | str | None, **options: Any) -> None:
    """Build and serve the app until the process is stopped; exits with one sentence if it cannot listen there.

    Gradio looks into the environment for what is None; `options` are more of its `launch`.
    """
    with temporary_folder() as folder:
        os.environ["GRADIO_TEMP_DIR"] = str(folder)
        try:
            demo = build()
            launch(demo, server_name=host, server_port=port, **options)
            threading.Thread(target=give_memory_back, daemon=True).start()
        except (OSError, OverflowError) as error:
            host = host or os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
            port = port or os.environ.get("GRADIO_SERVER_PORT", "any from 7860")
            sys.exit(f"The app cannot listen on {host}, port {port}: {error}")
        try:
            demo.block_thread()
        finally:
            for tunnel in CURRENT_TUNNELS:  # of --share
                tunnel.kill()
