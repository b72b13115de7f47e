"""How models are measured, on the test split. Every figure that people see comes from here."""

from trainer.measures.figures import Figure, Figures
from trainer.measures.setup import SAMPLES, EvaluationSetup

__all__ = ["SAMPLES", "EvaluationSetup", "Figure", "Figures"]
