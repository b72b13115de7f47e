"""Which models the app offers, grouped by what they can do; each is loaded once.

`use` says where they come from: a store, the shipped one by default, and further folders ("shelves"). Only names of
offered models are accepted: a path or a Hub id, which `ganzoo.load` would follow, is refused.
"""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar, overload

from ganzoo import Classifier, CodedSampler, GrowingSampler, LoadedModel, Reconstructor, Sampler, Translator, checks
from ganzoo.config import CONFIG, DIGITS
from ganzoo.inference import CACHED_NETWORKS, DIGIT, SHIPPED, TENSORS, ModelStore, model_folders, open_folder

PREFERRED = ("cdcgan-mnist", "dae-robust-mnist", "vae32-mnist", "pix2pix-facades")
"""The first choice of a menu, where it is among the choices."""
Model = TypeVar("Model", bound=LoadedModel)
T = TypeVar("T")
Offer = tuple[ModelStore, Sequence[Path]]
"""A store, and shelves beside it."""

_offer: Offer = (SHIPPED, ())
_damaged: dict[Path, tuple[list[Any], str]] = {}
"""Why a model or a file beside it could not be read, with its `stamp` then: it is tried again when that differs."""


def use(store: ModelStore = SHIPPED, shelves: Sequence[Path] = ()) -> Offer:
    """Offer the models of a store and of shelves from now on. Returns the previous offer, for `use(*before)`.

    A shelf is a folder of models, or one model. Raises ValueError for a shelf without a model.
    """
    global _offer
    for shelf in shelves:
        if not models_on_shelf(shelf):
            raise ValueError(f"no model in {str(shelf)!r}: neither it nor a folder in it has a {CONFIG}")
    before, _offer = _offer, (store, tuple(shelves))
    _damaged.clear()
    return before


def clear_cache() -> None:
    """Forget the loaded models, so that changed folders are read again."""
    _load.cache_clear()
    _damaged.clear()


def models_on_shelf(shelf: Path) -> list[Path]:
    """The folders of models in a folder, itself first."""
    itself = [shelf] if os.path.lexists(shelf / CONFIG) else []
    return [folder.resolve() for folder in (*itself, *model_folders(shelf))]


def folders() -> dict[str, Path]:
    """Each model's folder by the model's name in the app: its name in the store, or on a shelf the folder's name."""
    store, shelves = _offer
    by_name = {name: store.root / name for name in store.names()}
    for folder in (folder for shelf in shelves for folder in models_on_shelf(shelf)):
        by_name[folder.name if folder.name not in by_name else f"{folder.parent.name}/{folder.name}"] = folder
    return by_name


@lru_cache(maxsize=CACHED_NETWORKS)
def _load(folder: Path, name: str) -> LoadedModel:
    model = open_folder(folder)
    model.config = model.config.with_fields(name=name)
    return model


@overload
def load(name: Any) -> LoadedModel: ...
@overload
def load(name: Any, kind: type[Model]) -> Model: ...
def load(name: Any, kind: type[LoadedModel] = LoadedModel) -> LoadedModel:
    """The model of that name. Raises ValueError when there is none or when it is of another kind."""
    by_name = folders()
    folder = by_name[checks.choice("model", name, list(by_name))]
    model = attempt(folder, lambda: _load(folder, name))
    if model is None:
        raise ValueError(f"{name} cannot be read: {_damaged[folder][1]}")
    if not isinstance(model, kind):
        raise ValueError(f"{name} is a {type(model).__name__}; this needs a {kind.__name__}")
    return model


def models() -> list[LoadedModel]:
    """Every model that can be read; `damaged` has the others."""
    loaded = (attempt(folder, partial(_load, folder, name)) for name, folder in folders().items())
    return [model for model in loaded if model is not None]


def read_weights() -> None:
    """Read the weights of all models that are offered; a model of which they are damaged is left out from now on."""
    for model in models():
        attempt(model.folder, partial(getattr, model, "network"))


def attempt(path: Path, read: Callable[[], T]) -> T | None:
    """What `read` makes of a model's folder or of a file in it; None where it is damaged.

    What is damaged is named once on the terminal, and not read again until it changes.
    """
    now = stamp(path)
    if path in _damaged and _damaged[path][0] == now:
        return None
    try:
        value = read()
    except Exception as error:  # a stranger's file may hold anything
        reason = checks.printable(str(error) or type(error).__name__)
        reason = reason.replace(f"{path.parent}{os.sep}", "").replace(f"{path.parent}/", "")
        _damaged[path] = now, reason
        print(f"{path.parent.name}/{path.name} is left out: {reason}")
        return None
    _damaged.pop(path, None)
    return value


def stamp(path: Path) -> list[Any]:
    """What changes when a file, or one of the two that a model needs, is written again."""
    return [status(file) for file in (path, path / CONFIG, path / TENSORS)]


