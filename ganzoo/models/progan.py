"""ProGAN (Karras et al. 2017, arXiv 1710.10196): a GAN that grows from 4x4 pictures to full size while it learns.

Stage s speaks of pictures with sides 4 * 2^s. Each stage has its convolutions in both networks and its own 1x1 ones to
and from colours (`light` ones differ, see `ProGAN`); a new stage is faded in beside an enlarged picture of the stage
before (figure 2). Weights start from N(0, 1) and are scaled at work (section 4.1), the generator's maps are normalised
pixel by pixel (section 4.2), the discriminator sees how much the batch varies (section 3). Departures: tanh on the
generator's colours, smaller channel counts, and, where asked for, bilinear upsampling and `light` for small computers.
"""

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.models.base import GAN
from ganzoo.models.blocks import UPSAMPLINGS, BatchDeviation, UpConvolution

SIDES = (4, 8, 16, 32, 64, 128, 256)
FRACTIONS = 1024
"""Of a stage. How far a model has grown is counted in these, in whole numbers: an average of weights carries such a
buffer over as it is, for the mean of two stages would be neither."""


def last_stage(image_shape: tuple[int, int, int]) -> int:
    """The stage of full-size pictures. Raises ValueError for pictures that no stage has."""
    channels, height, width = image_shape
    if channels not in (1, 3):
        raise ValueError(f"pictures must have 1 or 3 channels, got {channels}")
    if height != width or height not in SIDES[1:]:
        raise ValueError(f"image sides must be equal and one of {', '.join(map(str, SIDES[1:]))}, got {height}x{width}")
    return SIDES.index(height)


def enlarged(images: Tensor, factor: int = 2) -> Tensor:
    """(n, c, h, w) to (n, c, factor * h, factor * w), each pixel repeated."""
    return F.interpolate(images, scale_factor=factor, mode="nearest") if factor > 1 else images


def shrunk(images: Tensor, factor: int = 2) -> Tensor:
    """(n, c, h, w) to (n, c, h / factor, w / factor), means of squares."""
    return F.avg_pool2d(images, factor) if factor > 1 else images


def coloured_at(stage: int, *, light: bool) -> int:
    """The stage whose maps a stage's colour layers work on: its own, or with `light` the one before (0 has none)."""
    return max(stage - light, 0)


class Equalised(nn.Conv2d):
    """A convolution whose weights start from N(0, 1) and are multiplied by gain / sqrt(fan-in) each time (section 4.1).

    Adam moves all weights by alike steps; so scaled, they all have a like range, and learn at the same speed.
    """

    def __init__(
        self, channels: int, out: int, side: int, *, stride: int = 1, padding: int = 0, gain: float = math.sqrt(2)
    ):
        super().__init__(channels, out, side, stride=stride, padding=padding)
        self.scale = gain / math.sqrt(channels * side * side)
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.scale, self.bias, self.stride, self.padding)


class Doubling(UpConvolution):
    """Upsampling and an `Equalised` 3x3 convolution: (n, channels, h, w) to (n, out, 2h, 2w)."""

    def __init__(self, channels: int, out: int, *, upsampling: str, gain: float = math.sqrt(2)):
        super().__init__(channels, out, upsampling=upsampling)
        self.scale = gain / math.sqrt(channels * 3 * 3)
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.with_weight(x, self.weight * self.scale)


class PixelNorm(nn.Module):
    """Each pixel's channels to a mean square of 1 (section 4.2)."""

    def forward(self, x: Tensor) -> Tensor:
        return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


