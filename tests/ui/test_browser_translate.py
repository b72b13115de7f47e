"""The tab of image to image in a real browser: what is drawn is translated."""

import pytest
from browser_fixtures import choose, drag, fits, tab
from PIL import Image

MODELS = {"translators": True}
RESULT = "#translate .gz-after img"
PIXEL = """([x, y]) => {
  const canvas = document.querySelector("#translate .gz-canvas canvas");
  return [...canvas.getContext("2d").getImageData(x * canvas.width, y * canvas.height, 1, 1).data.slice(0, 3)];
}"""
RED, BLUE = [255, 0, 0], [0, 0, 255]


@pytest.fixture
def page(page):
    tab(page, "Translate")
    answered(page, None)
    return page


def answered(page, before: str | None, selector: str = RESULT) -> str:
    """Wait for another picture than `before`; gives it."""
    script = "([selector, old]) => [document.querySelector(selector)?.src].find((now) => now && now !== old)"
    return page.wait_for_function(script, arg=[selector, before]).json_value()


def settled(page, selector: str = RESULT) -> str:
    """The result once it stays the same."""
    script = "selector => window.seen === (window.seen = document.querySelector(selector).src) && window.seen"
    page.evaluate("window.seen = null")
    return page.wait_for_function(script, arg=selector, polling=500).json_value()


def pixel(page, x: float, y: float) -> list[int]:
    return page.evaluate(PIXEL, [x, y])


def test_a_rectangle_is_drawn_undone_and_erased_and_the_result_follows(page):
    page.locator("#translate [data-tool=clear]").click()
    blank = settled(page)
    assert pixel(page, 0.5, 0.5) == BLUE
    drag(page, "#translate .gz-canvas canvas", [(0.3, 0.3), (0.7, 0.6)])
    answered(page, blank)
    drawn = settled(page)
    assert pixel(page, 0.5, 0.5) == pixel(page, 0.31, 0.31) == RED and pixel(page, 0.8, 0.5) == BLUE
    page.locator("#translate [data-tool=undo]").click()
    page.wait_for_function("([selector, old]) => document.querySelector(selector).src === old", arg=[RESULT, blank])
    drag(page, "#translate .gz-canvas canvas", [(0.3, 0.3), (0.7, 0.6)])
    page.wait_for_function("([selector, old]) => document.querySelector(selector).src === old", arg=[RESULT, drawn])
    page.locator("#translate [data-tool=eraser]").click()
    drag(page, "#translate .gz-canvas canvas", [(0.3, 0.5), (0.7, 0.5)])
    answered(page, drawn)
    assert pixel(page, 0.5, 0.5) == BLUE and pixel(page, 0.5, 0.35) == RED
    page.locator("#translate [data-tool=brush]").click()
    drag(page, "#translate .gz-canvas canvas", [(0.1, 0.9), (0.9, 0.9)])
    assert pixel(page, 0.5, 0.9) == RED


def test_one_finger_draws_and_a_second_one_does_not(page):
    page.locator("#translate [data-tool=clear]").click()
    page.locator("#translate [data-tool=brush]").click()
    canvas = page.locator("#translate .gz-canvas canvas")
    canvas.scroll_into_view_if_needed()
    box, hand = canvas.bounding_box(), page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": finger}
            for finger, (x, y) in enumerate(places)
        ]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.2, 0.3))
    touch("touchMove", (0.8, 0.3))
    touch("touchStart", (0.8, 0.3), (0.2, 0.8))
    touch("touchMove", (0.8, 0.4), (0.6, 0.8))
    touch("touchEnd")
    assert pixel(page, 0.5, 0.3) == pixel(page, 0.8, 0.38) == RED
    assert pixel(page, 0.2, 0.8) == pixel(page, 0.5, 0.6) == pixel(page, 0.5, 0.8) == BLUE


def test_another_model_keeps_a_drawing_of_the_same_kind_and_no_other(page):
    drawn, ink = settled(page), pixel(page, 0.5, 0.5)
    choose(page, "#translate_model", "Encoder-decoder, windows to house fronts")
    answered(page, drawn)
    assert pixel(page, 0.5, 0.5) == ink
    beside = "#translate .gz-beside section:nth-child(2) img"
    old = answered(page, None, beside)
    drag(page, "#translate .gz-canvas canvas", [(0.1, 0.1), (0.9, 0.9)])
    answered(page, old, beside)
    choose(page, "#translate_model", "pix2pix, maps to aerial photos")
    page.get_by_role("button", name="highway").wait_for()
    answered(page, drawn)
    assert pixel(page, 0.5, 0.5) not in (RED, BLUE)
    assert not page.locator("#translate .gz-beside").is_visible()