def status(file: Path) -> tuple[int, int] | None:
    """Time and size of a file; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def damaged() -> dict[str, str]:
    """Why models, or files beside them ("MODEL/FILE"), are left out, as far as they were asked for."""
    found = {}
    for name, folder in folders().items():
        for path, (_, reason) in sorted(_damaged.items()):
            if folder in (path, path.parent):
                found[name if path == folder else f"{name}/{path.name}"] = reason
    return found


def generators() -> list[Sampler]:
    """GANs, conditional ones first."""
    return sorted((model for model in models() if isinstance(model, Sampler)), key=lambda model: not model.classes)


def draws_digits(model: LoadedModel) -> bool:
    """Whether its labels are the ten digits, and its images as large as MNIST's."""
    return are_same(model.class_names, DIGITS) and model.image_shape == DIGIT


def coded_generators() -> list[CodedSampler]:
    """GANs of digits with two readable codes."""
    samplers = (model for model in generators() if isinstance(model, CodedSampler) and draws_digits(model))
    return [model for model in samplers if len(model.code_names) == 2]


def growing_generators() -> list[GrowingSampler]:
    """GANs that have grown in stages."""
    return [model for model in generators() if isinstance(model, GrowingSampler)]


def autoencoders() -> list[Reconstructor]:
    """Autoencoders of images as large as MNIST's, those of digits first."""
    matching = [model for model in models() if isinstance(model, Reconstructor) and model.image_shape == DIGIT]
    return sorted(matching, key=lambda model: not are_same(training_classes(model), DIGITS))


def planar_autoencoders() -> list[Reconstructor]:
    """Autoencoders whose code is two numbers."""
    return [model for model in autoencoders() if tuple(model.code_shape) == (2,)]


def vector_autoencoders() -> list[Reconstructor]:
    """Autoencoders whose code is a vector of more than two numbers."""
    return [model for model in autoencoders() if len(model.code_shape) == 1 and model.code_shape[0] > 2]


def translators() -> list[Translator]:
    """Models that make images of one kind into images of another."""
    return [model for model in models() if isinstance(model, Translator)]


def training_classes(model: Reconstructor) -> list[str]:
    """The classes that an autoencoder was trained on: digits, unless other names are recorded.

    Empty for a folder of images without classes.
    """
    is_folder = model.config.data.startswith("folder:")
    return model.data_classes or ([] if is_folder else DIGITS)


def are_same(classes: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two models know the same classes, in whatever order."""
    return sorted(checks.comparable(classes)) == sorted(checks.comparable(others))


def matching_generators(model: Reconstructor) -> list[Sampler]:
    """Conditional GANs of the classes that an autoencoder was trained on; where there are none, of digits.

    All of them draw the same classes, though their labels may be in another order.
    """
    conditional = [gan for gan in generators() if gan.classes and gan.image_shape == model.image_shape]
    conditional.sort(key=lambda gan: not draws_digits(gan))
    matching = [gan for gan in conditional if are_same(gan.class_names, training_classes(model))]
    return matching or [gan for gan in conditional if are_same(gan.class_names, conditional[0].class_names)]


def generated_classes(model: Reconstructor) -> list[str]:
    """The classes that its `matching_generators` draw."""
    return next((gan.class_names for gan in matching_generators(model)), DIGITS)


def classifier_for(model: Reconstructor) -> Classifier | None:
    """A classifier of the classes that an autoencoder was trained on; None where there is none."""
    classifiers = (other for other in models() if isinstance(other, Classifier))
    matching = (other for other in classifiers if other.image_shape == model.image_shape)
    return next((other for other in matching if are_same(other.class_names, training_classes(model))), None)


def without_tab() -> list[LoadedModel]:
    """Models on the shelves that only the Zoo tab shows."""
    classifiers = filter(None, map(classifier_for, autoencoders()))
    shown: list[LoadedModel] = [*generators(), *autoencoders(), *translators(), *classifiers]
    names = {model.name for model in shown}
    return [model for model in models() if model.name not in names and not in_store(model)]


def in_store(model: LoadedModel) -> bool:
    """Whether it is from the store and not from a shelf."""
    return model.folder.parent == _offer[0].root


def preferred(choices: Sequence[LoadedModel]) -> str:
    """The name of the model that a menu starts with."""
    names = [model.name for model in choices]
    return next((name for name in PREFERRED if name in names), names[0])


def menu(choices: Sequence[LoadedModel], mark: str = "") -> list[tuple[str, str]]:
    """(title, name) of each model, for a dropdown; `mark` follows the titles of conditional models."""
    return [(display_title(model) + (mark if model.classes else ""), model.name) for model in choices]


def display_title(model: LoadedModel) -> str:
    """The title; for a model on a shelf, its name first."""
    return model.title if in_store(model) else f"{model.name}: {model.title}"
