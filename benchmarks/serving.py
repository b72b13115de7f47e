"""How quickly the running app answers, beside a handler of Gradio that does nothing, measured in the same run.

    python -m benchmarks.serving [--seconds 5] [--users 1 8 32] [--models FOLDER] [--beside CHECKOUT]

The app and the trivial handler each run in a process of their own and are asked over plain HTTP, without Gradio's
client, whose polling alone takes longer than most answers. Each user has a session, as a browser's tab has, and waits
for an answer before it asks again. Each question has versions, so that no answer comes twice in a row. With --beside,
the app of another checkout is asked in turn.
"""

import contextlib
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import tyro
from PIL import Image, ImageDraw

import ganzoo
from ganzoo.drawing import PAINTINGS, SCENES
from ganzoo.images import to_pil
from ganzoo.inference import examples
from ganzoo.style import transfer
from ganzoo.ui import catalogue, encoding
from ganzoo.ui.tabs import translate

TRIVIAL = """
import gradio as gr
def nothing(x: int) -> int:
    return x
with gr.Blocks(analytics_enabled=False) as demo:
    gr.api(nothing, api_name="nothing", queue=False)
demo.launch(server_name="127.0.0.1", server_port={port}, quiet=True, ssr_mode=False)
"""
TRACES = ("Traceback (most recent call last)", 'File "', "site-packages")
"""What no reply and no line of the app's log may hold."""
LONGEST_REFUSAL = 3000
"""Characters. A refusal may list all models, but not repeat all that was sent."""
VARIANTS = 16
"""Versions of each question: other seeds, other drawings."""
START_SECONDS = 180.0
"""How long an app may take until it answers."""


@dataclass(frozen=True)
class Question:
    """What is sent where."""

    name: str
    path: str
    """After /gradio_api/."""
    body: dict[str, Any]


def endpoint(name: str, function: str, *arguments: Any) -> Question:
    """A question to a public endpoint."""
    return Question(name, f"run/{function}", {"data": arguments})


def questions(seed: int = 0) -> list[Question]:
    """One for each light control, and one for each model that translates; another seed is another question."""
    digit = drawn_digit(seed)
    light = [
        endpoint("generate 1", "generate", "cdcgan-mnist", 1, seed, None, 7),
        endpoint("generate 16", "generate", "cdcgan-mnist", 16, seed, None, None),
        endpoint("generate 64", "generate", "cdcgan-mnist", 64, seed, None, None),
        endpoint("write a number", "write_number", "cdcgan-mnist", "20261121", seed, None),
        endpoint("reconstruct", "reconstruct", "dae-robust-mnist", digit, 0.3, 0.0, seed),
        endpoint("ten pairs", "ten_pairs", "dae-robust-mnist", 0.3, 0.0, seed, "", seed),
        endpoint("InfoGAN's codes", "draw_codes", "infogan-mnist", 3, [0.0, 0.0], seed, 9),
    ]
    return light + [translation(model, seed) for model in catalogue.translators()]


def drawn_digit(seed: int) -> str:
    """A stroke on a canvas."""
    canvas = Image.new("L", (280, 280))
    ImageDraw.Draw(canvas).line([(90, 60 + 4 * seed), (190, 80), (120, 220)], fill=255, width=24)
    return encoding.png(canvas)


def translation(model: ganzoo.Translator, seed: int) -> Question:
    """An image through a translator."""
    draw = SCENES.get(model.sides[0], SCENES["summer"])
    image = encoding.png(draw(seed, size=model.image_shape[1:]))
    return endpoint(model.name, "translate", model.name, image, None, False)


def strokes(panel: int, seed: int = 0) -> list[Question]:
    """What the canvas in the component `panel` sends while a pen moves on it: one for each model with a palette."""
    sent = []
    for model in catalogue.translators():
        kind, board = model.sides[0], translate.board(model, model.sides[0])
        if board["colours"]:
            example = examples.sources(model, kind, seed + 1, [])[seed]
            size = (board["width"], board["height"])
            drawn = encoding.png(to_pil(example).resize(size, Image.Resampling.NEAREST))
            step = {"model": model.name, "picture": drawn, "direction": model.directions[0], "compare": False}
            body = {"component_id": panel, "fn_name": "answer_step", "data": step}
            sent.append(Question(f"the pen, {model.name}", "component_server", body))
    return sent


def panel_of(address: str) -> int:
    """The number of the component that holds the canvas of Translate."""
    components = httpx.get(f"{address}/config").json()["components"]
    (panel,) = (part["id"] for part in components if part["props"].get("elem_id") == "translate")
    return panel


def post(client: httpx.Client, url: str, body: object) -> httpx.Response:
    """Send any JSON, also numbers that JSON does not have."""
    return client.post(url, content=json.dumps(body), headers={"content-type": "application/json"})


def sentence(reply: httpx.Response) -> str:
    """Why a request was refused, as the reply says it; "" where it says nothing or was answered."""
    if reply.is_success:
        return reply.text if 'class=\\"gz-error' in reply.text else ""
    try:
        said = reply.json()
    except ValueError:
        return "" if reply.text == "Internal Server Error" else reply.text
    reason = (said.get("error") or said.get("detail")) if isinstance(said, dict) else None
    if isinstance(reason, list):  # of FastAPI's own checks of a body
        return "; ".join(str(each.get("msg", "")) for each in reason)
    return reason if isinstance(reason, str) else ""


