"""Classifiers at work: what a picture shows, and the features in which distances are measured."""

import copy

import torch
from torch import Tensor

from ganzoo.images import from_uint8
from ganzoo.loaded import LoadedModel
from ganzoo.models import Classifier
from ganzoo.models.classifier import ChannelwiseClassifier, MiddleClassifier
from ganzoo.sampling import CHUNK


class Reader(LoadedModel):
    """A classifier of pictures."""

    network: Classifier

    @torch.inference_mode()
    def probabilities(self, images: Tensor) -> Tensor:
        """(n, classes) of uint8 pictures (n, c, h, w)."""
        parts = from_uint8(images, self.network.pixels).split(CHUNK)
        return torch.cat([self.network(part) for part in parts]).softmax(dim=1)

    def read(self, images: Tensor) -> Tensor:
        """(n,) the likeliest classes of uint8 pictures (n, c, h, w)."""
        return self.probabilities(images).argmax(dim=1)

    @torch.inference_mode()
    def features(self, images: Tensor) -> Tensor:
        """(n, feature_dim) of uint8 pictures (n, c, h, w)."""
        parts = from_uint8(images, self.network.pixels).split(CHUNK)
        return torch.cat([self.network.features(part) for part in parts])

    def by_channel(self, channels: int) -> "Reader":
        """The same classifier of grey pictures, made to read each channel of stacked ones by itself."""
        return self.around(ChannelwiseClassifier(self.network, channels=channels))

    def in_the_middle(self, height: int, width: int) -> "Reader":
        """The same classifier, made to read the middle of larger pictures."""
        return self.around(MiddleClassifier(self.network, height=height, width=width))

    def around(self, network: Classifier) -> "Reader":
        other = copy.copy(self)
        other.network = network
        return other
