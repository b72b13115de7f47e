"""Classifiers at work: the classes of images, and the features in which distances between images are measured."""

import copy
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from ganzoo import models
from ganzoo.checks import comparable, listed
from ganzoo.images import from_uint8
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.preparation import ImageInput
from ganzoo.inference.sampler import CHUNK
from ganzoo.models import ChannelwiseClassifier, MiddleClassifier, ReorderedClassifier


class Classifier(LoadedModel):
    """A classifier of images."""

    ability = "classify"
    network: models.Classifier
    skeleton: models.Classifier

    def predict_proba(self, images: ImageInput) -> Tensor:
        """The probability of each class, (n, classes), of images as `as_images` accepts them."""
        return apply_in_chunks(self.network, self.as_images(images), self.network.pixels).softmax(dim=1)

    def predict(self, images: ImageInput) -> Tensor:
        """The most probable classes, int64 (n,), of images as `as_images` accepts them."""
        return self.predict_proba(images).argmax(dim=1)

    def features(self, images: ImageInput) -> Tensor:
        """Features (n, feature_dim) of images as `as_images` accepts them."""
        return features_of(self.network, self.as_images(images))

    @torch.inference_mode()
    def predict_from_features(self, features: Tensor) -> Tensor:
        """The most probable classes, int64 (n,), of images with those `features` (n, feature_dim)."""
        return self.network.classify(features).argmax(dim=1)

    def by_channel(self, channels: int) -> "Classifier":
        """The same classifier of grey images, applied to each channel of stacked images by itself."""
        return self._around(channelwise(self.network, channels))

    def in_the_middle(self, height: int, width: int) -> "Classifier":
        """The same classifier, applied to the middle of larger images."""
        return self._around(of_the_middle(self.network, height, width))

    def with_classes(self, names: Sequence[str]) -> "Classifier":
        """The same classifier with its classes in the order of `names`. Raises ValueError for other names."""
        if list(names) == self.class_names:
            return self
        known, wanted = comparable(self.class_names), comparable(names)
        if sorted(wanted) != sorted(known):
            raise ValueError(
                f"{self.name} tells other classes apart ({listed(self.class_names)}) than these images have "
                f"({listed(names)}): use a classifier of the same classes"
            )
        other = self._around(reordered(self.network, tuple(map(known.index, wanted))))
        other.config = self.config.with_fields(class_names=list(names))
        return other

    def _around(self, network: models.Classifier) -> "Classifier":
        other = copy.copy(self)
        other.network = other.skeleton = network
        return other


# Cached, so that the same network is returned each time: callers cache features by the network that made them.
@lru_cache(maxsize=8)
def channelwise(network: models.Classifier, channels: int) -> models.Classifier:
    return ChannelwiseClassifier(network, channels=channels)


@lru_cache(maxsize=8)
def of_the_middle(network: models.Classifier, height: int, width: int) -> models.Classifier:
    return MiddleClassifier(network, height=height, width=width)


@lru_cache(maxsize=8)
def reordered(network: models.Classifier, order: tuple[int, ...]) -> models.Classifier:
    return ReorderedClassifier(network, order=order)


def features_of(network: models.Classifier, images: Tensor) -> Tensor:
    """Features (n, feature_dim) of images uint8 (n, c, h, w)."""
    return apply_in_chunks(network.features, images, network.pixels)


@torch.inference_mode()
def apply_in_chunks(layers: Callable[[Tensor], Tensor], images: Tensor, pixels: str) -> Tensor:
    """What `layers` make of images uint8 (n, c, h, w): (n, ...), without gradients."""
    return torch.cat([layers(chunk) for chunk in from_uint8(images, pixels).split(CHUNK)])
