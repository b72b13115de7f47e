"""Style transfer with no trained weights: a picture is laid anew from patches of the style, coarse to fine.

Every place takes the patch of the style that fits best, and where patches overlap they are averaged, good fits counting
more (Elad and Milanfar 2016, arXiv 1609.03057, section III). A patch that fits nowhere is made cheaper, so that the
whole style is used and not its plain parts alone (Granot et al. 2021, arXiv 2103.15545, section 3.2). A fit has two
halves: near, the patch continues the strokes laid so far; from afar, with both pictures blurred, it looks like the
content, and so hatching may stand for grey. Colours are those of the style: the content's are first moved onto them by
transport along one axis of colour space after the other (Pitie et al. 2005).

Pictures are floats (1, 3, h, w) in [0, 1], patches rows (n, 3 * p * p) of one size p, and what is compared are their
leading principal components (n, 24).
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn import functional as F

STAGES = ((1 / 4, 12), (1 / 4, 8), (1 / 2, 12), (1 / 2, 8), (1, 12), (1, 8))
"""Scale of the picture and side of the patches, in the order in which they are laid."""
ROUNDS = (4, 4, 3, 3, 2, 2)
"""How often each stage lays its patches when nobody asks for another number of steps."""
STEPS = sum(ROUNDS)
SMALLEST = 8
"""No scale makes a side shorter than this."""
KEYS = 10_000
"""Patches of the style that are compared, drawn at random."""
COMPONENTS = 24
COMPLETENESS = 0.03
"""Smaller uses the style more evenly, larger lets each place have its favourite."""
AFAR = 3
"""From afar, pictures lose what is finer than this many pixels."""
AFAR_COLOURS = 5
"""Colours of the style are taken from this far: those that its strokes mix to."""
PULL = 2.0
"""Weight of the content that looks best to the eye; `content_weight` 1 means this."""
CHUNK = 1024


def paint(
    content: Tensor, style: Tensor, *, content_weight: float, style_weight: float, steps: int, seed: int
) -> Iterator[Tensor]:
    """The picture after each of `steps` rounds, in the size of the content."""
    rng = torch.Generator().manual_seed(seed)
    target = with_colours(content, from_afar(style, AFAR_COLOURS), rng)
    weights = (style_weight, PULL * content_weight)
    current, picture = None, None
    for step in range(steps):
        if current != (current := stage_of(step, steps)):
            scale, side = STAGES[current]
            stage = Stage(at_scale(target, scale), at_scale(style, scale), side, weights, rng)
        picture = stage.lay(picture)
        yield resized(picture, content.shape[2:])


def stage_of(step: int, steps: int) -> int:
    """The stage of a step: `ROUNDS`, stretched to `steps`; the last step always belongs to the last stage."""
    return bisect_left([steps * rounds for rounds in accumulate(ROUNDS)], (step + 1) * STEPS)


class Stage:
    """One scale and one size of patches: what the style offers, and what the content asks for at each place."""

    def __init__(self, target: Tensor, style: Tensor, side: int, weights: tuple[float, float], rng: torch.Generator):
        self.size = target.shape[2:]
        self.side = min(side, *target.shape[2:], *style.shape[2:])
        self.stride = max(1, self.side // 4)
        self.near_weight, far_weight = (weight**0.5 for weight in weights)
        rows, columns = (torch.randint(d - self.side + 1, (KEYS,), generator=rng) for d in style.shape[2:])
        seen = (style, from_afar(style, 2), from_afar(style, AFAR))
        # (KEYS, 3 * side * side) each: the same patches, sharp, as if enlarged, and from afar
        self.patches, self.soft, far_patches = (patches_at(each, rows, columns, self.side) for each in seen)
        self.near, far = Components(self.patches), Components(far_patches)
        self.far_keys = far_weight * far(far_patches)
        self.asked = far_weight * far(self.cut(from_afar(target, AFAR)))

    def padded(self) -> tuple[int, int]:
        """Height and width that patches at this stride cover fully."""
        return tuple(d + -(d - self.side) % self.stride for d in self.size)

    def cut(self, picture: Tensor) -> Tensor:
        """The picture's overlapping patches (n, 3 * side * side), its last row and column repeated where needed."""
        down, right = (full - d for full, d in zip(self.padded(), self.size, strict=True))
        picture = F.pad(picture, (0, right, 0, down), mode="replicate")
        return F.unfold(picture, self.side, stride=self.stride)[0].T

    def lay(self, picture: Tensor | None) -> Tensor:
        """One round: choose a patch for every place and lay them all; the first one knows the content alone.

        An enlarged picture is blurred, and is compared with the style blurred alike, so that sharp patches fit it.
        """
        if picture is None:
            return self.joined(*best_fits(self.asked, self.far_keys))
        enlarged = picture.shape[2:] != self.size
        near, patches = (Components(self.soft), self.soft) if enlarged else (self.near, self.patches)
        queries, keys = (self.near_weight * near(rows) for rows in (self.cut(resized(picture, self.size)), patches))
        queries, keys = torch.cat([queries, self.asked], dim=1), torch.cat([keys, self.far_keys], dim=1)
        return self.joined(*best_fits(queries, keys))

    def joined(self, chosen: Tensor, misfit: Tensor) -> Tensor:
        """The chosen patches (n,), averaged where they overlap, weighted by fit and by nearness to their middle."""
        window = torch.hann_window(self.side + 2, periodic=False)[1:-1]
        window = (window[:, None] * window).flatten()
        fit = (misfit + 1e-3 * misfit.mean() + 1e-6) ** -0.6  # exponent (r - 2) / 2 of a robust norm r = 0.8
        weights = window[:, None] * fit  # (side * side, n)
        ink = self.patches[chosen].T.mul_(weights.repeat(3, 1))
        ink, weights = (F.fold(rows[None], self.padded(), self.side, stride=self.stride) for rows in (ink, weights))
        return (ink / weights)[..., : self.size[0], : self.size[1]]


