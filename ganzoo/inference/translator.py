"""Images of one kind translated into images of another: pix2pix and CycleGAN at work.

Images may have any size. Their shorter side is scaled to the one that the model was trained at, unless another is asked
for. Where sides do not divide as the network needs it, the border is repeated outwards, and the result is cropped. The
same image always has the same result.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias, overload

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganzoo import checks
from ganzoo.images import to_pil, to_uint8
from ganzoo.inference import preparation
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.preparation import ImageInput
from ganzoo.inference.translation_task import TranslationTask
from ganzoo.models import Translation

TranslationResult: TypeAlias = Image.Image | Tensor | list[Image.Image]
"""What `Translator.translate` returns: an image for an image, a tensor for a tensor, a list for several images."""


class Translator(LoadedModel):
    """A pix2pix or a CycleGAN."""

    ability = "translate"
    network: Translation
    skeleton: Translation

    @property
    def task(self) -> TranslationTask:
        """What it was trained for."""
        return TranslationTask.from_config(
            self.config, directions=self.skeleton.directions, channels=self.image_shape[0]
        )

    @property
    def sides(self) -> tuple[str, str]:
        """The kinds of its images: (source, target), such as ("windows", "photo")."""
        return self.task.sides

    @property
    def directions(self) -> list[str]:
        """What it can do, in words; the first is the default of `translate`."""
        return self.task.directions

    @property
    def undoes(self) -> str:
        """The name of the degradation that it was trained to undo, a key of `DEGRADATIONS`; "" for none."""
        return self.task.undoes

    @property
    def strength(self) -> float:
        """How strongly images are degraded for examples and for measurements, 0..1."""
        return self.task.strength

    @property
    def side(self) -> int:
        """The shorter side, in pixels, of the images that it was trained with."""
        return min(self.image_shape[1:])

    def palette(self, kind: str) -> dict[str, tuple[int, int, int]]:
        """The colours to draw a kind of image with, by name, the background first; empty where it cannot be drawn."""
        return self.task.palette(kind)

    def peers(self, models: Iterable[LoadedModel]) -> list["Translator"]:
        """The other models of `models` that were trained for the same task on the same data."""
        others = [model for model in models if isinstance(model, Translator) and model.name != self.name]
        return [model for model in others if self.task.is_comparable_to(model.task)]

    @overload
    def translate(
        self, images: Image.Image, *, direction: str | None = None, side: int | None = None
    ) -> Image.Image: ...
    @overload
    def translate(
        self, images: Tensor | np.ndarray, *, direction: str | None = None, side: int | None = None
    ) -> Tensor: ...
    @overload
    def translate(
        self, images: Sequence[Image.Image], *, direction: str | None = None, side: int | None = None
    ) -> list[Image.Image]: ...
    def translate(
        self,
        images: ImageInput,
        *,
        direction: str | None = None,
        side: int | None = None,
    ) -> TranslationResult:
        """Translate images. The result is of the same type: a PIL image, a list of them, or a tensor.

        Args:
            images: one or several PIL images of any mode, or a tensor uint8 (n, c, h, w) with sides of at most 1024;
                arrays and other layouts as in `as_images`, with a tensor (n, c, h, w) as the result
            direction: one of `directions`; the first by default
            side: PIL images are scaled to this shorter side in pixels, 16..1024; by default the one that the model was
                trained at. A model of outlines then gets the outlines of coloured images. Tensors go in as they are

        Raises:
            ValueError: for another direction, side, dtype or shape
        """
        if isinstance(images, Tensor | np.ndarray):
            return self._translate_tensor(images, direction)
        if isinstance(images, Image.Image):
            source = self.outlined(self.prepared(images, side=side))
            return to_pil(self._translate_tensor(source, direction)[0])
        return [self.translate(image, direction=direction, side=side) for image in images]

    @torch.inference_mode()
    def _translate_tensor(self, images: Tensor | np.ndarray, direction: str | None) -> Tensor:
        """Uint8 (n, c, h, w) to uint8 (n, c, h, w), a few images at once."""
        index = self.task.index_of(direction)
        images = preparation.check(images, channels=self.image_shape[0])
        *_, height, width = images.shape
        results = []
        for part in images.split(preparation.CHUNK):
            padded = self.network.translate(preparation.pad(part, self.network), index)
            results.append(to_uint8(padded[:, :, :height, :width], self.network.pixels))
        return torch.cat(results)

    def prepared(self, image: Image.Image, *, side: int | None = None) -> Tensor:
        """A PIL image of any mode as the network sees it: uint8 (1, c, h, w).

        It is turned as its EXIF data say, and transparency is laid on white. Index masks are spread as in training, and
        for a model of outlines the thin lines of a drawing survive. The shorter side becomes `side` pixels, 16..1024,
        by default the model's own. Raises ValueError for another.
        """
        side = self.side if side is None else checks.whole("side", side, preparation.MIN_SIDE, preparation.MAX_SIDE)
        return preparation.prepare(
            image,
            channels=self.image_shape[0],
            side=side,
            is_outline=self.undoes == "outline",
            index_values=self.task.index_values,
        )

    def outlined(self, images: Tensor) -> Tensor:
        """Uint8 images (n, c, h, w) unchanged; but for a model of outlines, the outlines of coloured images."""
        if self.undoes == "outline" and preparation.is_coloured(images):
            return self.degrade(images, strength=self.strength)
        return images

    @torch.inference_mode()
    def score_map(self, sources: Tensor, results: Tensor, *, direction: str | None = None) -> Tensor | None:
        """The discriminator's scores of the patches of `results`, uint8 (n, c, h, w), given their `sources`.

        Floats (n, h', w') on the model's `score_scale`; None for a model without discriminator. Images that are
        narrower than the model's `side` are padded to it. Raises ValueError as `translate` does.
        """
        if not self.skeleton.has_discriminator:
            return None
        index, channels = self.task.index_of(direction), self.image_shape[0]
        source, result = (
            preparation.pad(preparation.check(images, channels=channels), self.network, least=self.side)
            for images in (sources, results)
        )
        return self.as_scores(self.network.discriminate(source, result, index)[:, 0])

    @torch.inference_mode()
    def degrade(self, images: Tensor, *, strength: float = 0.5, seed: int = 0) -> Tensor:
        """Degrade uint8 images (n, c, h, w) in the way that the model undoes, by a `strength` in 0..1.

        The same seed has the same result. Raises ValueError for a model that undoes nothing, for a number out of range,
        and for images as `translate` does.
        """
        if not self.undoes:
            raise ValueError(f"{self.name} undoes nothing: it makes {self.directions[0]}")
        images = preparation.check(images, channels=self.image_shape[0])
        return preparation.degrade(images, self.undoes, strength=strength, seed=seed)
