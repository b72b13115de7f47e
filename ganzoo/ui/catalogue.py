"""Which models the app offers, grouped by what they can do; each is loaded once.

Only names of shipped models come through here: a path or a Hub id, which `ganzoo.load` would follow, is refused.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import ganzoo
from ganzoo import LoadedModel, Reader, Reconstructor, Sampler, checks, zoo
from ganzoo.ui.pictures import data_uri

DIGIT = (1, 28, 28)
PREFERRED = ("cdcgan-mnist", "dae-robust-mnist", "vae32-mnist")
"""The first choice of a menu, where it is among the choices."""


@lru_cache(maxsize=64)
def _load(folder: Path) -> LoadedModel:
    return ganzoo.load(folder)


def load(name: Any, kind: type[LoadedModel] = LoadedModel) -> Any:
    """The shipped model of that name. Raises ValueError when there is none or when it is of another kind."""
    model = _load(zoo.WEIGHTS / checks.choice("model", name, ganzoo.names()))
    if not isinstance(model, kind):
        raise ValueError(f"{name} is a {type(model).__name__}; this needs a {kind.__name__}")
    return model


def models() -> list[LoadedModel]:
    """Every shipped model that can be read; one that is damaged is left out and named on the terminal."""
    found = []
    for name in ganzoo.names():
        try:
            found.append(load(name))
        except ValueError as error:
            print(f"{name} is left out: {error}")
    return found


def generators() -> list[Sampler]:
    """GANs, those that know labels first."""
    return sorted((model for model in models() if isinstance(model, Sampler)), key=lambda model: not model.classes)


def digit_writers() -> list[Sampler]:
    """Conditional GANs of the ten digits."""
    return [model for model in generators() if model.classes == 10 and model.image_shape == DIGIT]


def autoencoders() -> list[Reconstructor]:
    return [model for model in models() if isinstance(model, Reconstructor) and model.image_shape == DIGIT]


def readers() -> list[Reader]:
    """Classifiers of the ten digits."""
    return [m for m in models() if isinstance(m, Reader) and (m.classes, m.image_shape) == (10, DIGIT)]


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
    return [(model.title + (mark if model.classes else ""), model.name) for model in choices]


def about(name: str) -> str:
    """The model's card with its pictures inlined, or the title and key figures of one that has no card."""
    model = load(name)
    if model.card:
        return re.sub(r"!\[([^\]]*)\]\(([\w-]+\.(?:webp|png))\)", lambda link: inlined(link, model.folder), model.card)
    facts = [f"**{name}**: {figure['value']:.4g}" for name, figure in model.figures.items()]
    return "\n\n".join([f"### {model.title}", f"`{model.name}`, {model.parameters:,} parameters", *facts])


def inlined(link: re.Match, folder: Path) -> str:
    path = folder / link[2]
    return f"![{link[1]}]({data_uri(path.read_bytes(), path.suffix[1:])})" if path.is_file() else ""
