"""The tab of all models: their family tree, what each costs and how good it is, and the card of the one picked."""

import html
from collections.abc import Callable
from typing import Any

import gradio as gr

from ganzoo.ui import catalogue, events, model_facts, texts
from ganzoo.ui.charts import family_tree, scatter

SHORT = "{:.4g}".format
COLUMNS: dict[str, Callable[[Any], str] | None] = {
    "name": None,
    "year": str,
    "source": None,
    "data": None,
    "parameters": "{:,}".format,
    "seconds": "{:,.0f}".format,
    "device": None,
    "images": "{:,.0f}".format,
    "distance": SHORT,
    "precision": SHORT,
    "recall": SHORT,
    "coverage": SHORT,
    "mse": SHORT,
    "l1": SHORT,
    "milliseconds": "{:.1f}".format,
}
"""What the table shows of a model, and how numbers are written; the others are words."""


def overview() -> list[dict]:
    """All models, one entry for each, with null for what is not recorded.

    `name`, `title`, `family`, `year`, `source` (the paper), `data` (the data set) and `parameters`; what the training
    cost: `seconds` on `device`, `images` seen; what was measured: `distance` (Frechet) with its `floor` (real pictures
    from other real ones), `precision`, `recall`, `coverage`, `entropy` (of the classes drawn), `right` (the share of
    labels), `mse` (of autoencoders), `l1`, `ssim` and `sharpness` (of image to image; the last as a share of that of
    real pictures); and `milliseconds` for one sample, reconstruction, translation or reading on this machine.
    """
    return [model_facts.facts(model) | {"milliseconds": model_facts.latency(model)} for model in catalogue.models()]


def card(model: str) -> str:
    """A model's card as Markdown, its pictures inlined; title and figures of a model that has no card."""
    return catalogue.about(model)


def complete_table() -> str:
    return table(overview())


def table(rows: list[dict[str, Any]]) -> str:
    """The table as HTML that zoo.js sorts."""
    heads = "".join(heading(key) for key in COLUMNS)
    body = "".join(f'<tr data-model="{html.escape(row["name"])}">{cells(row)}</tr>' for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def heading(key: str) -> str:
    kind = ' class="number"' if COLUMNS[key] else ""
    return f'<th scope="col" data-key="{key}"{kind}><button type="button">{texts.both(f"column_{key}")}</button></th>'


def cells(row: dict[str, Any]) -> str:
    return "".join(cell(key, row, write) for key, write in COLUMNS.items())


def cell(key: str, row: dict[str, Any], write: Callable[[Any], str] | None) -> str:
    value = row.get(key)
    if value is None:
        return "<td></td>"
    words = html.escape(str(value))
    shown = (
        family_tree.button(row) if key == "name" else write(value) if write else f'<span title="{words}">{words}</span>'
    )
    return f'<td data-value="{words}"{" class=number" if write else ""}>{shown}</td>'


def build() -> None:
    """Lay out the tab."""
    rows = [model_facts.facts(model) for model in catalogue.models()]
    drawn = {"tree": family_tree.tree(rows), "plots": scatter.plots(rows), "table": table(rows)}
    functions = [events.for_panel(complete_table)]
    picked = events.panel("zoo", None, server_functions=functions, elem_id="zoo", **drawn)
    card_shown = gr.Markdown(elem_classes="gz-card", elem_id="zoo_card")
    events.react([picked.input], catalogue.about, [picked], card_shown)
    for function in (overview, card):
        events.endpoint(function)
