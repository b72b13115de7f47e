"""What the codes of an InfoGAN mean, by measurement: which category is which class, which code slants the digit.

Chen et al. 2016 (arXiv 1606.03657) named the codes by eye. Here the code head's categories are matched with the labels
of the test split, and each continuous code with the property of the images that it changes most.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganzoo.images import from_uint8
from ganzoo.inference import CodedSampler
from trainer.data import InMemoryImages
from trainer.measures.setup import IMAGES_PER_CATEGORY

CHUNK = 256
"""Images that go through the network at once."""


def slant(images: Tensor) -> np.ndarray:
    """How far each digit leans to the right, as a shear: (n,) from uint8 (n, 1, h, w), by the moments of its ink."""
    ink = images[:, 0].double()  # (n, h, w)
    total = ink.sum(dim=(1, 2)).clamp(min=1e-9)
    rows, columns = (torch.arange(side).double() for side in ink.shape[1:])
    y = rows[None, :, None] - ((ink.sum(dim=2) @ rows) / total)[:, None, None]  # (n, h, 1)
    x = columns[None, None, :] - ((ink.sum(dim=1) @ columns) / total)[:, None, None]  # (n, 1, w)
    return (-(ink * x * y).sum(dim=(1, 2)) / (ink * y * y).sum(dim=(1, 2)).clamp(min=1e-9)).numpy()


def thickness(images: Tensor) -> np.ndarray:
    """The mean width of the strokes in pixels: (n,) from uint8 (n, 1, h, w).

    Inside a stroke of width w the distance to the nearest background is w / 4 on average.
    """
    from scipy.ndimage import distance_transform_edt

    scale = 4
    large = F.interpolate(images.float(), scale_factor=scale, mode="bilinear", align_corners=False)[:, 0].numpy() > 127
    return np.array([4 / scale * distance_transform_edt(ink)[ink].mean() if ink.any() else 0.0 for ink in large])


PROPERTIES = {"slant": slant, "thickness": thickness}


@dataclass(frozen=True)
class Meaning:
    """What the categories and the continuous codes stand for."""

    labels: list[int]
    """The class of each category."""
    accuracy: float
    """The code head's accuracy on the test split, with categories understood as those classes."""
    correlations: np.ndarray
    """(properties, codes): the rank correlation of each property with each code in generated images."""

    def best_codes(self) -> dict[str, tuple[int, int]]:
        """The index and the sign of the code that correlates best with each property; no code serves two properties."""
        from scipy.optimize import linear_sum_assignment

        rows, columns = linear_sum_assignment(-np.abs(self.correlations))
        names = list(PROPERTIES)
        signs = np.where(self.correlations[rows, columns] < 0, -1, 1)
        return {names[row]: (int(column), int(sign)) for row, column, sign in zip(rows, columns, signs, strict=True)}

    def labels_of(self, model: CodedSampler, latents: Tensor) -> Tensor:
        """(n,) the classes that the categories of latents (n, latent_dim) stand for."""
        return torch.tensor(self.labels)[model.network.parts(latents)[1].argmax(dim=1)]

    def as_json(self) -> dict[str, list[Any]]:
        """As `ganzoo.inference.coded_sampler` reads it from config.json."""
        codes = [{"name": name, "index": index, "sign": sign} for name, (index, sign) in self.best_codes().items()]
        return {"labels": self.labels, "continuous": codes}


def find_meaning(
    model: CodedSampler, test: InMemoryImages, *, images_per_category: int = IMAGES_PER_CATEGORY
) -> Meaning:
    labels, accuracy = categories_as_labels(predict_categories(model, test.images), test.labels, model.classes)
    return Meaning(labels, accuracy, correlations(model, images_per_category=images_per_category))


@torch.inference_mode()
def predict_categories(model: CodedSampler, images: Tensor) -> Tensor:
    """The category that the code head sees in each image: (n,)."""
    parts = from_uint8(images, model.network.pixels).split(CHUNK)
    return torch.cat([model.network.read_codes(part)[0].argmax(dim=1) for part in parts])


def categories_as_labels(predicted: Tensor, labels: Tensor, classes: int) -> tuple[list[int], float]:
    """The one-to-one naming of categories that is right most often, and the share of images for which it is."""
    from scipy.optimize import linear_sum_assignment

    matches = torch.zeros(classes, classes)
    counts = matches.index_put_((predicted, labels), torch.ones(len(predicted)), accumulate=True).numpy()
    categories, names = linear_sum_assignment(-counts)
    return names.tolist(), float(counts[categories, names].sum() / len(predicted))


def correlations(model: CodedSampler, *, images_per_category: int) -> np.ndarray:
    """(properties, codes): Spearman's rank correlation within each category, averaged over the categories."""
    network, n = model.network, images_per_category
    by_category = []
    for category in range(network.categories):
        latents = network.latents(n, torch.Generator().manual_seed(category))
        noise, _, codes = network.parts(latents)
        one_hot = F.one_hot(torch.full((n,), category), network.categories).float()
        images = model.generate(torch.cat([noise, one_hot, codes], dim=1))
        measured = [measure(images) for measure in PROPERTIES.values()]
        by_category.append([[rank_correlation(values, code) for code in codes.T.numpy()] for values in measured])
    return np.mean(by_category, axis=0)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rank correlation; 0 where one of the two is constant."""
    from scipy.stats import spearmanr

    return float(spearmanr(a, b).statistic) if np.ptp(a) and np.ptp(b) else 0.0
