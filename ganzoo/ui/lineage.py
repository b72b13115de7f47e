"""Which idea a model descends from: families with years and parents, found by words in the recipe or architecture."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganzoo.config import ModelConfig


@dataclass(frozen=True)
class Family:
    """Models that share an idea."""

    name: str
    year: int | None = None
    """Of the idea; None where the year of the oldest model counts."""
    parent: str | None = None
    marks: str = ""
    """A regular expression that finds the family in a recipe's name, in its game and rules (as in
    `adversarial rules.loss=least-squares`), or in its architecture."""


FAMILIES = (
    Family("Autoencoder", 2006, None, r"\bae\d*d?\b|\bautoencoder\b"),
    Family("Denoising autoencoder", 2008, "Autoencoder", r"\bdae\b|rules\.noise\b"),
    Family("Variational autoencoder", 2013, "Autoencoder", r"\bvae\d*d?\b"),
    Family("GAN", 2014, None, r"\bgan\b"),
    Family("cGAN", 2014, "GAN", r"\bcgan\b"),
    Family("DCGAN", 2015, "GAN", r"\bdcgan\b"),
    Family("U-Net", 2015, "Autoencoder", r"^l1\b|^windows\b|\bunet\b"),
    Family("InfoGAN", 2016, "GAN", r"\binfogan\b"),
    Family("LSGAN", 2016, "GAN", r"\blsgan\b|least-squares"),
    Family("pix2pix", 2016, "cGAN", r"\bpix2pix\b|\btranslation\b"),
    Family("WGAN-GP", 2017, "GAN", r"\bwgan\b|wasserstein"),
    Family("ProGAN", 2017, "GAN", r"\bprogan\b|\bprogressive\b"),
    Family("CycleGAN", 2017, "DCGAN", r"\bcyclegan\b|\bcycle\b"),
    Family("Relativistic GAN with R1 + R2", 2024, "GAN", r"\bmodern\b|\br3gan\b|relativistic"),
    Family("Classifier", None, None, r"\bclassifier\b"),
    Family("Conditional DCGAN", None, "DCGAN", r"\bcdcgan\b|\bspeedrun\b|\bconditional-dcgan\b"),
)
"""Who descends from whom. Where several rows match, the last one counts: the youngest."""
RANKS = {family.name: rank for rank, family in enumerate(FAMILIES)}


def find_family(config: ModelConfig) -> Family:
    """The family of a model by its recipe's name, else by game and rules, else by architecture; else a new family."""
    rules = (f"rules.{key}={value}" for key, value in config.rules.items())
    for words in (config.recipe_name, " ".join([config.game, *rules]), config.architecture):
        for family in reversed(FAMILIES):
            if re.search(family.marks, words):
                return family
    return Family(config.architecture)


def get_family(name: str) -> Family:
    """The family of that name; a new one without year and parent if `FAMILIES` has none."""
    return FAMILIES[RANKS[name]] if name in RANKS else Family(name)


def ancestry(name: str | None) -> list[str]:
    """A family, its parent, and so on."""
    return [name, *ancestry(get_family(name).parent)] if name else []


def by_family(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Descriptions of models (`model_facts.describe`) by the name of their family."""
    families: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        families.setdefault(row["family"], []).append(row)
    return families


def start_years(members: Mapping[str, list[dict[str, Any]]]) -> dict[str, float]:
    """Families and their ancestors with the year of each, the oldest first; infinity where the year is unknown."""
    years = {name: start_year(name, members) for family in members for name in ancestry(family)}
    return dict(sorted(years.items(), key=lambda item: (item[1], RANKS.get(item[0], len(RANKS)), item[0])))


def start_year(name: str, members: Mapping[str, list[dict[str, Any]]]) -> float:
    """The year of a family, never before its parent's; infinity where it is unknown."""
    family = get_family(name)
    years = [row["year"] for row in members.get(name, []) if row["year"] is not None]
    own = family.year or min(years, default=float("inf"))
    return max(own, start_year(family.parent, members)) if family.parent else own
