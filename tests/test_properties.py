"""What holds for any input: images of every size and mode, value ranges, checks of values from outside."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganzoo import checks
from ganzoo.files import write_json
from ganzoo.images import PIXEL_RANGES, fit, flatten, from_uint8, pad_or_crop, to_pil, to_tensor, to_uint8
from ganzoo.metrics import l1, mse, psnr

MODES = (
    "1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "I", "I;16", "F",
)  # fmt: skip
quick = settings(max_examples=30, deadline=None, derandomize=True)
sides = st.integers(1, 40)
shapes = st.tuples(st.sampled_from((1, 3)), st.integers(4, 40), st.integers(4, 40))
numbers = st.one_of(st.integers(), st.floats(), st.fractions())
anything = st.one_of(
    numbers, st.none(), st.booleans(), st.sampled_from(("", "a", "3", b"a")), st.lists(st.integers(), max_size=2),
    st.just({}), st.just(1j),
)  # fmt: skip


@st.composite
def pil_images(draw):
    """Noise of any mode and size."""
    mode, width, height = draw(st.sampled_from(MODES)), draw(sides), draw(sides)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    if mode in ("I", "I;16", "F"):
        kind = {"I": np.int32, "I;16": np.uint16, "F": np.float32}[mode]
        return Image.fromarray(rng.integers(0, 65536, (height, width)).astype(kind))
    bands = len(Image.new(mode, (1, 1)).getbands())
    if mode == "1":
        return Image.fromarray(rng.integers(0, 256, (height, width), dtype=np.uint8)).convert("1")
    return Image.frombytes(mode, (width, height), rng.bytes(width * height * bands))


@st.composite
def uint8_images(draw, count=1):
    """`count` tensors of one shape (n, c, h, w)."""
    shape = (draw(st.integers(1, 3)), *draw(shapes))
    rng = torch.Generator().manual_seed(draw(st.integers(0, 99)))
    return [torch.randint(0, 256, shape, dtype=torch.uint8, generator=rng) for _ in range(count)]


@quick
@given(pil_images(), shapes)
def test_any_opened_image_fits_any_shape(image, image_shape):
    opened = flatten(image)
    assert opened.mode in ("L", "RGB") and opened.size == image.size
    fitted = fit(opened, image_shape)
    assert fitted.shape == image_shape and fitted.dtype == torch.uint8


@quick
@given(pil_images(), shapes)
def test_any_image_of_pillow_fits_any_shape(image, image_shape):
    fitted = fit(image, image_shape)
    assert fitted.shape == image_shape and fitted.dtype == torch.uint8


@quick
@given(shapes, st.integers(0, 255), sides, sides)
def test_an_even_image_stays_even(image_shape, value, width, height):
    assert (fit(Image.new("L", (width, height), value), image_shape) == value).all()


@quick
@given(uint8_images(), st.sampled_from(sorted(PIXEL_RANGES)))
def test_floats_come_back_as_the_same_bytes(images, pixels):
    (images,) = images
    low, high = PIXEL_RANGES[pixels]
    floats = from_uint8(images, pixels)
    assert floats.dtype == torch.float32 and floats.shape == images.shape
    assert low <= floats.min() and floats.max() <= high + 1e-6
    assert torch.equal(to_uint8(floats, pixels), images)
    assert torch.equal(to_tensor(to_pil(images[0])), images[0])


@quick
@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1), st.sampled_from(sorted(PIXEL_RANGES)))
def test_any_floats_become_bytes_in_their_order(values, pixels):
    values = torch.tensor(sorted(values), dtype=torch.float32)
    low, high = PIXEL_RANGES[pixels]
    converted = to_uint8(values, pixels)
    assert converted.dtype == torch.uint8 and (converted.int().diff() >= 0).all()
    assert (converted[values <= low] == 0).all() and (converted[values >= high] == 255).all()


@quick
@given(uint8_images(), sides, sides)
def test_cropping_takes_off_what_padding_laid_around(images, down, right):
    (images,) = images
    height, width = images.shape[2:]
    padded = pad_or_crop(images, height + down, width + right)
    assert padded.shape[2:] == (height + down, width + right) and int(padded.sum()) == int(images.sum())
    assert torch.equal(pad_or_crop(padded, height, width), images)


@quick
@given(uint8_images(count=2))
def test_distances_are_symmetric_and_none_between_copies(images):
    a, b = images
    for distance in (mse, l1):
        each = distance(a, b, per_image=True)
        assert each.shape == (len(a),) and each.min() >= 0 and each.max() <= 1
        assert torch.equal(each, distance(b, a, per_image=True)) and not distance(a, a).any()
        assert float(each.mean()) == pytest.approx(float(distance(a, b)), rel=1e-4)
    assert l1(a, b) ** 2 <= mse(a, b) + 1e-6
    assert psnr(mse(a, a)) == math.inf and psnr(mse(a, b)) >= -1e-4


@quick
@given(anything, st.integers(-5, 5), st.integers(0, 1000))
def test_finite_gives_numbers_in_range_and_names_all_others(value, low, width):
    high = low + width
    if is_number(value) and low <= value <= high:
        assert checks.finite("size", value, low, high) == value
    else:
        with pytest.raises(ValueError, match=r"^size must (be a finite number|lie between)") as error:
            checks.finite("size", value, low, high)
        assert str(value) in str(error.value) or repr(value) in str(error.value)


@quick
@given(st.one_of(anything, st.integers(-5, 1000), st.integers(-5, 1000).map(float)), st.integers(-5, 5))
def test_whole_gives_ints_in_range_and_names_all_others(value, low):
    if is_number(value) and low <= value <= 1000 and value == int(value):
        number = checks.whole("count", value, low, 1000)
        assert type(number) is int and number == value
    else:
        with pytest.raises(ValueError, match=r"^count must ") as error:
            checks.whole("count", value, low, 1000)
        assert str(value) in str(error.value) or repr(value) in str(error.value)


@quick
@given(st.sampled_from((10**400, -(10**400), float("nan"), math.inf, -math.inf)))
def test_numbers_that_no_float_holds_are_refused(value):
    assert not checks.is_number(value)
    for check in (checks.whole, checks.finite):
        with pytest.raises(ValueError, match=r"^seed must "):
            check("seed", value, 0, checks.MAX_SEED)


@quick
@given(anything)
def test_numbers_are_what_a_float_holds(value):
    assert checks.is_number(value) == (is_number(value) and abs(value) < 1e300)
    if checks.is_number(value):
        assert math.isfinite(float(value))


@quick
@given(anything, st.sampled_from([("a", "b"), ["a", "b"], {"a": 1, "b": 2}]))
def test_choice_gives_what_is_on_the_list_and_lists_it_for_all_else(value, choices):
    if value in ("a", "b"):
        assert checks.choice("kind", value, choices) == value
    else:
        with pytest.raises(ValueError, match=r"^kind must be one of a, b, got ") as error:
            checks.choice("kind", value, choices)
        assert str(error.value).endswith(repr(value))


@quick
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(("", "ä", "\n")),
        st.lists,
        max_leaves=5,
    )
)
def test_written_json_is_read_back(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("json") / "value.json"
    write_json(path, value)
    assert json.loads(path.read_text(encoding="utf-8")) == value


def is_number(value):
    """Whether a value is a finite real number, said another way than in the checks."""
    return type(value) in (int, Fraction) or (type(value) is float and math.isfinite(value))
