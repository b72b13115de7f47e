"""Drawing pictures from a generator. The same seed gives the same pictures, and picture i of a seed is always the same.

Seeds are whole numbers in 0..2**32-1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganzoo import checks
from ganzoo.images import from_uint8, to_pil, to_uint8
from ganzoo.inference.model import LoadedModel
from ganzoo.models import GAN

CHUNK = 256
"""Pictures that go through a network at once."""
MAX_COUNT = 100_000


@dataclass(frozen=True)
class Samples:
    """`images` uint8 (n, c, h, w); `labels` int64 (n,) or None; `latents` float (n, latent_dim)."""

    images: Tensor
    labels: Tensor | None
    latents: Tensor

    def pil(self) -> list[Image.Image]:
        return [to_pil(image) for image in self.images]


def seeded_normal(n: int, size: int, *, seed: int) -> Tensor:
    """(n, size) numbers from N(0, 1); row i depends on (seed, i) alone, however many rows are drawn."""
    rows = torch.empty(n, size)
    rng = torch.Generator()
    for i in range(n):
        rows[i] = torch.randn(size, generator=rng.manual_seed(seed * 1_000_003 + i))
    return rows


class Sampler(LoadedModel):
    """A GAN, conditional or not."""

    ability = "sample"
    network: GAN

    @property
    def truncation(self) -> float:
        """The scale of the latents when nobody asks for another; on the card with what it does to the figures."""
        return self.config.truncation

    def latents(self, n: int, *, seed: int = 0, truncation: float | None = None) -> Tensor:
        """(n, latent_dim) latents; `truncation` in 0..2 scales them: 1 is as in training, smaller is more typical."""
        truncation = self.truncation if truncation is None else truncation
        n = checks.whole("count", n, 1, MAX_COUNT)
        seed = checks.whole("seed", seed, 0, checks.MAX_SEED)
        truncation = checks.finite("truncation", truncation, 0, 2)
        return self.network.latents_from(seeded_normal(n, self.network.latent_dim, seed=seed) * truncation)

    def labels(self, n: int, label: int | Sequence[int] | None = None) -> Tensor | None:
        """(n,) labels: the one asked for, the n asked for, or 0, 1, 2, ... in turn; None for a model without labels."""
        if not self.classes:
            if label is not None:
                raise ValueError(f"{self.name} knows no labels, got label {label!r}")
            return None
        if label is None:
            return torch.arange(n) % self.classes
        label = label.tolist() if isinstance(label, Tensor | np.ndarray) else label
        asked = list(label) if isinstance(label, Sequence) else [label] * n
        if len(asked) != n:
            raise ValueError(f"expected {n} labels, got {len(asked)}")
        return torch.tensor([checks.whole("label", one, 0, self.classes - 1) for one in asked])

    def sample(
        self, n: int = 1, *, seed: int = 0, label: int | Sequence[int] | None = None, truncation: float | None = None
    ) -> Samples:
        """Draw `n` pictures. Raises ValueError for numbers out of range and for a label the model does not know."""
        latents = self.latents(n, seed=seed, truncation=truncation)
        labels = self.labels(len(latents), label)
        return Samples(self.generate(latents, labels), labels, latents)

    @torch.inference_mode()
    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Pictures uint8 (n, c, h, w) of given latents (n, latent_dim)."""
        pixels = self.network.pixels
        return torch.cat([to_uint8(self.network.generate(*part), pixels) for part in chunks(latents, labels)])

    @torch.inference_mode()
    def scores(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """What the discriminator says of uint8 pictures (n, c, h, w): (n,) floats.

        `score_scale` says how to read them: "probability" of being real, or a "score" that is higher for real ones.
        """
        logits = torch.cat(
            [
                self.network.discriminate(from_uint8(part, self.network.pixels), part_labels)
                for part, part_labels in chunks(images, labels)
            ]
        )
        return logits.sigmoid() if self.score_scale == "probability" else logits


def chunks(images: Tensor, labels: Tensor | None) -> list[tuple[Tensor, Tensor | None]]:
    """Pieces of at most `CHUNK` rows, so that a large request needs no large memory."""
    parts = images.split(CHUNK)
    return list(zip(parts, labels.split(CHUNK) if labels is not None else [None] * len(parts), strict=True))
