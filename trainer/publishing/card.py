"""Model cards, generated from what config.json records; nobody edits them by hand."""

from statistics import mean, stdev

from huggingface_hub import ModelCardData

import ganzoo
from ganzoo.inference.config import ModelConfig
from ganzoo.inference.recorded import RecordedFigure
from trainer import data, recipes
from trainer.measures import generators
from trainer.publishing import faults

STACKED_NOTE = (
    " The classifier reads each channel by itself. Modes are the classes, one for every choice of three digits, that "
    "occur among as many samples as the real pictures beside them; the divergence from equal shares, KL, is in nats."
)
SMALL_NOTE = (
    f" With less than {generators.SMALL:,} test pictures, samples are compared with half of the pictures that the "
    "model learnt from, as the other half is beside them. Kinds are the different training pictures that samples are "
    "nearest to; samples much nearer to them than test pictures are would be copies."
)
SAMPLED = {
    "maps": " Of these, 400 pairs were learnt from and 100 measured on.",
    "seasons": " Of these, 800 photos of each season were learnt from, and 383 measured on.",
}
"""What shipped models saw of data sets that are larger where they come from."""
DISTANCES = ("Frechet distance", "precision", "recall")
FULL_WIDTH = {
    ("pix2pix", False): ("generator is 64 to 512 channels wide and has", 54.4),
    ("pix2pix", True): ("generator without skip connections is 64 to 512 channels wide and has", 39.1),
    ("cyclegan", False): ("two generators are 64 to 256 channels wide and have", 22.8),
}
"""By architecture, and whether it is `narrow`: how wide the generators in the papers' own code are, and how many
millions of parameters they have."""
CODE_GOALS = {"code head accuracy": 0.95, "rank correlation of slant with the slant code": 0.8,
              "rank correlation of thickness with the thickness code": 0.8}  # fmt: skip
"""Figures of an InfoGAN of digits, and from what value on its codes mean what they are named for."""
MOST_SEEDS = 5
"""Up to how many seeds have a column of their own on a card."""


def model_card(model: ganzoo.LoadedModel) -> str:
    """The README.md of a published model: Hub metadata, then Markdown."""
    config, recipe = model.config, model.recipe
    source = data.get_source(recipe["data"])
    kind, tag, example = usage(model)
    sampled = SAMPLED.get(recipe["data"], "") if recipes.is_from_catalogue(recipe) else ""
    metadata = ModelCardData(
        license="mit", library_name="ganzoo", tags=["ganzoo", tag], datasets=source.hub_id, pipeline_tag=kind
    )
    sections = [
        f"# {model.title}",
        f"`{model.name}`: {recipe['about']}",
        f"After: {recipe['source']} ({recipe['year']}). {model.parameters:,} parameters.{full_width(model)}",
        "![samples](samples.webp)",
        f"```python\nimport ganzoo\n\n{example}\n```",
        "## Figures",
        "Measured by `python -m trainer evaluate` on the test split, with exactly these weights in half precision.",
        figure_table(config.figures),
        *notes_on(model),
        *siblings_section(model),
        *seeds_section(config),
        *variants_section(model),
        "## Faults seen",
        "\n".join(f"* {fault}" for fault in faults.faults_of(model)) or "None by these measures.",
        "## Training",
        training_text(config),
        f"Data: {source.title} ({source.source}; {source.licence}).{sampled} No picture of it is contained here.",
    ]
    return f"---\n{metadata.to_yaml()}\n---\n" + "\n\n".join(sections) + "\n"


def usage(model: ganzoo.LoadedModel) -> tuple[str, str, str]:
    """The Hub's task name, a tag, and two lines of code."""
    name = model.name if recipes.is_from_catalogue(model.recipe) else "path/to/this/folder"
    shape = ", ".join(map(str, model.image_shape))
    if isinstance(model, ganzoo.Sampler):
        label = f", label={min(7, model.classes - 1)}" if model.classes else ""
        code = f'samples = ganzoo.load("{name}").sample(10, seed=3{label})\nsamples.pil()[0].save("sample.png")'
        return "unconditional-image-generation", "gan", code
    if isinstance(model, ganzoo.Translator):
        code = (
            f'from PIL import Image\n\nresult = ganzoo.load("{name}").translate(Image.open("picture.png"))\n'
            'result.save("result.png")'
        )
        return "image-to-image", model.recipe["game"], code
    if isinstance(model, ganzoo.Reconstructor):
        code = f'model = ganzoo.load("{name}")\nresult = model.reconstruct(images, noise=0.3)  # uint8 (n, {shape})'
        return "image-to-image", "autoencoder", code
    code = f'reader = ganzoo.load("{name}")\nprobabilities = reader.predict_proba(images)  # uint8 tensor (n, {shape})'
    return "image-classification", "classifier", code


