"""Drawing images from a generator. Image i of a seed is always the same, however many are drawn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganzoo import checks
from ganzoo.images import from_uint8, to_pil, to_uint8
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.preparation import ImageInput
from ganzoo.models import GAN

CHUNK = 256
"""Images that go through a network at once, so that a large request needs no large memory."""
MAX_COUNT = 100_000
Labels = int | str | Sequence[int | str] | None
"""One class for all images, or one for each, by name or number; None for all classes in turn."""


@dataclass(frozen=True)
class Samples:
    """What `Sampler.sample` returns."""

    images: Tensor
    """uint8 (n, c, h, w)."""
    labels: Tensor | None
    """int64 (n,); None for a model without classes."""
    latents: Tensor
    """float32 (n, latent_dim)."""

    def pil(self) -> list[Image.Image]:
        """The images as PIL images, grey or RGB."""
        return [to_pil(image) for image in self.images]


def seeded_normal(n: int, size: int, *, seed: int) -> Tensor:
    """(n, size) numbers from N(0, 1); row i depends on (seed, i) alone, whatever n is."""
    normal = torch.empty(n, size)
    rng = torch.Generator()
    for i in range(n):
        normal[i] = torch.randn(size, generator=rng.manual_seed(seed * 1_000_003 + i))
    return normal


class Sampler(LoadedModel):
    """A GAN, conditional or not."""

    ability = "sample"
    network: GAN
    skeleton: GAN

    @property
    def truncation(self) -> float:
        """The default scale of the latents. The model's card says what it does to the figures."""
        return self.config.truncation

    def latents(self, n: int, *, seed: int = 0, truncation: float | None = None) -> Tensor:
        """Latents (n, latent_dim) of a seed in 0..2**32-1.

        `truncation` in 0..2 scales them: 1 is as in training, smaller is more typical; the model's own by default.
        Raises ValueError for numbers out of range.
        """
        truncation = self.truncation if truncation is None else truncation
        n = checks.whole("count", n, 1, MAX_COUNT)
        seed = checks.whole("seed", seed, 0, checks.MAX_SEED)
        truncation = checks.finite("truncation", truncation, 0, 2)
        return self.network.latents_from(seeded_normal(n, self.network.latent_dim, seed=seed) * truncation)

    def labels(self, n: int, label: Labels = None) -> Tensor | None:
        """Labels (n,): all `label`, or the n labels given, or 0, 1, 2, ... in turn; None for a model without classes.

        Each is read as by `label_of`. Raises ValueError for a label that the model does not know, and for another
        number of labels than n.
        """
        if not self.classes:
            if label is not None:
                raise ValueError(f"{self.name} knows no labels, got label {checks.shown(label)}")
            return None
        if label is None:
            return torch.arange(n) % self.classes
        label = label.tolist() if isinstance(label, Tensor | np.ndarray) else label
        labels = list(label) if isinstance(label, Sequence) and not isinstance(label, str) else [label] * n
        if len(labels) != n:
            raise ValueError(f"expected {n} labels, got {len(labels)}")
        return torch.tensor([self.label_of(label) for label in labels])

    def label_of(self, label: object) -> int:
        """The label, 0..`classes`-1, of a class given by its name or its number; a text is a name where there is one.

        Raises ValueError that lists the names.
        """
        if isinstance(label, str):
            for names, wanted in (
                (self.class_names, label),
                (checks.comparable(self.class_names), *checks.comparable([label])),
            ):
                if wanted in names:
                    return names.index(wanted)
        try:
            if isinstance(label, str) and not re.fullmatch(r"\d{1,9}", label):
                raise ValueError(f"label must be a class or its number, got {checks.shown(label)}")
            return checks.whole("label", int(label) if isinstance(label, str) else label, 0, self.classes - 1)
        except ValueError as error:
            raise ValueError(f"{error}; the classes are {checks.listed(self.class_names)}") from None

    def sample(self, n: int = 1, *, seed: int = 0, label: Labels = None, truncation: float | None = None) -> Samples:
        """Draw images. Image i of a seed is always the same, however many are drawn.

        Args:
            n: how many, 1..100,000
            seed: 0..2**32-1
            label: the class of all images, or n classes, each by its name or by its number in 0..`classes`-1; by
                default 0, 1, 2, ... in turn. A model without classes accepts none
            truncation: scales the latents, 0..2: 1 is as in training, less is more typical; by default `truncation`

        Raises:
            ValueError: for a number out of range, and for a label that the model does not know
        """
        latents = self.latents(n, seed=seed, truncation=truncation)
        labels = self.labels(len(latents), label)
        return Samples(self.generate(latents, labels), labels, latents)

    @torch.inference_mode()
    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Images uint8 (n, c, h, w) of latents (n, latent_dim)."""
        pixels = self.network.pixels
        return torch.cat([to_uint8(self.network.generate(*chunk), pixels) for chunk in chunks(latents, labels)])

    @torch.inference_mode()
    def scores(self, images: ImageInput, labels: Tensor | None = None) -> Tensor:
        """The discriminator's scores (n,) of images as `as_images` accepts them, on the model's `score_scale`."""
        logits = [
            self.network.discriminate(from_uint8(chunk, self.network.pixels), chunk_labels)
            for chunk, chunk_labels in chunks(self.as_images(images), labels)
        ]
        return self.as_scores(torch.cat(logits))


def chunks(inputs: Tensor, labels: Tensor | None) -> list[tuple[Tensor, Tensor | None]]:
    """Parts of at most `CHUNK` inputs with their labels."""
    parts = inputs.split(CHUNK)
    return list(zip(parts, labels.split(CHUNK) if labels is not None else [None] * len(parts), strict=True))
