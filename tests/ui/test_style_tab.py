"""Style transfer in the app: pictures drawn by code, strangers' files, steps one by one."""

import re

import numpy as np
import pytest
from PIL import Image
from uploads import UPLOADS

from ganzoo.drawing import paintings
from ganzoo.ui import encoding
from ganzoo.ui.tabs import styles


@pytest.mark.parametrize("name", [*styles.CONTENTS, *paintings.PAINTINGS])
def test_pictures_to_start_from_are_drawn(name):
    shown = np.asarray(encoding.open_uri(styles.drawn(name, 1), styles.unchanged))
    assert shown.shape == (styles.DRAWN_SIDE, styles.DRAWN_SIDE, 3) and shown.std() > 8


@pytest.mark.parametrize("kind", paintings.PAINTINGS)
def test_paintings_follow_their_seed_and_size(kind):
    first, again, other = (np.asarray(paintings.PAINTINGS[kind](seed, size=(40, 64))) for seed in (3, 3, 4))
    assert first.shape == (40, 64, 3) and (first == again).all() and (first != other).any()


def test_each_step_is_shown_and_the_last_one_counts_to_the_end():
    plain, manner = encoding.png(Image.new("RGB", (40, 30), "gray")), styles.drawn("mosaic", 0)
    shown = list(styles.paint(plain, manner, 1.0, 64, 0, sizes=(64,)))
    assert len(set(shown)) == len(shown) == 18
    assert "1 / 18" in shown[0] and "18 / 18" in shown[-1]
    for html in shown:
        (picture,) = re.findall('src="(data:image/png[^"]+)"', html)
        assert f'download="painted.png" href="{picture}"' in html


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"content": "http://example.org/a.png"}, "a picture must be a data URI"),
        ({"style": None}, "a picture must be a data URI"),
        ({"strength": float("nan")}, "style_weight must be a finite number, got nan"),
        ({"size": 4096}, "size must be one of 192, 256, 384, got 4096"),
        ({"seed": -1}, "seed must lie between 0"),
        ({"content": "long"}, "may be at most 8 times the other"),
    ],
)
def test_what_cannot_be_painted_gets_one_sentence(wrong, sentence):
    if wrong.get("content") == "long":
        wrong = {"content": encoding.png(Image.new("RGB", (1000, 10)))}
    drawing = encoding.png(Image.new("RGB", (32, 32)))
    asked = {"content": drawing, "style": drawing, "strength": 1.0, "size": 192, "seed": 0} | wrong
    with pytest.raises(ValueError, match=re.escape(sentence)):
        styles.begin(**asked)


@pytest.mark.parametrize("kind", UPLOADS)
def test_any_upload_can_be_painted_or_gets_a_sentence(tmp_path, kind):
    content, expected = UPLOADS[kind]
    file = tmp_path / "upload.png"
    file.write_bytes(content())
    if isinstance(expected, str):
        with pytest.raises(ValueError, match=expected):
            styles.uploaded(str(file))
        return
    sent = styles.uploaded(str(file))
    if "10,000" in kind:
        with pytest.raises(ValueError, match="at most 8 times"):
            styles.begin(sent, sent, 1.0, 64, 0, sizes=(64,))
    else:
        assert "1 / 18" in next(styles.paint(sent, sent, 1.0, 64, 0, sizes=(64,)))
