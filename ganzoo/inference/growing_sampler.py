"""Drawing from a generator that has grown in stages (ProGAN): what each of them makes of the same latents."""

from functools import cached_property

import torch
from torch import Tensor

from ganzoo.images import to_uint8
from ganzoo.inference.sampler import CHUNK, Sampler, seeded_normal
from ganzoo.models import ProGAN
from ganzoo.models.progan import shrink

FITTED = 128
"""Latents to whose pictures the colours of early stages are fitted."""


class GrowingSampler(Sampler):
    """A GAN whose every stage draws pictures, each stage of twice the side of the one before.

    Truncation changes nothing: of a latent only the direction counts.
    """

    ability = "sample in stages"
    network: ProGAN

    @property
    def sides(self) -> list[int]:
        """The sides of what the stages draw: 4, 8, ... as far as the model has grown."""
        return self.network.sides

    @torch.inference_mode()
    def sample_stages(self, n: int = 1, *, seed: int = 0) -> Tensor:
        """Draw `n` pictures by every stage: uint8 (n, stages, c, h, w), all of full size, pixels repeated.

        The last ones are those of `sample`. Raises ValueError for numbers out of range. A stage's own colour layer
        learns no more once the next stage is there, while the layers before it do, and speaks no longer for them. So
        early stages show what can be read off their maps, pixel by pixel, of the final picture: see `colours`.
        """
        latents = self.latents(n, seed=seed)
        return torch.cat([self.stages(part) for part in latents.split(CHUNK)])

    def stages(self, latents: Tensor) -> Tensor:
        early = zip(self.network.maps(latents), self.colours, strict=True)
        pictures = [torch.einsum("nkyx,kc->ncyx", with_one(maps), colours) for maps, colours in early]
        pictures.append(self.network.generate_at_stage(latents))
        full = [to_uint8(self.network.to_full_size(one.clamp(-1, 1)), self.network.pixels) for one in pictures]
        return torch.stack(full, dim=1)

    @cached_property
    def colours(self) -> list[Tensor]:
        """For each stage but the last one, (width + 1, c) that make colours of its maps and a constant.

        They are the least-squares fit to the final pictures, brought down to the stage's side.
        """
        latents = self.network.latents_from(seeded_normal(FITTED, self.network.latent_dim, seed=0))
        final = self.network.generate_at_stage(latents)
        return [fit(maps, shrink(final, final.shape[-1] // maps.shape[-1])) for maps in self.network.maps(latents)]


def with_one(maps: Tensor) -> Tensor:
    """(n, k, h, w) to (n, k + 1, h, w)."""
    return torch.cat([maps, torch.ones_like(maps[:, :1])], dim=1)


def fit(maps: Tensor, pictures: Tensor) -> Tensor:
    """Linear least squares, (k + 1, c), from maps (n, k, h, w) to pictures (n, c, h, w)."""
    rows, colours = (one.movedim(1, -1).flatten(0, 2) for one in (with_one(maps), pictures))
    return torch.linalg.lstsq(rows, colours).solution
