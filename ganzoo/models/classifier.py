"""A small convolutional classifier of small pictures: the feature extractor behind every distance we report.

Two convolutions at each of 28x28, 14x14 and 7x7 (or other sides, halved twice), batch norm and ReLU, global average,
logits. `features` are the (n, 128) averages before the last linear layer. Simonyan and Zisserman 2015 (arXiv
1409.1556) in miniature.

`ChannelwiseClassifier` has such a classifier of grey pictures read every channel of a stacked one by itself,
`MiddleClassifier` has one read what is inside a frame.
"""

from functools import reduce

from torch import Tensor, nn

from ganzoo.images import recentred
from ganzoo.models.base import Classifier


def conv_pair(fan_in: int, fan_out: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for width in (fan_in, fan_out):
        layers += [nn.Conv2d(width, fan_out, 3, padding=1, bias=False), nn.BatchNorm2d(fan_out), nn.ReLU()]
    return layers


class ConvClassifier(Classifier):
    feature_dim = 128

    def __init__(self, *, classes: int = 10, image_shape: tuple[int, int, int] = (1, 28, 28)):
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
    """A classifier of grey pictures at work on stacked ones, (n, c, h, w), whose channels are pictures of their own.

    The class's digits, in base k for a classifier of k classes, are what the channels show, the first one leading; the
    features are those of all channels side by side.
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
        # probabilities of independent channels multiply, so their logits add up
        return reduce(lambda known, one: (known[:, :, None] + one[:, None]).flatten(1), logits.unbind(dim=1))


class MiddleClassifier(Classifier):
    """A classifier at work on larger pictures, (n, c, height, width): it sees the middle of them."""

    def __init__(self, network: Classifier, *, height: int, width: int):
        super().__init__(
            image_shape=(network.image_shape[0], height, width), pixels=network.pixels, classes=network.classes
        )
        self.network = network
        self.feature_dim = network.feature_dim

    def features(self, images: Tensor) -> Tensor:
        return self.network.features(recentred(images, *self.network.image_shape[1:]))

    def classify(self, features: Tensor) -> Tensor:
        return self.network.classify(features)
