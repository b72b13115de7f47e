"""What is wrong with a model, in words for its card: what its figures say, and what was seen."""

from collections.abc import Iterator

import ganzoo
from trainer import recipes
from trainer.measures.autoencoders import NOISE_LEVELS
from trainer.measures.translators import CHANGE

SHORT_OF_REAL = (
    ("modes", 0.99, "Modes are missing: {:.0f} classes occur where real pictures show {:.0f}."),
    ("class entropy", 0.87, "Some classes are rare or missing: class entropy {:.2f} of {:.2f}."),
    (
        "coverage",
        0.6,
        "Only {:.0%} of the real pictures have a sample close by; with real ones in the samples' place {:.0%} have.",
    ),
    (
        "labels right",
        0.98,
        "{:.1%} of the samples are read as the class asked for, {:.1%} of real ones as theirs.",
    ),
)
"""Figures that should come near those of real pictures: how near, in shares, and what is wrong below."""
BLURRED = 0.7
"""The share of real pictures' sharpness below which a translator's results count as blurred."""
SEEN = {
    "modern-emoji": "By eye: many grey and red ones are speckled blots that could be anything.",
    "pix2pix-facades": "By eye: the outermost pixels are streaky, and roofs run into the sky.",
    "pix2pix-map": "By eye: streets meander that are straight in the photo, and small ones end in nothing.",
    "inpaint-facades": "By eye: where a hole was large, a coloured weave fills it.",
    "deblur-facades": "By eye: strongly blurred edges come back doubled, with ripples along them.",
    "pix2pix-emoji": "By eye: what is grey, brown or yellow to it is often another colour in truth, and letters blur.",
    "colorize-emoji": "By eye: what could have any colour gets a likely one, and large things get several at once.",
    "progan-emoji": "By eye: of 64 pictures some twenty-five can be named, and many others could be anything. Squares "
    "with a ring in them and pale grey-blue shapes come often, and some pictures are a tangle. Two viewers (models "
    "that read pictures, told nothing) looked at 128 samples mixed with as many emoji and as many samples of earlier "
    "weights. The first and the second found: lines or rings that echo an edge in 63 and 59 samples; clear specks of "
    "colour in 0 and 4; besides these, faint weave or faint specks, mostly dots beside the shape, in 5 and 10. Neither "
    "found any of it in an emoji.",
    "cyclegan-emoji": "By eye: large round faces come out with corners in OpenMoji's manner, and in Noto's "
    "coloured halos stand around figures.",
    "cyclegan-seasons": "By eye: results are softer than the photos, and faces are lost. Meadows fade or turn green, "
    "but thick snow stays. Where bright clouds meet dark rock, there are speckles.",
}
"""What was seen to be wrong with shipped models and no figure tells, by recipe."""


def faults_of(model: ganzoo.LoadedModel) -> list[str]:
    """What is wrong with the model, in words: by its figures, and as it was seen."""
    value = {name: figure.value for name, figure in model.figures.items()}
    found = []
    for name, share, fault in SHORT_OF_REAL:
        if name in value:
            (real,) = model.figures[name].beside.values()
            if value[name] < share * real:
                found.append(fault.format(value[name], real))
    if value.get("recall", 1) < 0.4:
        found.append(f"Little variety: only {value['recall']:.0%} of the real pictures lie among the samples.")
    if value.get("precision", 1) < 0.6:
        found.append(f"Only {value['precision']:.0%} of the samples lie among the real pictures; expect broken ones.")
    weak = []
    for level in NOISE_LEVELS:
        figure = model.figures.get(f"denoising PSNR at {level:g} (dB)")
        if figure and figure.value < figure.beside["best linear filter"]:
            weak.append(f"{level:g}")
    if weak:
        found.append(f"At noise {', '.join(weak)} a linear filter removes noise better than this model.")
    if isinstance(model, ganzoo.Translator):
        found += translation_faults(model)
    neighbours = value.get("5-nearest-neighbour accuracy")
    if neighbours:
        found.append(f"Classes overlap on the map: {1 - neighbours:.0%} lie among another kind.")
    if model.name in SEEN and recipes.is_from_catalogue(model.recipe):
        found.append(SEEN[model.name])
    return found


def translation_faults(model: ganzoo.Translator) -> Iterator[str]:
    figures = {name: (figure.value, figure.beside) for name, figure in model.figures.items()}
    for name, (value, beside) in figures.items():
        if name == "test L1":
            for other, reached in beside.items():
                if reached < value:
                    yield f"Farther from the truth (L1 {value:.3f}) than the {other} ({reached:.3f})."
        elif name.startswith("sharpness") and value < BLURRED:
            yield f"Blurred: steps between pixels are {value:.0%} as large as in real pictures."
        elif name == "pixels of the right colour" and value <= max(beside.values()):
            yield "To paint everything in the commonest colour would be right more often."
        elif name.startswith("cycle L1") and value >= beside[CHANGE]:
            yield f"{name}: more is lost on the way there and back ({value:.3f}) than changes ({beside[CHANGE]:.3f})."