class Components:
    """The leading principal components of patches: rows (n, d) to (n, COMPONENTS), distances nearly kept."""

    def __init__(self, patches: Tensor):
        self.mean = patches.mean(dim=0)
        self.axes = principal(patches - self.mean, COMPONENTS)[1]

    def __call__(self, patches: Tensor) -> Tensor:
        return (patches - self.mean) @ self.axes


def principal(rows: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The largest variances (count,), rising, and their directions (d, count), of centred rows (n, d)."""
    covariance = rows.T @ rows / len(rows)
    values, axes = torch.linalg.eigh(covariance.double())  # in single precision it gives up on some flat pictures
    return values[-count:].float(), axes[:, -count:].float()


def best_fits(queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
    """For each query (n, d) the key (k, d) that fits best, and its squared distance: (n,) and (n,)."""
    nearest = torch.full((len(keys),), torch.inf)
    for part in queries[:: 1 + len(queries) // 4096].split(CHUNK):  # some of the places are enough to tell
        nearest = torch.minimum(nearest, squared_distances(part, keys).amin(dim=0))
    chosen, misfit = [], []
    for part in queries.split(CHUNK):
        distances = squared_distances(part, keys)
        best = (distances / (COMPLETENESS * distances.mean() + nearest + 1e-12)).argmin(dim=1)
        chosen.append(best)
        misfit.append(distances.gather(1, best[:, None])[:, 0])
    return torch.cat(chosen), torch.cat(misfit)


def squared_distances(queries: Tensor, keys: Tensor) -> Tensor:
    """(n, d) and (k, d) to (n, k)."""
    lengths = queries.square().sum(dim=1)[:, None] + keys.square().sum(dim=1)
    return torch.addmm(lengths, queries, keys.T, alpha=-2).clamp_(min=0)


def patches_at(picture: Tensor, rows: Tensor, columns: Tensor, side: int) -> Tensor:
    """The patches (n, 3 * side * side) whose top left corners are given."""
    windows = picture[0].unfold(1, side, 1).unfold(2, side, 1)  # (3, h - side + 1, w - side + 1, side, side), a view
    return windows[:, rows, columns].transpose(0, 1).flatten(1)


def resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    if picture.shape[2:] == tuple(size):
        return picture
    return F.interpolate(picture, size=tuple(size), mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)


def at_scale(picture: Tensor, scale: float) -> Tensor:
    """Both sides times `scale`, or more where the shorter would fall below `SMALLEST`."""
    sides = picture.shape[2:]
    scale = max(scale, min(1, SMALLEST / min(sides)))
    return resized(picture, tuple(round(d * scale) for d in sides))


def from_afar(picture: Tensor, distance: float) -> Tensor:
    """The picture without what is finer than `distance` pixels."""
    small = tuple(max(2, round(d / distance)) for d in picture.shape[2:])
    averaged = F.interpolate(picture, size=small, mode="bilinear", antialias=True, align_corners=False)
    return resized(averaged, picture.shape[2:])


def with_colours(picture: Tensor, style: Tensor, rng: torch.Generator, *, turns: int = 20) -> Tensor:
    """The picture in the colours of the style: same order along every axis of colour space, same distribution."""
    colours = picture[0].flatten(1).T  # (h * w, 3)
    wanted = style[0].flatten(1).T
    share = torch.linspace(0, 1, 256)
    for _ in range(turns):
        axes = torch.linalg.qr(torch.randn(3, 3, generator=rng)).Q
        here = (colours @ axes).T.contiguous()  # (3, h * w)
        there = torch.quantile(thinned(wanted) @ axes, share, dim=0).T
        moved = torch.stack([moved_onto(*each) for each in zip(here, there, strict=True)])
        colours = colours + 0.7 * (moved - here).T @ axes.T
    return colours.T.reshape(picture.shape).clamp(0, 1)


def moved_onto(values: Tensor, quantiles: Tensor) -> Tensor:
    """Values (n,) to the quantiles (256,) of their own ranks; equal ones share the rank in the middle of them."""
    known = thinned(values).sort().values
    rank = (torch.searchsorted(known, values) + torch.searchsorted(known, values, right=True)) / (2 * len(known))
    place = rank * (len(quantiles) - 1)
    below = place.long().clamp(max=len(quantiles) - 2)
    return torch.lerp(quantiles[below], quantiles[below + 1], place - below)


def thinned(rows: Tensor) -> Tensor:
    """About 16,384 of many rows, evenly spread."""
    return rows[:: 1 + len(rows) // 16384]
