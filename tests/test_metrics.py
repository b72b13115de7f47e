"""Distances between images, against numbers worked out by hand."""

import math

import pytest
import torch

from ganzoo.metrics import l1, mse, psnr


def uint8(*images):
    return torch.tensor(images, dtype=torch.uint8).view(len(images), 1, 1, -1)


def test_each_image_has_an_error_of_its_own():
    a, b = uint8([0, 0], [255, 51]), uint8([0, 255], [204, 0])
    assert mse(a, b, per_image=True).tolist() == pytest.approx([1 / 2, 1 / 25])  # (0 + 1) / 2 and (1/25 + 1/25) / 2
    assert l1(a, b, per_image=True).tolist() == pytest.approx([1 / 2, 1 / 5])
    assert float(mse(a, b)) == pytest.approx((1 / 2 + 1 / 25) / 2)
    assert float(l1(a, b)) == pytest.approx((1 / 2 + 1 / 5) / 2)
    assert l1(b, a) == l1(a, b), "uint8 does not wrap around"


def test_floats_count_as_they_are():
    a, b = torch.tensor([[0.25, 1.0]]), torch.tensor([[0.75, 0.0]])
    assert float(mse(a, b)) == (0.25 + 1) / 2
    assert float(l1(a, b)) == (0.5 + 1) / 2
    assert float(mse(uint8([51]), torch.full((1, 1, 1, 1), 0.4))) == pytest.approx(0.04)


def test_psnr_of_one_error_and_of_many():
    assert psnr(0.01) == pytest.approx(20)
    assert psnr(1.0) == 0
    assert psnr(torch.tensor([0.1, 0.001])).tolist() == pytest.approx([10, 30])


def test_a_perfect_copy_has_an_infinite_psnr_unless_it_is_capped():
    assert psnr(0.0) == math.inf
    assert psnr(0.0, cap=100) == psnr(1e-12, cap=100) == 100
    assert psnr(torch.tensor([0.0, 0.01])).tolist() == pytest.approx([math.inf, 20])
    assert psnr(torch.tensor([0.0, 0.01]), cap=100).tolist() == pytest.approx([100, 20])
