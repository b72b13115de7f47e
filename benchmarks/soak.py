"""Whether the app bears its visitors: good and bad ones at once for two minutes, then two minutes of quiet.

    python -m benchmarks.soak [--users 32] [--seconds 120] [--idle 120] [--models FOLDER] [--fuzz N]

Half of the users ask what the app's own controls ask, and compare each answer with the one computed alone in this
process. The others send wrong values, ask models whose files are damaged, send files that are too large and paintings
that they never fetch, hang up in the middle, or look in once and never come back. The server is a process of its own on
this machine, and its memory, threads, open files and temporary files are sampled each second (from /proc, so on Linux
alone). With `--fuzz`, each public endpoint is asked N questions drawn from its description in place of the visit. Exit
code 1 says that something does not hold.
"""

import contextlib
import functools
import json
import math
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import tyro

from benchmarks import serving
from benchmarks.serving import TRACES, Question, Server, endpoint, fault, sentence
from ganzoo.config import CONFIG
from ganzoo.inference import SHIPPED, TENSORS
from ganzoo.ui import catalogue, encoding
from ganzoo.ui.tabs import codes, generate, reconstruct, translate

TABS = (generate, reconstruct, codes, translate)
LEVELS = 1
"""Of 255, by which a pixel may differ."""
GROWTH = 1.05
"""Memory afterwards beside memory before, at most."""
WARM_UP, REST = 20.0, 15.0
"""Seconds of a first visit that counts for nothing, and of the quiet after it: buffers and threads become as many as
they get."""
SEEDS = 12
DAMAGED = ("torn", "listed", "garbled")
"""Models that cannot be read, on a shelf of their own unless `--models` names another."""


@dataclass(frozen=True)
class Sample:
    """What the server holds at one moment."""

    memory: float
    """MB that are resident."""
    threads: int
    files: int
    stored: float
    """MB in its temporary folder."""


def sample(server: Server, folder: Path) -> Sample:
    """What a server holds now. Raises OSError where there is no /proc, and for a server that has ended."""
    process = Path(f"/proc/{server.process.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    stored = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # it may be removed meanwhile
            stored += path.stat().st_size
    files = len(os.listdir(process / "fd"))
    return Sample(int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files, stored / 1e6)


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    what: str
    value: str
    holds: bool | None = None
    """None for what is only shown."""


@dataclass
class Tally:
    """What the users met."""

    seconds: list[float] = field(default_factory=list)
    """How long each answer to a good user took."""
    wrong: list[str] = field(default_factory=list)
    """Answers to good users that differ from those computed alone, and refusals of theirs."""
    speechless: list[str] = field(default_factory=list)
    """Refusals without a sentence."""
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, name: str, reply: httpx.Response, expected: object, seconds: float) -> None:
        """Count an answer to a good user."""
        with self.lock:
            self.seconds.append(seconds)
            if not reply.is_success or not is_same(answer_of(reply), expected):
                self.wrong.append(f"{name}: {reply.status_code} {reply.text[:200]}")

    def refusal(self, name: str, reply: httpx.Response, *, may_pass: bool = False) -> None:
        """Count what a bad user got, which must be a refusal with a sentence."""
        wrong = fault(reply) or ("" if may_pass or sentence(reply) else "answered")
        with self.lock:
            if wrong:
                self.speechless.append(f"{name}: {wrong}: {reply.text[:200]}")
            else:
                self.counts[f"{name}: {'accepted' if reply.is_success and may_pass else 'refused'}"] += 1

    def count(self, name: str) -> None:
        with self.lock:
            self.counts[name] += 1


def answer_of(reply: httpx.Response) -> object:
    """The result in a reply of an endpoint or of a component's function."""
    said = reply.json()
    return said["data"][0] if isinstance(said, dict) and "data" in said else said