def test_the_verdicts_lie_over_the_result_and_not_over_the_source(page):
    assert not page.locator("#translate .gz-scale").is_visible()
    page.get_by_label("What the discriminator says").check()
    page.locator("#translate .gz-scale").wait_for()
    overlay = page.locator(".gz-after canvas")
    assert overlay.evaluate("canvas => [canvas.width, canvas.height]") == [6, 6]
    picture, over = (page.locator(place).bounding_box() for place in (".gz-curtain", ".gz-after canvas"))
    assert over["x"] - picture["x"] == pytest.approx(picture["width"] / 8, abs=1), "one cell of the eight is border"
    assert picture["width"] >= 384
    choose(page, "#translate_model", "Window finder, house fronts to windows")
    page.get_by_label("What the discriminator says").wait_for(state="hidden")
    overlay.wait_for(state="hidden")


def test_the_divider_uncovers_the_source_by_mouse_and_by_key(page):
    box = page.locator(".gz-curtain").bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    divider = page.get_by_label("before / after")
    assert float(divider.input_value()) == pytest.approx(25, abs=2)
    before = float(divider.input_value())
    page.keyboard.press("ArrowRight")
    assert float(divider.input_value()) == before + 1
    clip = page.locator(".gz-after").evaluate("part => getComputedStyle(part).clipPath")
    assert clip.endswith(f"{before + 1:g}%)")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the result").click()
    assert saved.value.suggested_filename == "pix2pix-facades.png"
    assert Image.open(saved.value.path()).size == (32, 32)


def test_an_upload_is_damaged_and_restored_as_the_slider_says(page, tmp_path):
    Image.linear_gradient("L").convert("RGB").resize((90, 60)).save(tmp_path / "photo.png")
    before = settled(page)
    choose(page, "#translate_model", "pix2pix, scratched photos repaired")
    example = answered(page, before)
    upload = page.locator("input[type=file]:visible, .gz-choice input[type=file]").last
    upload.set_input_files(str(tmp_path / "photo.png"))
    answered(page, example)
    page.wait_for_function("document.querySelector('.gz-way img')?.naturalWidth === 48")
    damaged = page.locator(".gz-way img").nth(1).get_attribute("src")
    page.locator("[name=strength]").fill("1")
    answered(page, damaged, ".gz-way figure:nth-child(2) img")
    assert "PSNR" in page.locator(".gz-way .gz-measures").inner_text()
    result = settled(page)
    (tmp_path / "notes.png").write_text("not a picture")
    upload.set_input_files(str(tmp_path / "notes.png"))
    page.get_by_text("notes.png is no picture").wait_for()
    assert settled(page) == result and "Traceback" not in page.content()
    (tmp_path / "large.png").write_bytes(bytes(21_000_000))
    upload.set_input_files(str(tmp_path / "large.png"))
    page.get_by_text("exceed the maximum allowed size of 20").wait_for()
    assert settled(page) == result and "Traceback" not in page.content()


def test_a_cyclegan_goes_both_ways_and_everything_fits_a_phone(page):
    before = settled(page)
    choose(page, "#translate_model", "CycleGAN, summer and winter")
    winter = answered(page, before)
    page.get_by_role("button", name="winter → summer").click()
    answered(page, winter)
    assert page.locator(".gz-way img").count() == 3
    fits(page, 390)
    parts = ("#translate .gz-canvas canvas", "#translate .gz-curtain")
    canvas, result = (page.locator(part).bounding_box() for part in parts)
    assert canvas["y"] + canvas["height"] <= result["y"]


def test_a_picture_is_painted_in_another_manner_until_it_is_stopped(page):
    before = page.locator("#style_manner img").get_attribute("src")
    page.locator("#style_manner_choice label").nth(1).click()
    answered(page, before, "#style_manner img")
    page.locator("#style_size label").last.click()
    page.locator("#style_start").click()
    first = answered(page, None, "#style_result img")
    answered(page, first, "#style_result img")
    page.locator("#style_stop").click()
    reached = settled(page, "#style_result img")
    assert "18 / 18" not in page.locator("#style_result figcaption").inner_text()
    page.locator("#style_start").click()  # it can begin anew
    answered(page, reached, "#style_result img")
    page.locator("#style_stop").click()


def test_another_model_s_colours_come_with_a_canvas_of_their_own(page):
    colours = "() => [...document.querySelectorAll('#translate [data-colour]')].map((one) => one.dataset.colour)"
    assert page.evaluate(colours) == ["#0000ff", "#ff0000"]
    drag(page, "#translate .gz-canvas canvas", [(0.3, 0.3), (0.7, 0.6)])
    choose(page, "#translate_model", "Own plans")
    page.wait_for_function(f"({colours})().join() === '#ffff00,#00ff00'")
    assert pixel(page, 0.5, 0.5) == [255, 255, 0]
