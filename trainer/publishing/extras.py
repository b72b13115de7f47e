"""What a published model's folder holds besides weights and config: history, samples, the family's files, the card."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ganzoo
from ganzoo.files import replace_file
from ganzoo.inference import ModelStore
from trainer.engine import RunFolder, read_frames, save_animation, save_image
from trainer.families import family_of
from trainer.measures import EvaluationSetup
from trainer.publishing.card import model_card
from trainer.recipes import Recipe

HISTORY_ROWS = 200
"""Rows of the loss history that ship."""


def write_extras(
    run: RunFolder, place: Path, setup: EvaluationSetup, catalogue: Sequence[Recipe] | None = None
) -> None:
    """Write everything but weights and config.json into the folder of a model that was made from a run."""
    model = ganzoo.load(place)
    family = family_of(model)
    write_history(run, model)
    for name, content in family.files(model, setup).items():
        write_json_line(place / name, content)
    sheet = family.sample_sheet(model, setup.store)
    save_image(sheet, place / "samples.webp", lossless=family.lossless_sheet, quality=90)
    write_card(model, setup.store, catalogue)


def write_card(model: ganzoo.LoadedModel, store: ModelStore, catalogue: Sequence[Recipe] | None = None) -> None:
    """Write the card, and the image in it of what the model and its peers make of the same input."""
    family = family_of(model)
    peers = family.peers(model, store)
    if peers and family.peers_sheet:
        save_image(family.peers_sheet(model, peers, store), model.folder / "siblings.webp", quality=90)
    replace_file(model.folder / "README.md", model_card(model, store, catalogue).encode())


def write_history(run: RunFolder, model: ganzoo.LoadedModel) -> None:
    """Write history.json (losses by epoch, epochs of the frames), and training.webp for families with an animation."""
    rows, grids = run.read_history(), run.grids()
    kept = sorted({round(i) for i in np.linspace(0, len(rows) - 1, HISTORY_ROWS)})
    history: dict[str, Any] = {"rows": [rows[i] for i in kept]}
    if grids and family_of(model).has_animation:
        epochs_per_step = rows[-1]["epoch"] / rows[-1]["step"]
        history["frames"] = [round(step * epochs_per_step, 2) for step in grids]
        save_animation(read_frames([*grids.values()]), model.folder / "training.webp")
    write_json_line(model.folder / "history.json", history)


def write_json_line(path: Path, content: Any) -> None:
    """Write JSON without line breaks: these files hold long lists of numbers."""
    replace_file(path, (json.dumps(content) + "\n").encode())
