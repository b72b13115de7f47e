"""Scenes drawn by code follow their seed and size, and show what their names say."""

import numpy as np
import pytest

from ganzoo.drawing import scenes


@pytest.mark.parametrize("kind", scenes.SCENES)
def test_drawings_follow_their_seed_and_size(kind):
    first, again, other = (np.asarray(scenes.SCENES[kind](seed, size=(48, 80))) for seed in (3, 3, 4))
    assert first.shape == (48, 80, 3) and (first == again).all() and (first != other).any()


def test_the_house_has_dark_panes_where_windows_are_drawn():
    front = scenes.windows(5, size=(64, 64))
    red = np.asarray(front)[:, :, 0] > 128
    house = np.asarray(scenes.house(front, 5)).mean(axis=2)
    assert 0.05 < red.mean() < 0.6 and house[red].max() < house[~red].min()


def test_outlines_are_thin_black_lines_inside_the_image():
    for seed in range(len(scenes.OUTLINES)):
        ink = 1 - np.asarray(scenes.outline(seed)).astype(float) / 255
        assert 0.03 < ink.mean() < 0.2 and ink.max() == 1 and ink[:, [0, -1]].max() == ink[[0, -1]].max() == 0


def test_winter_is_whiter_than_summer():
    summer, winter = (np.asarray(scenes.SCENES[kind](0)).astype(int) for kind in ("summer", "winter"))
    assert winter.min(axis=2).mean() > summer.min(axis=2).mean() + 60
