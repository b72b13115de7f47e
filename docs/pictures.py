"""Take the README's pictures: the app as it ships, used as a visitor would use it, in a real browser.

    python -m docs.pictures [NAME ...]

It needs pytest, Playwright and Chromium or its headless shell, and writes docs/NAME.webp.
"""

import io
import sys
from collections.abc import Callable
from typing import Annotated

import tyro
from PIL import Image
from playwright.sync_api import Page

from benchmarks.serving import free_port, served
from ganzoo import checks
from tests.browser_fixtures import choose, chromium, drag, opened, tab, type_into, waits

WIDTH, HEIGHT = 1200, 760
"""Of the window, in pixels."""
THREE = [(0.32, 0.24), (0.5, 0.16), (0.66, 0.28), (0.5, 0.47), (0.68, 0.62), (0.56, 0.82), (0.34, 0.78)]
"""A digit as the pen draws it, in shares of the canvas."""


def reconstruct(page: Page) -> None:
    page.locator("#drawing [data-tool=clear]").click()
    drag(page, "#drawing canvas", THREE)
    type_into(page, "#noise", "0.4")


def latent(page: Page) -> None:
    tab(page, "Latent space")
    page.wait_for_function("document.querySelector('.gz-decoded')?.src.startsWith('data:')")
    page.locator("#locate label", has_text="2").click()
    settle(page)
    page.mouse.wheel(0, -5000)


def generate(page: Page) -> None:
    tab(page, "Generate")
    page.wait_for_selector("#gallery img")
    choose(page, "#generate_model", "DCGAN")
    choose(page, "#other_model", "A GAN of today")
    page.locator("#generate_model").scroll_into_view_if_needed()


def translate(page: Page) -> None:
    tab(page, "Translate")
    choose(page, "#translate_model", "pix2pix, windows to house fronts")
    page.locator("#translate [data-tool=clear]").click()
    for x in (0.12, 0.34, 0.56, 0.78):
        for y, tall in ((0.15, 0.12), (0.38, 0.14), (0.63, 0.17)):
            drag(page, "#translate .gz-canvas canvas", [(x, y), (x + 0.11, y + tall)])
    page.locator("#translate").evaluate("panel => panel.scrollIntoView()")


def outline(page: Page) -> None:
    tab(page, "Translate")
    choose(page, "#translate_model", "pix2pix, outlines to emoji")
    settle(page)
    page.locator("#translate .gz-examples button").nth(1).click()
    page.locator("#translate").evaluate("panel => panel.scrollIntoView()")


def seasons(page: Page) -> None:
    tab(page, "Translate")
    choose(page, "#translate_model", "CycleGAN, summer and winter")
    settle(page)
    page.locator("#translate .gz-way").evaluate("row => row.scrollIntoView({block: 'end'})")


def zoo(page: Page) -> None:
    tab(page, "Zoo")
    page.wait_for_selector("#zoo svg")


def style(page: Page) -> None:
    tab(page, "Translate")
    page.locator("#style_start").click()
    last = "document.querySelector('#style_result').innerText.match(/ (\\d+) \\/ \\1\\b/)"
    page.wait_for_function(last)
    page.locator("#style_content").scroll_into_view_if_needed()


SCENES: dict[str, Callable[[Page], None]] = {
    "reconstruct": reconstruct, "latent": latent, "generate": generate,
    "translate": translate, "outline": outline, "seasons": seasons, "style": style, "zoo": zoo,
}  # fmt: skip


def settle(page: Page) -> None:
    """Wait until everything is answered and drawn."""
    page.wait_for_timeout(1000)
    while waits(page):
        page.wait_for_timeout(1000)


def main(names: Annotated[tuple[str, ...], tyro.conf.Positional] = tuple(SCENES)) -> None:
    """Take pictures of the app.

    Args:
        names: which; all by default
    """
    for name in names:
        checks.choice("name", name, SCENES)
    port = free_port()
    with served([sys.executable, "app.py", "--port", str(port)], port) as address, chromium() as browser:
        for name in names:
            with opened(browser, address) as page:
                page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
                SCENES[name](page)
                settle(page)
                Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(f"docs/{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    tyro.cli(main)
