"""Model cards: the template card.md, filled with what config.json records. Nobody edits a card by hand."""

import re
from collections.abc import Sequence
from pathlib import Path
from string import Template

import ganzoo
from ganzoo.config import ModelConfig
from ganzoo.inference import SHIPPED, ModelStore
from trainer import data, recipes
from trainer.families import FAMILIES, Families, family_of
from trainer.publishing import card_tables
from trainer.publishing.faults import faults_of
from trainer.recipes import Recipe

TEMPLATE = Path(__file__).with_name("card.md")
DATA_SAMPLES = {
    "maps": " Of these, 400 pairs were used for training and 100 for the figures.",
    "seasons": " Of these, 800 photos of each season were used for training and 383 for the figures.",
}
"""The part of a larger dataset with which the shipped models were trained and measured."""


def model_card(
    model: ganzoo.LoadedModel,
    store: ModelStore = SHIPPED,
    catalogue: Sequence[Recipe] | None = None,
    families: Families = FAMILIES,
) -> str:
    """The README.md of a published model: Hub metadata, then Markdown.

    Models of the store are mentioned where they do the same; recipes of the `catalogue` are called by their names.
    """
    family, recipe = family_of(model, families), model.recipe
    known = recipes.is_from_catalogue(recipe, catalogue)
    source = data.get_source(recipe["data"])
    usage = family.usage(model, model.name if known else "path/to/this/folder")
    fields = {
        "metadata": metadata(usage.task, usage.tag, source.hub_id, licence=licence_of(model.config)),
        "title": model.title,
        "name": model.name,
        "about": recipe["about"],
        "source": recipe["source"],
        "year": recipe["year"],
        "parameters": f"{model.parameters:,}",
        "paper_size": paper_size(model, store, catalogue, families),
        "code": usage.code,
        "figures": card_tables.figure_table(model.figures),
        "notes": family.notes(model),
        "peers": card_tables.peers_section(model, family.peers(model, store)),
        "seeds": card_tables.seeds_section(model.config),
        "options": card_tables.options_section(model),
        "faults": "\n".join(f"* {fault}" for fault in faults_of(model, catalogue, families))
        or "None by these measures.",
        "training": training_text(model.config, known=known),
        "data_title": source.title,
        "data_source": source.source,
        "data_licence": source.licence,
        "licence": licence_text(model.config),
        "data_sample": DATA_SAMPLES.get(recipe["data"], "") if known else "",
    }
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(fields)
    return re.sub(r"\n{3,}", "\n\n", text)  # left by sections that are empty


def licence_of(config: ModelConfig) -> str:
    """The Hub's id of the licence; "other" where only the owner of the images can say it."""
    is_own = config.data.startswith(data.FOLDER_PREFIXES)
    return config.license or ("other" if is_own else "mit")


def licence_text(config: ModelConfig) -> str:
    """A sentence on the licence where it is not ours to state; else empty."""
    if config.license:
        return f" Licence of the weights: {config.license}."
    if licence_of(config) == "mit":
        return ""
    return (
        " No licence is stated: the owner of the pictures decides under which one the weights may be used, and "
        "`python -m trainer publish FOLDER --license NAME` writes it here."
    )


def metadata(task: str, tag: str, dataset: str | None, *, licence: str) -> str:
    """The card's YAML for the Hugging Face Hub."""
    from huggingface_hub import ModelCardData

    tags = ["ganzoo", tag]
    return ModelCardData(
        license=licence, library_name="ganzoo", tags=tags, datasets=dataset, pipeline_tag=task
    ).to_yaml()


def paper_size(
    model: ganzoo.LoadedModel,
    store: ModelStore = SHIPPED,
    catalogue: Sequence[Recipe] | None = None,
    families: Families = FAMILIES,
) -> str:
    """How large the paper's networks are, for models by the catalogue's recipes; else empty."""
    if not recipes.is_from_catalogue(model.recipe, catalogue):
        return ""
    size = family_of(model, families).paper_size(model, store)
    return f" {size}" if size else ""


def training_text(config: ModelConfig, *, known: bool) -> str:
    """How a published model was trained; `known` is whether its recipe is in the catalogue."""
    training, recipe, compared = config.training, config.recipe, config.compared
    if training is None or training.steps is None or training.images is None or training.seconds is None:
        raise ValueError(f"config.json of {config.name} does not say how the model was trained")
    values = compared.values if compared else {}
    comparison = ", ".join(f"{name} {value:.4g}" for name, value in values.items())
    reason = f" ({compared.figure}: {comparison})" if compared and len(values) > 1 else ""
    choice = f" The {config.weights} weights ship{reason}." if reason or config.weights != "last" else ""
    repeat = f"; `python -m trainer train {config.name}` repeats it." if known else "."
    return (
        f"{training.steps:,} steps of {recipe['batch_size']} images ({training.images:,} in all), Adam at "
        f"{recipe['learning_rate']:g} ({recipe['schedule']}), seed {training.seed}, {duration(training.seconds)} on "
        f"{training.device}; torch {training.versions.get('torch', 'unknown')}.{choice} The full recipe is in "
        f"config.json{repeat}"
    )


def duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
