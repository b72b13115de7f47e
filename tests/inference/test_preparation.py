"""How an image is prepared for a model: the same on the command line, in Python and in the app."""

import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from training_fixtures import TINY, write_image

import ganzoo
from ganzoo import models
from ganzoo.__main__ import main
from ganzoo.images import as_digit, fit, open_picture, to_tensor
from ganzoo.inference import preparation, save_network
from ganzoo.ui import encoding
from ganzoo.ui.tabs import example_images


def article():
    """White on black, reaching from edge to edge, as clothes do."""
    image = Image.new("L", (280, 280))
    image.paste(200, (60, 0, 220, 280))
    return image


@pytest.mark.parametrize(
    ("name", "prepare"), [("dae-robust-fashion", lambda image: fit(image, (1, 28, 28))), ("dae-robust-mnist", as_digit)]
)
def test_command_line_python_and_app_prepare_alike(name, prepare, tmp_path):
    article().save(tmp_path / "article.png")
    expected = prepare(article())[None]
    model = ganzoo.load(name, ganzoo.Reconstructor)
    assert torch.equal(model.as_images(article()), expected)
    assert torch.equal(example_images.opened(model, encoding.png(article())), expected)
    main(["reconstruct", name, "--images", str(tmp_path / "article.png"), "--out", str(tmp_path / "result.npz")])
    with np.load(tmp_path / "result.npz") as result:
        assert np.array_equal(result["noisy"], expected[0])


def test_classifiers_and_discriminators_take_images_as_autoencoders_do():
    reader, gan = ganzoo.load("classifier-mnist", ganzoo.Classifier), ganzoo.load("dcgan-mnist", ganzoo.Sampler)
    digit = Image.new("RGB", (90, 120), "white")
    ImageDraw.Draw(digit).line((45, 20, 45, 100), fill="black", width=9)
    assert reader.predict(digit).tolist() == reader.predict(np.asarray(as_digit(digit))).tolist() == [1]
    assert torch.equal(gan.scores([digit]), gan.scores(as_digit(digit)[None]))
    with pytest.raises(ValueError, match=r"expected pictures as one tensor or array, or as PIL images"):
        reader.predict(["digit.png"])


@pytest.mark.parametrize("channels", [1, 3])
def test_both_orders_of_the_axes_mean_the_same(channels):
    images = torch.randint(0, 256, (2, channels, 5, 4), dtype=torch.uint8)
    for same in (images, images.numpy(), images.permute(0, 2, 3, 1), images.permute(0, 2, 3, 1).numpy()[:, ::-1, ::-1]):
        expected = images if isinstance(same, torch.Tensor) or same.shape[1] == channels else images.flip(2, 3)
        assert torch.equal(preparation.as_batch(same, channels=channels), expected)


def test_an_order_of_the_axes_that_could_be_both_is_that_of_torch():
    images = torch.randint(0, 256, (2, 3, 5, 3), dtype=torch.uint8)
    assert torch.equal(preparation.as_batch(images, channels=3), images)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 8, 8, 3)), "must be uint8 in 0..255, got float64; multiply numbers in 0..1 by 255"),
        (np.zeros((8, 8, 3), np.uint8), r"must have shape \(n, 3, h, w\) or \(n, h, w, 3\), got \(8, 8, 3\)"),
        (np.zeros((2, 8, 8, 4), np.uint8), r"must have shape \(n, 3, h, w\) or \(n, h, w, 3\), got \(2, 8, 8, 4\)"),
    ],
)
def test_other_arrays_are_explained(images, message):
    with pytest.raises(ValueError, match=message):
        preparation.as_batch(images, channels=3)


def test_a_translator_takes_arrays_in_both_orders(translator):
    images = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)
    array = images.permute(0, 2, 3, 1).numpy()
    assert torch.equal(translator.translate(array), translator.translate(images))


def turned():
    """A JPEG that is upright when it is turned, and its content."""
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(content, "JPEG", exif=exif)
    return content.getvalue()


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (40, 40), (0, 0, 0, 0)),
        Image.fromarray(np.full((40, 40), 30_000, np.uint16)),
        Image.open(io.BytesIO(turned())),
    ],
    ids=["transparent", "16 bits", "turned"],
)
def test_nothing_of_an_image_is_lost_in_python_that_a_file_keeps(image, translator):
    content = io.BytesIO()
    image.save(content, image.format or "PNG", **({"exif": image.getexif()} if image.format else {}))
    opened = open_picture(content.getvalue())
    for model in (translator, ganzoo.load("dae-robust-fashion")):
        assert (model.prepared(image).int() - model.prepared(opened).int()).abs().max() <= 4


def sketch(side, *, pen, ground=255, ink=0):
    image = Image.new("L", (side, side), ground)
    scale = side / 64
    ImageDraw.Draw(image).ellipse([10 * scale, 10 * scale, 54 * scale, 54 * scale], outline=ink, width=pen)
    return image


def prepare_outline(image):
    return preparation.prepare(image, channels=3, side=64, is_outline=True)


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (0, 255), (235, 90)], ids=["black", "white", "pencil"])
@pytest.mark.parametrize(("side", "pen"), [(256, 1), (512, 1), (512, 3), (1024, 1), (1024, 8)])
def test_thin_lines_of_a_sketch_survive(side, pen, ground, ink):
    seen = prepare_outline(sketch(side, pen=pen, ground=ground, ink=ink))[0, 0]
    assert seen.median() == max(ground, 255 - ground) and seen[30:34, 30:34].min() > 220, "the paper stays light"
    for line in (seen[32, :32], seen[:32, 32], seen[32, 32:], seen[32:, 32], seen.diagonal()[:32]):
        assert line.min() < 120 and (line < 128).sum() <= 3


def test_thick_lines_empty_sheets_and_photos_are_only_scaled():
    photo = Image.merge("RGB", [Image.linear_gradient("L"), Image.radial_gradient("L"), Image.new("L", (256, 256))])
    for image in (
        sketch(256, pen=12),
        sketch(64, pen=1),
        Image.new("L", (99, 99), 250),
        Image.linear_gradient("L"),
        photo,
    ):
        scaled = preparation.prepare(image, channels=3, side=64)
        assert (prepare_outline(image).int() - scaled.int()).abs().max() <= 1


@pytest.mark.parametrize(("given", "values"), [("right", [[], [0, 1, 2]]), ("left", [[0, 1, 2], []])])
def test_an_index_mask_is_spread_as_in_training(given, values, tmp_path):
    fields = {"sides": ["photo", "mask"], "index_values": values, "recipe": {"rules": {"source": given}}}
    network = models.build("pix2pix", TINY)
    save_network(network, tmp_path, name="masks", architecture="pix2pix", options=TINY, **fields)
    mask = Image.fromarray(np.arange(3, dtype=np.uint8).repeat(32 * 32).reshape(96, 32)[:96])
    model = ganzoo.load(tmp_path, ganzoo.Translator)
    assert model.prepared(mask).unique().tolist()[::-1][0] == 255
    write_image(tmp_path / "photo.png", (90, 200, 30))
    photo = open_picture(tmp_path / "photo.png")
    assert torch.equal(model.prepared(photo), to_tensor(photo.resize((32, 32), Image.Resampling.LANCZOS))[None])
    model.config = model.config.with_fields(index_values=values[::-1])
    assert model.prepared(mask).max() == 2, "the target's values mean nothing for a source"
