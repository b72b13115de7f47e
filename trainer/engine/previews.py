"""What a run draws: previews and when they are due, their animation, and the loss curves."""

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from ganzoo.files import replace_file

NO_FIGURES = ("step", "epoch", "seconds", "images")
"""The fields of history rows that are no losses or figures."""


def preview_steps(steps: int, count: int) -> set[int]:
    """After which of `steps` steps a preview is due: up to `count` of them, dense at the start, including the last."""
    return {max(1, round(steps * ((i + 1) / count) ** 2)) for i in range(count)}  # none for a count of 0


def save_image(image: Image.Image, path: Path, **options: Any) -> None:
    """Write an image in the format of the file's suffix, whole or not at all. `options` go to `Image.save`."""
    content = io.BytesIO()
    image.save(content, format=path.suffix[1:].upper(), **options)
    replace_file(path, content.getvalue())


def read_frames(paths: Sequence[Path]) -> list[Image.Image]:
    """The previews of a run in RGB. Raises ValueError that names one that is damaged or of another size than most."""
    frames = [read_frame(path) for path in paths]
    size = Counter(frame.size for frame in frames).most_common(1)[0][0]
    for path, frame in zip(paths, frames, strict=True):
        if frame.size != size:
            raise ValueError(f"{path} is no preview of this run, it has other sides than the rest: delete it")
    return frames


def read_frame(path: Path) -> Image.Image:
    try:
        return Image.open(path).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:  # SyntaxError: a PNG with a broken chunk
        raise ValueError(f"{path} is damaged and cannot be read: delete it") from error


def save_animation(frames: list[Image.Image], path: Path) -> None:
    """Write an endless WebP of the frames: five a second, the last one for two seconds."""
    durations = [200] * (len(frames) - 1) + [2000]
    save_image(
        frames[0], path, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=50, method=6
    )


def save_curves(history: list[dict[str, float]], path: Path) -> None:
    """Draw every loss term of a run over epochs."""
    from matplotlib.figure import Figure  # takes long to import

    figure = Figure(figsize=(7, 4), dpi=110)  # a layout engine would draw everything twice
    axes = figure.subplots()
    for term in loss_terms(history):
        rows = [row for row in history if term in row]
        axes.plot([row["epoch"] for row in rows], [row[term] for row in rows], label=term, linewidth=1)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.legend()
    content = io.BytesIO()
    figure.savefig(content, format="png")
    replace_file(path, content.getvalue())


def loss_terms(history: list[dict[str, float]]) -> list[str]:
    """The names of the loss terms in a history, in order of appearance."""
    return list(dict.fromkeys(key for row in history for key in row if key not in NO_FIGURES))
