"""How far generated pictures lie from real ones, in the features of a classifier trained on the same kind of picture.

Distances take features, float (n, d), of real and of generated pictures; what counts classes takes labels, int64
(n,). Both are comparable only between rows measured with the same classifier and the same n; distances are not
Inception FIDs.
"""

import math

import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

ROWS = 1000
"""Rows of a distance matrix that are in memory at once."""


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """Between Gaussians fitted to the features (Heusel et al. 2017, arXiv 1706.08500, equation 6)."""
    features = nn.Identity()
    features.num_features = real.shape[1]
    metric = FrechetInceptionDistance(feature=features)
    metric.update(real, real=True)
    metric.update(fake, real=False)
    return float(metric.compute())


def precision_and_recall(real: Tensor, fake: Tensor, *, k: int = 3) -> tuple[float, float]:
    """Share of fakes inside the real manifold and of reals inside the fake one (Kynkaanniemi et al. 2019, 1904.06991).

    A manifold is the union of balls around its points that reach to their k-th nearest neighbour.
    """
    return share_inside(fake, real, radii(real, k)), share_inside(real, fake, radii(fake, k))


def coverage(real: Tensor, fake: Tensor, *, k: int = 5) -> float:
    """Share of reals with a fake nearer than their k-th real neighbour (Naeem et al. 2020, arXiv 2002.09797)."""
    radius = radii(real, k)
    near = [
        torch.cdist(part, fake).amin(dim=1) <= r for part, r in zip(real.split(ROWS), radius.split(ROWS), strict=True)
    ]
    return float(torch.cat(near).float().mean())


def radii(points: Tensor, k: int) -> Tensor:
    """(n,) distances from each point to its k-th nearest neighbour, itself not counted."""
    return torch.cat([torch.cdist(part, points).kthvalue(k + 1, dim=1).values for part in points.split(ROWS)])


def share_inside(points: Tensor, centres: Tensor, radius: Tensor) -> float:
    """How many of the points lie in at least one ball."""
    inside = [(torch.cdist(part, centres) <= radius).any(dim=1) for part in points.split(ROWS)]
    return float(torch.cat(inside).float().mean())


def class_entropy(labels: Tensor, classes: int) -> float:
    """Entropy of how often each class occurs, in nats; log(classes) when all are equally frequent, 0 for one class."""
    shares = torch.bincount(labels, minlength=classes).double() / len(labels)
    return float(torch.special.entr(shares).sum())


def modes(labels: Tensor) -> int:
    """How many classes occur at least once (Metz et al. 2016, arXiv 1611.02163)."""
    return len(labels.unique())


def divergence_from_uniform(labels: Tensor, classes: int) -> float:
    """Kullback-Leibler divergence of the classes' shares q from equal ones, sum of q log(classes q), in nats."""
    return math.log(classes) - class_entropy(labels, classes)
