"""The command line: list, sample, reconstruct and translate, which run models, and stylize, which needs none."""

import json as json_format
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import torch
import tyro
from tqdm import tqdm

import ganzoo
from ganzoo import checks, image_files
from ganzoo import style as style_transfer
from ganzoo.command_line import run_commands
from ganzoo.inference import MAX_COUNT, preparation

MAX_COLUMNS = 100
"""The most reconstructions that one image shows side by side."""
Codes = Annotated[tuple[str, ...], tyro.conf.arg(name="code", metavar="NAME=VALUE"), tyro.conf.UseAppendAction]


def list_models(json: bool = False) -> None:
    """List the shipped models.

    Args:
        json: print JSON with every figure instead of a table
    """
    models = []
    for name in ganzoo.names():
        try:
            models.append(ganzoo.load(name))
        except ValueError as error:
            print(f"{name} is left out: {checks.printable(str(error))}", file=sys.stderr)
    if json:
        print(json_format.dumps([describe(model) for model in models], indent=2))
        return
    for model in models:
        print(f"{model.name:24}{type(model).__name__:15}{model.parameters:>10,}  {model.title}")


def describe(model: ganzoo.LoadedModel) -> dict[str, Any]:
    """What `list --json` prints of a model."""
    return {
        "name": model.name,
        "title": model.title,
        "kind": type(model).__name__.lower(),
        "classes": model.classes,
        "class_names": model.class_names,
        "image_shape": list(model.image_shape),
        "parameters": model.parameters,
        "figures": {name: figure.value for name, figure in model.figures.items()},
    }


def sample(
    name: Annotated[str, tyro.conf.Positional],
    out: Path,
    count: int = 64,
    seed: int = 0,
    label: str | None = None,
    truncation: float | None = None,
    codes: Codes = (),
) -> None:
    """Draw pictures from a generator.

    Args:
        name: a shipped model, a folder or a Hub id
        out: a picture (.png, .webp, .jpg: a grid) or an .npz with `images` and, for a conditional model, `labels`
        count: how many
        seed: the same seed gives the same bytes
        label: the class asked for, its name or its number; without it a conditional model goes through all in turn
        truncation: scales the latents; 1 is as in training, below is more typical; the model's own by default
        codes: sets a code of an InfoGAN, such as slant=0.5, in -1..1; may be repeated
    """
    file_format = image_files.output_format(out)
    checks.whole("count", count, 1, MAX_COUNT)
    sampler = ganzoo.load(name, ganzoo.CodedSampler if codes else ganzoo.Sampler)
    options = {"codes": dict(map(parse_code, codes))} if codes else {}
    samples = sampler.sample(count, seed=seed, label=label, truncation=truncation, **options)
    if file_format == "NPZ":
        labels = {} if samples.labels is None else {"labels": samples.labels}
        image_files.write_npz(out, images=samples.images, **labels)
    else:
        columns = None if samples.labels is None else min(10, count)
        image_files.write_grid(out, samples.images, columns=columns)
    if samples.labels is not None and sampler.data_classes:
        print(f"drawn: {checks.listed([sampler.class_names[label] for label in samples.labels.unique().tolist()])}")


def parse_code(assignment: str) -> tuple[str, float]:
    """The name and the value in "slant=0.5". Raises ValueError."""
    name, _, value = assignment.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"expected a code as name=number, got {checks.shown(assignment)}") from None


def reconstruct(
    name: Annotated[str, tyro.conf.Positional],
    images: tuple[Path, ...],
    out: Path,
    noise: float = 0.0,
    code_noise: float = 0.0,
    seed: int = 0,
) -> None:
    """Send pictures through an autoencoder.

    Args:
        name: a shipped model, a folder or a Hub id
        images: one .npz with `images` (uint8, N x H x W, or N x H x W x 3 in colour), or one or more pictures
        out: a picture (originals over what the encoder saw over the output) or an .npz with `noisy` and `output`
        noise: standard deviation of the noise on the pictures, pixels in [0, 1]
        code_noise: standard deviation of the noise on the code
        seed: the same seed gives the same noise
    """
    file_format = image_files.output_format(out)
    model = ganzoo.load(name, ganzoo.Reconstructor)
    originals = image_files.read_images(images)
    result = model.reconstruct(originals, noise=noise, code_noise=code_noise, seed=seed)
    if file_format == "NPZ":
        image_files.write_npz(out, noisy=result.noisy, output=result.output)
        return
    if len(result.images) > MAX_COLUMNS:
        raise ValueError(
            f"a picture shows at most {MAX_COLUMNS} reconstructions, got {len(result.images)}; write an .npz instead"
        )
    rows = torch.cat([result.images, result.noisy, result.output])
    image_files.write_grid(out, rows, columns=len(result.images))


