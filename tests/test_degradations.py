"""Degradations keep shape and range, and remove more the stronger they are."""

import pytest
import torch

from ganzoo.degradations import DEGRADATIONS
from ganzoo.drawing import scenes
from ganzoo.images import fit


def degraded(name, images, autocast):
    rng = torch.Generator().manual_seed(0)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        half = torch.full((len(images), 1, 1, 1), 0.5)
        return DEGRADATIONS[name].apply(images, half, lambda shape: torch.rand(shape, generator=rng))


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_degradations_keep_shape_and_range_and_remove_more_at_higher_strengths(name):
    rng = torch.Generator().manual_seed(0)
    images = torch.stack([fit(scenes.street_map(seed), (3, 48, 64)) for seed in range(6)]).float() / 127.5 - 1
    lost = []
    for strength in (0.0, 0.5, 1.0):
        result = DEGRADATIONS[name].apply(
            images, torch.full((6, 1, 1, 1), strength), lambda shape: torch.rand(shape, generator=rng)
        )
        assert result.shape == images.shape and result.min() >= -1.001 and result.max() <= 1.001
        lost.append(float((result - images).abs().mean()))
    if name == "outline":  # black on white at every strength
        assert set(result.unique().tolist()) == {-1.0, 1.0} and torch.equal(result[:, 0], result[:, 2])
    else:
        assert lost[0] < 1e-6 < lost[1] < lost[2]
    exact, rounded = (degraded(name, images, enabled) for enabled in (False, True))
    torch.testing.assert_close(exact, rounded)  # also under the autocast of training
    if name == "grey":
        assert torch.equal(result[:, 0], result[:, 1])
    once, again = (DEGRADATIONS[name].apply(images, torch.ones(6, 1, 1, 1), draw) for draw in (torch.zeros, torch.ones))
    assert DEGRADATIONS[name].is_random != torch.equal(once, again)
