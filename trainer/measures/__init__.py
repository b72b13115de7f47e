"""What is measured of a model. Every figure that is shown to a person is measured here, on the test split."""

from trainer.measures.figures import Figure, Figures
from trainer.measures.setup import SAMPLES, EvaluationSetup

__all__ = ["SAMPLES", "EvaluationSetup", "Figure", "Figures"]