def fault(reply: httpx.Response) -> str:
    """What is wrong with a reply that is neither an answer nor a short refusal in a sentence; "" where all is well."""
    unescaped = reply.text.replace('\\"', '"')
    if any(trace in unescaped for trace in TRACES):
        return "the reply holds a trace"
    if reply.is_success:
        return ""
    if not sentence(reply):
        return f"status {reply.status_code} without a sentence"
    return f"a refusal of {len(reply.text):,} characters" if len(reply.text) > LONGEST_REFUSAL else ""


@dataclass(frozen=True)
class Server:
    """What serves, and where."""

    address: str
    process: subprocess.Popen


@contextlib.contextmanager
def served(
    command: list[str], port: int, *, folder: Path | None = None, log: IO[bytes] | None = None, **environment: str
) -> Iterator[Server]:
    """What `command` serves at a port, once it answers; errors and prints go to `log`, or prints go nowhere."""
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", **environment}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log or subprocess.DEVNULL, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/gradio_api/startup-events").is_success:
                    yield Server(address, process)
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


def milliseconds(address: str, variants: Sequence[Question], *, users: int, seconds: float) -> list[float]:
    """How long each answer took while `users` asked at once, each time another of the `variants` of a question.

    Raises ValueError for a question that is refused.
    """
    times: list[float] = []
    refusals: list[str] = []
    end = time.monotonic() + seconds

    def ask_repeatedly(user: int) -> None:
        with httpx.Client(timeout=60) as client:
            for turn in itertools.count(user):
                question = variants[turn % len(variants)]
                body = {**question.body, "session_hash": f"user{user}"}
                start = time.perf_counter()
                answer = client.post(f"{address}/gradio_api/{question.path}", json=body)
                times.append(1000 * (time.perf_counter() - start))
                if not answer.is_success or answer.text.startswith('{"error"'):
                    refusals.append(answer.text[:200])
                if refusals or time.monotonic() >= end:  # after at least one answer, however busy the machine is
                    break

    threads = [threading.Thread(target=ask_repeatedly, args=(user,)) for user in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refusals:
        raise ValueError(f"{variants[0].name}: {refusals[0]}")
    return times


@dataclass(frozen=True)
class Measured:
    """How often a question was answered in the time, and how long its answers took, in milliseconds."""

    answers: int
    p50: float
    p95: float

    @classmethod
    def of(cls, times: list[float]) -> "Measured":
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        return cls(len(times), statistics.median(times), p95)


def row(name: str, app: str, users: int, measured: Measured, floor: Measured) -> str:
    """One row of the table; `floor` is what the trivial handler reached."""
    share, beside = measured.answers / floor.answers, measured.p50 / floor.p50
    times = f"{measured.p50:.1f} | {measured.p95:.1f} | {beside:.1f} | {measured.p95 / floor.p50:.1f}"
    return f"| {name} | {app} | {users} | {measured.answers} | {share:.0%} | {times} |"


def painting_seconds(size: int) -> tuple[float, float]:
    """How long style transfer takes until its first step is shown, and until its last."""
    content, style = SCENES["summer"](3, size=(size, size)), PAINTINGS["mosaic"](1, size=(size, size))
    start = time.perf_counter()
    times = [time.perf_counter() - start for _ in transfer(content, style, size=size)]
    return times[0], times[-1]


HEADER = (
    "| question | app | users | answers | of nothing's | p50 (ms) | p95 (ms) | p50 beside nothing's | p95 beside it |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def main(
    seconds: float = 5.0,
    users: tuple[int, ...] = (1, 8, 32),
    models: Path | None = None,
    beside: Path | None = None,
    only: str = "",
) -> None:
    """Print a table of answers' times in milliseconds, and how long a painting takes.

    Args:
        seconds: how long each question is asked
        users: how many ask at once
        models: a folder of models that the app offers beside the shipped ones
        beside: a checkout of another version, whose app is asked in turn with this one
        only: ask only questions whose name holds this
    """
    catalogue.use(shelves=[models] if models else [])
    shelf = ["--models", str(models.resolve())] if models else []
    folders = {"this": Path(__file__).parents[1], **({"beside": beside} if beside else {})}
    print(HEADER)
    with contextlib.ExitStack() as stack:

        def start(folder: Path, *command: str) -> str:
            port = free_port()
            filled = [part.format(port=port) for part in command]
            return stack.enter_context(served([sys.executable, *filled], port, folder=folder)).address

        floor_address = start(Path.cwd(), "-c", TRIVIAL)
        apps = {app: start(folder, "app.py", "--port", "{port}", *shelf) for app, folder in folders.items()}
        panels = {app: panel_of(address) for app, address in apps.items()}
        asked = {
            app: list(zip(*(questions(i) + strokes(panel, i) for i in range(VARIANTS)), strict=True))
            for app, panel in panels.items()
        }
        for count in users:
            floor = measure(floor_address, [endpoint("nothing", "nothing", 1)], count, seconds)
            print(row("nothing", "", count, floor, floor), flush=True)
            for number, (question, *_) in enumerate(asked["this"]):
                for app, address in apps.items() if only in question.name else ():
                    measured = measure(address, asked[app][number], count, seconds)
                    print(row(question.name, app, count, measured, floor), flush=True)
    first, last = painting_seconds(256)
    print(f"\nA painting of 256 x 256 pixels shows its first step after {first:.1f} s, its last after {last:.1f} s.")


def measure(address: str, variants: Sequence[Question], users: int, seconds: float) -> Measured:
    """What a server reaches, once models are loaded and Gradio has described the app to each user."""
    milliseconds(address, variants, users=users, seconds=0.5)
    return Measured.of(milliseconds(address, variants, users=users, seconds=seconds))


if __name__ == "__main__":
    tyro.cli(main)
