"""Runs side by side: a table, and their losses and measured quality over pictures seen and over seconds."""

import io
from pathlib import Path
from typing import Any

from ganzoo.files import replace_file
from trainer.engine import run
from trainer.engine.previews import NO_FIGURES, loss_terms

AXES = {"images": "pictures seen", "seconds": "seconds of training"}


def compare(folders: list[Path], out: Path) -> list[str]:
    """Draw the runs' curves into `out` (a .png) and give the lines of a table. Raises ValueError for what is no run."""
    if out.suffix != ".png":
        raise ValueError(f"the curves are drawn into a .png, got {str(out)!r}")
    told = [Told(folder) for folder in folders]
    draw(told, out)
    lines = [f"{'run':30}{'steps':>9}{'pictures':>12}{'seconds':>9}  last losses; best figure; device"]
    return [*lines, *(one.line() for one in told)]


class Told:
    """What a run's folder says."""

    def __init__(self, folder: Path):
        self.name = str(folder)
        self.recipe = run.read_recipe(folder)
        self.facts = run.read_json(folder / "run.json")
        self.losses = [self.with_images(row) for row in run.read_history(folder / run.HISTORY)]
        self.quality = [self.with_images(row) for row in run.read_history(folder / run.QUALITY)]

    def with_images(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "images": row["step"] * self.recipe.batch_size}

    @property
    def figure(self) -> str:
        """The name of the measured figure; empty where nothing was measured."""
        return next((key for row in self.quality for key in row if key not in NO_FIGURES), "")

    def line(self) -> str:
        if not self.losses:
            return f"{self.name:30}  no history yet"
        last = self.losses[-1]
        said = [" ".join(f"{term} {last[term]:.3f}" for term in loss_terms(self.losses) if term in last)]
        if self.figure:
            values = [row[self.figure] for row in self.quality]
            said.append(f"{self.figure} {(max if 'accuracy' in self.figure else min)(values):.4g}")
        said.append(self.facts["device"])
        return f"{self.name:30}{last['step']:>9}{last['images']:>12,}{last['seconds']:>9.0f}  {'; '.join(said)}"


def draw(runs: list[Told], out: Path) -> None:
    from matplotlib import colormaps
    from matplotlib.figure import Figure  # takes long to import

    rows = 2 if any(told.figure for told in runs) else 1
    figure = Figure(figsize=(11, 3.6 * rows), dpi=110, layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False)
    for column, (axis, label) in enumerate(AXES.items()):
        for colour, told in zip(colormaps["tab10"].colors * len(runs), runs, strict=False):
            for term, style in zip(loss_terms(told.losses), ("-", "--", ":", "-.") * 8, strict=False):
                seen = [row for row in told.losses if term in row]
                xy = [row[axis] for row in seen], [row[term] for row in seen]
                panels[0, column].plot(*xy, style, color=colour, linewidth=1, label=f"{told.name}: {term}")
            if told.figure:
                xy = [row[axis] for row in told.quality], [row[told.figure] for row in told.quality]
                panels[1, column].plot(*xy, "o-", color=colour, markersize=3, label=f"{told.name}: {told.figure}")
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
