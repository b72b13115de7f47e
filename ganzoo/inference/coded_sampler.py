"""Drawing from a generator with readable codes (InfoGAN): by class, and with each code at a chosen value.

What the codes mean was measured after training (`trainer.measures.infogan_codes`) and is `codes` in config.json.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ganzoo import checks
from ganzoo.inference.sampler import Sampler, Samples
from ganzoo.models import InfoGAN


class CodedSampler(Sampler):
    """A GAN whose latents have a category and continuous codes."""

    ability = "sample with codes"
    network: InfoGAN

    @property
    def classes(self) -> int:
        return self.network.categories

    @property
    def categories(self) -> list[int]:
        """The category of each label."""
        labels = range(self.classes)
        return [self._labels().index(label) for label in labels] if self._labels() else list(labels)

    @property
    def class_names(self) -> list[str]:
        """The labels' names; "c1 = 0", "c1 = 1", ... where nobody has measured which category is which label."""
        return super().class_names if self._labels() else [f"c1 = {category}" for category in range(self.classes)]

    def _labels(self) -> list[int]:
        """The label of each category; empty where nobody has measured it."""
        labels = self.config.codes.labels
        return labels if len(labels) == self.classes else []

    @property
    def code_names(self) -> list[str]:
        """What the continuous codes mean, "c2", "c3", ... where nobody has measured it."""
        return list(self._continuous())

    def _continuous(self) -> dict[str, tuple[int, int]]:
        """Place and direction of each named code."""
        places = range(self.network.continuous)
        known = {code.index: code for code in self.config.codes.continuous if code.index in places}
        named = {code.name: (code.index, code.sign) for code in known.values()}
        return named | {f"c{index + 2}": (index, 1) for index in places if index not in known}

    def sample(
        self,
        n: int = 1,
        *,
        seed: int = 0,
        label: int | Sequence[int] | None = None,
        truncation: float | None = None,
        codes: Mapping[str, float] | None = None,
    ) -> Samples:
        """Draw `n` pictures, each code in `codes` at its value in -1..1. Raises ValueError as `Sampler.sample` does."""
        latents = self.latents(n, seed=seed, truncation=truncation)
        labels = self.labels(len(latents), label)
        latents = self.with_codes(latents, labels, codes or {})
        return Samples(self.generate(latents), labels, latents)

    def with_codes(self, latents: Tensor, labels: Tensor, codes: Mapping[str, float]) -> Tensor:
        """Latents (n, latent_dim) with the category of `labels` (n,) and the named codes at their values."""
        noise, category, continuous = self.network.parts(latents)
        chosen = torch.tensor(self.categories)[labels]
        category = torch.nn.functional.one_hot(chosen, self.classes).to(latents.dtype)
        continuous = continuous.clone()
        for name, value in codes.items():
            index, sign = self._continuous()[checks.choice("code", name, self.code_names)]
            continuous[:, index] = sign * checks.finite(name, value, -1, 1)
        return torch.cat([noise, category, continuous], dim=1)

    def every_class(self, *, seed: int, codes: Mapping[str, float]) -> Tensor:
        """One noise vector with every class in turn: uint8 (classes, c, h, w)."""
        latents = self.latents(1, seed=seed).expand(self.classes, -1)
        return self.generate(self.with_codes(latents, torch.arange(self.classes), codes))

    def plane(self, *, seed: int, label: int, columns: int) -> Tensor:
        """One noise vector and class while the first code grows to the right, the second downwards, from -1 to 1.

        uint8 (columns^2, c, h, w), row by row. Raises ValueError for a model without two codes.
        """
        if len(self.code_names) != 2:
            raise ValueError(f"{self.name} has {len(self.code_names)} continuous codes; a plane needs two")
        across, down = self.code_names
        columns = checks.whole("columns", columns, 2, 20)
        latents, labels = self.latents(1, seed=seed), self.labels(1, label)
        steps = torch.linspace(-1, 1, columns).tolist()
        places = [self.with_codes(latents, labels, {across: x, down: y}) for y in steps for x in steps]
        return self.generate(torch.cat(places))
