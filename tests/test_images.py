"""Image files from strangers, value ranges, and digits made to look like MNIST's."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from ganzoo import images
from ganzoo.images import (
    OWN_FORMATS,
    as_digit,
    fit,
    flatten,
    from_uint8,
    grid,
    mask_values,
    open_picture,
    pad_or_crop,
    spread,
    to_pil,
    to_uint8,
)


def encode(image, kind="PNG", **options):
    content = io.BytesIO()
    image.save(content, format=kind, **options)
    return content.getvalue()


@pytest.mark.parametrize(("height", "width"), [(5, 6), (8, 9), (5, 11)])
def test_a_frame_comes_off_as_it_went_on(height, width):
    inner = torch.randint(1, 255, (2, 3, 5, 6), dtype=torch.uint8)
    outer = pad_or_crop(inner, height, width)
    assert outer.shape == (2, 3, height, width)
    assert outer.count_nonzero() == inner.count_nonzero()
    assert torch.equal(pad_or_crop(outer, 5, 6), inner)


@pytest.mark.parametrize("pixels", images.PIXEL_RANGES)
def test_ranges_round_trip(pixels):
    every = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    low, high = images.PIXEL_RANGES[pixels]
    floats = from_uint8(every, pixels)
    assert (floats.min().item(), floats.max().item()) == pytest.approx((low, high))
    assert torch.equal(to_uint8(floats, pixels), every)
    assert to_uint8(torch.tensor([low - 5, high + 5]), pixels).tolist() == [0, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_opens_as_grey_or_colour(mode):
    image = Image.new("L", (9, 7), 200).convert("RGB" if mode == "CMYK" else "L")
    image = Image.new("I;16", (9, 7), 200 * 257) if mode == "I;16" else image.convert(mode)
    opened = open_picture(encode(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert opened.mode in ("L", "RGB")
    assert opened.size == (9, 7)
    assert np.asarray(opened).mean() == pytest.approx(200, abs=15 if mode == "1" else 4)


def test_transparency_is_laid_on_white():
    assert open_picture(encode(Image.new("RGBA", (4, 4), (0, 0, 0, 0)))).getpixel((0, 0)) == (255, 255, 255)


def test_exif_turns_the_image():
    image = Image.new("RGB", (8, 4))
    exif = image.getexif()
    exif[0x0112] = 6
    assert open_picture(encode(image, "JPEG", exif=exif)).size == (4, 8)


def test_the_first_frame_of_an_animation_is_taken():
    frames = [Image.new("L", (5, 5), value) for value in (10, 200)]
    opened = open_picture(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert np.asarray(opened.convert("L")).max() <= 12


@pytest.mark.parametrize("kind", ["TIFF", "AVIF"])
def test_rarer_formats_are_read_of_a_user_s_own_files_only(kind):
    frames = [Image.new("RGB", (16, 8), (value, 0, 0)) for value in (10, 200)]
    content = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    opened = open_picture(content, formats=OWN_FORMATS)
    assert opened.size == (16, 8) and np.asarray(opened).max() <= 12, "the first page"
    with pytest.raises(ValueError, match=r"no picture in one of the formats PNG, JPEG, WEBP, GIF, BMP$"):
        open_picture(content)


@pytest.mark.parametrize("kind", ["TIFF", "AVIF"])
def test_rarer_formats_end_in_one_sentence_wherever_they_are_cut_short(kind):
    content = encode(Image.effect_noise((40, 30), 50).convert("RGB"), kind)
    for length in range(0, len(content) - 1, max(1, len(content) // 40)):
        with pytest.raises(ValueError, match="the upload is"):
            open_picture(content[:length], formats=OWN_FORMATS)


def test_numbers_with_a_fraction_are_scaled():
    halves = Image.fromarray(np.array([[0.5, 1, np.nan]], np.float32))
    assert [flatten(halves).getpixel((x, 0)) for x in range(3)] == [127, 255, 0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"just text", "no picture in one of the formats PNG"),
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (encode(Image.effect_noise((64, 64), 50))[:900], "damaged"),
        (encode(Image.new("1", (9000, 9000))), "9000x9000 pixels; at most 30,000,000"),
    ],
    ids=["text", "empty", "svg", "truncated", "bomb"],
)
def test_files_that_are_no_images_are_refused_in_one_sentence(content, message):
    with pytest.raises(ValueError, match=message):
        open_picture(content)


def test_large_images_are_scaled_down_on_the_way_in():
    for kind in ("PNG", "JPEG"):
        opened = open_picture(encode(Image.new("RGB", (900, 300), (200, 10, 10)), kind), longest=90)
        assert opened.size == (90, 30)
        assert np.asarray(opened).mean(axis=(0, 1)) == pytest.approx([200, 10, 10], abs=4)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"no such file: .*gone\.png"):
        open_picture(tmp_path / "gone.png")


def test_sixteen_bits_are_scaled():
    assert flatten(Image.new("I;16", (1, 1), 65535)).getpixel((0, 0)) == 255


def test_sixteen_bits_fit_without_clipping():
    grey = Image.fromarray(np.full((8, 8), 30_000, np.uint16))
    assert fit(grey, (1, 4, 4)).unique().tolist() == [30_000 * 255 // 65_535]


def test_fit_crops_the_middle():
    wide = Image.new("L", (60, 20))
    wide.paste(255, (20, 0, 40, 20))
    assert fit(wide, (1, 10, 10)).float().mean() > 245
    assert fit(wide, (3, 10, 10)).shape == (3, 10, 10)


def test_grid_places_images_in_rows():
    sheet = np.asarray(
        grid(torch.tensor([10, 20, 30], dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 1, 4, 4), columns=2)
    )
    assert sheet.shape == (2 * 6 + 2, 2 * 6 + 2)
    assert (sheet[3, 3], sheet[3, 9], sheet[9, 3], sheet[9, 9], sheet[0, 0]) == (10, 20, 30, 255, 255)


def test_a_photo_of_a_digit_becomes_white_on_black_and_centred():
    paper = Image.new("RGB", (300, 200), "white")
    paper.paste((20, 20, 120), (200, 20, 220, 120))
    digit = as_digit(paper)
    assert digit.shape == (1, 28, 28)
    ink = digit[0].float()
    rows = torch.nonzero(ink)[:, 0]
    assert int(rows.max() - rows.min()) + 1 == 20
    assert ink.max() == 255
    assert float((ink.sum(dim=0) * torch.arange(28)).sum() / ink.sum()) == pytest.approx(13.5, abs=0.6)
    assert ink[0].max() == 0


def test_a_digit_that_is_already_one_stays_as_it_is():
    digit = torch.zeros(1, 28, 28, dtype=torch.uint8)
    digit[0, 5:20, 10:14] = 250
    assert torch.equal(as_digit(to_pil(digit)), digit)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_sheet_has_no_ink(value):
    assert as_digit(Image.new("L", (50, 40), value)).max() == 0


def test_a_single_pixel_is_no_trouble():
    assert as_digit(Image.new("RGB", (1, 1), "red")).shape == (1, 28, 28)


@pytest.mark.parametrize("mode", ["I;16", "P", "1", "RGBA", "CMYK"])
def test_large_images_of_every_mode_are_scaled_down(mode, tmp_path):
    path = tmp_path / ("large.jpg" if mode == "CMYK" else "large.png")
    if mode == "I;16":
        Image.fromarray(np.full((400, 600), 30_000, np.uint16)).save(path)
    else:
        Image.new("RGB", (600, 400), (117, 117, 117)).convert(mode).save(path)
    image = open_picture(path, longest=60)
    assert image.size == (60, 40)
    assert abs(float(np.asarray(image).mean()) - 117) < 4


@pytest.mark.parametrize("longest", [None, 20])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_large_jpeg_is_decoded_smaller(monkeypatch, longest, options):
    monkeypatch.setattr(images, "MAX_PIXELS", 1000)
    content = encode(Image.new("RGB", (120, 60), (200, 10, 10)), "JPEG", **options)
    opened = open_picture(content, longest=longest)
    assert opened.size == ((20, 10) if longest else (30, 15))
    assert np.asarray(opened).mean(axis=(0, 1)) == pytest.approx([200, 10, 10], abs=4)


@pytest.mark.parametrize(
    ("kind", "options", "limit"),
    [("PNG", {}, 1000), ("JPEG", {"progressive": True}, 2000), ("JPEG", {}, 3000)],
    ids=["png", "progressive", "jpeg"],
)
def test_what_is_too_large_to_decode_is_refused_with_a_way_on(monkeypatch, kind, options, limit):
    monkeypatch.setattr(images, "MAX_PIXELS", 1000)
    monkeypatch.setattr(images, "MAX_PROGRESSIVE_PIXELS", 2000)
    monkeypatch.setattr(images, "MAX_JPEG_PIXELS", 3000)
    with pytest.raises(ValueError, match=rf"120x60 pixels; at most {limit:,} are read: scale it down"):
        open_picture(encode(Image.new("RGB", (120, 60)), kind, **options))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_a_colour_that_stands_for_transparency_is_laid_on_white(mode):
    content = encode(Image.new(mode, (4, 4)), transparency=(0, 0, 0) if mode == "RGB" else 0)
    assert np.asarray(open_picture(content)).min() == 255


def mask(*values, mode="L"):
    return Image.fromarray(np.array([values], np.uint8)).convert(mode)


@pytest.mark.parametrize(
    ("image", "values"),
    [
        (mask(0, 2, 1, 2), {0, 1, 2}),
        (mask(0, 1, 255), {0, 1, 255}),
        (mask(0, 1, 2, mode="RGB"), {0, 1, 2}),
        (mask(0, 1, 90), None),
        (Image.new("RGB", (2, 2), (1, 2, 1)), None),
        (Image.new("RGB", (2, 2), (0, 128, 0)), None),
    ],
)
def test_the_values_of_index_masks(image, values):
    assert mask_values(image) == values


@pytest.mark.parametrize(
    ("values", "image", "levels"),
    [
        ((0, 1, 2), mask(0, 1, 2), [0, 127, 255]),
        ((0, 1, 2), mask(0, 1, 2, mode="RGB"), [0, 127, 255]),
        ((0, 1, 2), mask(0, 7, 2), [0, 255, 255]),
        ((0, 1, 255), mask(0, 1, 255), [0, 127, 255]),
        ((3, 5), mask(3, 5, 4), [0, 255, 128]),
        ((0, 1, 2), mask(0, 127, 255), [0, 127, 255]),
        ((), mask(0, 1, 2), [0, 1, 2]),
    ],
)
def test_index_masks_are_spread_and_other_images_are_not(values, image, levels):
    assert np.asarray(spread(image, values)).tolist() == [levels]
