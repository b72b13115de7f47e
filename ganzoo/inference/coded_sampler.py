"""Drawing from a generator with readable codes (InfoGAN): by class, and with each code at a chosen value.

What the codes mean was measured after training (`trainer.measures.infogan_codes`) and stands in config.json under "codes": `labels`, the
class of each category, and `continuous`, a list of {name, index, sign}.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ganzoo import checks
from ganzoo.inference.model import part
from ganzoo.inference.sampler import Sampler, Samples
from ganzoo.models import InfoGAN


def is_order(found: list[Any], n: int) -> bool:
    """Whether a list holds each of 0, 1, ... n - 1 once."""
    return all(type(one) is int for one in found) and sorted(found) == list(range(n))


class CodedSampler(Sampler):
    """A GAN whose latents have a category and continuous codes."""

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
        found = self._told("labels")
        return found if is_order(found, self.classes) else []

    @property
    def code_names(self) -> list[str]:
        """What the continuous codes mean, "c2", "c3", ... where nobody has measured it."""
        return list(self._continuous())

    def _continuous(self) -> dict[str, tuple[int, int]]:
        """Place and direction of each named code."""
        places = range(self.network.continuous)
        told = [code for code in self._told("continuous") if isinstance(code, dict) and code.get("sign") in (1, -1)]
        known = {code["index"]: code for code in told if type(code.get("index")) is int and code["index"] in places}
        found = {str(code.get("name")): (index, int(code["sign"])) for index, code in known.items()}
        return found | {f"c{index + 2}": (index, 1) for index in places if index not in known}

    def _told(self, key: str) -> list[Any]:
        found = part(self.config, "codes").get(key)
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
