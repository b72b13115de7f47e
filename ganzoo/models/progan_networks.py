"""The networks of ProGAN (Karras et al. 2017, arXiv 1710.10196): a generator and a discriminator made of stages.

Stage s works on images with sides 4 * 2^s. Each stage adds convolutions to both networks, and 1x1 convolutions to and
from colours (`light` networks differ, see `ganzoo.models.ProGAN`). A new stage is faded in: its images are blended with
the enlarged images of the stage before (figure 2). Weights start from N(0, 1) and are scaled at run time (section 4.1),
the generator's maps are normalised at each pixel (section 4.2), and the discriminator sees how much a batch varies
(section 3).
"""

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo.models.blocks import MinibatchDeviation, UpConvolution


def enlarge(images: Tensor, factor: int = 2) -> Tensor:
    """(n, c, h, w) to (n, c, factor * h, factor * w); each pixel is repeated."""
    return F.interpolate(images, scale_factor=factor, mode="nearest") if factor > 1 else images


def shrink(images: Tensor, factor: int = 2) -> Tensor:
    """(n, c, h, w) to (n, c, h / factor, w / factor); each pixel is the mean of a square."""
    return F.avg_pool2d(images, factor) if factor > 1 else images


def colour_stage(stage: int, *, light: bool) -> int:
    """The stage whose maps the colour layers of `stage` use: its own or, if `light`, the one before (at least 0)."""
    return max(stage - light, 0)


class EqualisedConv(nn.Conv2d):
    """A convolution with weights from N(0, 1), multiplied at run time by gain / sqrt(fan-in) (section 4.1).

    Adam moves all weights by similar steps. With this scaling all weights have a similar range, so that all layers
    learn at the same speed.
    """

    bias: nn.Parameter

    def __init__(
        self, fan_in: int, fan_out: int, kernel: int, *, stride: int = 1, padding: int = 0, gain: float = math.sqrt(2)
    ):
        super().__init__(fan_in, fan_out, kernel, stride=stride, padding=padding)
        self.scale = gain / math.sqrt(fan_in * kernel * kernel)
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.scale, self.bias, self.stride, self.padding)


class EqualisedUpConv(UpConvolution):
    """Upsampling by 2 and a 3x3 `EqualisedConv` in one: (n, fan_in, h, w) to (n, fan_out, 2h, 2w)."""

    bias: nn.Parameter

    def __init__(self, fan_in: int, fan_out: int, *, upsampling: str, gain: float = math.sqrt(2)):
        super().__init__(fan_in, fan_out, upsampling=upsampling)
        self.scale = gain / math.sqrt(fan_in * 3 * 3)
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolve(x, self.weight * self.scale)


class PixelNorm(nn.Module):
    """Scale the channels of each pixel to a mean square of 1 (section 4.2)."""

    def forward(self, x: Tensor) -> Tensor:
        return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


