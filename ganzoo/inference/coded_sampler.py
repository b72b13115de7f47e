"""Drawing from a generator with categorical and continuous codes (InfoGAN, Chen et al. 2016, arXiv 1606.03657).

What the codes mean was measured after training (`trainer.measures.infogan_codes`) and is `codes` in config.json.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganzoo import checks
from ganzoo.inference.sampler import Labels, Sampler, Samples
from ganzoo.models import InfoGAN


class CodedSampler(Sampler):
    """A GAN whose latents hold a category and continuous codes beside the noise."""

    ability = "sample with codes"
    network: InfoGAN
    skeleton: InfoGAN

    @property
    def classes(self) -> int:
        """How many categories there are."""
        return self.skeleton.categories

    @property
    def categories(self) -> list[int]:
        """The category of each label."""
        labels = self._labels_of_categories()
        return [labels.index(label) for label in range(self.classes)] if labels else list(range(self.classes))

    @property
    def class_names(self) -> list[str]:
        """The labels' names; "c1 = 0", "c1 = 1", ... where it was not measured which category is which label."""
        if self._labels_of_categories():
            return super().class_names
        return [f"c1 = {category}" for category in range(self.classes)]

    def _labels_of_categories(self) -> list[int]:
        """The label of each category; empty where it was not measured."""
        labels = self.config.codes.labels
        return labels if len(labels) == self.classes else []

    @property
    def code_names(self) -> list[str]:
        """What the continuous codes mean; "c2", "c3", ... where it was not measured."""
        return list(self._codes())

    def _codes(self) -> dict[str, tuple[int, int]]:
        """The index among the continuous codes and the sign of each code, by its name."""
        indices = range(self.skeleton.continuous)
        measured = {code.index: code for code in self.config.codes.continuous if code.index in indices}
        named = {code.name: (code.index, code.sign) for code in measured.values()}
        return named | {f"c{index + 2}": (index, 1) for index in indices if index not in measured}

    def sample(
        self,
        n: int = 1,
        *,
        seed: int = 0,
        label: Labels = None,
        truncation: float | None = None,
        codes: Mapping[str, float] | None = None,
    ) -> Samples:
        """Draw images as `Sampler.sample` does, with the codes that `codes` names at given values.

        `codes` maps some of `code_names` to values in -1..1; all other codes are drawn. Raises ValueError as
        `Sampler.sample` does, and for an unknown code or a value out of range.
        """
        latents = self.latents(n, seed=seed, truncation=truncation)
        labels = self.labels(len(latents), label)
        latents = self.with_codes(latents, labels, codes or {})
        return Samples(self.generate(latents), labels, latents)

    def labels(self, n: int, label: Labels = None) -> Tensor:
        """Labels (n,), as `Sampler.labels`."""
        labels = super().labels(n, label)
        assert labels is not None  # an InfoGAN has at least two categories
        return labels

    def with_codes(self, latents: Tensor, labels: Tensor, codes: Mapping[str, float]) -> Tensor:
        """Latents (n, latent_dim) with the categories of `labels` (n,) and the named codes at their values."""
        noise, category, continuous = self.network.parts(latents)
        categories = torch.tensor(self.categories)[labels]
        category = torch.nn.functional.one_hot(categories, self.classes).to(latents.dtype)
        continuous = continuous.clone()
        for name, value in codes.items():
            index, sign = self._codes()[checks.choice("code", name, self.code_names)]
            continuous[:, index] = sign * checks.finite(name, value, -1, 1)
        return torch.cat([noise, category, continuous], dim=1)

    def every_class(self, *, seed: int, codes: Mapping[str, float]) -> Tensor:
        """One noise vector with every class in turn: uint8 (classes, c, h, w). Raises ValueError as `sample` does."""
        latents = self.latents(1, seed=seed).expand(self.classes, -1)
        return self.generate(self.with_codes(latents, torch.arange(self.classes), codes))

    def plane(self, *, seed: int, label: int | str, columns: int) -> Tensor:
        """Images of one noise vector and class, while the first code grows to the right and the second downwards.

        Both go from -1 to 1 in `columns` steps, 2..20: uint8 (columns^2, c, h, w), row by row. Raises ValueError for a
        model without two codes, and for numbers out of range.
        """
        if len(self.code_names) != 2:
            raise ValueError(f"{self.name} has {len(self.code_names)} continuous codes; a plane needs two")
        across, down = self.code_names
        columns = checks.whole("columns", columns, 2, 20)
        latents, labels = self.latents(1, seed=seed), torch.tensor([self.label_of(label)])
        values = torch.linspace(-1, 1, columns).tolist()
        cells = [self.with_codes(latents, labels, {across: x, down: y}) for y in values for x in values]
        return self.generate(torch.cat(cells))
