"""The tables of model cards, as Markdown: figures, peers, other seeds and other options. Empty ones are ""."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean, stdev

import ganzoo
from ganzoo.config import ModelConfig, RecordedFigure

Figures = Mapping[str, RecordedFigure]
CODE_GOALS = {
    "code head accuracy": 0.95,
    "rank correlation of slant with the slant code": 0.8,
    "rank correlation of thickness with the thickness code": 0.8,
}
"""Figures of an InfoGAN of digits, and the value from which its codes mean what they are named for."""
MOST_SEEDS = 5
"""Up to this many seeds, each has its own column."""
NO_VALUE = "–"


def figure_table(figures: Figures) -> str:
    rows = [[name, f"{figure.value:.4g}", named_values(figure.beside)] for name, figure in figures.items()]
    return markdown_table(["measure", "value", "for comparison"], rows)


def peers_section(model: ganzoo.LoadedModel, peers: Sequence[ganzoo.LoadedModel]) -> str:
    """A model's figures beside those of its peers, and what they all make of the same sources."""
    if not peers:
        return ""
    models = [model, *peers]
    names = [name for name in model.figures if all(name in peer.figures for peer in peers)]
    rows = [[f"`{each.name}`", *(f"{each.figures[name].value:.4g}" for name in names)] for each in models]
    return "\n\n".join(
        [
            "## Beside its siblings",
            markdown_table(["model", *names], rows),
            "![siblings](siblings.webp)",
            f"Row by row: the sources, then the results of {', '.join(f'`{each.name}`' for each in models)}.",
        ]
    )


def seeds_section(config: ModelConfig) -> str:
    """What the same recipe gives with other seeds."""
    if not config.seeds or config.training is None or config.training.seed is None:
        return ""
    shipped = config.training.seed
    figures: dict[int, Figures] = {shipped: config.figures}
    figures |= {int(seed): config.seeds[seed].figures for seed in sorted(config.seeds, key=int)}
    introduction = (
        f"The same recipe trained with seeds {', '.join(map(str, figures))}, every run measured as it would ship; the "
        f"weights here are those of seed {shipped}. The number after ± is the sample standard deviation."
    )
    title = f"## Over {len(figures)} seeds"
    return "\n\n".join(filter(None, [title, introduction, code_goals_text(figures), seeds_table(figures)]))


def code_goals_text(figures: Mapping[int, Figures]) -> str:
    """For how many seeds the codes of an InfoGAN mean what they are named for; empty for other models."""
    if not all(CODE_GOALS.keys() <= of_seed.keys() for of_seed in figures.values()):
        return ""
    reached = {
        name: {seed for seed, of_seed in figures.items() if of_seed[name].value >= goal}
        for name, goal in CODE_GOALS.items()
    }
    each = ", ".join(f"{name} of at least {CODE_GOALS[name]:g} in {len(seeds)}" for name, seeds in reached.items())
    all_reached = len(set.intersection(*reached.values()))
    return f"In {all_reached} of {len(figures)} seeds every code means what it is named for. One by one: {each}."


def seeds_table(figures: Mapping[int, Figures]) -> str:
    """A row for each figure that any seed has. A figure that a seed lacks gets no mean."""
    seeds = list(figures) if len(figures) <= MOST_SEEDS else []
    rows = []
    for name in dict.fromkeys(name for of_seed in figures.values() for name in of_seed):
        by_seed = {seed: of_seed[name] for seed, of_seed in figures.items() if name in of_seed}
        values = [f"{by_seed[seed].value:.4g}" if seed in by_seed else NO_VALUE for seed in seeds]
        complete = len(by_seed) == len(figures)
        *statistics, beside = spread([*by_seed.values()]) if complete else [NO_VALUE, NO_VALUE, NO_VALUE, ""]
        rows.append([name, *statistics, *values, beside])
    columns = ["measure", "mean ± deviation", "lowest", "highest", *(f"seed {seed}" for seed in seeds)]
    return markdown_table([*columns, "for comparison"], rows)


def spread(figures: Sequence[RecordedFigure]) -> list[str]:
    """Mean with sample standard deviation, lowest, highest, and the means of the reference values that all have.

    Floors hardly depend on the seed, but the other codes of an InfoGAN do.
    """
    values = [figure.value for figure in figures]
    shared = [key for key in figures[0].beside if all(key in figure.beside for figure in figures)]
    beside = {key: mean(figure.beside[key] for figure in figures) for key in shared}
    mean_and_deviation = f"{mean(values):.4g} ± {stdev(values):.2g}"
    return [mean_and_deviation, f"{min(values):.4g}", f"{max(values):.4g}", named_values(beside)]


def options_section(model: ganzoo.LoadedModel) -> str:
    """What the same recipe gives with other options of its network."""
    variants = model.config.variants
    if not variants:
        return ""
    columns: list[tuple[int, Figures]] = [(model.parameters, model.figures)]
    columns += [(variant.parameters, variant.figures) for variant in variants.values()]
    rows = [["parameters", *(f"{parameters:,}" for parameters, _ in columns)]]
    for name in model.figures:
        values = (figures.get(name) for _, figures in columns)
        rows.append([name, *(NO_VALUE if figure is None else f"{figure.value:.4g}" for figure in values)])
    return "\n\n".join(
        [
            "## With other options",
            "The same recipe with other options of the network, measured as it would ship.",
            markdown_table(["measure", "these weights", *(f"`{options}`" for options in variants)], rows),
        ]
    )


def named_values(values: Mapping[str, float]) -> str:
    return "; ".join(f"{name}: {value:.4g}" for name, value in values.items())


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
