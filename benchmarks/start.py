"""How long the app takes until its page is there, what a first visit sends, and what memory the app takes.

    python -m benchmarks.start [--rounds 3] [--beside FOLDER ...]

The import of torch, torchvision and gradio, which nobody waits for twice, is measured in the same round, and so are the
apps of other checkouts (`--beside`), in turn: compare the figures of one run alone. Memory is read from /proc, so on
Linux alone. What a visit sends is counted in Chromium, through Playwright; without them these rows are left out.
"""

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import tyro

from benchmarks import serving

IMPORTS = "import torch, torchvision, gradio"
GRADIOS = ("/assets/", "/static/", "/theme.css", "/favicon.ico", "/manifest.json", "/node_modules/")
"""Where the addresses of Gradio's own files begin. They are the same in every app, and browsers keep them."""
CHROMIUM = "/usr/bin/chromium"
PICTURES = ("#result img", "#pairs img")
"""What a first visit shows at last."""
PATIENCE = 300.0
Figures = dict[str, float]
ROWS = {
    "import": ("import of torch, torchvision and gradio (s)", "{:.1f}"),
    "page": ("until the first page is there (s)", "{:.1f}"),
    "ratio": ("**the first page beside the import**", "**{:.2f}**"),
    "sent": ("first visit: the page (kB)", "{:.0f}"),
    "ours": ("first visit: the page and the app's other answers (kB)", "{:.0f}"),
    "all": ("first visit: with Gradio's own files (kB)", "{:.0f}"),
    "start": ("memory when the first page is there (MB)", "{:.0f}"),
    "touched": ("memory after every model has answered (MB)", "{:.0f}"),
}
"""By figure: what it is, and how it is written."""


def import_seconds() -> float:
    """How long a process takes that only imports what the app is built on."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - start


@contextlib.contextmanager
def started(folder: Path) -> Iterator[tuple[str, subprocess.Popen, float]]:
    """The app of a checkout: its address, its process, and the seconds until its page was there."""
    address = f"http://127.0.0.1:{serving.free_port()}"
    command = [sys.executable, str(folder / "app.py"), "--port", address.rsplit(":", 1)[1]]
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            wait_for_page(address, process)
            yield address, process, time.perf_counter() - start
        finally:
            process.terminate()
            process.wait()


def wait_for_page(address: str, process: subprocess.Popen) -> None:
    """Ask for the page until it is there. Raises OSError where it never is."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/", timeout=PATIENCE).is_success:
                return
        time.sleep(0.02)
    raise OSError(f"no page at {address}")


def megabytes(process: subprocess.Popen) -> float:
    """The resident memory of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def first_visit(address: str) -> Figures:
    """Kilobytes that a browser with an empty cache receives until the first images are there; {} without a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return {}
    if not Path(CHROMIUM).exists():
        return {}
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}
    with sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page()
        network = page.context.new_cdp_session(page)
        network.on(
            "Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]})
        )
        network.on(
            "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
        )
        network.send("Network.enable")
        page.goto(f"{address}/")
        for picture in PICTURES:
            page.wait_for_selector(picture, timeout=1000 * PATIENCE)
        page.wait_for_timeout(2000)
        browser.close()
    return counted([(urls[request], size) for request, size in sizes.items()])


def counted(answers: list[tuple[str, float]]) -> Figures:
    """Kilobytes by whose they are, of the (address, bytes) of answers."""
    paths = [(urlsplit(url).path, size / 1000) for url, size in answers if url.startswith("http")]
    ours = [(path, size) for path, size in paths if not path.startswith(GRADIOS)]
    return {
        "sent": sum(size for path, size in ours if path == "/"),
        "ours": sum(size for _, size in ours),
        "all": sum(size for _, size in paths),
    }


def measured(folder: Path) -> Figures:
    """The figures of one start of a checkout's app."""
    with started(folder) as (address, process, seconds):
        figures = {"page": seconds, "start": megabytes(process)}
        # Its answer holds what each model takes for a sample.
        httpx.post(f"{address}/gradio_api/run/overview", json={"data": []}, timeout=PATIENCE).raise_for_status()
        figures["touched"] = megabytes(process)
        return figures | first_visit(address)


def table(names: list[str], rounds: list[list[Figures]]) -> str:
    """The medians of each app's rounds, as Markdown."""
    lines = [f"| what | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for key, (what, write) in ROWS.items():
        values = [[figures[key] for figures in each if key in figures] for each in rounds]
        if any(values):
            cells = (write.format(statistics.median(each)) if each else "" for each in values)
            lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(rounds: int = 3, beside: tuple[Path, ...] = ()) -> None:
    """Print a table of what a start takes, and what a first visit sends.

    Args:
        rounds: how often everything is measured; the medians are shown
        beside: other checkouts of this repository, whose apps are measured in turn with this one
    """
    folders = [Path.cwd(), *(folder.resolve() for folder in beside)]
    found: list[list[Any]] = [[] for _ in folders]
    for _ in range(rounds):
        seconds = import_seconds()
        for figures, folder in zip(found, folders, strict=True):
            each = measured(folder)
            figures.append({**each, "import": seconds, "ratio": each["page"] / seconds})
    print(table(["here", *(folder.name for folder in folders[1:])], found))


if __name__ == "__main__":
    tyro.cli(main)
