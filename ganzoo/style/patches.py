"""Style transfer without trained weights: the image is rebuilt from patches of the style, coarse to fine.

Every place gets the best-matching patch of the style. Overlapping patches are averaged, good matches counting more
(Elad and Milanfar 2016, arXiv 1609.03057, section III). Patches that match nowhere are made cheaper, so that the whole
style is used, and not only its plain parts (Granot et al. 2021, arXiv 2103.15545, section 3.2).

A match has two parts. Sharp, the patch has to continue the strokes laid so far. Blurred, it has to look like the
content, so that hatching may stand for grey. First the content is recoloured with the colours of the style, by optimal
transport along one axis of colour space after the other (Pitie et al. 2005).

Images are floats (1, 3, h, w) in [0, 1]. Patches are rows (n, 3 * p * p) for a side p; what is compared are their
leading principal components, (n, 24).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn import functional as F

STAGES = ((1 / 4, 12), (1 / 4, 8), (1 / 2, 12), (1 / 2, 8), (1, 12), (1, 8))
"""Scale of the image and side of the patches, in the order of work."""
ROUNDS = (4, 4, 3, 3, 2, 2)
"""Rounds of each stage, for the default number of steps."""
STEPS = sum(ROUNDS)
MIN_SIDE = 8
"""Pixels: no scale makes a side shorter than this."""
KEYS = 10_000
"""The number of style patches that are compared, drawn at random."""
COMPONENTS = 24
"""Principal components that are compared."""
COMPLETENESS = 0.03
"""Smaller uses the style more evenly; larger chooses the best-matching patch for each place."""
BLUR = 3
"""Pixels: blurred matching ignores what is finer."""
COLOUR_BLUR = 5
"""Pixels: the style's colours are taken at this blur, where its strokes mix."""
CONTENT_UNIT = 2.0
"""The weight of the content that looks best; `content_weight` 1 means this."""
CHUNK = 1024
"""Places that are compared with all keys at once."""


def paint(
    content: Tensor,
    style: Tensor,
    *,
    content_weight: float,
    style_weight: float,
    steps: int,
    seed: int,
    keys: int = KEYS,
) -> Iterator[Tensor]:
    """The image after each of `steps` rounds, in the size of the content."""
    rng = torch.Generator().manual_seed(seed)
    target = recolour(content, blur(style, COLOUR_BLUR), rng)
    weights = (style_weight, CONTENT_UNIT * content_weight)
    current: int | None = None
    image: Tensor | None = None
    for step in range(steps):
        if current != (current := stage_of(step, steps)):
            scale, side = STAGES[current]
            stage = Stage(rescale(target, scale), rescale(style, scale), side, weights, rng, keys=keys)
        image = stage.paint_round(image)
        yield resize(image, content.shape[2:])


def stage_of(step: int, steps: int) -> int:
    """The index of the stage of a step: `ROUNDS`, stretched to `steps`. The last step is always of the last stage."""
    return bisect_left([steps * rounds for rounds in accumulate(ROUNDS)], (step + 1) * STEPS)


