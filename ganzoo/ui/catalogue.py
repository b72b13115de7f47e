"""Which models the app offers, grouped by what they can do; each is loaded once.

Only names of models on the shelves come through here: a path or a Hub id, which `ganzoo.load` would follow, is refused.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import ganzoo
from ganzoo import Classifier, CodedSampler, GrowingSampler, LoadedModel, Reconstructor, Sampler, Translator, checks
from ganzoo.inference import storage
from ganzoo.ui.pictures import data_uri

DIGIT = (1, 28, 28)
DIGITS = [str(digit) for digit in range(10)]
PREFERRED = ("cdcgan-mnist", "dae-robust-mnist", "vae32-mnist", "pix2pix-facades")
"""The first choice of a menu, where it is among the choices."""


SHELVES: list[Path] = []
"""Folders of models that the app offers beside the shipped ones."""


def add_shelf(folder: Path) -> None:
    """Offer the models in a folder, or the one that it is. Raises ValueError where there is none."""
    if not on_shelf(folder):
        raise ValueError(f"no model in {str(folder)!r}: neither it nor a folder in it has a {storage.CONFIG}")
    SHELVES.append(folder)


def on_shelf(folder: Path) -> list[Path]:
    configs = [*folder.glob(storage.CONFIG), *sorted(folder.glob(f"*/{storage.CONFIG}"))]
    return [config.parent.resolve() for config in configs]


def folders() -> dict[str, Path]:
    """Where each model lies, by the name that it has in the app: a shipped one's own, another's folder."""
    found = {name: storage.SHIPPED.root / name for name in ganzoo.names()}
    for folder in (folder for shelf in SHELVES for folder in on_shelf(shelf)):
        found[folder.name if folder.name not in found else f"{folder.parent.name}/{folder.name}"] = folder
    return found


@lru_cache(maxsize=storage.KEPT)
def _load(folder: Path, name: str) -> LoadedModel:
    model = ganzoo.load(folder)
    model.config = model.config.with_fields(name=name)
    return model


def load(name: Any, kind: type[LoadedModel] = LoadedModel) -> Any:
    """The model of that name. Raises ValueError when there is none or when it is of another kind."""
    known = folders()
    model = _load(known[checks.choice("model", name, list(known))], name)
    if not isinstance(model, kind):
        raise ValueError(f"{name} is a {type(model).__name__}; this needs a {kind.__name__}")
    return model


def models() -> list[LoadedModel]:
    """Every model that can be read; one that is damaged is left out and named on the terminal."""
    found = []
    for name, folder in folders().items():
        try:
            found.append(_load(folder, name))
        except (ValueError, TypeError, AttributeError, KeyError) as error:  # a stranger's config may hold anything
            print(f"{name} is left out: {error}")
    return found


def generators() -> list[Sampler]:
    """GANs, those that know labels first."""
    return sorted((model for model in models() if isinstance(model, Sampler)), key=lambda model: not model.classes)


def digit_writers() -> list[Sampler]:
    """Conditional GANs of the ten digits."""
    return [model for model in generators() if knows_digits(model)]


def knows_digits(model: LoadedModel) -> bool:
    return model.class_names == DIGITS and model.image_shape == DIGIT


def coded() -> list[CodedSampler]:
    """GANs of digits with two codes that can be read."""
    return [m for m in digit_writers() if isinstance(m, CodedSampler) and len(m.code_names) == 2]


def growing() -> list[GrowingSampler]:
    """GANs that have grown in stages."""
    return [model for model in generators() if isinstance(model, GrowingSampler)]


def autoencoders() -> list[Reconstructor]:
    """Autoencoders of pictures as large as digits, those of digits first."""
    found = [model for model in models() if isinstance(model, Reconstructor) and model.image_shape == DIGIT]
    return sorted(found, key=lambda model: subjects(model) != DIGITS)


def translators() -> list[Translator]:
    """Models that make pictures of one kind into pictures of another."""
    return [model for model in models() if isinstance(model, Translator)]


def subjects(model: Reconstructor) -> list[str]:
    """The classes of pictures that an autoencoder was trained on: digits, unless other names are recorded.

    Empty for a folder of pictures without classes.
    """
    own = model.config.data.startswith("folder:")
    return model.data_classes or ([] if own else DIGITS)


def feeders(model: Reconstructor) -> list[Sampler]:
    """Conditional GANs of what an autoencoder was trained on, of digits where there are none: all of equal classes."""
    known = [one for one in generators() if one.classes and one.image_shape == model.image_shape]
    known.sort(key=lambda one: not knows_digits(one))
    alike = [one for one in known if one.class_names == subjects(model)]
    return alike or [one for one in known if one.class_names == known[0].class_names]


def fed(model: Reconstructor) -> list[str]:
    """The classes that its `feeders` draw."""
    return next((one.class_names for one in feeders(model)), DIGITS)


def reader_of(model: Reconstructor) -> Classifier | None:
    """A classifier of what an autoencoder was trained on."""
    readers = (one for one in models() if isinstance(one, Classifier) and one.image_shape == model.image_shape)
    return next((one for one in readers if one.class_names == subjects(model)), None)


def unshown() -> list[LoadedModel]:
    """Models beside the shipped ones that only the tab of all models can show."""
    coders = autoencoders()
    shown = {model.name for model in [*generators(), *coders, *translators(), *filter(None, map(reader_of, coders))]}
    return [model for model in models() if model.name not in shown and model.folder.parent != storage.SHIPPED.root]


def planar() -> list[Reconstructor]:
    """Autoencoders whose code is two numbers."""
    return [model for model in autoencoders() if tuple(model.code_shape) == (2,)]


def linear() -> list[Reconstructor]:
    """Autoencoders whose code is a list of more than two numbers."""
    return [model for model in autoencoders() if len(model.code_shape) == 1 and model.code_shape[0] > 2]


def preferred(choices: list[LoadedModel]) -> str:
    names = [model.name for model in choices]
    return next((name for name in PREFERRED if name in names), names[0])


def menu(choices: list[LoadedModel], mark: str = "") -> list[tuple[str, str]]:
    """(what is shown, name) for a dropdown; `mark` follows the titles of conditional models."""
    return [(shown_as(model) + (mark if model.classes else ""), model.name) for model in choices]


def shown_as(model: LoadedModel) -> str:
    """The title; for a model that does not ship, its name first."""
    return model.title if model.folder.parent == storage.SHIPPED.root else f"{model.name}: {model.title}"


def about(name: str) -> str:
    """The model's card with its pictures inlined, or the title and key figures of one that has no card."""
    model = load(name)
    if model.card:
        return re.sub(r"!\[([^\]]*)\]\(([\w-]+\.(?:webp|png))\)", lambda link: inlined(link, model.folder), model.card)
    facts = [f"**{name}**: {figure.value:.4g}" for name, figure in model.figures.items()]
    return "\n\n".join([f"### {model.title}", f"`{model.name}`, {model.parameters:,} parameters", *facts])


def inlined(link: re.Match, folder: Path) -> str:
    path = folder / link[2]
    return f"![{link[1]}]({data_uri(path.read_bytes(), path.suffix[1:])})" if path.is_file() else ""
