"""What every shipped model draws stays as it was when its weights shipped."""

import numpy as np
import pytest
from kept_images import KEPT, as_image, draw
from PIL import Image

import ganzoo

TOLERANCE = 2
"""Of 255: what other processors may round otherwise."""


@pytest.mark.parametrize("name", ganzoo.names())
def test_a_shipped_model_draws_what_it_drew(name):
    path = KEPT / f"{name}.png"
    assert path.is_file(), f"make it once, with the weights that ship: python -m tests.kept_images {name}"
    now, kept = np.asarray(as_image(draw(ganzoo.load(name)))), np.asarray(Image.open(path))
    assert now.shape == kept.shape
    assert np.abs(now.astype(int) - kept).max() <= TOLERANCE


def test_nothing_is_kept_of_models_that_do_not_ship():
    assert {path.stem for path in KEPT.iterdir()} == set(ganzoo.names())
