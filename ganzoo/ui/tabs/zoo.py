"""The tab of all models: their family tree, what each costs and how good it is, and the card of a chosen one."""

import html
from collections.abc import Callable
from typing import Any

import gradio as gr

from ganzoo.ui import cards, catalogue, events, model_facts, texts
from ganzoo.ui.charts import family_tree, scatter
from ganzoo.ui.components import panel

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
"""The columns of the table, each with the format of its numbers; None for a column of words."""


def describe_all(repeats: int = model_facts.REPEATS) -> list[dict]:
    """All models with their latencies, each the quickest of `repeats`."""
    return [
        model_facts.describe(model) | {"milliseconds": model_facts.latency(model, repeats)}
        for model in catalogue.models()
    ]


def card(model: str) -> str:
    """A model's card as Markdown, its pictures inlined; title and figures of a model that has no card."""
    return cards.card_markdown(model)


def table(rows: list[dict[str, Any]]) -> str:
    """The table as HTML that zoo.js sorts."""
    heads = "".join(heading(key) for key in COLUMNS)
    body = "".join(f'<tr data-model="{html.escape(row["name"])}">{cells(row)}</tr>' for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{damaged_html()}"


def damaged_html() -> str:
    """HTML of what could not be read, with the reasons; empty where all could."""
    entries = (f"<li><b>{html.escape(name)}</b>: {html.escape(why)}</li>" for name, why in catalogue.damaged().items())
    listed = "".join(entries)
    return f'<p class="gz-error">{texts.both("damaged")}</p><ul class="gz-damaged">{listed}</ul>' if listed else ""


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
    if key == "name":
        shown = family_tree.button(row)
    else:
        shown = write(value) if write else f'<span title="{words}">{words}</span>'
    return f'<td data-value="{words}"{" class=number" if write else ""}>{shown}</td>'


def drawn() -> dict[str, str]:
    """What zoo.js shows at first, each as HTML; the table is still without latencies."""
    rows = [model_facts.describe(model) for model in catalogue.models()]
    return {"tree": family_tree.tree(rows), "plots": scatter.plots(rows), "table": table(rows)}


def build(repeats: int = model_facts.REPEATS) -> None:
    """Lay out the tab; `repeats` as in `describe_all`."""

    def overview() -> list[dict]:
        """All models, one entry for each, with null for what is not recorded.

        `name`, `title`, `family`, `year`, `source` (the paper), `data` (the data set) and `parameters`; what the
        training cost: `seconds` on `device`, `images` seen; what was measured: `distance` (Frechet) with its `floor`
        (real pictures from other real ones), `precision`, `recall`, `coverage`, `entropy` (of the classes drawn),
        `right` (the share of labels), `mse` (of autoencoders), `l1`, `ssim` and `sharpness` (of image to image; the
        last as a share of that of real pictures); and `milliseconds` for one sample, reconstruction, translation or
        reading on this machine.
        """
        return describe_all(repeats)

    def complete_table() -> str:
        return table(overview())

    chosen = panel("zoo", functions=[drawn, complete_table], elem_id="zoo")
    card_shown = gr.Markdown(elem_classes="gz-card", elem_id="zoo_card")
    events.react([chosen.input], cards.card_markdown, [chosen], card_shown)
    for function in (overview, card):
        events.endpoint(function)
