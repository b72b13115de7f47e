"""Command line of the models: list, sample, reconstruct, translate; and style transfer, which needs none: stylize."""

import io
import json as json_format
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import tyro
from PIL import Image
from torch import Tensor
from tqdm import tqdm

import ganzoo
from ganzoo import checks
from ganzoo import style as style_transfer
from ganzoo.command_line import run_commands
from ganzoo.files import replace_file
from ganzoo.images import SUFFIXES, as_digit, fit, grid, open_picture
from ganzoo.inference.sampler import MAX_COUNT
from ganzoo.inference.translator import LONGEST, SHORTEST

PICTURE_FORMATS = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}
MAX_ARCHIVE = 512 * 2**20
"""Bytes that the arrays of an .npz may unpack to."""


Codes = Annotated[tuple[str, ...], tyro.conf.arg(name="code", metavar="NAME=VALUE"), tyro.conf.UseAppendAction]


def list_(json: bool = False) -> None:
    """List the shipped models.

    Args:
        json: print JSON with every figure instead of a table
    """
    models = [ganzoo.load(name) for name in ganzoo.names()]
    if json:
        print(json_format.dumps([describe(model) for model in models], indent=2))
        return
    for model in models:
        print(f"{model.name:24}{type(model).__name__:15}{model.parameters:>10,}  {model.title}")


def describe(model: ganzoo.LoadedModel) -> dict:
    return {
        "name": model.name,
        "title": model.title,
        "kind": type(model).__name__.lower(),
        "classes": model.classes,
        "image_shape": list(model.image_shape),
        "parameters": model.parameters,
        "figures": {name: figure.value for name, figure in model.figures.items()},
    }


def code(assignment: str) -> tuple[str, float]:
    """Name and value of "slant=0.5". Raises ValueError."""
    name, _, value = assignment.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"expected a code as name=number, got {assignment!r}") from None


