"""The figure of a classifier: its accuracy on the test split."""

import ganzoo
from trainer.measures.figures import Figure, Figures, accuracy
from trainer.measures.setup import EvaluationSetup
from trainer.measures.splits import splits_of


def measure(model: ganzoo.Classifier, setup: EvaluationSetup) -> Figures:
    _, test = splits_of(model, setup)
    yield "test accuracy", Figure(accuracy(model.predict(test.images), test.labels))
