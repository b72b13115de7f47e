"""Images on their way to the browser arrive as they are."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from ganzoo.images import to_pil
from ganzoo.ui import encoding


@pytest.mark.parametrize(
    ("shape", "mode"), [((5, 7), "L"), ((1, 28, 28), "L"), ((3, 64, 40), "RGB"), ((3, 1, 1), "RGB")], ids=str
)
def test_png_holds_the_image(shape, mode):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    file = base64.b64decode(encoding.png(image).removeprefix("data:image/png;base64,"))
    Image.open(io.BytesIO(file)).verify()
    decoded = Image.open(io.BytesIO(file))
    assert decoded.mode == mode
    assert np.array_equal(decoded, to_pil(image))
