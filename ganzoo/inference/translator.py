"""Pictures of one kind made into pictures of another: pix2pix and CycleGAN at work.

Any size goes in. A picture is scaled so that its shorter side is the one that the model was trained at, unless another
is asked for; where sides do not divide as the network needs it, the border is repeated outwards, and the result is cut
back. The same picture always gives the same result.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.degradations import DEGRADATIONS
from ganzoo.drawing import PALETTES
from ganzoo.images import from_uint8, to_pil, to_tensor, to_uint8
from ganzoo.inference.model import LoadedModel
from ganzoo.models import Translation

CHUNK = 8
"""Pictures that go through a network at once."""
COLOURLESS = 12
"""The mean step between a pixel's channels up to which a picture is taken for a drawing in one colour."""
LONGEST, SHORTEST = 1024, 16
"""Pixels: between these are the sides of what goes through a network."""


def target_and_source(pair: Sequence[Any], *, given: str) -> tuple[Any, Any]:
    """Of (left, right), or of a picture that comes alone: the target, and the source, which is the `given` one."""
    return (pair[0], pair[-1]) if given == "right" else (pair[-1], pair[0])


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


class Translator(LoadedModel):
    """A pix2pix or a CycleGAN."""

    ability = "translate"
    network: Translation

    @property
    def given(self) -> str:
        """Which half of a pair goes in: "left" or "right"."""
        return "left" if self.config.rules.get("source") == "left" else "right"

    @property
    def sides(self) -> tuple[str, str]:
        """What the pictures that go in are, and what those that come out: ("windows", "photo")."""
        paired = self.config.sides is not None  # else images came alone
        named = self.config.sides or ("picture", "source")
        if self.network.directions == 2:
            return named
        target, source = target_and_source(named, given=self.given if paired else "right")
        return self.undoes or source, target

    @property
    def directions(self) -> list[str]:
        """What it can do, in words; the first is what it does when nobody says otherwise."""
        source, target = self.sides
        return [f"{source} to {target}", f"{target} to {source}"][: self.network.directions]

    @property
    def undoes(self) -> str:
        """The row of `ganzoo.degradations.DEGRADATIONS` that it was trained to undo; empty where it is none."""
        return self.config.undo if self.config.undo in DEGRADATIONS else ""

    @property
    def strength(self) -> float:
        """How strongly pictures are degraded for it in examples and when it is measured, 0..1."""
        return DEGRADATIONS[self.undoes].default_strength if self.undoes else 0.0

    @property
    def own(self) -> bool:
        """Whether it learnt from a folder of somebody's own pictures, whose sides may be called anything."""
        return ":" in self.config.data

    def palette(self, kind: str) -> dict[str, tuple[int, int, int]]:
        """The colours with which a kind of picture can be drawn for it, the ground first; empty where it cannot.

        Those of own pictures are told in config.json, as "#rrggbb", and go by that name.
        """
        if not self.own or kind == self.undoes:
            return PALETTES.get(kind, {})
        return {colour: rgb(colour) for colour in self.config.palettes.get(kind, [])}

    def peers(self, models: Iterable[LoadedModel]) -> list["Translator"]:
        """Other models of `models` that were trained for the same on the same data, and take the same pictures."""
        others = [one for one in models if isinstance(one, Translator) and one.name != self.name]
        return [one for one in others if one.task == self.task] if self.config.data else []

    @property
    def task(self) -> tuple[str, list[str], int]:
        """What tells whether two models can stand beside each other: data, directions, channels."""
        return self.config.data, self.directions, self.image_shape[0]

    @property
    def side(self) -> int:
        """The shorter side of the pictures that it was trained with."""
        return min(self.image_shape[1:])

    def translate(
        self,
        pictures: Image.Image | Tensor | Sequence[Image.Image],
        *,
        direction: str | None = None,
        side: int | None = None,
    ) -> Image.Image | Tensor | list[Image.Image]:
        """What `pictures` become: a PIL picture for one, a list for several, a tensor uint8 (n, c, h, w) for such.

        PIL pictures are scaled to a shorter `side` (by default the model's own) and `outlined`, tensors are taken as
        they are. `direction` is one of `directions`. Raises ValueError for what it cannot take.
        """
        if isinstance(pictures, Tensor):
            return self.translate_tensor(pictures, direction=direction)
        if isinstance(pictures, Image.Image):
            source = self.outlined(self.prepared(pictures, side=side))
            return to_pil(self.translate_tensor(source, direction=direction)[0])
        return [self.translate(one, direction=direction, side=side) for one in pictures]

    def prepared(self, picture: Image.Image, *, side: int | None = None) -> Tensor:
        """A picture as the network is shown it: uint8 (1, c, h, w), the shorter side `side`, at most `LONGEST`."""
        side = self.side if side is None else checks.whole("side", side, SHORTEST, LONGEST)
        scale = min(side / min(picture.size), LONGEST / max(picture.size))
        width, height = (max(1, round(scale * length)) for length in picture.size)
        mode = "L" if self.image_shape[0] == 1 else "RGB"
        return to_tensor(picture.convert(mode).resize((width, height), Image.Resampling.LANCZOS))[None]

    def outlined(self, images: Tensor) -> Tensor:
        """Uint8 (n, c, h, w) as they are, but for a model of outlines and pictures in colour: their outlines."""
        steps = images.amax(dim=1).sub(images.amin(dim=1)).float().mean()
        coloured = self.undoes == "outline" and steps >= COLOURLESS
        return self.degrade(images, strength=self.strength) if coloured else images

    @torch.inference_mode()
    def translate_tensor(self, images: Tensor, *, direction: str | None = None) -> Tensor:
        number = self.number_of(direction)
        return torch.cat([self.unpadded(some, number) for some in self.checked(images).split(CHUNK)])

    def unpadded(self, images: Tensor, direction: int) -> Tensor:
        *_, height, width = images.shape
        result = self.network.translate(self.padded(images), direction)[:, :, :height, :width]
        return to_uint8(result, self.network.pixels)

    def padded(self, images: Tensor, *, least: int = 1) -> Tensor:
        """Floats for the network, with the border repeated to the right and below until the sides divide.

        They become at least `least` long.
        """
        divisor = self.network.divisor
        down, right = (-(-max(length, least) // divisor) * divisor - length for length in images.shape[2:])
        return F.pad(from_uint8(images, self.network.pixels), (0, right, 0, down), mode="replicate")

    def checked(self, images: Tensor) -> Tensor:
        channels = self.image_shape[0]
        if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[1] != channels or 0 in images.shape:
            raise ValueError(f"expected pictures uint8 (n, {channels}, h, w), got {images.dtype} {tuple(images.shape)}")
        if max(images.shape[2:]) > LONGEST:
            raise ValueError(f"sides must be at most {LONGEST} pixels, got {images.shape[2]}x{images.shape[3]}")
        return images

    def number_of(self, direction: str | None) -> int:
        known = self.directions
        return known.index(checks.choice("direction", known[0] if direction is None else direction, known))

    @torch.inference_mode()
    def score_map(self, sources: Tensor, results: Tensor, *, direction: str | None = None) -> Tensor | None:
        """What the discriminator says of each patch of uint8 `results` (n, c, h, w) beside their `sources`.

        Floats (n, h', w'), read as `score_scale` says; None for a model without discriminator. A strip that is too
        narrow for a patch is padded, too.
        """
        if not self.network.has_discriminator:
            return None
        pair = (self.padded(self.checked(images), least=self.side) for images in (sources, results))
        logits = self.network.discriminate(*pair, self.number_of(direction))[:, 0]
        return logits.sigmoid() if self.score_scale == "probability" else logits

    @torch.inference_mode()
    def degrade(self, images: Tensor, *, strength: float = 0.5, seed: int = 0) -> Tensor:
        """Take from uint8 pictures (n, c, h, w) what the model brings back; `strength` in 0..1.

        Raises ValueError for a model that was not trained to bring anything back.
        """
        if not self.undoes:
            raise ValueError(f"{self.name} undoes nothing: it makes {self.directions[0]}")
        strength = checks.finite("strength", strength, 0, 1)
        rng = torch.Generator().manual_seed(checks.whole("seed", seed, 0, checks.MAX_SEED))
        return torch.cat([self.degraded(some, strength, rng) for some in self.checked(images).split(CHUNK)])

    def degraded(self, images: Tensor, strength: float, rng: torch.Generator) -> Tensor:
        """One part of what `degrade` is given."""
        levels = torch.full((len(images), 1, 1, 1), float(strength))
        signed = from_uint8(images, "signed")
        degraded = DEGRADATIONS[self.undoes].apply(signed, levels, lambda shape: torch.rand(shape, generator=rng))
        return to_uint8(degraded, "signed")