def is_same(answer: Any, expected: Any) -> bool:
    """Whether two answers agree, up to rounding: that depends on how many cores an answer has."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return answer.keys() == expected.keys() and all(is_same(answer[key], expected[key]) for key in expected)
    if isinstance(expected, list) and isinstance(answer, list):
        return len(answer) == len(expected) and all(map(is_same, answer, expected))
    if isinstance(expected, float) and isinstance(answer, float):
        return math.isclose(answer, expected, rel_tol=1e-3, abs_tol=1e-3)
    if answer != expected and all(str(each).startswith("data:image/") for each in (answer, expected)):
        first, second = (encoding.open_uri(each, lambda image: np.asarray(image, int)) for each in (answer, expected))
        return first.shape == second.shape and int(abs(first - second).max()) <= LEVELS
    return bool(answer == expected)


def expected_answers(panel: int) -> list[tuple[Question, object]]:
    """What good users ask, with the answers that this process computes alone."""
    digits = [
        endpoint(f"generate, seed {seed}", "generate", "cdcgan-mnist", 4, seed, None, seed % 10)
        for seed in range(SEEDS)
    ]
    return [(question, alone(question)) for question in [*serving.questions(), *serving.strokes(panel), *digits]]


def alone(question: Question) -> object:
    """The answer to a question, as JSON gives it back."""
    if question.path == "component_server":
        answer = getattr(translate, question.body["fn_name"])(**question.body["data"])
    else:
        name = question.path.removeprefix("run/")
        (function,) = (getattr(tab, name) for tab in TABS if hasattr(tab, name))
        answer = function(*question.body["data"])
    return json.loads(json.dumps(answer))


def post(client: httpx.Client, address: str, question: Question, session: str) -> httpx.Response:
    """Ask in a session."""
    return serving.post(client, f"{address}/gradio_api/{question.path}", {"session_hash": session, **question.body})


@dataclass(frozen=True)
class Visit:
    """Users, the server that they ask, and until when."""

    address: str
    tally: Tally
    known: list[tuple[Question, object]]
    painting: int
    """The number of the event that paints."""
    end: float

    def ask_well(self, user: int) -> None:
        """Ask what the controls ask, each user another question at a time, and compare."""
        with httpx.Client(timeout=120) as client:
            for turn in self.turns():
                question, expected = self.known[(turn + 5 * user) % len(self.known)]
                start = time.perf_counter()
                reply = post(client, self.address, question, f"user{user}")
                self.tally.answer(question.name, reply, expected, time.perf_counter() - start)

    def ask_badly(self, user: int) -> None:
        """Send wrong values."""
        with self.client() as client:
            for turn in self.turns():
                question = BAD[(7 * turn + user) % len(BAD)]
                self.tally.refusal("wrong values", post(client, self.address, question, f"user{user}"))

    def upload_too_much(self, user: int) -> None:
        """Upload files that are too large, and many that are not."""
        with self.client() as client:
            for turn in self.turns(pause=1):
                files = {"files": (f"{turn}.png", os.urandom(21_000_000 if turn % 2 else 2_000_000))}
                reply = client.post(f"{self.address}/gradio_api/upload", files=files)
                self.tally.refusal("uploads", reply, may_pass=not turn % 2)

    def paint_unheard(self, user: int) -> None:
        """Begin paintings and never listen to what becomes of them."""
        picture = encoding.png(serving.SCENES["summer"](user, size=(256, 256)))
        body = {"data": [picture, picture, 1.0, 256, user], "fn_index": self.painting}
        with self.client() as client:
            for turn in self.turns(pause=0.5):
                reply = post(client, self.address, Question("paint", "queue/join", body), f"user{user}-{turn}")
                self.tally.refusal("paintings", reply, may_pass=True)

    def hang_up(self, user: int) -> None:
        """Ask for much and leave before the answer."""
        body = json.dumps({"data": ["cdcgan-mnist", 64, user, None, None], "session_hash": f"user{user}"})
        port = int(self.address.rsplit(":", 1)[1])
        head = "POST /gradio_api/run/generate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        for _ in self.turns(pause=0.5):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
                time.sleep(0.005)
            self.tally.count("hung up")

    def look_in(self, user: int) -> None:
        """Come as a new visitor each time."""
        question, expected = self.known[0]
        for turn in self.turns(pause=0.1):
            with self.client() as client:
                client.get(f"{self.address}/")
                start = time.perf_counter()
                reply = post(client, self.address, question, f"visitor{user}-{turn}")
                self.tally.answer(question.name, reply, expected, time.perf_counter() - start)
                self.tally.count("new visitors")

    def turns(self, pause: float = 0) -> Iterator[int]:
        """Count until the visit ends."""
        turn = 0
        while time.monotonic() < self.end:
            yield turn
            turn += 1
            time.sleep(pause)

    def client(self) -> httpx.Client:
        """A client for bad users; the server closes their connections now and then."""
        return httpx.Client(timeout=120, limits=httpx.Limits(max_keepalive_connections=0))

    def all_at_once(self, users: int) -> None:
        """Let half of the users be good, the others bad in turn."""
        bad = (self.ask_badly, self.ask_badly, self.upload_too_much, self.paint_unheard, self.hang_up, self.look_in)
        parts = [self.ask_well if user % 2 == 0 else bad[user // 2 % len(bad)] for user in range(users)]
        run_together([functools.partial(self.surely, part, user) for user, part in enumerate(parts)])

    def surely(self, part: Callable[[int], None], user: int) -> None:
        """Go on after a broken connection, and count it."""
        while time.monotonic() < self.end:
            try:
                part(user)
            except (httpx.TransportError, OSError) as error:
                self.tally.count(f"{part.__name__}: {type(error).__name__}")


def write_damaged(shelf: Path) -> None:
    """Write the models of `DAMAGED`: weights cut short, a config that is a list, and one that is no text."""
    whole = SHIPPED.root / "ae2d-mnist"
    config, tensors = (whole / CONFIG).read_bytes(), (whole / TENSORS).read_bytes()
    contents = ((config, tensors[:1000]), (b"[1]", tensors), (b"\xff", tensors))
    for name, (first, second) in zip(DAMAGED, contents, strict=True):
        (shelf / name).mkdir(parents=True)
        (shelf / name / CONFIG).write_bytes(first)
        (shelf / name / TENSORS).write_bytes(second)


def bad_questions() -> list[Question]:
    """Wrong types, values that are too large, missing ones, names of nothing and of what cannot be read."""
    nothing: list[Any] = [
        *DAMAGED,
        None,
        "nobody",
        "../cdcgan-mnist",
        ["cdcgan-mnist"],
        {"a": 1},
        "x" * 1_000_000,
        "\x1b[31m",
    ]
    asked = [endpoint("model", "generate", name, 1, 0, None, None) for name in nothing]
    for junk in (float("nan"), float("inf"), 10**400, -9, "x", [1], {"path": "/nowhere"}, [[[]]] * 1000):
        asked.append(endpoint("count", "generate", "cdcgan-mnist", junk, 0, None, None))
        asked.append(endpoint("picture", "reconstruct", "ae-mnist", junk, 0.0, 0.0, 0))
        asked.append(endpoint("noise", "ten_pairs", "ae-mnist", junk, 0.0, 0, "", 0))
        asked.append(endpoint("codes", "draw_codes", "infogan-mnist", 3, [junk, 0.0], 0, 9))
    asked += [Question("body", "run/generate", {"data": data}) for data in ([], {}, "x", None)]
    return [
        *asked,
        endpoint("endpoint", "nothing", 1),
        endpoint("number", "write_number", "cdcgan-mnist", "x" * 99, 0, 1),
    ]


BAD = bad_questions()


def run_together(parts: list[Callable[[], None]]) -> None:
    """Run functions in a thread each."""
    threads = [threading.Thread(target=part) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def sampled(server: Server, folder: Path) -> Iterator[list[Sample]]:
    """Samples of a server, one each second."""
    samples, done = [sample(server, folder)], threading.Event()

    def watch() -> None:
        with contextlib.suppress(OSError):
            while not done.wait(1):
                samples.append(sample(server, folder))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def painting_event(address: str) -> int:
    """The number of the event that paints."""
    events = httpx.get(f"{address}/config", timeout=60).json()["dependencies"]
    (painting,) = (event["id"] for event in events if event["api_name"] == "paint")
    return painting


def table(tally: Tally, samples: list[Sample]) -> list[Row]:
    """What the users met, and what the server held."""
    spans = statistics.quantiles([1000 * each for each in tally.seconds], n=20)
    return [
        Row("answers to good users", f"{len(tally.seconds):,}", holds=len(tally.seconds) > 0),
        Row("wrong among them", f"{len(tally.wrong):,}", holds=not tally.wrong),
        Row("p50, p95 (ms)", f"{spans[9]:.0f}, {spans[18]:.0f}"),
        Row("bad requests without a refusal in a sentence", f"{len(tally.speechless):,}", holds=not tally.speechless),
        *(Row(name, f"{count:,}") for name, count in sorted(tally.counts.items())),
        *held(samples),
    ]


def held(samples: list[Sample]) -> list[Row]:
    """What the server held at first, at most and in the end."""
    rows = []
    for name, unit in (("memory", " (MB)"), ("threads", ""), ("files", ""), ("stored", " (MB)")):
        values = [getattr(each, name) for each in samples]
        shown = f"{values[0]:.0f}, {max(values):.0f}, {values[-1]:.0f}"
        rows.append(Row(f"{name}{unit} before, at most, after", shown))
    kept = samples[-1].memory / samples[0].memory
    return [*rows, Row("memory after beside before", f"{100 * (kept - 1):+.1f} %", holds=kept <= GROWTH)]


def visited(server: Server, folder: Path, *, users: int, seconds: float, idle: float) -> list[Row]:
    """Let good and bad users visit the app, then wait; gives the table's rows and prints examples of what is wrong."""
    panel, painting = serving.panel_of(server.address), painting_event(server.address)
    known, tally = expected_answers(panel), Tally()
    start = sample(server, folder)
    Visit(server.address, Tally(), known, painting, time.monotonic() + WARM_UP).all_at_once(users)
    time.sleep(REST)
    with sampled(server, folder) as samples:
        visit = Visit(server.address, tally, known, painting, time.monotonic() + seconds)
        visit.all_at_once(users)
        time.sleep(idle)
    for example in dict.fromkeys([*tally.wrong, *tally.speechless]):
        print(example, file=sys.stderr)
    return [*table(tally, samples), Row("memory (MB) before the first visit", f"{start.memory:.0f}")]