def full_width(model: ganzoo.LoadedModel) -> str:
    """How wide the paper's generators are, for recipes of the catalogue with a row in `FULL_WIDTH`; else empty."""
    if kind_of(model) not in FULL_WIDTH or not recipes.is_from_catalogue(model.recipe):
        return ""
    width, millions = FULL_WIDTH[kind_of(model)]
    return (
        f" At 256x256 the paper's {width} {millions:g} million: {2 * millions:.0f} MB in half precision, where a file "
        "here may have 10, and a CPU has to draw with it. What that width would bring has not been measured"
        f"{step_towards_it(model)}."
    )


def kind_of(model: ganzoo.LoadedModel) -> tuple[str, bool]:
    """What `FULL_WIDTH` tells models apart by."""
    return model.config.architecture, isinstance(model, ganzoo.Translator) and model.network.has_bottleneck


def step_towards_it(model: ganzoo.LoadedModel) -> str:
    """Where a wider variant of this model, or of a shipped one of its kind, was measured; empty where none was."""
    if has_wider_variant(model):
        return ", but a step towards it has: see below"
    others = (ganzoo.load(name) for name in ganzoo.names() if name != model.name)
    wider = next((one for one in others if kind_of(one) == kind_of(model) and has_wider_variant(one)), None)
    return f"; what a step towards it brought to `{wider.name}` stands on that one's card" if wider else ""


def has_wider_variant(model: ganzoo.LoadedModel) -> bool:
    return any(
        variant.options.keys() & {"width", "widest"} and variant.parameters > model.parameters
        for variant in model.config.variants.values()
    )


def figure_table(figures: dict[str, RecordedFigure]) -> str:
    rows = ["| measure | value | to read it beside |", "|---|---|---|"]
    for name, figure in figures.items():
        beside = ", ".join(f"{key}: {value:.4g}" for key, value in figure.beside.items())
        rows.append(f"| {name} | {figure.value:.4g} | {beside} |")
    return "\n".join(rows)


def siblings(model: ganzoo.LoadedModel) -> list[ganzoo.Translator]:
    """The shipped models that do the same as this one, trained another way."""
    return model.peers(map(ganzoo.load, ganzoo.names())) if isinstance(model, ganzoo.Translator) else []


def siblings_section(model: ganzoo.LoadedModel) -> list[str]:
    """A model's figures beside those of its `siblings`, and what these make of the same drawings; empty without any."""
    found = siblings(model)
    if not found:
        return []
    names = [name for name in model.figures if all(name in one.figures for one in found)]
    table = [["model", *names], ["---"] * (1 + len(names))]
    table += [[f"`{one.name}`", *(f"{one.figures[name].value:.4g}" for name in names)] for one in (model, *found)]
    rows = ", ".join(f"`{one.name}`" for one in (model, *found))
    return [
        "## Beside its siblings",
        "\n".join(f"| {' | '.join(row)} |" for row in table),
        "![siblings](siblings.webp)",
        f"Row by row: what is given, then what is made of it by {rows}.",
    ]


def seeds_section(config: ModelConfig) -> list[str]:
    """What the recipe gives with other seeds too; empty where none was measured."""
    if not config.seeds or config.training is None or config.training.seed is None:
        return []
    shipped = config.training.seed
    figures = {shipped: config.figures, **{int(s): config.seeds[s].figures for s in sorted(config.seeds, key=int)}}
    return [
        f"## Over {len(figures)} seeds",
        f"The same recipe trained with seeds {', '.join(map(str, figures))}, every run measured as it would ship; the "
        f"weights here are those of seed {shipped}. After ± stands the sample standard deviation.",
        *codes_found(figures),
        seeds_table(figures),
    ]


def codes_found(figures: dict[int, dict[str, RecordedFigure]]) -> list[str]:
    """How many seeds gave the codes of an InfoGAN their meaning; empty for other models."""
    if not all(CODE_GOALS.keys() <= of_seed.keys() for of_seed in figures.values()):
        return []
    reached = [{name for name, goal in CODE_GOALS.items() if of[name].value >= goal} for of in figures.values()]
    each = [
        f"{name} of at least {goal:g} in {sum(name in one for one in reached)}" for name, goal in CODE_GOALS.items()
    ]
    every = sum(one == CODE_GOALS.keys() for one in reached)
    told = f"In {every} of {len(figures)} seeds every code means what it is named for."
    return [f"{told} One by one: {', '.join(each)}."]


def variants_section(model: ganzoo.LoadedModel) -> list[str]:
    """What the recipe gives with other options of its networks; empty where none was measured."""
    variants = model.config.variants
    if not variants:
        return []
    columns = [(model.parameters, model.figures)]
    columns += [(variant.parameters, variant.figures) for variant in variants.values()]
    rows = [["measure", "these weights", *(f"`{options}`" for options in variants)], ["---"] * (1 + len(columns))]
    rows.append(["parameters", *(f"{parameters:,}" for parameters, _ in columns)])
    for name in model.figures:
        found = (figures.get(name) for _, figures in columns)
        rows.append([name, *("–" if figure is None else f"{figure.value:.4g}" for figure in found)])
    return [
        "## With other options",
        "The same recipe with other options of the networks, measured as it would ship.",
        "\n".join(f"| {' | '.join(row)} |" for row in rows),
    ]