class Stage:
    """One scale and one side of patches: the style's patches, and what the content asks for at each place."""

    def __init__(
        self,
        target: Tensor,
        style: Tensor,
        side: int,
        weights: tuple[float, float],
        rng: torch.Generator,
        *,
        keys: int = KEYS,
    ):
        self.size = (target.shape[2], target.shape[3])
        self.side = min(side, *self.size, *style.shape[2:])
        self.stride = max(1, self.side // 4)
        self.padded_size = tuple(length + -(length - self.side) % self.stride for length in self.size)
        self.sharp_weight, blurred_weight = (weight**0.5 for weight in weights)
        rows, columns = (torch.randint(length - self.side + 1, (keys,), generator=rng) for length in style.shape[2:])
        versions = (style, blur(style, 2), blur(style, BLUR))
        # (keys, 3 * side * side) each: the same patches, sharp, as soft as an enlarged image, and blurred.
        self.patches, self.soft, blurred = (patches_at(version, rows, columns, self.side) for version in versions)
        self.sharp, project = Components(self.patches), Components(blurred)
        self.blurred_keys = blurred_weight * project(blurred)
        self.content_queries = blurred_weight * project(self.cut(blur(target, BLUR)))

    def cut(self, image: Tensor) -> Tensor:
        """The image's overlapping patches (n, 3 * side * side); the border is repeated to complete the last ones."""
        down, right = (full - length for full, length in zip(self.padded_size, self.size, strict=True))
        image = F.pad(image, (0, right, 0, down), mode="replicate")
        return F.unfold(image, self.side, stride=self.stride)[0].T

    def paint_round(self, image: Tensor | None) -> Tensor:
        """Choose a patch for every place and lay them all. Without an `image`, in the first round, the content decides.

        An image from a smaller scale is enlarged and thus soft. It is compared with a style that is as soft, to find
        the sharp patches that fit.
        """
        if image is None:
            return self.lay(*best_matches(self.content_queries, self.blurred_keys))
        enlarged = image.shape[2:] != self.size
        project, patches = (Components(self.soft), self.soft) if enlarged else (self.sharp, self.patches)
        queries, keys = (self.sharp_weight * project(rows) for rows in (self.cut(resize(image, self.size)), patches))
        queries, keys = torch.cat([queries, self.content_queries], dim=1), torch.cat([keys, self.blurred_keys], dim=1)
        return self.lay(*best_matches(queries, keys))

    def lay(self, chosen: Tensor, distances: Tensor) -> Tensor:
        """The image (1, 3, h, w) of the chosen patches (n,), whose squared distances (n,) say how well they match.

        Overlapping patches are averaged, weighted by their match and by how near their middle is.
        """
        window = torch.hann_window(self.side + 2, periodic=False)[1:-1]
        window = (window[:, None] * window).flatten()
        # Exponent (r - 2) / 2 of a robust norm r = 0.8.
        match = (distances + 1e-3 * distances.mean() + 1e-6) ** -0.6
        weights = window[:, None] * match  # (side * side, n)
        colours = self.patches[chosen].T.mul_(weights.repeat(3, 1))
        total, weight = (F.fold(x[None], self.padded_size, self.side, stride=self.stride) for x in (colours, weights))
        return (total / weight)[..., : self.size[0], : self.size[1]]


class Components:
    """Projects rows (n, d) onto the leading principal components of given patches: (n, COMPONENTS)."""

    def __init__(self, patches: Tensor):
        self.mean = patches.mean(dim=0)
        self.axes = principal_components(patches - self.mean, COMPONENTS)[1]

    def __call__(self, patches: Tensor) -> Tensor:
        return (patches - self.mean) @ self.axes


def principal_components(rows: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The largest variances (count,), ascending, and their directions (d, count), of centred rows (n, d)."""
    covariance = rows.T @ rows / len(rows)
    values, axes = torch.linalg.eigh(covariance.double())  # in float32, eigh fails on some flat images
    return values[-count:].float(), axes[:, -count:].float()


def best_matches(queries: Tensor, keys: Tensor, *, completeness: float = COMPLETENESS) -> tuple[Tensor, Tensor]:
    """For each query (n, d) the index of the best-matching key (k, d), and its squared distance: (n,) and (n,)."""
    nearest = torch.full((len(keys),), torch.inf)
    for part in queries[:: 1 + len(queries) // 4096].split(CHUNK):  # some queries suffice to estimate this
        nearest = torch.minimum(nearest, squared_distances(part, keys).amin(dim=0))
    chosen, chosen_distances = [], []
    for part in queries.split(CHUNK):
        distances = squared_distances(part, keys)
        best = (distances / (completeness * distances.mean() + nearest + 1e-12)).argmin(dim=1)
        chosen.append(best)
        chosen_distances.append(distances.gather(1, best[:, None])[:, 0])
    return torch.cat(chosen), torch.cat(chosen_distances)


def squared_distances(queries: Tensor, keys: Tensor) -> Tensor:
    """(n, d) and (k, d) to (n, k)."""
    lengths = queries.square().sum(dim=1)[:, None] + keys.square().sum(dim=1)
    return torch.addmm(lengths, queries, keys.T, alpha=-2).clamp_(min=0)


def patches_at(image: Tensor, rows: Tensor, columns: Tensor, side: int) -> Tensor:
    """The patches (n, 3 * side * side) whose top left corners are at `rows` (n,) and `columns` (n,)."""
    windows = image[0].unfold(1, side, 1).unfold(2, side, 1)  # (3, h - side + 1, w - side + 1, side, side), a view
    return windows[:, rows, columns].transpose(0, 1).flatten(1)


def resize(image: Tensor, size: Sequence[int]) -> Tensor:
    """Scale to a size (height, width)."""
    if image.shape[2:] == tuple(size):
        return image
    return F.interpolate(image, size=tuple(size), mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)


def rescale(image: Tensor, scale: float) -> Tensor:
    """Multiply both sides by `scale`, or by more if the shorter would fall below `MIN_SIDE`."""
    sides = image.shape[2:]
    scale = max(scale, min(1, MIN_SIDE / min(sides)))
    return resize(image, [round(side * scale) for side in sides])


def blur(image: Tensor, radius: float) -> Tensor:
    """Remove what is finer than `radius` pixels; the size stays."""
    small = tuple(max(2, round(side / radius)) for side in image.shape[2:])
    averaged = F.interpolate(image, size=small, mode="bilinear", antialias=True, align_corners=False)
    return resize(averaged, image.shape[2:])


def recolour(image: Tensor, style: Tensor, rng: torch.Generator, *, turns: int = 20) -> Tensor:
    """Give an image the colours of the style: along every axis of colour space the same order, a new distribution."""
    colours = image[0].flatten(1).T  # (h * w, 3)
    style_colours = style[0].flatten(1).T
    share = torch.linspace(0, 1, 256)
    for _ in range(turns):
        axes = torch.linalg.qr(torch.randn(3, 3, generator=rng)).Q
        old = (colours @ axes).T.contiguous()  # (3, h * w)
        quantiles = torch.quantile(thin_out(style_colours) @ axes, share, dim=0).T  # (3, 256)
        new = torch.stack([match_quantiles(*axis) for axis in zip(old, quantiles, strict=True)])
        colours = colours + 0.7 * (new - old).T @ axes.T
    return colours.T.reshape(image.shape).clamp(0, 1)


def match_quantiles(values: Tensor, quantiles: Tensor) -> Tensor:
    """Replace values (n,) by the quantiles (256,) of their own ranks. Equal values share the middle of their ranks."""
    ordered = thin_out(values).sort().values
    rank = (torch.searchsorted(ordered, values) + torch.searchsorted(ordered, values, right=True)) / (2 * len(ordered))
    place = rank * (len(quantiles) - 1)
    below = place.long().clamp(max=len(quantiles) - 2)
    return torch.lerp(quantiles[below], quantiles[below + 1], place - below)


def thin_out(rows: Tensor) -> Tensor:
    """About 16,384 of many rows, evenly spread."""
    return rows[:: 1 + len(rows) // 16384]
