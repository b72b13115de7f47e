"""The family tree of the models: one row for each family, the oldest first, lines from parent to child beside them.

Lines run in lanes, as in `git log --graph`: a family takes the first lane from its parent's on that is free, and leaves
it with its last child.
"""

import html
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganzoo.inference.config import ModelConfig
from ganzoo.ui import texts

LANE, NODE, TALL = 18, 15, 2000
"""Pixels: between lanes, from a row's top to its node, and more than any row's height."""


@dataclass(frozen=True)
class Family:
    """Models that share an idea."""

    name: str
    year: int | None = None
    """Of the idea; None for that of its oldest model."""
    parent: str | None = None
    marks: str = ""
    """A regular expression that finds the family in a recipe's name, in its game and rules, or in its architecture."""


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
    Family("Conditional DCGAN", None, "DCGAN", r"\bcdcgan\b|\bconditional-dcgan\b"),
)
"""Who descends from whom. Where several rows fit, the last one does: the youngest."""


def named(recipe: str, rules: str, architecture: str) -> Family:
    """The family of a recipe by its name, else by its game and rules, else by its architecture; else one of its own."""
    for words in (recipe, rules, architecture):
        for family in reversed(FAMILIES):
            if re.search(family.marks, words):
                return family
    return Family(architecture)


def rules_of(config: ModelConfig) -> str:
    """A recipe's game and rules as `Family.marks` looks for them: `adversarial rules.loss=least-squares`."""
    return " ".join([config.game, *(f"rules.{key}={value}" for key, value in config.rules.items())])


def tree(rows: list[dict[str, Any]]) -> str:
    """HTML of the families of models (`facts`), with their ancestors."""
    kin = members(rows)
    years = order(kin)
    dates = [None, *years.values()]
    shown = [year if year != before else None for year, before in zip(years.values(), dates, strict=False)]
    items = [item(*told, kin.get(told[0], [])) for told in zip(years, shown, graphs([*years]), strict=True)]
    return f"<ol>{''.join(items)}</ol>"


def members(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Models (`facts`) by the name of their family."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["family"], []).append(row)
    return found


def order(kin: Mapping[str, list[dict[str, Any]]]) -> dict[str, float]:
    """Families and their ancestors with the year of each, the oldest first."""
    years = {name: began(name, kin) for family in kin for name in ancestry(family)}
    ranks = {family.name: rank for rank, family in enumerate(FAMILIES)}
    return dict(sorted(years.items(), key=lambda named: (named[1], ranks.get(named[0], len(ranks)), named[0])))


def known(name: str) -> Family:
    return next((family for family in FAMILIES if family.name == name), Family(name))


def ancestry(name: str | None) -> list[str]:
    """A family, its parent, and so on."""
    return [name, *ancestry(known(name).parent)] if name else []


def began(name: str, members: Mapping[str, list[dict[str, Any]]]) -> float:
    """The year of a family, never before its parent's; infinity for none."""
    family = known(name)
    models = [row["year"] for row in members.get(name, []) if row["year"] is not None]
    own = family.year or min(models, default=float("inf"))
    return max(own, began(family.parent, members)) if family.parent else own


def item(name: str, year: float | None, graph: str, models: list[dict[str, Any]]) -> str:
    date = year if year not in (None, float("inf")) else ""
    buttons = "".join(button(row) for row in models) or f"<i>{texts.both('no_such_model')}</i>"
    return f"<li><time>{date}</time>{graph}<div><strong>{html.escape(name)}</strong>{buttons}</div></li>"


def button(row: dict[str, Any]) -> str:
    """A model's name that opens its card."""
    name, title = html.escape(row["name"]), html.escape(row["title"])
    return f'<button type="button" data-model="{name}" title="{title}">{name}</button>'


def graphs(order: list[str]) -> list[str]:
    """For each family of a list, parents first, an SVG with its node and the lines that pass it."""
    last = {name: i for i, child in enumerate(order) for name in (child, known(child).parent) if name}
    lanes: dict[str, int] = {}
    drawings = []
    for i, name in enumerate(order):
        going_on = {lane for old, lane in lanes.items() if last[old] > i}
        parent = known(name).parent
        lanes[name] = next(n for n in itertools.count(lanes.get(parent, 0)) if n not in going_on)
        here = place(lanes[name])
        lines = [f"M{place(lane)} 0V{TALL}" for lane in sorted(going_on)]
        lines += [f"M{place(lanes[parent])} 0Q{place(lanes[parent])} {NODE} {here} {NODE}"] if parent else []
        lines += [f"M{here} {NODE}V{TALL}"] if last[name] > i else []
        drawings.append((f'<path d="{"".join(lines)}"/>', f'<circle cx="{here}" cy="{NODE}" r="5"/>'))
    width = place(max(lanes.values(), default=0)) + LANE // 2
    frame = f'<svg width="{width}" height="{TALL}" aria-hidden="true">'
    return [f'<span style="width: {width}px">{frame}{path}{node}</svg></span>' for path, node in drawings]


def place(lane: int) -> int:
    return LANE // 2 + LANE * lane
