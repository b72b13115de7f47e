"""What the codes of an InfoGAN mean, found by measurement: which category is which class, which code slants the digit.

Chen et al. 2016 (arXiv 1606.03657) named theirs by eye. Here the category is matched with the labels of the test split
through the code head, and each continuous code with the property of the pictures that it moves most.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import distance_transform_edt
from scipy.optimize import linear_sum_assignment
from scipy.stats import spearmanr
from torch import Tensor
from torch.nn import functional as F

from ganzoo.images import from_uint8
from ganzoo.inference.coded_sampler import CodedSampler
from ganzoo.inference.sampler import CHUNK
from trainer.data import InMemoryImages

EACH = 200
"""Pictures of each category in which correlations are measured."""


def slant(images: Tensor) -> np.ndarray:
    """How far each digit leans to the right, as a shear: (n,) from uint8 (n, 1, h, w), by the moments of its ink."""
    ink = images[:, 0].double()  # (n, h, w)
    total = ink.sum(dim=(1, 2)).clamp(min=1e-9)
    rows, columns = (torch.arange(side).double() for side in ink.shape[1:])
    y = rows[None, :, None] - ((ink.sum(dim=2) @ rows) / total)[:, None, None]  # (n, h, 1)
    x = columns[None, None, :] - ((ink.sum(dim=1) @ columns) / total)[:, None, None]  # (n, 1, w)
    return (-(ink * x * y).sum(dim=(1, 2)) / (ink * y * y).sum(dim=(1, 2)).clamp(min=1e-9)).numpy()


def thickness(images: Tensor) -> np.ndarray:
    """Mean width of the strokes in pixels: (n,) from uint8 (n, 1, h, w).

    Inside a stroke of width w the distance to the nearest background is w / 4 on average.
    """
    scale = 4
    large = F.interpolate(images.float(), scale_factor=scale, mode="bilinear", align_corners=False)[:, 0].numpy() > 127
    return np.array([4 / scale * distance_transform_edt(ink)[ink].mean() if ink.any() else 0.0 for ink in large])


PROPERTIES = {"slant": slant, "thickness": thickness}


@dataclass(frozen=True)
class Meaning:
    """`labels`: the class of each category; `accuracy` of the code head on the test split, read that way.

    `correlations` (properties, codes): rank correlation of each property with each code in generated pictures.
    """

    labels: list[int]
    accuracy: float
    correlations: np.ndarray

    def best_codes(self) -> dict[str, tuple[int, int]]:
        """The place and the direction of the code that each property goes with; every code has one property at most."""
        rows, columns = linear_sum_assignment(-np.abs(self.correlations))
        names = list(PROPERTIES)
        signs = np.where(self.correlations[rows, columns] < 0, -1, 1)
        return {names[row]: (int(column), int(sign)) for row, column, sign in zip(rows, columns, signs, strict=True)}

    def labels_of(self, model: CodedSampler, latents: Tensor) -> Tensor:
        """(n,) the classes that the categories of latents (n, latent_dim) stand for."""
        return torch.tensor(self.labels)[model.network.parts(latents)[1].argmax(dim=1)]

    def as_json(self) -> dict[str, list]:
        """As `ganzoo.inference.coded_sampler` reads it."""
        codes = [{"name": name, "index": index, "sign": sign} for name, (index, sign) in self.best_codes().items()]
        return {"labels": self.labels, "continuous": codes}


def meaning(model: CodedSampler, test: InMemoryImages) -> Meaning:
    labels, accuracy = categories_as_labels(read_categories(model, test.images), test.labels, model.classes)
    return Meaning(labels, accuracy, correlations(model))


@torch.inference_mode()
def read_categories(model: CodedSampler, images: Tensor) -> Tensor:
    """The category that the code head reads in each picture: (n,)."""
    parts = from_uint8(images, model.network.pixels).split(CHUNK)
    return torch.cat([model.network.read_codes(part)[0].argmax(dim=1) for part in parts])


def categories_as_labels(read: Tensor, labels: Tensor, classes: int) -> tuple[list[int], float]:
    """The one-to-one naming of categories that is right most often, and how often it is."""
    met = torch.zeros(classes, classes).index_put_((read, labels), torch.ones(len(read)), accumulate=True).numpy()
    categories, names = linear_sum_assignment(-met)
    return names.tolist(), float(met[categories, names].sum() / len(read))


def correlations(model: CodedSampler) -> np.ndarray:
    """(properties, codes): Spearman's, in `EACH` pictures of one category at a time, averaged over the categories."""
    network = model.network
    found = []
    for category in range(network.categories):
        latents = network.latents(EACH, torch.Generator().manual_seed(category))
        noise, _, codes = network.parts(latents)
        one_hot = F.one_hot(torch.full((EACH,), category), network.categories).float()
        images = model.generate(torch.cat([noise, one_hot, codes], dim=1))
        measured = [measure(images) for measure in PROPERTIES.values()]
        found.append([[rank_correlation(values, code) for code in codes.T.numpy()] for values in measured])
    return np.mean(found, axis=0)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's, 0 where one of the two is constant."""
    return float(spearmanr(a, b).statistic) if np.ptp(a) and np.ptp(b) else 0.0
