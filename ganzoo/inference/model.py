"""A loaded model: the network of a folder, its config, its card and its history."""

from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganzoo import checks
from ganzoo.config import ModelConfig, RecordedFigure
from ganzoo.inference import preparation
from ganzoo.inference.model_folder import cached_network, read_json, reason
from ganzoo.inference.preparation import ImageInput
from ganzoo.models import ImageModel

DIGIT = (1, 28, 28)
"""The shape of MNIST's images."""


class LoadedModel:
    """What every model offers. `Sampler`, `Reconstructor`, `Translator` and `Classifier` add what it can do."""

    ability: ClassVar[str] = "be loaded"
    """What models of this kind can do, as a verb."""
    skeleton: ImageModel
    """The network's shapes and options, for all that needs no weights; its tensors may hold no numbers."""

    def __init__(self, folder: Path, config: ModelConfig, skeleton: ImageModel):
        self.folder = folder
        self.config = config
        self.skeleton = skeleton

    @cached_property
    def network(self) -> ImageModel:
        """The network, read from the folder when it is first asked for. Raises ValueError as `load_network` does."""
        return cached_network(self.folder, self.config)

    @property
    def name(self) -> str:
        """The name that config.json records."""
        return self.config.name

    @property
    def recipe(self) -> dict[str, Any]:
        """The trainer's recipe as recorded: title, about, source, year, data, steps and more; may be empty."""
        return self.config.recipe

    @property
    def title(self) -> str:
        """The recipe's title, or else the name."""
        return self.config.title

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        return self.skeleton.image_shape

    @property
    def classes(self) -> int:
        """The number of labels; 0 for a model without."""
        return self.skeleton.classes

    @property
    def class_names(self) -> list[str]:
        """The names of the labels; their numbers where none are recorded."""
        named = self.data_classes
        return named if len(named) == self.classes else [str(label) for label in range(self.classes)]

    @property
    def data_classes(self) -> list[str]:
        """The names of the classes of its training images, even if it has no labels itself; may be empty."""
        return self.config.class_names

    @property
    def figures(self) -> dict[str, RecordedFigure]:
        """What `trainer evaluate` measured on exactly these weights, by name; may be empty."""
        return self.config.figures

    @property
    def parameters(self) -> int:
        """The number of trained parameters."""
        return sum(parameter.numel() for parameter in self.skeleton.parameters())

    @property
    def score_scale(self) -> Literal["probability", "score"]:
        """What the discriminator's scores are: the "probability" of being real, or a "score", higher for real."""
        return self.config.score_scale

    def as_scores(self, logits: Tensor) -> Tensor:
        """A discriminator's logits on the model's `score_scale`."""
        return logits.sigmoid() if self.score_scale == "probability" else logits

    def prepared(self, image: Image.Image) -> Tensor:
        """A PIL image of any mode and size as the network sees it: uint8 (1, c, h, w).

        It is turned as its EXIF data say, and transparency is laid on white. For a model of digits as small as MNIST's
        it is centred as these are (`ganzoo.images.as_digit`); for any other its middle is scaled. An index mask is
        spread as in training.
        """
        is_digit = self.config.preparation == "digit" and self.image_shape == DIGIT
        index_values = self.config.index_values
        return preparation.prepare_to_shape(image, self.image_shape, is_digit=is_digit, index_values=index_values)[None]

    def as_images(self, images: ImageInput) -> Tensor:
        """Images as uint8 (n, c, h, w). PIL images are `prepared`, arrays keep their size.

        Arrays may also be (n, h, w, c), or (n, h, w) for grey ones; where both could be meant, (n, c, h, w) is. Raises
        ValueError for an array of another dtype or with other channels, and for what is no image.
        """
        if isinstance(images, Tensor | np.ndarray):
            return preparation.as_batch(images, channels=self.image_shape[0])
        images = [images] if isinstance(images, Image.Image) else images
        if not images or not all(isinstance(image, Image.Image) for image in images):
            raise ValueError("expected pictures as one tensor or array, or as PIL images")
        return torch.cat([self.prepared(image) for image in images])

    @cached_property
    def card(self) -> str:
        """The model card's Markdown without its front matter; empty where there is none.

        Raises ValueError, as `history` and `read_json` do, for a file that cannot be read.
        """
        path = self.folder / "README.md"
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {reason(error)}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"{path} is no UTF-8: {error}") from error
        return text.split("\n---\n", 1)[-1].lstrip() if text.startswith("---\n") else text

    @cached_property
    def history(self) -> dict[str, Any]:
        """The training history: "rows" of losses by epoch and, for generators, "frames" (epochs of training.webp)."""
        history = self.read_json("history.json")
        rows = history.get("rows", [])
        if not isinstance(rows, list) or not all(map(is_row, rows)):
            raise ValueError(f"{self.folder}/history.json: each of its rows must hold an epoch and other numbers")
        self.require_numbers("history.json", history, frames=(None,))
        return history

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON file of the folder, or {} where there is none."""
        try:
            return read_json(self.folder / name)
        except FileNotFoundError:
            return {}

    def require_numbers(self, name: str, values: dict[str, Any], **shapes: tuple[int | None, ...]) -> None:
        """Raise ValueError unless the fields `shapes`, where a file has them, hold finite numbers of that shape.

        None stands for any length.
        """
        for key, shape in shapes.items():
            if key in values and not has_shape(values[key], shape):
                words = " x ".join("n" if side is None else str(side) for side in shape)
                raise ValueError(f"{self.folder}/{name}: {key} must hold {words} finite numbers")


def is_row(row: Any) -> bool:
    """Whether it is a row of a history: numbers by name, among them the epoch."""
    return isinstance(row, dict) and "epoch" in row and all(map(checks.is_number, row.values()))


def has_shape(values: Any, shape: tuple[int | None, ...]) -> bool:
    """Whether nested lists hold finite numbers in that shape."""
    if not shape:
        return checks.is_number(values)
    side, *rest = shape
    if not isinstance(values, list) or side not in (None, len(values)):
        return False
    return all(has_shape(value, tuple(rest)) for value in values)
