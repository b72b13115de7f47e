"""Autoencoders at work: images in, images out, with noise on request, and walks through the code."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganzoo import checks, metrics
from ganzoo.images import from_uint8, to_uint8
from ganzoo.inference import preparation
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.preparation import ImageInput
from ganzoo.inference.sampler import CHUNK, MAX_COUNT, seeded_normal
from ganzoo.models import Autoencoder

MAX_NOISE = 10.0


@dataclass(frozen=True)
class Reconstruction:
    """What `Reconstructor.reconstruct` returns: three tensors uint8 (n, c, h, w)."""

    images: Tensor
    """What went in."""
    noisy: Tensor
    """What the encoder saw, clipped for display."""
    output: Tensor
    """What the decoder made of it."""

    def mse(self) -> Tensor:
        """Mean squared errors (n,) of the output against the clean images, pixels in [0, 1]."""
        return metrics.mse(self.images, self.output, per_image=True)

    def psnr(self) -> Tensor:
        """Peak signal-to-noise ratios (n,) in dB; infinite for a perfect copy."""
        return metrics.psnr(self.mse())


class Reconstructor(LoadedModel):
    """An autoencoder, plain, denoising or variational."""

    ability = "reconstruct"
    network: Autoencoder
    skeleton: Autoencoder

    @property
    def code_shape(self) -> tuple[int, ...]:
        """The shape of one code."""
        return self.skeleton.code_shape

    @cached_property
    def published_codes(self) -> dict[str, Any]:
        """What codes.json says of the codes of its test images; {} where there is none.

        "mean" (d,), principal "directions" (k, d) with their "deviations" (k,), and for codes of two numbers "codes"
        (n, 2) with their "labels" (n,). Raises ValueError where the file is damaged.
        """
        published = self.read_json("codes.json")
        length, count = math.prod(self.code_shape), len(published.get("codes") or [])
        shapes = {"mean": (length,), "directions": (None, length), "deviations": (None,)}
        self.require_numbers("codes.json", published, **shapes, codes=(count, 2), labels=(count,))
        return published

    def as_images(self, images: ImageInput) -> Tensor:
        """As `LoadedModel.as_images`, of the model's size. Raises ValueError as that does, and for another size."""
        prepared = super().as_images(images)
        if tuple(prepared.shape[1:]) != self.image_shape or not 1 <= len(prepared) <= MAX_COUNT:
            expected = preparation.layouts(*self.image_shape)
            raise ValueError(f"pictures must have shape {expected}, got {tuple(prepared.shape)}")
        return prepared

    @torch.inference_mode()
    def encode(self, images: ImageInput) -> Tensor:
        """Codes float32 (n, *code_shape). Raises ValueError as `as_images` does."""
        pixels = from_uint8(self.as_images(images), self.network.pixels)
        return torch.cat([self.network.encode(chunk) for chunk in pixels.split(CHUNK)])

    @torch.inference_mode()
    def decode(self, codes: Tensor | np.ndarray) -> Tensor:
        """Images uint8 (n, c, h, w) of codes (n, *code_shape). Raises ValueError for another shape and for NaN."""
        codes = torch.as_tensor(codes, dtype=torch.float32)
        if tuple(codes.shape[1:]) != tuple(self.code_shape):
            expected = ", ".join(map(str, self.code_shape))
            raise ValueError(f"codes must have shape (n, {expected}), got {tuple(codes.shape)}")
        if not codes.isfinite().all():
            raise ValueError("codes must be finite numbers")
        return torch.cat([to_uint8(self.network.decode(chunk), self.network.pixels) for chunk in codes.split(CHUNK)])

    @torch.inference_mode()
    def reconstruct(
        self, images: ImageInput, *, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0
    ) -> Reconstruction:
        """Encode and decode images.

        Args:
            images: uint8 tensors or arrays of the model's `image_shape`, or PIL images of any size; see `as_images`
            noise: standard deviation of Gaussian noise on the images, 0..10, for pixels in [0, 1]; noisy pixels are
                not clipped before encoding
            code_noise: standard deviation of Gaussian noise on the codes, 0..10
            seed: 0..2**32-1; the same seed makes the same noise

        Raises:
            ValueError: for a number out of range, and as `as_images` does
        """
        noise = checks.finite("noise", noise, 0, MAX_NOISE)
        code_noise = checks.finite("code noise", code_noise, 0, MAX_NOISE)
        seed = checks.whole("seed", seed, 0, checks.MAX_SEED)
        clean = self.as_images(images)
        noisy = from_uint8(clean, "unit")
        if noise:
            noisy = noisy + noise * seeded_normal(len(noisy), noisy[0].numel(), seed=seed).view_as(noisy)
        output = []
        for i, chunk in enumerate(noisy.split(CHUNK)):
            codes = self.network.encode(chunk)
            if code_noise:
                jitter = seeded_normal(len(codes), codes[0].numel(), seed=seed + 1 + i)
                codes = codes + code_noise * jitter.view_as(codes)
            output.append(to_uint8(self.network.decode(codes), self.network.pixels))
        return Reconstruction(clean, to_uint8(noisy, "unit"), torch.cat(output))

    @torch.inference_mode()
    def walk(self, first: ImageInput, second: ImageInput, *, steps: int = 11) -> Tensor:
        """Decode (1 - alpha) * code(first) + alpha * code(second) for alpha from 0 to 1: uint8 (steps, c, h, w).

        `steps` lies in 2..200. Raises ValueError for another number and as `as_images` does.
        """
        steps = checks.whole("steps", steps, 2, 200)
        start, end = self.encode(first)[:1], self.encode(second)[:1]
        alpha = torch.linspace(0, 1, steps).view(-1, *[1] * (start.ndim - 1))
        return self.decode(start + alpha * (end - start))
