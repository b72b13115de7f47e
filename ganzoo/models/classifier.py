"""A small convolutional classifier of small images. Its features are where distances between images are measured.

Two convolutions at each of 28x28, 14x14 and 7x7 (or other sides, halved twice), with batch norm and ReLU, then the
global average and logits: a small version of VGG (Simonyan and Zisserman 2015, arXiv 1409.1556).

Two wrappers apply a trained classifier to other images: `ChannelwiseClassifier` to every channel of stacked images,
`MiddleClassifier` to the middle of larger ones. `ReorderedClassifier` gives its classes in another order.
"""

from collections.abc import Sequence
from functools import reduce

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.images import pad_or_crop
from ganzoo.models.base import Classifier


def conv_pair(fan_in: int, fan_out: int) -> list[nn.Module]:
    """Two 3x3 convolutions with batch norm and ReLU: (n, fan_in, h, w) to (n, fan_out, h, w)."""
    layers: list[nn.Module] = []
    for width in (fan_in, fan_out):
        layers += [nn.Conv2d(width, fan_out, 3, padding=1, bias=False), nn.BatchNorm2d(fan_out), nn.ReLU()]
    return layers


class ConvClassifier(Classifier):
    """Classifies images with pixels in [0, 1]; `features` are the (n, 128) global averages."""

    feature_dim = 128

    def __init__(self, *, classes: int = 10, image_shape: tuple[int, int, int] = (1, 28, 28)):
        classes = checks.size("classes", classes)
        super().__init__(image_shape=image_shape, pixels="unit", classes=classes)
        self.convolutions = nn.Sequential(
            *conv_pair(image_shape[0], 24), nn.MaxPool2d(2),
            *conv_pair(24, 64), nn.MaxPool2d(2),
            *conv_pair(64, self.feature_dim), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )  # fmt: skip
        self.dropout = nn.Dropout(0.3)
        self.logits = nn.Linear(self.feature_dim, classes)

    def features(self, images: Tensor) -> Tensor:
        return self.convolutions(images)

    def classify(self, features: Tensor) -> Tensor:
        return self.logits(self.dropout(features))


class ChannelwiseClassifier(Classifier):
    """Applies a classifier of grey images to stacked images (n, c, h, w), each channel of which is an image.

    With k classes per channel, the label is a number of c digits in base k; the first channel is the leading digit.
    Features (n, c * feature_dim) are those of all channels, concatenated.
    """

    def __init__(self, network: Classifier, *, channels: int):
        _, height, width = network.image_shape
        super().__init__(
            image_shape=(channels, height, width), pixels=network.pixels, classes=network.classes**channels
        )
        self.network = network
        self.feature_dim = channels * network.feature_dim

    def features(self, images: Tensor) -> Tensor:
        return self.network.features(images.flatten(0, 1)[:, None]).unflatten(0, images.shape[:2]).flatten(1)

    def classify(self, features: Tensor) -> Tensor:
        logits = self.network.classify(features.unflatten(1, (-1, self.network.feature_dim)))  # (n, c, k)
        # The channels are independent: their probabilities multiply, so their logits add up.
        return reduce(lambda joint, channel: (joint[:, :, None] + channel[:, None]).flatten(1), logits.unbind(dim=1))


class MiddleClassifier(Classifier):
    """Applies a classifier to the middle of larger images (n, c, height, width)."""

    def __init__(self, network: Classifier, *, height: int, width: int):
        super().__init__(
            image_shape=(network.image_shape[0], height, width), pixels=network.pixels, classes=network.classes
        )
        self.network = network
        self.feature_dim = network.feature_dim

    def features(self, images: Tensor) -> Tensor:
        return self.network.features(pad_or_crop(images, *self.network.image_shape[1:]))

    def classify(self, features: Tensor) -> Tensor:
        return self.network.classify(features)


class ReorderedClassifier(Classifier):
    """Gives the classes of a classifier in another order: class i here is class `order[i]` there."""

    def __init__(self, network: Classifier, *, order: Sequence[int]):
        super().__init__(image_shape=network.image_shape, pixels=network.pixels, classes=len(order))
        self.network = network
        self.feature_dim = network.feature_dim
        self.order = list(order)

    def features(self, images: Tensor) -> Tensor:
        return self.network.features(images)

    def classify(self, features: Tensor) -> Tensor:
        return self.network.classify(features)[:, self.order]
