"""Drawing from a generator that has grown in stages (ProGAN): what each stage makes of the same latents."""

from functools import cached_property

import torch
from torch import Tensor

from ganzoo.images import to_uint8
from ganzoo.inference.sampler import CHUNK, Sampler, seeded_normal
from ganzoo.models import ProGAN, shrink

FITTED = 128
"""Latents whose images the colours of early stages are fitted to."""


class GrowingSampler(Sampler):
    """A GAN whose every stage draws images, each stage of twice the side of the one before.

    Truncation changes nothing: only the direction of a latent counts.
    """

    ability = "sample in stages"
    network: ProGAN
    skeleton: ProGAN

    @property
    def sides(self) -> list[int]:
        """The side of each stage's images in pixels: 4, 8, ... as far as the model has grown."""
        return self.network.sides

    @torch.inference_mode()
    def sample_stages(self, n: int = 1, *, seed: int = 0) -> Tensor:
        """Draw `n` images by every stage: uint8 (n, stages, c, h, w), all of full size, with pixels repeated.

        The last stage's are those of `sample`. Raises ValueError for numbers out of range. Once the next stage is
        there, a stage's own colour layer no longer learns, while the layers before it do, so that it no longer fits
        them. Early stages are therefore shown in `colours` that are fitted to the final images.
        """
        latents = self.latents(n, seed=seed)
        return torch.cat([self._stages(chunk) for chunk in latents.split(CHUNK)])

    def _stages(self, latents: Tensor) -> Tensor:
        early = zip(self.network.maps(latents), self.colours, strict=True)
        images = [torch.einsum("nkyx,kc->ncyx", with_constant(maps), colours) for maps, colours in early]
        images.append(self.network.generate_at_stage(latents))
        full = [to_uint8(self.network.to_full_size(stage.clamp(-1, 1)), self.network.pixels) for stage in images]
        return torch.stack(full, dim=1)  # (n, stages, c, h, w)

    @cached_property
    def colours(self) -> list[Tensor]:
        """For each stage but the last: (width + 1, c), which map its feature maps and a constant to colours.

        They are the least-squares fit to the final images, shrunk to the stage's side.
        """
        latents = self.network.latents_from(seeded_normal(FITTED, self.network.latent_dim, seed=0))
        final = self.network.generate_at_stage(latents)
        return [
            fit_colours(maps, shrink(final, final.shape[-1] // maps.shape[-1])) for maps in self.network.maps(latents)
        ]


def with_constant(maps: Tensor) -> Tensor:
    """Feature maps (n, k, h, w) and a map of ones: (n, k + 1, h, w)."""
    return torch.cat([maps, torch.ones_like(maps[:, :1])], dim=1)


def fit_colours(maps: Tensor, images: Tensor) -> Tensor:
    """Linear least squares, (k + 1, c), from maps (n, k, h, w) to images (n, c, h, w)."""
    inputs, colours = (values.movedim(1, -1).flatten(0, 2) for values in (with_constant(maps), images))
    return torch.linalg.lstsq(inputs, colours).solution
