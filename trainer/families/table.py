"""The table of the families, and which row a model belongs to."""

from collections.abc import Sequence
from typing import Any

import ganzoo
from ganzoo.models import ImageModel
from trainer.families.autoencoders import AUTOENCODERS
from trainer.families.classifiers import CLASSIFIERS
from trainer.families.family import Family
from trainer.families.generators import GENERATORS
from trainer.families.translators import TRANSLATORS

Families = Sequence[Family[Any, Any]]

FAMILIES: Families = (AUTOENCODERS, GENERATORS, TRANSLATORS, CLASSIFIERS)


def family_of(model: ganzoo.LoadedModel | ImageModel, families: Families = FAMILIES) -> Family[Any, Any]:
    """The family of a loaded model or of a network. Raises ValueError that lists the families."""
    for family in families:
        if isinstance(model, family.model | family.network):
            return family
    choices = ", ".join(family.model.__name__ for family in families)
    raise ValueError(f"{type(model).__name__} belongs to no family of models; families: {choices}")
