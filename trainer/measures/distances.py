"""How far generated images lie from real ones, in the features of a classifier trained on images of the same kind.

Distances are of features, float (n, d), of real and generated images; classes are counted in labels, int64 (n,).
Compare values only if they were measured with the same classifier and the same n. Distances are not Inception FIDs.
"""

import math

import torch
from torch import Tensor, nn

CHUNK = 1000
"""Rows of a distance matrix that are in memory at once."""


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """The distance between Gaussians fitted to the features (Heusel et al. 2017, arXiv 1706.08500, equation 6)."""
    from torchmetrics.image.fid import FrechetInceptionDistance

    class Features(nn.Identity):
        num_features = real.shape[1]

    metric = FrechetInceptionDistance(feature=Features())
    metric.update(real, real=True)
    metric.update(fake, real=False)
    return float(metric.compute())


def precision_and_recall(real: Tensor, fake: Tensor, *, k: int = 3) -> tuple[float, float]:
    """The share of fakes inside the real manifold, and of reals inside the fake one.

    A manifold is the union of balls around its points, each reaching to the point's k-th nearest neighbour
    (Kynkaanniemi et al. 2019, arXiv 1904.06991).
    """
    return share_inside(fake, real, radii(real, k)), share_inside(real, fake, radii(fake, k))


def coverage(real: Tensor, fake: Tensor, *, k: int = 5) -> float:
    """The share of reals with a fake nearer than their k-th real neighbour (Naeem et al. 2020, arXiv 2002.09797)."""
    radius = radii(real, k)
    near = [
        torch.cdist(part, fake).amin(dim=1) <= r for part, r in zip(real.split(CHUNK), radius.split(CHUNK), strict=True)
    ]
    return float(torch.cat(near).float().mean())


def radii(points: Tensor, k: int) -> Tensor:
    """(n,) the distance from each point to its k-th nearest neighbour, not counting itself."""
    return torch.cat([torch.cdist(part, points).kthvalue(k + 1, dim=1).values for part in points.split(CHUNK)])


def share_inside(points: Tensor, centres: Tensor, radius: Tensor) -> float:
    """The share of points that lie in at least one ball."""
    inside = [(torch.cdist(part, centres) <= radius).any(dim=1) for part in points.split(CHUNK)]
    return float(torch.cat(inside).float().mean())


def class_entropy(labels: Tensor, classes: int) -> float:
    """The entropy of the classes' shares in nats: log(classes) when all are equal, 0 for a single class."""
    shares = torch.bincount(labels, minlength=classes).double() / len(labels)
    return float(torch.special.entr(shares).sum())


def modes(labels: Tensor) -> int:
    """How many classes occur at least once (Metz et al. 2016, arXiv 1611.02163)."""
    return len(labels.unique())


def divergence_from_uniform(labels: Tensor, classes: int) -> float:
    """The Kullback-Leibler divergence of the classes' shares q from equal ones, sum of q log(classes q), in nats."""
    return math.log(classes) - class_entropy(labels, classes)
