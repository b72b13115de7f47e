"""Autoencoders at work: pictures in, pictures out, with noise where one asks for it, and walks through the code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganzoo import checks, metrics
from ganzoo.images import fit, from_uint8, to_uint8
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.sampler import CHUNK, MAX_COUNT, seeded_normal
from ganzoo.models import Autoencoder

ImageInput = Tensor | np.ndarray | Image.Image | Sequence[Image.Image]
"""What goes in as pictures: uint8 (n, c, h, w) or (n, h, w), one PIL picture, or several."""
MAX_NOISE = 10.0


@dataclass(frozen=True)
class Reconstruction:
    """uint8 (n, c, h, w) each: the pictures, what the encoder saw (clipped for display), what the decoder made."""

    images: Tensor
    noisy: Tensor
    output: Tensor

    def mse(self) -> Tensor:
        """(n,) mean squared errors of the output against the clean pictures, pixels in [0, 1]."""
        return metrics.mse(self.images, self.output, per_image=True)

    def psnr(self) -> Tensor:
        """(n,) peak signal-to-noise ratios in dB; infinite for a perfect copy."""
        return metrics.psnr(self.mse())


class Reconstructor(LoadedModel):
    """An autoencoder, plain, denoising or variational."""

    ability = "reconstruct"
    network: Autoencoder

    @property
    def code_shape(self) -> tuple[int, ...]:
        return self.network.code_shape

    def as_images(self, pictures: ImageInput) -> Tensor:
        """uint8 (n, c, h, w). PIL pictures are cropped and scaled; arrays must have the model's size already."""
        if isinstance(pictures, Image.Image):
            pictures = [pictures]
        if not isinstance(pictures, Tensor | np.ndarray):
            return torch.stack([fit(picture, self.image_shape) for picture in pictures])
        if pictures.dtype not in (torch.uint8, np.uint8):
            raise ValueError(f"pictures must be uint8 in 0..255, got {str(pictures.dtype).removeprefix('torch.')}")
        images = torch.as_tensor(pictures)
        if images.ndim == 3 and self.image_shape[0] == 1:
            images = images[:, None]
        if tuple(images.shape[1:]) != self.image_shape or not 1 <= len(images) <= MAX_COUNT:
            raise ValueError(
                f"pictures must have shape (n, {', '.join(map(str, self.image_shape))}), got {tuple(images.shape)}"
            )
        return images

    @torch.inference_mode()
    def encode(self, pictures: ImageInput) -> Tensor:
        """Codes (n, *code_shape)."""
        images = from_uint8(self.as_images(pictures), self.network.pixels)
        return torch.cat([self.network.encode(part) for part in images.split(CHUNK)])

    @torch.inference_mode()
    def decode(self, codes: Tensor) -> Tensor:
        """Pictures uint8 (n, c, h, w) of codes (n, *code_shape)."""
        codes = torch.as_tensor(codes, dtype=torch.float32)
        if tuple(codes.shape[1:]) != tuple(self.code_shape):
            raise ValueError(
                f"codes must have shape (n, {', '.join(map(str, self.code_shape))}), got {tuple(codes.shape)}"
            )
        if not codes.isfinite().all():
            raise ValueError("codes must be finite numbers")
        return torch.cat([to_uint8(self.network.decode(part), self.network.pixels) for part in codes.split(CHUNK)])

    @torch.inference_mode()
    def reconstruct(
        self, pictures: ImageInput, *, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0
    ) -> Reconstruction:
        """Encode and decode.

        `noise` and `code_noise` are standard deviations: of noise on the images, with pixels in [0, 1] and not clipped
        before encoding, and on the code. Raises ValueError for numbers out of range.
        """
        noise = checks.finite("noise", noise, 0, MAX_NOISE)
        code_noise = checks.finite("code noise", code_noise, 0, MAX_NOISE)
        seed = checks.whole("seed", seed, 0, checks.MAX_SEED)
        images = self.as_images(pictures)
        seen = from_uint8(images, "unit")
        if noise:
            seen = seen + noise * seeded_normal(len(seen), seen[0].numel(), seed=seed).view_as(seen)
        output = []
        for i, part in enumerate(seen.split(CHUNK)):
            codes = self.network.encode(part)
            if code_noise:
                jitter = seeded_normal(len(codes), codes[0].numel(), seed=seed + 1 + i)
                codes = codes + code_noise * jitter.view_as(codes)
            output.append(to_uint8(self.network.decode(codes), self.network.pixels))
        return Reconstruction(images, to_uint8(seen, "unit"), torch.cat(output))

    @torch.inference_mode()
    def walk(self, first: ImageInput, second: ImageInput, *, steps: int = 11) -> Tensor:
        """Decode (1 - alpha) * code(first) + alpha * code(second) for alpha from 0 to 1: uint8 (steps, c, h, w)."""
        steps = checks.whole("steps", steps, 2, 200)
        start, end = self.encode(first)[:1], self.encode(second)[:1]
        alpha = torch.linspace(0, 1, steps).view(-1, *[1] * (start.ndim - 1))
        return self.decode(start + alpha * (end - start))
