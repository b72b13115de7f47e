"""Drawing from a generator that has grown in stages (ProGAN): what each of them makes of the same latents."""

import torch
from torch import Tensor

from ganzoo.images import to_uint8
from ganzoo.models import ProGAN
from ganzoo.sampling import CHUNK, Sampler


class GrowingSampler(Sampler):
    """A GAN whose every stage draws pictures, each stage of twice the side of the one before.

    Truncation changes nothing: of a latent only the direction counts.
    """

    network: ProGAN

    @property
    def sides(self) -> list[int]:
        """The sides of what the stages draw: 4, 8, ... as far as the model has grown."""
        return self.network.sides

    @torch.inference_mode()
    def sample_stages(self, n: int = 1, *, seed: int = 0) -> Tensor:
        """Draw `n` pictures by every stage: uint8 (n, stages, c, h, w), all of full size, pixels repeated.

        The last ones are those of `sample`. Raises ValueError for numbers out of range. The colour layer of a stage
        learns no more once the next one is there, while the layers before it do: contrasts of early stages may be off.
        """
        latents = self.latents(n, seed=seed)
        pixels = self.network.pixels
        return torch.cat([to_uint8(self.network.stages(part), pixels) for part in latents.split(CHUNK)])