class ProGenerator(nn.Module):
    """(n, latent_dim) to (n, c, s, s) in [-1, 1], s the side of the stage; latents count by their direction alone."""

    def __init__(self, *, latent_dim: int, widths: list[int], channels: int, light: bool, upsampling: str):
        super().__init__()
        wide = widths[0]
        first = nn.Sequential(
            nn.Unflatten(1, (latent_dim, 1, 1)), PixelNorm(), Equalised(latent_dim, 16 * wide, 1),
            nn.Flatten(), nn.Unflatten(1, (wide, 4, 4)), nn.LeakyReLU(0.2), PixelNorm(),
            *self.level(wide, wide),
        )  # fmt: skip
        later = [
            nn.Sequential(*self.doubled(wide, narrow, light=light, upsampling=upsampling), *self.level(narrow, narrow))
            for wide, narrow in itertools.pairwise(widths)
        ]
        self.stages = nn.ModuleList([first, *later])
        self.light = light
        if light:
            doublings = (Doubling(width, channels, upsampling=upsampling, gain=1) for width in widths)
            colours = [Equalised(wide, channels, 1, gain=1), *doublings]
        else:
            colours = [Equalised(width, channels, 1, gain=1) for width in widths]
        self.to_colours = nn.ModuleList(colours)

    @staticmethod
    def level(channels: int, out: int) -> list[nn.Module]:
        return [Equalised(channels, out, 3, padding=1), nn.LeakyReLU(0.2), PixelNorm()]

    @classmethod
    def doubled(cls, channels: int, out: int, *, light: bool, upsampling: str) -> list[nn.Module]:
        if light:
            return [Doubling(channels, out, upsampling=upsampling), nn.LeakyReLU(0.2), PixelNorm()]
        return [nn.Upsample(scale_factor=2, mode=upsampling), *cls.level(channels, out)]

    def maps(self, latents: Tensor, stage: int) -> list[Tensor]:
        """The maps (n, width, s, s) of every stage, up to those from which pictures of `stage` are coloured."""
        maps = [latents]
        for layers in self.stages[: coloured_at(stage, light=self.light) + 1]:
            maps.append(layers(maps[-1]))
        return maps[1:]

    def picture(self, maps: list[Tensor], stage: int) -> Tensor:
        return self.to_colours[stage](maps[coloured_at(stage, light=self.light)]).tanh()

    def forward(self, latents: Tensor, stage: int, alpha: float) -> Tensor:
        maps = self.maps(latents, stage)
        new = self.picture(maps, stage)
        return new if alpha == 1 else torch.lerp(enlarged(self.picture(maps, stage - 1)), new, alpha)


class ProDiscriminator(nn.Module):
    """(n, c, s, s), s the side of the stage, to logits (n,)."""

    def __init__(self, *, widths: list[int], channels: int, light: bool):
        super().__init__()
        wide = widths[0]
        verdict = nn.Sequential(
            BatchDeviation(), Equalised(wide + 1, wide, 3, padding=1), nn.LeakyReLU(0.2),
            Equalised(wide, wide, 4), nn.LeakyReLU(0.2), Equalised(wide, 1, 1, gain=1), nn.Flatten(0),
        )  # fmt: skip
        level = self.halved if light else self.level
        self.stages = nn.ModuleList([verdict, *(level(narrow, wide) for wide, narrow in itertools.pairwise(widths))])
        self.light = light
        if light:
            colours = [self.coloured(channels, wide), *(self.halved(channels, width) for width in widths)]
        else:
            colours = [self.coloured(channels, width) for width in widths]
        self.from_colours = nn.ModuleList(colours)

    @staticmethod
    def level(channels: int, out: int) -> nn.Sequential:
        return nn.Sequential(
            Equalised(channels, channels, 3, padding=1), nn.LeakyReLU(0.2),
            Equalised(channels, out, 3, padding=1), nn.LeakyReLU(0.2), nn.AvgPool2d(2),
        )  # fmt: skip

    @staticmethod
    def coloured(channels: int, out: int) -> nn.Sequential:
        return nn.Sequential(Equalised(channels, out, 1), nn.LeakyReLU(0.2))

    @staticmethod
    def halved(channels: int, out: int) -> nn.Sequential:
        return nn.Sequential(Equalised(channels, out, 4, stride=2, padding=1), nn.LeakyReLU(0.2))

    def forward(self, images: Tensor, stage: int, alpha: float) -> Tensor:
        x, at = self.from_colours[stage](images), coloured_at(stage, light=self.light)
        if alpha < 1:
            before = coloured_at(stage - 1, light=self.light)
            for layers in self.stages[before + 1 : at + 1]:  # the new stage; none where both enter at 4x4
                x = layers(x)
            x, at = torch.lerp(self.from_colours[stage - 1](shrunk(images)), x, alpha), before
        for layers in reversed(self.stages[: at + 1]):
            x = layers(x)
        return x


