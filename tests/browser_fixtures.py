"""Opens the app in a real browser, uses it, waits for its answers. Tests are skipped without Chromium or Playwright."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell draws nothing for a screen and takes half the time."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
"""None where Playwright would have to bring its own."""
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PATIENCE = 60
"""Seconds that a test waits before it fails; on a busy machine an answer takes many."""
UNANSWERED: dict = {}
"""What each page has asked the server and got no answer to."""
expect.set_options(timeout=1000 * PATIENCE)


@contextmanager
def chromium() -> Iterator:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def opened(browser, address):
    """The app, opened in English; afterwards nothing may have gone wrong or been asked of another machine.

    Pages share one context: one that had to fetch and compile the app's scripts anew would take seconds longer.
    """
    size = {"width": 1280, "height": 900}
    context = browser.contexts[0] if browser.contexts else browser.new_context(viewport=size, locale="en-US")
    page = context.new_page()
    complaints, elsewhere = [], []
    unanswered = UNANSWERED[page] = set()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: elsewhere.append(request.url) if is_elsewhere(request.url) else None)
    page.on("request", lambda request: unanswered.add(request) if "/gradio_api/" in request.url else None)
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: unanswered.discard(request))
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address)
    page.wait_for_selector("#result img")
    yield page
    page.close()
    del UNANSWERED[page]
    assert [text for text in complaints if "status of 500" not in text] == []
    assert elsewhere == []


def is_elsewhere(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def sources(page, selector: str) -> list[str]:
    return page.eval_on_selector_all(f"{selector} img", "images => images.map(image => image.src)")


def changed(page, selector: str, before: list[str]) -> list[str]:
    """Wait until the pictures differ from `before` and stay the same for a moment in which nothing is asked."""
    last, since = sources(page, selector), time.monotonic()
    end = since + PATIENCE
    while time.monotonic() < end:
        now = sources(page, selector)
        if now != last or waits(page):
            last, since = now, time.monotonic()
        if last != before and last and all(last) and time.monotonic() - since > 0.4:
            return last
        page.wait_for_timeout(50)
    raise AssertionError(f"the pictures of {selector} did not change")


def waits(page) -> bool:
    """Whether an answer is to come; the heartbeat, by which the server knows that the page is open, never ends."""
    return any("/heartbeat/" not in request.url for request in UNANSWERED[page])


def tab(page, name: str) -> None:
    """Open a tab and wait for its first pictures, which are asked for then."""
    page.get_by_role("tab", name=name).click()
    since = time.monotonic()
    end = since + PATIENCE
    while time.monotonic() - since < 0.2 and time.monotonic() < end:
        if waits(page):
            since = time.monotonic()
        page.wait_for_timeout(50)


def type_into(page, selector: str, text: str) -> None:
    field = page.locator(f"{selector} input, {selector} textarea").first
    field.fill(text)
    field.press("Enter")


def choose(page, menu: str, title: str) -> None:
    page.locator(f"{menu} input").click()
    page.locator(menu).get_by_role("option", name=title, exact=True).click()  # another menu's may still be closing


def offers(page, control: str, names: list[str]) -> None:
    """Wait until the buttons of a control are these."""
    expect(page.locator(f"{control} label")).to_have_text(names, use_inner_text=True)


def fits(page, width: int) -> None:
    """Make the window that narrow and wait until nothing sticks out."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function("width => document.documentElement.scrollWidth === width", arg=width)


def drag(page, selector: str, path: list[tuple[float, float]]) -> None:
    """Press, move and let go; places are shares of the element's width and height."""
    element = page.locator(selector).first
    element.scroll_into_view_if_needed()
    element.element_handle().wait_for_element_state("stable")
    box = element.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in path]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