def fuzzed(server: Server, folder: Path, *, examples: int, idle: float) -> list[Row]:
    """Ask each public endpoint drawn questions; gives the table's rows and prints the shortest that go wrong."""
    from benchmarks import fuzz  # hypothesis is needed for this alone

    rows, offered = [], fuzz.models(server.address)
    described = fuzz.endpoints(server.address)
    for each in described:  # the first answers load and warm up
        with contextlib.suppress(AssertionError):
            fuzz.search(server.address, each, offered, examples=20, repeatable=True)
    with sampled(server, folder) as samples:
        for each in described:
            try:
                fuzz.search(server.address, each, offered, examples=examples, repeatable=False)
                rows.append(Row(each.name, f"{examples:,} questions"))
            except AssertionError as error:
                rows.append(Row(each.name, str(error).splitlines()[0], holds=False))
                print(each.name, error, *getattr(error, "__notes__", []), sep="\n", file=sys.stderr)
        time.sleep(idle)
    return [*rows, *held(samples)]


def main(
    users: int = 32, seconds: float = 120.0, idle: float = 120.0, models: Path | None = None, fuzz: int = 0
) -> None:
    """Let good and bad users visit the app and print what they met and what it holds; exits with 1 if something fails.

    Args:
        users: how many visit at once
        seconds: how long they stay
        idle: seconds of quiet afterwards, until the memory is looked at again
        models: a folder of models that the app offers beside the shipped ones
        fuzz: ask each public endpoint this many drawn questions in place of the visit
    """
    port = serving.free_port()
    with tempfile.TemporaryDirectory() as folder:
        log, stored, shelf = Path(folder) / "log", Path(folder) / "stored", models or Path(folder) / "damaged"
        stored.mkdir()
        if not models:
            write_damaged(shelf)
        catalogue.use(shelves=[shelf])
        command = [sys.executable, "app.py", "--port", str(port), "--models", str(shelf)]
        with log.open("wb") as stream, serving.served(command, port, log=stream, TMPDIR=str(stored)) as server:
            if fuzz:
                rows = fuzzed(server, stored, examples=fuzz, idle=idle)
            else:
                rows = visited(server, stored, users=users, seconds=seconds, idle=idle)
        code, logged = server.process.returncode, log.read_text(encoding="utf-8", errors="replace")
    traces = logged.count(TRACES[0])
    rows.append(Row("traces in the log, its characters", f"{traces:,}, {len(logged):,}", holds=traces == 0))
    if not models:
        said = [logged.count(f"{name} is left out") for name in DAMAGED]
        rows.append(Row("damaged models, each named once in the log", f"{len(said)}", holds=set(said) == {1}))
    rows.append(Row("exit code after SIGTERM", str(code), holds=code == 0))
    print("| what | value | holds |\n|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.value} | {'' if row.holds is None else 'yes' if row.holds else 'no'} |")
    print(last_trace(logged), file=sys.stderr)
    sys.exit(any(row.holds is False for row in rows))


def last_trace(logged: str) -> str:
    """The end of a log from its last trace on, or nothing."""
    return logged[logged.rfind(TRACES[0]) :][:5000] if TRACES[0] in logged else ""


if __name__ == "__main__":
    tyro.cli(main)
