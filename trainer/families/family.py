"""A family of models: one row that says how the trainer measures, shows and describes its models."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PIL import Image

import ganzoo
from ganzoo.inference import ModelStore
from ganzoo.models import ImageModel
from trainer.data import ImageDataset
from trainer.games import Game
from trainer.measures import EvaluationSetup, Figures

Model = TypeVar("Model", bound=ganzoo.LoadedModel)
Network = TypeVar("Network", bound=ImageModel)


@dataclass(frozen=True)
class Usage:
    """How a model is used, for its card."""

    task: str
    """The name of the task on the Hugging Face Hub."""
    tag: str
    """A tag on the Hub."""
    code: str
    """An example in Python, with its imports."""


@dataclass(frozen=True, kw_only=True)
class Family(Generic[Model, Network]):
    """A row of `trainer.families.FAMILIES`. Optional fields do and say nothing by default."""

    model: type[Model]
    """What `ganzoo.load` returns."""
    network: type[Network]
    """The base class of its architectures."""
    measure: Callable[[Model, EvaluationSetup], Figures]
    """All figures. The first is the primary one, by which two versions of a model are compared."""
    headline: Callable[[Model], Sequence[str]]
    """The names of the figures that say most; a model need not have them all."""
    usage: Callable[[Model, str], Usage]
    """How the model with that name or path is used."""
    sample_sheet: Callable[[Model, ModelStore], Image.Image]
    """The image on the card. It shows no image of a dataset; models of the store may help."""
    lossless_sheet: bool = True
    """Whether samples.webp is lossless, as suits small images."""
    notes: Callable[[Model], str] = lambda model: ""
    """How the figures were measured, for the card."""
    faults: Callable[[Model], Iterable[str]] = lambda model: ()
    """The faults that the figures show, a sentence each."""
    paper_size: Callable[[Model, ModelStore], str] = lambda model, store: ""
    """How large the paper's networks are, for a model that is smaller."""
    preview: Callable[[Network, Game, ImageDataset, int], Image.Image | None] = lambda *_: None
    """A grid that shows a network in training, from its game, its dataset and a seed; None for no preview."""
    has_animation: bool = False
    """Whether the previews of a run ship as training.webp."""
    peers: Callable[[Model, ModelStore], Sequence[Model]] = lambda model, store: ()
    """The models of the store that do the same, trained another way."""
    peers_sheet: Callable[[Model, Sequence[Model], ModelStore], Image.Image] | None = None
    """What the model and its peers make of the same input; needed where there are `peers`."""
    config_fields: Callable[[Model, EvaluationSetup], Mapping[str, Any]] = lambda model, setup: {}
    """More fields of config.json, measured with the weights that ship."""
    files: Callable[[Model, EvaluationSetup], Mapping[str, Any]] = lambda model, setup: {}
    """JSON files that ship with the model, by name."""
    figure_decides: Callable[[Network], bool] = lambda network: True
    """Whether the first figure tells which of two versions of a model is better."""
    takes_reader: Callable[[Model], bool] = lambda model: False
    """Whether a classifier or a translator can be named with which the model is measured."""
    check_setup: Callable[[Model, EvaluationSetup], Any] = lambda model, setup: None
    """Raises ValueError where the model cannot be measured with that classifier or translator, or without one."""
