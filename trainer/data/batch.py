"""The input of a turn: a batch of images with their labels and random numbers."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """Images with their labels and a source of random numbers.

    Where several processes train together, these are this process's `shard` of a global batch of `size`. Random numbers
    are drawn for the global batch, so that they do not depend on how many processes share it.
    """

    images: Tensor
    """float (n, c, h, w), in the model's range."""
    labels: Tensor
    """int64 (n,)."""
    step: int
    rng: torch.Generator
    """The random numbers of this step, on the images' device."""
    size: int
    """The number of images of all processes together."""
    shard: slice
    """This process's part of them."""

    def __len__(self) -> int:
        return len(self.images)

    def normal(self, shape: tuple[int, ...] | torch.Size) -> Tensor:
        """N(0, 1) of the shape (n, ...), drawn for each image."""
        return torch.randn((self.size, *shape[1:]), generator=self.rng, device=self.rng.device)[self.shard]

    def uniform(self, shape: tuple[int, ...] | torch.Size) -> Tensor:
        """U(0, 1) of the shape (n, ...), drawn for each image."""
        return torch.rand((self.size, *shape[1:]), generator=self.rng, device=self.rng.device)[self.shard]


def mix_seeds(*numbers: int) -> int:
    """One 63-bit seed out of several numbers, by the mixing step of SplitMix64 (Steele et al. 2014)."""
    state = 0
    for number in numbers:
        state = (state ^ number) + 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        state = (state ^ state >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 31
    return state >> 1
