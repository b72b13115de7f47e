"""The faults of a model, for its card: those that figures show, and those that were seen."""

from collections.abc import Sequence

import ganzoo
from trainer import recipes
from trainer.families import FAMILIES, Families, family_of
from trainer.recipes import Recipe

SEEN = {
    "modern-emoji": "By eye: many grey and red ones are speckled blots that could be anything.",
    "pix2pix-facades": "By eye: the outermost pixels are streaky, and roofs run into the sky.",
    "pix2pix-map": "By eye: streets meander that are straight in the photo, and small ones end in nothing.",
    "inpaint-facades": "By eye: where a hole was large, a coloured weave fills it.",
    "deblur-facades": "By eye: strongly blurred edges come back doubled, with ripples along them.",
    "pix2pix-emoji": "By eye: what it paints grey, brown or yellow often has another colour in the original, and "
    "letters blur.",
    "colorize-emoji": "By eye: what could have any colour gets a likely one, and large things get several at once.",
    "progan-emoji": "By eye: of 64 images some twenty-five can be named, and many others could be anything. Squares "
    "with a ring in them and pale grey-blue shapes come often, and some images are a tangle. Two viewers (vision "
    "models that did not know the question) looked at 128 samples mixed with as many emoji and as many samples of "
    "earlier weights. The first and the second found: lines or rings that echo an edge in 63 and 59 samples; clear "
    "specks of colour in 0 and 4; besides these, faint weave or faint specks, mostly dots beside the shape, in 5 and "
    "10. Neither found any of it in an emoji.",
    "cyclegan-emoji": "By eye: large round faces come out with corners in OpenMoji's manner, and in Noto's "
    "coloured halos stand around figures.",
    "cyclegan-seasons": "By eye: results are softer than the photos, and faces are lost. Meadows fade or turn green, "
    "but thick snow stays. Where bright clouds meet dark rock, there are speckles.",
}
"""Faults of models of the catalogue that no figure shows, by recipe."""


def faults_of(
    model: ganzoo.LoadedModel, catalogue: Sequence[Recipe] | None = None, families: Families = FAMILIES
) -> list[str]:
    """The faults that a model's figures show, and those that were seen in one of the catalogue's recipe."""
    faults = list(family_of(model, families).faults(model))
    if model.name in SEEN and recipes.is_from_catalogue(model.recipe, catalogue):
        faults.append(SEEN[model.name])
    return faults