class ProGAN(GAN):
    """`width` channels at the largest maps, twice as many with each halving of the side, `most` at most.

    Stages have two convolutions in either network. With `light`, pictures above 4x4 have no maps of their own size:
    convolutions that halve or double the side bring colours in and out and join the stages, and the discriminator's
    have no other. `width` then counts at half the pictures' side. With as many channels at each side, that takes two
    fifths of the multiplications (with "bilinear", little more than half).

    The generator's maps are enlarged by `upsampling`: "nearest" as in the paper, or "bilinear" as in StyleGAN (Karras
    et al. 2018, arXiv 1812.04948, section 2.1). Nearest neighbours left a weave on plain surfaces of emoji.
    Beyond the borders, bilinear upsampling takes zeros with `light`, and the outermost pixels without.

    A fresh model is fully grown; `grow` sets it back. `generate` gives full-size pictures at every stage, `discriminate` takes
    them; `draw` and `seen` speak of pictures of the stage's own size, for training.
    """

    def __init__(
        self,
        *,
        image_shape: tuple[int, int, int],
        latent_dim: int = 64,
        width: int = 16,
        most: int = 128,
        light: bool = False,
        upsampling: str = "nearest",
    ):
        last = last_stage(image_shape)
        latent_dim, width, most = (
            checks.whole(name, value, 1, 4096)
            for name, value in (("latent_dim", latent_dim), ("width", width), ("most", most))
        )
        light = bool(checks.choice("light", light, (False, True)))
        checks.choice("upsampling", upsampling, list(UPSAMPLINGS))
        largest = last - light
        widths = [min(most, width << largest - stage) for stage in range(largest + 1)]
        super().__init__(
            ProGenerator(
                latent_dim=latent_dim, widths=widths, channels=image_shape[0], light=light, upsampling=upsampling
            ),
            ProDiscriminator(widths=widths, channels=image_shape[0], light=light),
            latent_dim=latent_dim, pixels="signed", image_shape=image_shape,
        )  # fmt: skip
        self.last_stage = last
        self.register_buffer("grown", torch.tensor(last * FRACTIONS))

    def grow(self, level: float) -> None:
        """Stand at `level`: a stage's number when it is all there, less while it is being faded in (0.25: stage 1)."""
        if not 0 <= level <= self.last_stage:
            raise ValueError(f"level must lie between 0 and {self.last_stage}, got {level}")
        self.grown.fill_(round(level * FRACTIONS))

    @property
    def place(self) -> tuple[int, float]:
        """The stage, and alpha: how far it has been faded in, above 0 and up to 1."""
        level = int(self.grown) / FRACTIONS
        stage = math.ceil(level)
        return stage, level - stage + 1

    def draw(self, latents: Tensor) -> Tensor:
        """Pictures of the stage's size: (n, c, s, s)."""
        return self.generator(latents, *self.place)

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.at_full_size(self.draw(latents))

    @property
    def sides(self) -> list[int]:
        """Of the pictures of every stage up to the present one."""
        stage, _ = self.place
        return list(SIDES[: stage + 1])

    def maps(self, latents: Tensor) -> list[Tensor]:
        """The maps (n, width, s, s) of every stage before the present one, without colours."""
        stage, _ = self.place
        return self.generator.maps(latents, stage)[:stage]

    def at_full_size(self, images: Tensor) -> Tensor:
        return enlarged(images, self.image_shape[1] // images.shape[-1])

    def seen(self, images: Tensor) -> Tensor:
        """Full-size pictures as the present stage draws its own: brought down to its size, and faded (section 2.1)."""
        stage, alpha = self.place
        images = shrunk(images, images.shape[-1] // SIDES[stage])
        return images if alpha == 1 else torch.lerp(enlarged(shrunk(images)), images, alpha)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (n,) of pictures of full size or of the stage's."""
        stage, alpha = self.place
        return self.discriminator(shrunk(images, images.shape[-1] // SIDES[stage]), stage, alpha)
