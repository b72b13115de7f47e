"""Parts of pix2pix and CycleGAN: upsampling, instance norm, and discriminators of patches."""

import pytest
import torch
from torch.nn import functional as F
from training_fixtures import TINY

from ganzoo import models
from ganzoo.models.blocks import UPSAMPLINGS, InstanceNorm, UpConvolution


@pytest.mark.parametrize("upsampling", UPSAMPLINGS)
def test_upsampling_and_convolution_in_one_is_the_two_in_a_row(upsampling):
    torch.manual_seed(0)
    layer, x = UpConvolution(5, 7, upsampling=upsampling), torch.randn(2, 5, 6, 8)
    zeros_around = F.pad(x, (1, 1, 1, 1))  # else bilinear interpolation repeats the outermost
    larger = F.interpolate(zeros_around, scale_factor=2, mode=upsampling)
    two = F.conv2d(larger, layer.weight, layer.bias)[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(layer(x), two)


def test_instance_norm_is_pytorch_s():
    x = 3 + 2 * torch.randn(3, 4, 5, 6)
    torch.testing.assert_close(InstanceNorm(4)(x), F.instance_norm(x))


def test_a_discriminator_of_patches_sees_34_or_70_pixels():
    for layers, width in ((2, 34), (3, 70)):
        model = models.build("pix2pix", {**TINY, "patch_layers": layers, "image_shape": (3, 128, 128)}).eval()
        for norm in [one for one in model.discriminator.modules() if isinstance(one, InstanceNorm)]:
            norm.forward = lambda x: x  # it depends on the whole image
        images = torch.zeros(1, 3, 128, 128, requires_grad=True)
        scores = model.discriminate(torch.zeros(1, 3, 128, 128), images)
        scores[0, 0, scores.shape[2] // 2, scores.shape[3] // 2].backward()
        rows = images.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
        assert int(rows[-1] - rows[0]) + 1 == width


def test_a_discriminator_that_is_too_deep_for_the_images_is_refused():
    for name in ("pix2pix", "cyclegan"):
        assert models.build(name, {**TINY, "patch_layers": 3}).has_discriminator
        with pytest.raises(ValueError, match="patch_layers must lie between 1 and 3, got 4"):
            models.build(name, {**TINY, "patch_layers": 4})


@pytest.mark.parametrize("norm", [True, False])
def test_an_extreme_place_shifts_the_whole_image_by_instance_norm_alone(norm):
    images = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 0.2
    spotted = images.clone()
    spotted[:, :, :3, :3] = -1
    model = models.build("cyclegan", {**TINY, "norm": norm, "blocks": 1})
    with torch.no_grad():
        change = (model.translate(spotted) - model.translate(images)).abs()
    assert change[:, :, :3, :3].max() > 0 and (change[:, :, 40:, 40:].max() > 1e-3) == norm
