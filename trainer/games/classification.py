"""Classification: one turn of cross-entropy, for the classifiers with which generators are measured."""

from torch import Tensor
from torch.nn import functional as F

from ganzoo import checks
from ganzoo.models import Classifier
from trainer.data import Batch
from trainer.games.base import Game, Turn


class ClassificationGame(Game):
    """`label_smoothing` in [0, 0.9] as in Szegedy et al. 2015 (arXiv 1512.00567, section 7)."""

    model: Classifier

    def __init__(self, model: Classifier, *, label_smoothing: float = 0.0):
        super().__init__(model)
        self.label_smoothing = checks.finite("label_smoothing", label_smoothing, 0, 0.9)
        self.turns = [Turn("classifier", model, self.losses)]

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        logits = self.model(batch.images).float()
        return {"cross-entropy": F.cross_entropy(logits, batch.labels, label_smoothing=self.label_smoothing)}
