"""The app in a real browser. Skipped where there is no Chromium or no Playwright."""

import re

import pytest
from app_fixtures import ZOO
from browser_fixtures import PATIENCE, changed, choose, drag, expect, fits, sources, tab, type_into


def test_drawing_reaches_the_model_and_can_be_undone(page):
    before = sources(page, "#result")
    ink = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 280, 280).data].reduce((a, b) => a + b)"
    page.wait_for_selector("#drawing canvas")
    page.wait_for_function(f"({ink})(document.querySelector('#drawing canvas')) > 280 * 280 * 255")  # its first picture
    blank = page.eval_on_selector("#drawing canvas", ink)
    drag(page, "#drawing canvas", [(0.2, 0.2), (0.8, 0.3), (0.4, 0.8)])
    drawn = changed(page, "#result", before)
    assert page.eval_on_selector("#drawing canvas", ink) > blank
    assert all(new != old for new, old in zip(drawn, before, strict=True)), "input, noisy, output and error change"
    page.locator("#drawing [data-tool=undo]").click()
    changed(page, "#result", drawn)
    assert page.eval_on_selector("#drawing canvas", ink) == blank


def test_a_taken_digit_replaces_the_drawing_and_noise_moves_the_output(page):
    before = sources(page, "#result")
    page.locator("#digit label", has_text="7").click()
    taken = changed(page, "#result", before)
    assert taken[0] != before[0]
    pairs = sources(page, "#pairs")
    type_into(page, "#noise", "0.9")
    noisy = changed(page, "#result", taken)
    assert noisy[0] == taken[0] and noisy[1] != taken[1]
    assert len(changed(page, "#pairs", pairs)) == 30


def test_an_upload_that_is_no_picture_gets_a_sentence(page, tmp_path):
    file = tmp_path / "notes.png"
    file.write_text("not a picture")
    page.locator("input[type=file]").first.set_input_files(str(file))
    page.get_by_text("notes.png is no picture").wait_for()
    assert "Traceback" not in page.content()


def test_a_click_on_the_map_decodes_that_point(page):
    tab(page, "Latent space")
    maps = page.locator(".gz-map")
    expect(maps).to_have_count(2)
    page.wait_for_function("document.querySelector('.gz-decoded').src.startsWith('data:image/png')")
    before = page.locator(".gz-decoded").first.get_attribute("src")
    drag(page, ".gz-map canvas", [(0.5, 0.5), (0.9, 0.1)])
    page.wait_for_function("old => document.querySelector('.gz-decoded').src !== old", arg=before)
    z1, z2 = (float(text) for text in maps.first.locator("output").all_inner_texts())
    assert z1 == pytest.approx(0.8 * 3, abs=0.1) and z2 == pytest.approx(0.8 * 3, abs=0.1), "no codes: -3..3"


def test_a_digit_is_located_on_both_maps(page):
    tab(page, "Latent space")
    expect(page.locator(".gz-map output")).to_have_count(4)
    before = page.locator(".gz-map output").all_inner_texts()
    page.locator("#locate label", has_text="8").click()
    page.wait_for_function(
        "old => [...document.querySelectorAll('.gz-map output')].every((one, i) => one.textContent !== old[i])",
        arg=before,
    )


def test_directions_and_walk(page):
    tab(page, "Latent space")
    expect(page.locator(".gz-directions input")).to_have_count(8)
    page.wait_for_function("document.querySelector('.gz-directions img').src.startsWith('data:')")
    before = sources(page, ".gz-directions")
    page.locator(".gz-directions input").first.fill("3")
    assert changed(page, ".gz-directions", before) != before
    expect(page.locator("#walk .gz-steps img")).to_have_count(11)
    steps = sources(page, "#walk .gz-steps")
    page.locator("#second label", has_text="1").click()
    walked = changed(page, "#walk .gz-steps", steps)
    assert walked[0] == steps[0] and walked[-1] != steps[-1]


def test_generating_by_seed_is_repeatable(page):
    tab(page, "Generate")
    page.wait_for_selector("#gallery img")
    first = sources(page, "#gallery")
    type_into(page, "#seed", "5")
    second = changed(page, "#gallery", first)
    assert second != first and len(second) == len(first) == 20
    type_into(page, "#seed", "0")
    assert changed(page, "#gallery", second) == first
    captions = page.locator("#gallery figcaption").all_inner_texts()
    assert len(captions) == 20 and all(float(caption) is not None for caption in captions)


def test_a_typed_number_is_written_and_another_word_explained(page):
    tab(page, "Generate")
    page.wait_for_selector("#written img")
    before = sources(page, "#written")
    assert len(before) == 8
    type_into(page, "#number", "1984")
    assert len(changed(page, "#written", before)) == 4
    type_into(page, "#number", "abc")
    page.get_by_text("a number must be 1 to 20 of the digits 0 to 9").wait_for()


