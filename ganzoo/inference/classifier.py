"""Classifiers at work: what a picture shows, and the features in which distances are measured."""

import copy
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from ganzoo import models
from ganzoo.images import from_uint8
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.sampler import CHUNK
from ganzoo.models.classifier import ChannelwiseClassifier, MiddleClassifier


class Classifier(LoadedModel):
    """A classifier of pictures."""

    ability = "classify"
    network: models.Classifier

    def predict_proba(self, images: Tensor) -> Tensor:
        """(n, classes) of uint8 pictures (n, c, h, w)."""
        return in_chunks(self.network, images, self.network.pixels).softmax(dim=1)

    def predict(self, images: Tensor) -> Tensor:
        """(n,) the likeliest classes of uint8 pictures (n, c, h, w)."""
        return self.predict_proba(images).argmax(dim=1)

    def features(self, images: Tensor) -> Tensor:
        """(n, feature_dim) of uint8 pictures (n, c, h, w)."""
        return features_of(self.network, images)

    @torch.inference_mode()
    def predict_from_features(self, features: Tensor) -> Tensor:
        """(n,) the likeliest classes of pictures with those `features`."""
        return self.network.classify(features).argmax(dim=1)

    def by_channel(self, channels: int) -> "Classifier":
        """The same classifier of grey pictures, made to read each channel of stacked ones by itself."""
        return self.around(wrapped(ChannelwiseClassifier, self.network, channels=channels))

    def in_the_middle(self, height: int, width: int) -> "Classifier":
        """The same classifier, made to read the middle of larger pictures."""
        return self.around(wrapped(MiddleClassifier, self.network, height=height, width=width))

    def around(self, network: models.Classifier) -> "Classifier":
        other = copy.copy(self)
        other.network = network
        return other


@lru_cache(maxsize=8)
def wrapped(kind: type[models.Classifier], network: models.Classifier, **sizes: int) -> models.Classifier:
    """`kind` around `network`, the same object each time: features are remembered by the network that gave them."""
    return kind(network, **sizes)


def features_of(network: models.Classifier, images: Tensor) -> Tensor:
    """(n, feature_dim) of uint8 pictures (n, c, h, w)."""
    return in_chunks(network.features, images, network.pixels)


@torch.inference_mode()
def in_chunks(layers: Callable[[Tensor], Tensor], images: Tensor, pixels: str) -> Tensor:
    """(n, ...) what the layers make of uint8 pictures (n, c, h, w), without gradients."""
    return torch.cat([layers(part) for part in from_uint8(images, pixels).split(CHUNK)])