def seeds_table(figures: dict[int, dict[str, RecordedFigure]]) -> str:
    """A row for each figure that any seed has; figures and what to read them beside, by seed.

    What stands beside is a mean as well, where all seeds have it: floors hardly depend on the seed, but the other codes
    of an InfoGAN do. A figure that a seed lacks gives no mean.
    """
    seeds = list(figures) if len(figures) <= MOST_SEEDS else []
    heads = ["measure", "mean ± deviation", "lowest", "highest", *(f"seed {s}" for s in seeds), "to read it beside"]
    rows = [heads, ["---"] * len(heads)]
    for name in dict.fromkeys(name for of_seed in figures.values() for name in of_seed):
        found = {seed: of_seed[name] for seed, of_seed in figures.items() if name in of_seed}
        each = [f"{found[seed].value:.4g}" if seed in found else "–" for seed in seeds]
        told = spread(list(found.values())) if len(found) == len(figures) else ["–", "–", "–", ""]
        rows.append([name, *told[:3], *each, told[3]])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def spread(found: list[RecordedFigure]) -> list[str]:
    """Of one figure with two seeds or more: mean and sample standard deviation, lowest, highest, and means beside."""
    values = [figure.value for figure in found]
    shared = [key for key in found[0].beside if all(key in figure.beside for figure in found)]
    beside = ", ".join(f"{key}: {mean(figure.beside[key] for figure in found):.4g}" for key in shared)
    return [f"{mean(values):.4g} ± {stdev(values):.2g}", f"{min(values):.4g}", f"{max(values):.4g}", beside]


def notes_on(model: ganzoo.LoadedModel) -> list[str]:
    if isinstance(model, ganzoo.Sampler):
        source = data.get_source(model.recipe["data"])
        reader = source.classifier
        where = f"`{reader}`" if reader else "a classifier of these pictures"
        return [
            f"Distances, precision, recall (k = 3) and coverage (k = 5) are taken in the features of {where}, with as "
            "many samples as real pictures; they are not Inception FIDs. Class entropy is in nats."
            + (SMALL_NOTE if any(name.startswith(generators.KINDS) for name in model.figures) else "")
            + (STACKED_NOTE if source.stacked else "")
            + (
                ""
                if model.truncation == 1
                else f" Latents are scaled by {model.truncation:g} unless one asks otherwise."
            ),
        ]
    if isinstance(model, ganzoo.Translator):
        return [translation_note(model)]
    if isinstance(model, ganzoo.Reconstructor):
        return ["Noise is added to pixels in [0, 1] and not clipped before encoding."]
    return []


def translation_note(model: ganzoo.Translator) -> str:
    if len(model.directions) == 2:
        return "L1 is the mean distance between pixels in [0, 1]. Small changes would make a small cycle L1 easy."
    made = f" What is to be undone was done to them at strength {model.strength:g}." if model.undoes else ""
    reading = (
        " What is found again is read in the results by a model that goes back: its intersection with what was drawn "
        "over their union, of the rarer of two colours, or the mean over all."
    )
    found = reading if any("found again" in name for name in model.figures) else ""
    return (
        f"Distances are between pixels in [0, 1], on pairs that were not trained on.{made} The look-up gives, in place "
        "of the result, the target of the training pair whose source is nearest. Sharpness is the mean step from a "
        "pixel to its neighbour. Smaller L1 is not better where many results would be right: blur has the smallest."
        f"{found}"
    )


def training_text(config: ModelConfig) -> str:
    training, recipe, compared = config.training, config.recipe, config.compared
    versus = ", ".join(f"{name} {value:.4g}" for name, value in compared.values.items())
    why = f" ({compared.figure}: {versus})" if len(compared.values) > 1 else ""
    choice = f" The {config.weights} weights ship{why}." if why or config.weights != "last" else ""
    return (
        f"{training.steps:,} steps of {recipe['batch_size']} pictures ({training.images:,} in all), Adam at "
        f"{recipe['learning_rate']:g} ({recipe['schedule']}), seed {training.seed}, "
        f"{duration(training.seconds)} on: {training.device}; "
        f"torch {training.versions['torch']}.{choice} The full recipe is in config.json"
        + (f"; `python -m trainer train {config.name}` repeats it." if recipes.is_from_catalogue(recipe) else ".")
    )


def duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


def headline(model: ganzoo.LoadedModel) -> dict[str, float]:
    """The few figures that say most about a model."""
    if isinstance(model, ganzoo.Sampler):
        wanted = ("KL to uniform", "modes", *DISTANCES, "labels right")
    elif isinstance(model, ganzoo.Translator):
        wanted = [name for name in model.figures if not name.startswith("test PSNR")]
    elif isinstance(model, ganzoo.Reconstructor):
        wanted = ("test MSE", "denoising PSNR at 0.5 (dB)", "5-nearest-neighbour accuracy")
    else:
        wanted = ("test accuracy",)
    return {name: model.figures[name].value for name in wanted if name in model.figures}
