"""The families of models: what each measures, shows and says.

A fifth family is a file with its row, and its name in `table.FAMILIES`.
"""

from trainer.families.evaluate import check_reader, evaluate, headline_figures, preview, primary_figure
from trainer.families.family import Family, Usage
from trainer.families.generators import DISTANCES
from trainer.families.table import FAMILIES, Families, family_of

__all__ = [
    "DISTANCES",
    "FAMILIES",
    "Families",
    "Family",
    "Usage",
    "check_reader",
    "evaluate",
    "family_of",
    "headline_figures",
    "preview",
    "primary_figure",
]