def sample(
    name: Annotated[str, tyro.conf.Positional],
    out: Path,
    count: int = 64,
    seed: int = 0,
    label: int | None = None,
    truncation: float | None = None,
    codes: Codes = (),
) -> None:
    """Draw pictures from a generator.

    Args:
        name: a shipped model, a folder or a Hub id
        out: a picture (.png, .webp, .jpg: a grid) or an .npz with `images` and, for a conditional model, `labels`
        count: how many
        seed: the same seed gives the same bytes
        label: the class asked for; without it a conditional model goes through its classes in turn
        truncation: scales the latents; 1 is as in training, below is more typical; the model's own by default
        codes: sets a code of an InfoGAN, such as slant=0.5, in -1..1; may be repeated
    """
    writer = output_format(out)
    checks.whole("count", count, 1, MAX_COUNT)
    if codes:
        values = dict(map(code, codes))
        coded = ganzoo.load(name, ganzoo.CodedSampler)
        samples = coded.sample(count, seed=seed, label=label, truncation=truncation, codes=values)
    else:
        samples = ganzoo.load(name, ganzoo.Sampler).sample(count, seed=seed, label=label, truncation=truncation)
    if writer == "NPZ":
        labels = {} if samples.labels is None else {"labels": samples.labels.numpy()}
        write_npz(out, images=as_array(samples.images), **labels)
    else:
        write_grid(out, samples.images, columns=min(10, count) if samples.labels is not None else None)


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
        images: one .npz with `images` (uint8, N x H x W), or one or more pictures
        out: a picture (originals over what the encoder saw over the output) or an .npz with `noisy` and `output`
        noise: standard deviation of the noise on the pictures, pixels in [0, 1]
        code_noise: standard deviation of the noise on the code
        seed: the same seed gives the same noise
    """
    writer = output_format(out)
    model = ganzoo.load(name, ganzoo.Reconstructor)
    result = model.reconstruct(read_images(images, model), noise=noise, code_noise=code_noise, seed=seed)
    if writer == "NPZ":
        write_npz(out, noisy=as_array(result.noisy), output=as_array(result.output))
        return
    if len(result.images) > 100:
        raise ValueError(
            f"a picture shows at most 100 reconstructions, got {len(result.images)}; write an .npz instead"
        )
    write_grid(out, torch.cat([result.images, result.noisy, result.output]), columns=len(result.images))


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
    model.number_of(direction)  # better refused now than after the first picture
    side = None if side is None else checks.whole("side", side, SHORTEST, LONGEST)
    alone = len(pictures) == 1 and not pictures[0].is_dir()
    if alone and out.suffix:
        picture_format(out)
        write_picture(out, model.translate(open_picture(pictures[0]), direction=direction, side=side))
        return
    if out.suffix.lower() in PICTURE_FORMATS or out.is_file():
        raise ValueError(f"several pictures go into a folder, got --out {out}")
    done = 0
    for path, place in destinations(pictures, out):
        try:
            write_picture(place, model.translate(open_picture(path), direction=direction, side=side))
            done += 1
        except ValueError as error:
            if path in pictures:
                raise
            print(f"left out: {error}", file=sys.stderr)
    if not done:
        raise ValueError(f"no picture that can be read in {', '.join(map(str, pictures))}")
    print(f"{done} pictures in {out}")


def destinations(sources: tuple[Path, ...], out: Path) -> list[tuple[Path, Path]]:
    """Each picture with the place of its result; what lies in `out` already is no source.

    Raises ValueError where two results would have the same name, or one that of a source.
    """
    found = [(path, out / path.relative_to(root)) for source in sources for root, path in inside(source, out)]
    taken: dict[Path, Path] = {}
    for path, place in [(path, place.with_suffix(".png")) for path, place in found]:
        if place in taken:
            raise ValueError(f"{taken[place]} and {path} would both become {place}")
        if place.exists() and place.resolve() in [source.resolve() for source, _ in found]:
            raise ValueError(f"{place} is a picture to be translated: name another --out")
        taken[place] = path
    return [(path, place) for place, path in taken.items()]


def inside(source: Path, out: Path) -> Iterator[tuple[Path, Path]]:
    """A picture's folder and itself; for a folder, it and the pictures in it, hidden ones and those in `out` aside."""
    if not source.is_dir():
        yield source.parent, source
        return
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(source).parts)
        own = source.resolve() != out.resolve() and path.resolve().is_relative_to(out.resolve())
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden and not own:
            yield source, path


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
    picture_format(out)  # better refused now than after the work
    opened = (open_picture(path, longest=2 * style_transfer.MAX_SIZE) for path in (content, style))
    stages = style_transfer.transfer(
        *opened,
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
    write_picture(out, stage.picture)


def read_images(paths: tuple[Path, ...], model: ganzoo.Reconstructor) -> Tensor:
    """uint8 (n, c, h, w) from one .npz, or from pictures made to fit the model."""
    if not paths:
        raise ValueError("--images needs one .npz or at least one picture")
    archives = [path for path in paths if path.suffix.lower() == ".npz"]
    if archives and len(paths) > 1:
        raise ValueError(f"give one .npz or several pictures, not both: {', '.join(map(str, paths))}")
    if archives:
        return model.as_images(read_npz(archives[0]))
    to_tensor = as_digit if model.image_shape == (1, 28, 28) else lambda image: fit(image, model.image_shape)
    return torch.stack([to_tensor(open_picture(path)) for path in paths])


def read_npz(path: Path) -> np.ndarray:
    """The array `images` of an .npz. Raises ValueError for what is none, and for pickled objects."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_ARCHIVE:
            raise ValueError(f"{path} unpacks to {size / 2**20:.0f} MiB; at most {MAX_ARCHIVE >> 20} are read")
        with np.load(path, allow_pickle=False) as archive:
            if "images" not in archive:
                raise ValueError(f"{path} has no array `images`; it has {', '.join(archive.files) or 'none'}")
            images = archive["images"]
    except (zipfile.BadZipFile, EOFError, MemoryError) as error:
        raise ValueError(f"{path} is no .npz file that can be read: {error}") from error
    if not isinstance(images, np.ndarray):
        raise ValueError(f"`images` in {path} is no array")
    return images


def output_format(path: Path) -> str:
    """The format that a file's ending names. Raises ValueError that lists the choices."""
    formats = PICTURE_FORMATS | {".npz": "NPZ"}
    return formats[checks.choice("the ending of --out", path.suffix.lower(), formats)]


def picture_format(path: Path) -> str:
    """The same where only a picture will do."""
    return PICTURE_FORMATS[checks.choice("the ending of --out", path.suffix.lower(), PICTURE_FORMATS)]


def as_array(images: Tensor) -> np.ndarray:
    """(n, c, h, w) to (n, h, w), or (n, h, w, 3) for colour."""
    return images[:, 0].numpy() if images.shape[1] == 1 else images.permute(0, 2, 3, 1).numpy()


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    replace_file(path, content.getvalue())


def write_grid(path: Path, images: Tensor, *, columns: int | None) -> None:
    write_picture(path, grid(images, columns=columns))


def write_picture(path: Path, picture: Image.Image) -> None:
    content = io.BytesIO()
    picture.save(content, format=picture_format(path))
    replace_file(path, content.getvalue())


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it went well, 2 with one line on standard error when the request cannot be met."""
    commands = {
        "list": list_,
        "sample": sample,
        "reconstruct": reconstruct,
        "translate": translate,
        "stylize": stylize,
    }
    return run_commands(commands, program="python -m ganzoo", arguments=arguments)


if __name__ == "__main__":
    sys.exit(main())
