"""Classifiers at work: what a picture shows, and the features in which distances are measured."""

import torch
from torch import Tensor

from ganzoo.images import from_uint8
from ganzoo.loaded import LoadedModel
from ganzoo.models import Classifier
from ganzoo.sampling import CHUNK


class Reader(LoadedModel):
    """A classifier of pictures."""

    network: Classifier

    @torch.inference_mode()
    def probabilities(self, images: Tensor) -> Tensor:
        """(n, classes) of uint8 pictures (n, c, h, w)."""
        parts = from_uint8(images, self.network.pixels).split(CHUNK)
        return torch.cat([self.network(part) for part in parts]).softmax(dim=1)

    @torch.inference_mode()
    def features(self, images: Tensor) -> Tensor:
        """(n, feature_dim) of uint8 pictures (n, c, h, w)."""
        parts = from_uint8(images, self.network.pixels).split(CHUNK)
        return torch.cat([self.network.features(part) for part in parts])
