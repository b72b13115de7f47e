"""All figures of a model, by what it can do."""

import ganzoo
from trainer.measures import autoencoders, classifiers, generators, translators
from trainer.measures.figures import Figure, Figures
from trainer.measures.setup import EvaluationSetup


def evaluate(model: ganzoo.LoadedModel, setup: EvaluationSetup) -> dict[str, Figure]:
    """All figures of a model, by name. Raises ValueError for a generator without a classifier."""
    return dict(figures_of(model, setup))


def primary_figure(model: ganzoo.LoadedModel, setup: EvaluationSetup) -> tuple[str, float]:
    """The figure by which two versions of a model are compared: divergence, distance, error or accuracy."""
    name, figure = next(figures_of(model, setup))
    return name, figure.value


def figures_of(model: ganzoo.LoadedModel, setup: EvaluationSetup) -> Figures:
    """Figures as they are measured, the primary one first."""
    if isinstance(model, ganzoo.Sampler):
        return generators.measure(model, setup)
    if isinstance(model, ganzoo.Translator):
        return translators.measure(model, setup)
    if isinstance(model, ganzoo.Reconstructor):
        return autoencoders.measure(model, setup)
    return classifiers.measure(model, setup)
