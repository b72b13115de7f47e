"""Drawing from a generator with readable codes (InfoGAN): by class, and with each code at a chosen value.

What the codes mean was measured after training (`trainer.codes`) and stands in config.json under "codes": `labels`, the
class of each category, and `continuous`, a list of {name, index, sign}.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ganzoo import checks
from ganzoo.models import InfoGAN
from ganzoo.sampling import Sampler, Samples


class CodedSampler(Sampler):
    """A GAN whose latents have a category and continuous codes."""

    network: InfoGAN

    @property
    def classes(self) -> int:
        return self.network.categories

    @property
    def categories(self) -> list[int]:
        """The category of each label."""
        found = self._told("labels")
        known = sorted(found) == list(range(self.classes)) if all(isinstance(one, int) for one in found) else False
        return [found.index(label) for label in range(self.classes)] if known else list(range(self.classes))

    @property
    def code_names(self) -> list[str]:
        """What the continuous codes mean, "c2", "c3", ... where nobody has measured it."""
        return list(self._continuous())

    def _continuous(self) -> dict[str, tuple[int, int]]:
        """Place and direction of each named code."""
        places = range(self.network.continuous)
        named = {
            str(code["name"]): (code["index"], code["sign"])
            for code in self._told("continuous")
            if isinstance(code, dict) and code.get("index") in places and code.get("sign") in (1, -1)
        }
        plain = {f"c{index + 2}": (index, 1) for index in places}
        return named if len(named) == len(plain) else plain

    def _told(self, key: str) -> list[Any]:
        codes = self.config.get("codes")
        found = codes.get(key) if isinstance(codes, dict) else None
        return found if isinstance(found, list) else []

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