def translate(
    name: Annotated[str, tyro.conf.Positional],
    pictures: Annotated[tuple[Path, ...], tyro.conf.Positional],
    out: Path,
    direction: str | None = None,
    side: int | None = None,
) -> None:
    """Make other pictures out of pictures: what a pix2pix or a CycleGAN has learnt.

    Args:
        name: a shipped model, a folder or a Hub id
        pictures: one picture, several, or folders of them; what cannot be read in a folder is named and left out
        out: a picture for one picture, else a folder, in which each result has the name of its source and .png
        direction: such as "summer to winter", where the model knows two; the first one by default
        side: the shorter side of what goes through the model, in pixels; what it was trained at by default
    """
    model = ganzoo.load(name, ganzoo.Translator)
    # Wrong options are refused before the first image is translated.
    model.task.index_of(direction)
    side = None if side is None else checks.whole("side", side, preparation.MIN_SIDE, preparation.MAX_SIDE)
    is_single = len(pictures) == 1 and not pictures[0].is_dir()
    if is_single and out.suffix:
        image_files.image_format(out)
        translate_file(model, pictures[0], out, direction, side)
        return
    if out.suffix.lower() in image_files.IMAGE_FORMATS or out.is_file():
        raise ValueError(f"several pictures go into a folder, got --out {out}")
    count = 0
    for path, result in image_files.result_paths(pictures, out):
        try:
            translate_file(model, path, result, direction, side)
            count += 1
        except ValueError as error:
            if path in pictures:
                raise
            print(f"left out: {error}", file=sys.stderr)
    if not count:
        raise ValueError(f"no picture that can be read in {', '.join(map(str, pictures))}")
    print(f"{count} pictures in {out}")


def translate_file(model: ganzoo.Translator, path: Path, out: Path, direction: str | None, side: int | None) -> None:
    """Write the result of one image file. Raises ValueError where it cannot be read."""
    image_files.write_image(out, model.translate(image_files.open_own(path), direction=direction, side=side))


def stylize(
    content: Annotated[Path, tyro.conf.Positional],
    style: Annotated[Path, tyro.conf.Positional],
    out: Path,
    size: int = 256,
    steps: int | None = None,
    style_weight: float = 1.0,
    content_weight: float = 1.0,
    features: str = "patches",
    seed: int = 0,
) -> None:
    """Paint one picture in the colours and strokes of another.

    Args:
        content: the picture to paint
        style: the picture whose manner is taken
        out: a picture (.png, .webp, .jpg)
        size: pixels of the longer side, 64..512
        steps: rounds of work; the method's own by default
        style_weight: how much the strokes count; only the ratio to the other weight matters
        content_weight: how much the content counts
        features: patches (of the style itself, no download) or vgg19 (its weights, 548 MB, are fetched; much slower)
        seed: the same seed gives the same picture
    """
    image_files.image_format(out)  # a wrong ending is refused before the work
    content_image, style_image = (
        image_files.open_own(path, longest=2 * style_transfer.MAX_SIZE) for path in (content, style)
    )
    stages = style_transfer.transfer(
        content_image,
        style_image,
        features=features,
        content_weight=content_weight,
        style_weight=style_weight,
        size=size,
        steps=steps,
        seed=seed,
    )
    with tqdm(unit="step", disable=None) as bar:
        for stage in stages:
            bar.total = stage.steps
            bar.update()
    image_files.write_image(out, stage.picture)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; `run_commands` lists the codes."""
    commands: dict[str, Callable[..., None]] = {
        "list": list_models,
        "sample": sample,
        "reconstruct": reconstruct,
        "translate": translate,
        "stylize": stylize,
    }
    return run_commands(commands, program="python -m ganzoo", arguments=arguments)


if __name__ == "__main__":
    sys.exit(main())