def test_the_scrubber_shows_another_frame_and_an_unconditional_model_hides_the_digits(page):
    tab(page, "Generate")
    page.wait_for_function("document.querySelector('#history img')?.src.startsWith('data:')")
    before = sources(page, "#history")
    page.locator("#history input").fill("0")
    assert changed(page, "#history", before) != before
    assert page.locator("#history polyline").count() == 2
    choose(page, "#generate_model", "gan-plain")
    page.locator("#number").wait_for(state="hidden")
    page.locator("#history .gz-none").wait_for()
    page.get_by_text("how probable the discriminator finds it").wait_for()
    expect(page.locator("#gallery figcaption").first).to_have_text(re.compile("%$"))


def test_a_second_model_stands_beside_the_first_and_takes_no_label(page):
    tab(page, "Generate")
    page.wait_for_selector("#gallery img")
    before = sources(page, "#gallery")
    choose(page, "#other_model", "gan-plain")
    both = changed(page, "#gallery", before)
    assert both[:20] == before and len(both) == 40
    tops = [page.locator("#gallery .gz-gallery").nth(i).bounding_box() for i in (0, 1)]
    assert tops[0]["y"] == tops[1]["y"] and tops[0]["x"] + tops[0]["width"] < tops[1]["x"]
    choose(page, "#label", "7")
    sevens = changed(page, "#gallery", both)
    assert sevens[0] != both[0] and sevens[20:] == both[20:]
    fits(page, 390)
    above, below = (page.locator("#gallery section").nth(i).bounding_box() for i in (0, 1))
    assert above["y"] + above["height"] <= below["y"]
    assert page.locator("#collapse").count() == 0


def test_stages_show_for_a_model_that_has_some_and_follow_the_seed(page):
    tab(page, "Generate")
    page.wait_for_selector("#gallery img")
    assert not page.locator("#growth").is_visible()
    choose(page, "#generate_model", "gan-growing")
    before = changed(page, "#growth", [])
    assert len(before) == 12 and before[2::3] == sources(page, "#gallery")[:4]
    assert page.locator("#growth figcaption").all_inner_texts() == ["4x4", "8x8", "16x16"] * 4
    type_into(page, "#seed", "5")
    after = changed(page, "#growth", before)
    assert not set(after) & set(before)
    page.locator("#truncation").wait_for(state="hidden")
    choose(page, "#other_model", "gan-plain")
    page.locator("#truncation").wait_for()
    fits(page, 390)
    choose(page, "#generate_model", "gan-plain")
    page.locator("#growth").wait_for(state="hidden")
    page.locator("#truncation").wait_for()


def test_a_card_comes_when_it_is_opened_and_follows_the_model(page):
    tab(page, "Generate")
    assert page.locator(".gz-card.prose:visible").count() == 0
    page.get_by_role("button", name="About this model").click()
    expect(page.locator(".gz-card.prose:visible")).to_contain_text("The card of the digits")
    choose(page, "#generate_model", "gan-plain")
    expect(page.locator(".gz-card.prose:visible")).to_contain_text("gan-plain")


def test_the_zoo_sorts_by_a_heading_and_opens_a_card(page):
    tab(page, "Zoo")
    page.wait_for_function(
        "document.querySelector('tbody') && "
        "[...document.querySelectorAll('tbody td:last-child')].every((cell) => cell.textContent)"
    )
    names = page.locator("#zoo tbody td:first-child")
    before = names.all_inner_texts()
    assert len(before) == len(ZOO)
    heading = page.locator("#zoo th", has_text="Frechet distance")
    heading.click()
    assert names.all_inner_texts()[:2] == ["gan-plain", "gan-digits"], "9 before 10, blanks last"
    heading.click()
    assert names.all_inner_texts()[:2] == ["gan-digits", "gan-plain"]
    page.locator("#zoo th", has_text="Model").click()
    assert names.all_inner_texts() == sorted(ZOO)
    page.locator("#zoo tr", has_text="gan-digits").click()
    page.locator("#zoo_card", has_text="The card of the digits").wait_for()
    page.locator("#zoo .gz-tree button", has_text="gan-plain").click()
    page.locator("#zoo_card", has_text="Frechet distance: 9").wait_for()


def test_german(browser, address):
    with browser.new_page(locale="de-DE") as page:
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(address)
        page.get_by_role("tab", name="Rekonstruieren").wait_for()
        page.wait_for_selector("#drawing canvas")
        assert page.locator("#drawing [data-tool=brush]").inner_text() == "Stift"
