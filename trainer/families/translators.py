"""The family of translators: pix2pix and CycleGAN."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor

import ganzoo
from ganzoo.images import from_uint8, grid, to_uint8
from ganzoo.inference import ModelStore
from ganzoo.models import Translation
from trainer.data import Batch, ImageDataset
from trainer.families.family import Family, Usage
from trainer.families.own_images import all_models, own_sources
from trainer.measures import EvaluationSetup, translators
from trainer.measures.translators import CHANGE

BLURRED = 0.7
"""The share of real images' sharpness below which results count as blurred."""
PAPER_SIZES = {
    ("pix2pix", False): ("generator is 64 to 512 channels wide and has", 54.4),
    ("pix2pix", True): ("generator without skip connections is 64 to 512 channels wide and has", 39.1),
    ("cyclegan", False): ("two generators are 64 to 256 channels wide and have", 22.8),
}
"""The size of the generators in the papers' code, in millions of parameters, by architecture and bottleneck."""
FOUND_AGAIN_NOTE = (
    "Found again: a model of the opposite direction translates the results back, and its output is compared with what "
    "was drawn, by intersection over union (IoU): of the rarer of two colours, or the mean over all colours."
)


def headline(model: ganzoo.Translator) -> list[str]:
    return [name for name in model.figures if not name.startswith("test PSNR")]


def usage(model: ganzoo.Translator, name: str) -> Usage:
    code = (
        "from PIL import Image\n\nimport ganzoo\n\n"
        f'result = ganzoo.load("{name}").translate(Image.open("picture.png"))\n'
        'result.save("result.png")'
    )
    return Usage("image-to-image", model.config.game, code)


def notes(model: ganzoo.Translator) -> str:
    if len(model.directions) == 2:
        return (
            "L1 is the mean absolute difference of pixels in [0, 1]. A model that changes little easily has a small "
            "cycle L1."
        )
    sentences = ["Differences are between pixels in [0, 1], on pairs that the model was not trained on."]
    if model.undoes:
        sentences.append(f"Sources were degraded at strength {model.strength:g}.")
    sentences += [
        "The look-up answers with the target of the training pair whose source is nearest.",
        "Sharpness is the mean difference between neighbouring pixels.",
        "Where many results would be right, a smaller L1 is not better: blur has the smallest.",
    ]
    if any("found again" in name for name in model.figures):
        sentences.append(FOUND_AGAIN_NOTE)
    return " ".join(sentences)


def faults(model: ganzoo.Translator) -> Iterator[str]:
    for name, figure in model.figures.items():
        value, beside = figure.value, figure.beside
        if name == "test L1":
            for other, l1 in beside.items():
                if l1 < value:
                    yield f"Farther from the truth (L1 {value:.3f}) than the {other} ({l1:.3f})."
        elif name.startswith("sharpness") and value < BLURRED:
            yield f"Blurred: neighbouring pixels differ only {value:.0%} as much as in real images."
        elif name == "pixels of the right colour" and value <= max(beside.values()):
            yield "Painting everything in the commonest colour would be right more often."
        elif name.startswith("cycle L1") and value >= beside[CHANGE]:
            yield f"{name}: more is lost on the way there and back ({value:.3f}) than changes ({beside[CHANGE]:.3f})."


def paper_size(model: ganzoo.Translator, store: ModelStore) -> str:
    """The size of the paper's generators, and where a step towards them was measured."""
    if size_key(model) not in PAPER_SIZES:
        return ""
    size, millions = PAPER_SIZES[size_key(model)]
    return (
        f"At 256x256 the paper's {size} {millions:g} million parameters: {2 * millions:.0f} MB in half precision. "
        "Here a file may have 10 MB, and a CPU must run the model. What that width would bring has not been measured"
        f"{wider_model_note(model, store)}."
    )


def size_key(model: ganzoo.Translator) -> tuple[str, bool]:
    """The model's row of `PAPER_SIZES`."""
    return model.config.architecture, model.network.has_bottleneck


def wider_model_note(model: ganzoo.Translator, store: ModelStore) -> str:
    """Where a wider variant of this model, or of another one of its row, was measured; empty where none was."""
    if has_wider_variant(model):
        return ", but a step towards it has: see below"
    for other in all_models(store):
        if isinstance(other, ganzoo.Translator) and size_key(other) == size_key(model) and has_wider_variant(other):
            return f"; the card of `{other.name}` says what a step towards it brought"
    return ""


def has_wider_variant(model: ganzoo.Translator) -> bool:
    return any(
        variant.options.keys() & {"width", "widest"} and variant.parameters > model.parameters
        for variant in model.config.variants.values()
    )


def sample_sheet(model: ganzoo.Translator, store: ModelStore) -> Image.Image:
    """For each direction a row of sources over a row of results; the first results are the sources of the way back."""
    rows: list[Tensor] = []
    for direction in model.directions:
        sources = rows[-1] if rows else own_sources(model, store)
        rows += [sources, model.translate(sources, direction=direction)]
    return grid(torch.cat(rows), columns=len(rows[0]))


def peers(model: ganzoo.Translator, store: ModelStore) -> list[ganzoo.Translator]:
    return model.peers(all_models(store))


def peers_sheet(model: ganzoo.Translator, others: Sequence[ganzoo.Translator], store: ModelStore) -> Image.Image:
    """A row of sources, a row of the model's results, and one for each of the others."""
    sources = own_sources(model, store)
    results = [each.translate(sources, direction=model.directions[0]) for each in (model, *others)]
    return grid(torch.cat([sources, *results]), columns=len(sources))


def preview(network: Translation, game: Any, dataset: ImageDataset, seed: int) -> Image.Image:
    """Rows of eight sources, results and targets; for two directions also what the targets become."""
    device = next(network.parameters()).device
    source, target = game.pairs(first_batch(dataset, device, seed=seed))
    rows = [source, network.translate(source), target]
    if network.directions == 2:
        rows.append(network.translate(target, 1))
    return grid(to_uint8(torch.cat(rows), network.pixels), columns=len(source))


def first_batch(dataset: ImageDataset, device: torch.device, *, seed: int) -> Batch:
    """The first eight pairs, as a turn of a game sees them."""
    images = from_uint8(dataset.first(8).to(device), "signed")
    rng = torch.Generator(device).manual_seed(seed)
    return Batch(images, torch.zeros(len(images)), 0, rng, len(images), slice(None))


def figure_decides(network: Translation) -> bool:
    """No figure tells which of two models with a discriminator is better.

    Blur has the smallest L1, and a CycleGAN that changes nothing the smallest cycle L1.
    """
    return not network.has_discriminator


def check_setup(model: ganzoo.Translator, setup: EvaluationSetup) -> None:
    """Raise ValueError for a named model that does not map results to sources."""
    if setup.classifier is not None and len(model.directions) == 1:
        translators.way_back(model, model.config.data, setup.classifier, setup.store)


TRANSLATORS = Family(
    takes_reader=lambda model: len(model.directions) == 1,
    check_setup=check_setup,
    model=ganzoo.Translator,
    network=Translation,
    measure=translators.measure,
    headline=headline,
    usage=usage,
    notes=notes,
    faults=faults,
    paper_size=paper_size,
    sample_sheet=sample_sheet,
    lossless_sheet=False,
    preview=preview,
    peers=peers,
    peers_sheet=peers_sheet,
    figure_decides=figure_decides,
)
