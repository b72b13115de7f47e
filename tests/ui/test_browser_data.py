"""The app in a real browser, with models of articles of clothing beside those of digits."""

from browser_fixtures import changed, choose, drag, expect, offers, sources, tab
from PIL import Image

from trainer.data.registry import ARTICLES

MODELS = {"fashion": True}


def test_reconstruct_follows_the_data_of_the_model(page, tmp_path):
    digit, pairs = sources(page, "#result"), sources(page, "#pairs")
    choose(page, "#reconstruct_model", "Autoencoder with a 2-number code, Fashion-MNIST")
    article = changed(page, "#result", digit)
    assert article[0] != digit[0]
    offers(page, "#digit", list(ARTICLES))
    assert changed(page, "#pairs", pairs)[0] != pairs[0]
    expect(page.locator("#pairs small")).to_have_text(list(ARTICLES), use_inner_text=True)
    page.locator("#digit label", has_text="bag").click()
    bag = changed(page, "#result", article)
    Image.new("L", (40, 40), 90).save(tmp_path / "grey.png")
    page.locator("input[type=file]").first.set_input_files(str(tmp_path / "grey.png"))
    page.wait_for_function(
        "document.querySelector('#drawing canvas').getContext('2d').getImageData(9, 9, 1, 1).data[0] === 90"
    )
    bag = changed(page, "#result", bag)
    drag(page, "#drawing canvas", [(0.2, 0.2), (0.8, 0.3)])
    drawn = changed(page, "#result", bag)
    choose(page, "#reconstruct_model", "Variational autoencoder with a 2-number code, Fashion-MNIST")
    assert changed(page, "#result", drawn)[0] == drawn[0], "the drawing stays for a model of the same pictures"
    choose(page, "#reconstruct_model", "ae-wide")
    page.wait_for_function("old => document.querySelector('#result img').src !== old", arg=drawn[0])
    page.locator("#pairs small").first.wait_for(state="detached")
    offers(page, "#digit", list("0123456789"))


def test_the_latent_space_follows_the_data_of_the_model(page):
    tab(page, "Latent space")
    legends = page.locator(".gz-legend")
    expect(legends).to_have_count(2)
    expect(legends).to_have_text(["0123456789"] * 2)
    choose(page, "#first_model", "Variational autoencoder with a 2-number code, Fashion-MNIST")
    page.wait_for_function("[...document.querySelectorAll('.gz-legend')].every(one => one.textContent.includes('bag'))")
    expect(page.locator("#second_model input")).to_have_value("Autoencoder with a 2-number code, Fashion-MNIST")
    offers(page, "#locate", list(ARTICLES))
    before = page.locator(".gz-map output").all_inner_texts()
    page.locator("#locate label", has_text="sandal").click()
    page.wait_for_function(
        "old => [...document.querySelectorAll('.gz-map output')].every((one, i) => one.textContent !== old[i])",
        arg=before,
    )
    steps = sources(page, "#walk .gz-steps")
    choose(page, "#walk_model", "Denoising autoencoder (noise 0 to 1), Fashion-MNIST")
    walked = changed(page, "#walk .gz-steps", steps)
    offers(page, "#first", list(ARTICLES))
    offers(page, "#second", list(ARTICLES))
    page.locator("#second label", has_text="trousers").click()
    assert changed(page, "#walk .gz-steps", walked)[0] == walked[0]


def test_articles_have_german_names(browser, address):
    with browser.new_page(locale="de-DE") as page:
        page.goto(address)
        page.wait_for_selector("#result img")
        choose(page, "#reconstruct_model", "Autoencoder with a 2-number code, Fashion-MNIST")
        expect(page.locator("#digit label").nth(7)).to_have_text("Turnschuh", use_inner_text=True)
        expect(page.locator("#pairs small").nth(7)).to_have_text("Turnschuh", use_inner_text=True)
