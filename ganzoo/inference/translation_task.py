"""What a pix2pix or a CycleGAN was trained for: which kind of image goes in, which comes out, and what it undoes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from ganzoo import checks
from ganzoo.config import ModelConfig
from ganzoo.degradations import DEGRADATIONS
from ganzoo.drawing import PALETTES

Half = Literal["left", "right"]
T = TypeVar("T")


@dataclass(frozen=True)
class TranslationTask:
    """The task of one model, as its config.json records it."""

    data: str
    """The name of the dataset; "" where it is not recorded."""
    channels: int
    """Of the images, 1 or 3."""
    sides: tuple[str, str]
    """The kinds of its images: (source, target), such as ("windows", "photo")."""
    directions: list[str]
    """In words, such as "windows to photo"; the first is the default."""
    given: Half
    """The half of a pair that goes in, the source."""
    undoes: str
    """The name of the degradation that it was trained to undo, a key of `DEGRADATIONS`; "" for none."""
    index_values: list[list[int]]
    """The values of index masks among its sources, a list for each side that can be one; [] for other images."""
    palettes: dict[str, list[str]]
    """By side: the colours, "#rrggbb", found in the user's own images."""

    @classmethod
    def from_config(cls, config: ModelConfig, *, directions: int, channels: int) -> "TranslationTask":
        """The task of a network of 1 or 2 directions on images with `channels` channels."""
        undoes = config.undo if config.undo in DEGRADATIONS else ""
        given: Half = "left" if config.rules.get("source") == "left" else "right"
        named = config.sides or ("picture", "source")
        if directions == 1:
            # Without names there were no pairs: an image that comes alone is the target, wherever the source would be.
            target, source = target_and_source(named, given=given if config.sides else "right")
            named = (undoes or source, target)
        words = [f"{named[0]} to {named[1]}", f"{named[1]} to {named[0]}"][:directions]
        index_values = config.index_values
        if directions == 1 and len(index_values) == 2:
            index_values = [target_and_source(index_values, given=given)[1]]
        return cls(config.data, channels, named, words, given, undoes, index_values, config.palettes)

    @property
    def strength(self) -> float:
        """How strongly images are degraded for examples and for measurements, 0..1."""
        return DEGRADATIONS[self.undoes].default_strength if self.undoes else 0.0

    @property
    def is_own_data(self) -> bool:
        """Whether it was trained on a folder of the user's images, whose sides can have any name."""
        return ":" in self.data

    def index_of(self, direction: str | None) -> int:
        """The place of a direction among `directions`; None means the first. Raises ValueError that lists them."""
        if direction is None:
            return 0
        known = checks.comparable(self.directions)
        wanted = checks.comparable([direction])[0] if isinstance(direction, str) else direction
        return known.index(checks.choice("direction", wanted, known))

    def is_comparable_to(self, other: "TranslationTask") -> bool:
        """Whether models of both tasks can be compared on the same images."""
        mine, others = ((task.data, task.directions, task.channels) for task in (self, other))
        return bool(self.data) and mine == others

    def palette(self, kind: str) -> dict[str, tuple[int, int, int]]:
        """The colours to draw a kind of image with, by name, the background first; empty where it cannot be drawn.

        Those of the user's own images have no names but "#rrggbb".
        """
        if not self.is_own_data or kind == self.undoes:
            return PALETTES.get(kind, {})
        return {colour: to_rgb(colour) for colour in self.palettes.get(kind, [])}


def target_and_source(pair: Sequence[T], *, given: Half) -> tuple[T, T]:
    """The target and the source of a pair (left, right), whose `given` half is the source; an image alone is both."""
    return (pair[0], pair[-1]) if given == "right" else (pair[-1], pair[0])


def to_rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue
