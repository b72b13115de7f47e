"""The family of generators: GANs of all kinds."""

from collections.abc import Iterator
from typing import Any

import torch
from PIL import Image

import ganzoo
from ganzoo.images import grid, to_uint8
from ganzoo.inference import ModelStore
from ganzoo.models import GAN
from trainer import data
from trainer.data import ImageDataset
from trainer.families.family import Family, Usage
from trainer.games import Game
from trainer.measures import EvaluationSetup, generators, infogan_codes
from trainer.measures.generators import KINDS, SMALL
from trainer.measures.splits import data_name_of, splits_of

DISTANCES = ("Frechet distance", "precision", "recall")
MOST_COLUMNS = 20
"""Classes that a preview has room for."""
STACKED_NOTE = (
    "The classifier sees each channel by itself. A mode is a class, a combination of three digits; modes are counted "
    "in as many samples as real images. KL, the divergence from equal shares, is in nats."
)
SMALL_NOTE = (
    f"With fewer than {SMALL:,} test images, samples are compared with one half of the training images; the other half "
    "gives the values for comparison. Kinds are the different training images that samples are nearest to. Copies "
    "would be much nearer to training images than test images are."
)
SHORT_OF_REAL = (
    ("modes", 0.99, "Modes are missing: {:.0f} classes occur where real images show {:.0f}."),
    ("class entropy", 0.87, "Some classes are rare or missing: class entropy {:.2f} of {:.2f}."),
    (
        "coverage",
        0.6,
        "Only {:.0%} of the real images have a sample close by; {:.0%} have another real image close by.",
    ),
    ("labels right", 0.98, "{:.1%} of the samples show the class that was asked for; of real images {:.1%} do."),
)
"""Figures that should come near those of real images: the least share of these, and what is wrong below it."""


def headline(model: ganzoo.Sampler) -> tuple[str, ...]:
    return "KL to uniform", "modes", *DISTANCES, "labels right"


def usage(model: ganzoo.Sampler, name: str) -> Usage:
    label = f", label={min(7, model.classes - 1)}" if model.classes else ""
    code = (
        f'import ganzoo\n\nsamples = ganzoo.load("{name}").sample(10, seed=3{label})\n'
        'samples.pil()[0].save("sample.png")'
    )
    return Usage("unconditional-image-generation", "gan", code)


def notes(model: ganzoo.Sampler) -> str:
    source = data.get_source(model.config.data)
    classifier = f"`{source.classifier}`" if source.classifier else "a classifier of these images"
    sentences = [
        f"Distances, precision, recall (k = 3) and coverage (k = 5) are measured in the features of {classifier}, on "
        "as many samples as real images; they are not Inception FIDs. Class entropy is in nats."
    ]
    if any(name.startswith(KINDS) for name in model.figures):
        sentences.append(SMALL_NOTE)
    if source.stacked:
        sentences.append(STACKED_NOTE)
    if model.truncation != 1:
        sentences.append(f"Latents are scaled by {model.truncation:g} by default.")
    return " ".join(sentences)


def faults(model: ganzoo.Sampler) -> Iterator[str]:
    figures = model.figures
    for name, share, fault in SHORT_OF_REAL:
        if name in figures:
            (real,) = figures[name].beside.values()
            if figures[name].value < share * real:
                yield fault.format(figures[name].value, real)
    if "recall" in figures and figures["recall"].value < 0.4:
        yield f"Little variety: only {figures['recall'].value:.0%} of the real images lie among the samples."
    if "precision" in figures and figures["precision"].value < 0.6:
        share = figures["precision"].value
        yield f"Only {share:.0%} of the samples lie among the real images; expect broken ones."


def sample_sheet(model: ganzoo.Sampler, store: ModelStore) -> Image.Image:
    return grid(model.sample(50, seed=0).images, columns=10)


def preview(network: GAN, game: Game, dataset: ImageDataset, seed: int) -> Image.Image:
    """64 samples from fixed latents; with labels, a column for each of the first classes."""
    device = next(network.parameters()).device
    rng = torch.Generator(device).manual_seed(seed)
    columns = min(network.classes, MOST_COLUMNS) or 8
    labels = torch.arange(columns * 6 if network.classes else 64, device=device) % columns
    images = network.generate(network.latents(len(labels), rng), labels)
    return grid(to_uint8(images, network.pixels), columns=columns)


def config_fields(model: ganzoo.Sampler, setup: EvaluationSetup) -> dict[str, Any]:
    """For an InfoGAN: what its codes mean."""
    if not isinstance(model, ganzoo.CodedSampler):
        return {}
    _, test = splits_of(model, setup)
    meaning = infogan_codes.find_meaning(model, test, images_per_category=setup.images_per_category)
    return {"codes": meaning.as_json()}


def check_setup(model: ganzoo.Sampler, setup: EvaluationSetup) -> None:
    """Raise ValueError for data without a classifier, and for a classifier that does not fit or has other classes."""
    classifier = generators.load_classifier(model, data_name_of(model, setup), setup.classifier, setup.store)
    if model.classes > 1 and model.config.class_names:
        classifier.with_classes(model.config.class_names)


GENERATORS = Family(
    model=ganzoo.Sampler,
    network=GAN,
    measure=generators.measure,
    headline=headline,
    usage=usage,
    notes=notes,
    faults=faults,
    sample_sheet=sample_sheet,
    preview=preview,
    has_animation=True,
    config_fields=config_fields,
    takes_reader=lambda model: True,
    check_setup=check_setup,
)
