"""Take the README's pictures: the app as it ships, worked as a visitor would work it, in a real browser.

    python -m docs.pictures [NAME ...]

It needs Playwright and Chromium, and writes docs/NAME.webp.
"""

import io
import shutil
import sys
from collections.abc import Callable
from typing import Annotated

import tyro
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import free_port, served
from ganzoo import checks

WIDTH, HEIGHT = 1200, 760
"""Of the window, in pixels."""
PATIENCE = 120_000
"""Milliseconds that an answer may take."""
THREE = [(0.32, 0.24), (0.5, 0.16), (0.66, 0.28), (0.5, 0.47), (0.68, 0.62), (0.56, 0.82), (0.34, 0.78)]
"""A digit as the pen draws it, in shares of the canvas."""


def reconstruct(page: Page) -> None:
    page.wait_for_selector("#result img")
    page.locator("#drawing [data-tool=clear]").click()
    stroke(page, "#drawing canvas", THREE)
    typed(page, "#noise", "0.4")


def latent(page: Page) -> None:
    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_function("document.querySelector('.gz-decoded')?.src.startsWith('data:')")
    page.locator("#locate label", has_text="2").click()
    page.wait_for_timeout(1000)
    page.mouse.wheel(0, -5000)


def generate(page: Page) -> None:
    page.get_by_role("tab", name="Generate").click()
    page.wait_for_selector("#gallery img")
    chosen(page, "#generate_model", "DCGAN")
    chosen(page, "#other_model", "A GAN of today")
    page.locator("#generate_model").scroll_into_view_if_needed()


def style(page: Page) -> None:
    page.get_by_role("tab", name="Translate").click()
    page.locator("#style_start").click()
    last = "document.querySelector('#style_result').innerText.match(/ (\\d+) \\/ \\1$/)"
    page.wait_for_function(last, timeout=PATIENCE)
    page.locator("#style_content").scroll_into_view_if_needed()


SCENES: dict[str, Callable[[Page], None]] = {
    "reconstruct": reconstruct, "latent": latent, "generate": generate, "style": style,
}  # fmt: skip


def stroke(page: Page, selector: str, path: list[tuple[float, float]]) -> None:
    box = page.locator(selector).first.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in path]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def typed(page: Page, selector: str, text: str) -> None:
    field = page.locator(f"{selector} input").first
    field.fill(text)
    field.press("Enter")


def chosen(page: Page, menu: str, title: str) -> None:
    page.locator(f"{menu} input").click()
    page.get_by_role("option", name=title, exact=True).click()


def main(names: Annotated[tuple[str, ...], tyro.conf.Positional] = tuple(SCENES)) -> None:
    """Take pictures of the app.

    Args:
        names: which; all by default
    """
    for name in names:
        checks.choice("name", name, SCENES)
    port = free_port()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with served([sys.executable, "app.py", "--port", str(port)], port) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-US")
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            page.wait_for_selector("#result img")
            SCENES[name](page)
            page.wait_for_timeout(3000)  # until the last answer is drawn
            Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(f"docs/{name}.webp", quality=80, method=6)
            page.close()
        browser.close()


if __name__ == "__main__":
    tyro.cli(main)
