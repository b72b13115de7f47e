"""Runs side by side: a table, and their losses and measured quality over images seen and over seconds."""

import io
from pathlib import Path
from typing import Any

from ganzoo.files import replace_file
from trainer.engine.previews import NO_FIGURES, loss_terms
from trainer.engine.run_folder import RunFolder

AXES = {"images": "pictures seen", "seconds": "seconds of training"}
"""The horizontal axes of the curves: a field of the history rows, and its label."""


class RunSummary:
    """What a run's folder holds for a comparison. Raises ValueError for a folder that holds no run.

    The rows of `losses` and `quality` have `images` too, the number of training images seen.
    """

    def __init__(self, path: Path):
        folder = RunFolder(path)
        self.name = str(path)
        self.batch_size = folder.read_recipe().batch_size
        self.device = folder.read_run()["device"]
        self.losses = self.with_images(folder.read_history())
        self.quality = self.with_images(folder.read_quality())

    def with_images(self, rows: list[dict[str, float]]) -> list[dict[str, Any]]:
        return [{**row, "images": row["step"] * self.batch_size} for row in rows]

    @property
    def figure(self) -> str:
        """The name of the measured figure; empty where nothing was measured."""
        return next((key for row in self.quality for key in row if key not in NO_FIGURES), "")

    def best_figure(self) -> float:
        """The best measured value of `figure`."""
        return (max if "accuracy" in self.figure else min)(row[self.figure] for row in self.quality)

    def table_line(self) -> str:
        """The run's line in the table that `TITLES` heads."""
        if not self.losses:
            return f"{self.name:30}  no history yet"
        last = self.losses[-1]
        notes = [" ".join(f"{term} {last[term]:.3f}" for term in loss_terms(self.losses) if term in last)]
        if self.figure:
            notes.append(f"{self.figure} {self.best_figure():.4g}")
        notes.append(self.device)
        return f"{self.name:30}{last['step']:>9}{last['images']:>12,}{last['seconds']:>9.0f}  {'; '.join(notes)}"


TITLES = f"{'run':30}{'steps':>9}{'pictures':>12}{'seconds':>9}  last losses; best figure; device"


def compare(folders: list[Path], out: Path) -> list[str]:
    """Draw the curves of runs into `out` (a .png); returns the lines of a table.

    Raises ValueError for a folder that holds no run, and for an `out` of another format.
    """
    if out.suffix != ".png":
        raise ValueError(f"the curves are drawn into a .png, got {str(out)!r}")
    runs = [RunSummary(folder) for folder in folders]
    draw(runs, out)
    return [TITLES, *(run.table_line() for run in runs)]


def draw(runs: list[RunSummary], out: Path) -> None:
    """Losses above; below, where any run was measured, the quality on a logarithmic axis."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure  # takes long to import

    rows = 2 if any(run.figure for run in runs) else 1
    figure = Figure(figsize=(11, 3.6 * rows), dpi=110, layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False)
    colours = [colormaps["tab10"](i % 10) for i in range(len(runs))]
    for column, (axis, label) in enumerate(AXES.items()):
        for colour, run in zip(colours, runs, strict=True):
            for term, style in zip(loss_terms(run.losses), ("-", "--", ":", "-.") * 8, strict=False):
                points = [(row[axis], row[term]) for row in run.losses if term in row]
                line = f"{run.name}: {term}"
                panels[0, column].plot(*zip(*points, strict=True), style, color=colour, linewidth=1, label=line)
            if run.figure:
                points = [(row[axis], row[run.figure]) for row in run.quality]
                line = f"{run.name}: {run.figure}"
                panels[1, column].plot(*zip(*points, strict=True), "o-", color=colour, markersize=3, label=line)
        for panel, name in zip(panels[:, column], ("loss", "quality"), strict=False):
            panel.set_xlabel(label)
            panel.set_ylabel(name)
    for panel in panels[:, 1]:
        panel.legend(fontsize=7)
    if rows == 2:
        for panel in panels[1]:
            panel.set_yscale("log")
    content = io.BytesIO()
    figure.savefig(content, format="png")
    replace_file(out, content.getvalue())
