"""How quickly the running app answers, beside a handler of Gradio that does nothing, measured in the same run.

    python -m benchmarks.serving [--seconds 5] [--users 1 8] [--models FOLDER]

The app and the trivial handler each run in a process of their own and are asked over plain HTTP, without Gradio's
client, whose polling alone takes longer than most answers. Each user has a session, as a browser's tab has, and waits
for an answer before it asks again. (For a question without a session Gradio makes one up and describes every component
of the app in it, which takes ten times as long as a sample.)
"""

import base64
import contextlib
import io
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import tyro
from PIL import Image

import ganzoo
from ganzoo import drawings, paintings, style
from ganzoo.ui import catalogue

TRIVIAL = """
import gradio as gr
def nothing(x: int) -> int:
    return x
with gr.Blocks(analytics_enabled=False) as demo:
    gr.api(nothing, api_name="nothing", queue=False)
demo.launch(server_name="127.0.0.1", server_port={port}, quiet=True, ssr_mode=False)
"""
START_SECONDS = 180.0
"""How long an app may take until it answers."""


@dataclass(frozen=True)
class Question:
    """What is asked of which endpoint."""

    name: str
    endpoint: str
    arguments: list[Any]


def questions() -> list[Question]:
    """One for each light control, and one for each model that translates."""
    drawing = uri(Image.new("L", (280, 280)))
    asked = [
        Question("generate 1", "generate", ["cdcgan-mnist", 1, 0, None, 7]),
        Question("generate 16", "generate", ["cdcgan-mnist", 16, 0, None, None]),
        Question("generate 64", "generate", ["cdcgan-mnist", 64, 0, None, None]),
        Question("write a number", "write_number", ["cdcgan-mnist", "20261121", 0, None]),
        Question("reconstruct", "reconstruct", ["dae-robust-mnist", drawing, 0.3, 0.0, 0]),
        Question("ten pairs", "ten_pairs", ["dae-robust-mnist", 0.3, 0.0, 0, "", 0]),
        Question("InfoGAN's codes", "draw_codes", ["infogan-mnist", 3, [0.0, 0.0], 0, 9]),
    ]
    translators = [model for model in catalogue.models() if isinstance(model, ganzoo.Translator)]
    return asked + [
        Question(model.name, "translate", [model.name, source_of(model), None, False]) for model in translators
    ]


def source_of(model: ganzoo.Translator) -> str:
    """A picture of the kind and size that a model was trained with."""
    size = model.image_shape[1:]
    return uri(drawings.KINDS.get(model.sides[0], drawings.KINDS["summer"])(0, size=size))


def uri(picture: Image.Image) -> str:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


@contextlib.contextmanager
def served(command: list[str], port: int) -> Iterator[str]:
    """The address of what `command` serves at a port, once it answers."""
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < give_up:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/gradio_api/startup-events").is_success:
                    yield address
                    return
            time.sleep(0.2)
        raise OSError(f"{' '.join(command[:3])} does not answer at {address}")
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def milliseconds(address: str, question: Question, *, users: int, seconds: float) -> list[float]:
    """How long each answer took while so many users asked at once. Raises ValueError for a question that is refused."""
    taken: list[float] = []
    refused: list[str] = []
    until = time.monotonic() + seconds

    def ask_on(user: int) -> None:
        asked = {"data": question.arguments, "session_hash": f"user{user}"}
        with httpx.Client(timeout=60) as client:
            while time.monotonic() < until and not refused:
                began = time.perf_counter()
                answer = client.post(f"{address}/gradio_api/run/{question.endpoint}", json=asked)
                taken.append(1000 * (time.perf_counter() - began))
                if not answer.is_success:
                    refused.append(answer.text[:200])

    crowd = [threading.Thread(target=ask_on, args=(user,)) for user in range(users)]
    for user in crowd:
        user.start()
    for user in crowd:
        user.join()
    if refused:
        raise ValueError(f"{question.name}: {refused[0]}")
    return taken


def row(name: str, users: int, taken: list[float], floor: float) -> str:
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    return f"| {name} | {users} | {len(taken)} | {p50:.1f} | {p95:.1f} | {p50 / floor:.1f} |"


def painting_seconds(size: int) -> tuple[float, float]:
    """How long a picture painted in another one's manner takes until its first step is shown, and until its last."""
    content, manner = (
        drawings.KINDS["summer"](3, size=(size, size)),
        paintings.PAINTINGS["mosaic"](1, size=(size, size)),
    )
    began = time.perf_counter()
    shown = [time.perf_counter() - began for _ in style.transfer(content, manner, size=size)]
    return shown[0], shown[-1]


def main(seconds: float = 5.0, users: tuple[int, ...] = (1, 8), models: Path | None = None) -> None:
    """Print a table of answers' times in milliseconds, and how long a painting takes.

    Args:
        seconds: how long each question is asked
        users: how many ask at once
        models: a folder of models that the app offers beside the shipped ones
    """
    if models:
        catalogue.add_shelf(models)
    ports = free_port(), free_port()
    app = [sys.executable, "app.py", "--port", str(ports[0]), *(["--models", str(models)] if models else [])]
    trivial = [sys.executable, "-c", TRIVIAL.format(port=ports[1])]
    nothing = Question("nothing", "nothing", [1])
    print("| question | users | answers | p50 (ms) | p95 (ms) | p50 beside nothing's |\n|---|---|---|---|---|---|")
    with served(app, ports[0]) as address, served(trivial, ports[1]) as floor_address:
        for count in users:
            floor = 0.0
            for question in [nothing, *questions()]:
                place = floor_address if question == nothing else address
                milliseconds(place, question, users=1, seconds=0.5)  # the first answers load and warm up
                taken = milliseconds(place, question, users=count, seconds=seconds)
                floor = floor or statistics.median(taken)
                print(row(question.name, count, taken, floor), flush=True)
    first, last = painting_seconds(256)
    print(f"\nA painting of 256 x 256 pixels shows its first step after {first:.1f} s, its last after {last:.1f} s.")


if __name__ == "__main__":
    tyro.cli(main)