class ProGenerator(nn.Module):
    """(n, latent_dim) to (n, c, s, s) in [-1, 1], where s is the side of the stage.

    Only the direction of a latent matters, because `PixelNorm` comes first.
    """

    def __init__(self, *, latent_dim: int, widths: list[int], channels: int, light: bool, upsampling: str):
        super().__init__()
        widest = widths[0]
        first = nn.Sequential(
            nn.Unflatten(1, (latent_dim, 1, 1)), PixelNorm(), EqualisedConv(latent_dim, 16 * widest, 1),
            nn.Flatten(), nn.Unflatten(1, (widest, 4, 4)), nn.LeakyReLU(0.2), PixelNorm(),
            *self.conv_layers(widest, widest),
        )  # fmt: skip
        later = [
            nn.Sequential(
                *self.up_layers(fan_in, fan_out, light=light, upsampling=upsampling),
                *self.conv_layers(fan_out, fan_out),
            )
            for fan_in, fan_out in itertools.pairwise(widths)
        ]
        self.stages = nn.ModuleList([first, *later])
        self.light = light
        colours: list[nn.Module]
        if light:
            doubling = (EqualisedUpConv(width, channels, upsampling=upsampling, gain=1) for width in widths)
            colours = [EqualisedConv(widest, channels, 1, gain=1), *doubling]
        else:
            colours = [EqualisedConv(width, channels, 1, gain=1) for width in widths]
        self.to_colours = nn.ModuleList(colours)

    @staticmethod
    def conv_layers(fan_in: int, fan_out: int) -> list[nn.Module]:
        return [EqualisedConv(fan_in, fan_out, 3, padding=1), nn.LeakyReLU(0.2), PixelNorm()]

    @classmethod
    def up_layers(cls, fan_in: int, fan_out: int, *, light: bool, upsampling: str) -> list[nn.Module]:
        if light:
            return [EqualisedUpConv(fan_in, fan_out, upsampling=upsampling), nn.LeakyReLU(0.2), PixelNorm()]
        return [nn.Upsample(scale_factor=2, mode=upsampling), *cls.conv_layers(fan_in, fan_out)]

    def maps(self, latents: Tensor, stage: int) -> list[Tensor]:
        """The maps (n, width, s, s) of all stages, up to those that the colour layers of `stage` work on."""
        maps = [latents]
        for layers in self.stages[: colour_stage(stage, light=self.light) + 1]:
            maps.append(layers(maps[-1]))
        return maps[1:]

    def to_image(self, maps: list[Tensor], stage: int) -> Tensor:
        """Images (n, c, s, s) of `stage` from its maps."""
        return self.to_colours[stage](maps[colour_stage(stage, light=self.light)]).tanh()

    def forward(self, latents: Tensor, stage: int, alpha: float) -> Tensor:
        maps = self.maps(latents, stage)
        new = self.to_image(maps, stage)
        return new if alpha == 1 else torch.lerp(enlarge(self.to_image(maps, stage - 1)), new, alpha)


class ProDiscriminator(nn.Module):
    """(n, c, s, s), where s is the side of the stage, to logits (n,)."""

    def __init__(self, *, widths: list[int], channels: int, light: bool):
        super().__init__()
        widest = widths[0]
        last = nn.Sequential(
            MinibatchDeviation(), EqualisedConv(widest + 1, widest, 3, padding=1), nn.LeakyReLU(0.2),
            EqualisedConv(widest, widest, 4), nn.LeakyReLU(0.2), EqualisedConv(widest, 1, 1, gain=1), nn.Flatten(0),
        )  # fmt: skip
        down = self.strided_layers if light else self.pooled_layers
        self.stages = nn.ModuleList([last, *(down(fan_in, fan_out) for fan_out, fan_in in itertools.pairwise(widths))])
        self.light = light
        if light:
            halving = (self.strided_layers(channels, width) for width in widths)
            colours = [self.colour_layers(channels, widest), *halving]
        else:
            colours = [self.colour_layers(channels, width) for width in widths]
        self.from_colours = nn.ModuleList(colours)

    @staticmethod
    def pooled_layers(fan_in: int, fan_out: int) -> nn.Sequential:
        return nn.Sequential(
            EqualisedConv(fan_in, fan_in, 3, padding=1), nn.LeakyReLU(0.2),
            EqualisedConv(fan_in, fan_out, 3, padding=1), nn.LeakyReLU(0.2), nn.AvgPool2d(2),
        )  # fmt: skip

    @staticmethod
    def strided_layers(fan_in: int, fan_out: int) -> nn.Sequential:
        return nn.Sequential(EqualisedConv(fan_in, fan_out, 4, stride=2, padding=1), nn.LeakyReLU(0.2))

    @staticmethod
    def colour_layers(channels: int, fan_out: int) -> nn.Sequential:
        return nn.Sequential(EqualisedConv(channels, fan_out, 1), nn.LeakyReLU(0.2))

    def forward(self, images: Tensor, stage: int, alpha: float) -> Tensor:
        x, reached = self.from_colours[stage](images), colour_stage(stage, light=self.light)
        if alpha < 1:
            before = colour_stage(stage - 1, light=self.light)
            for layers in self.stages[before + 1 : reached + 1]:  # the new stage; empty if both work on 4x4 maps
                x = layers(x)
            x, reached = torch.lerp(self.from_colours[stage - 1](shrink(images)), x, alpha), before
        for layers in reversed(self.stages[: reached + 1]):
            x = layers(x)
        return x
