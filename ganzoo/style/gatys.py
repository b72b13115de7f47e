"""Style transfer with the features of VGG-19 (Gatys et al. 2015, arXiv 1508.06576, section "Methods").

The style is the Gram matrices of conv1_1 .. conv5_1 over c * h * w, the content is conv4_2, and pooling averages. The
pixels themselves are optimised, here with Adam, first at half the size. The trained weights (548 MB) are downloaded
from PyTorch's site at the first use and checked against their hash. Images are floats (1, 3, h, w) in [0, 1].
"""

import pickle
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo.style.patches import rescale, resize

STEPS = 120
STYLE_LAYERS = (1, 6, 11, 20, 29)
"""The rectified conv1_1, conv2_1, conv3_1, conv4_1 and conv5_1 in torchvision's `features`."""
CONTENT_LAYER = 22
"""The rectified conv4_2."""
STYLE_UNIT = 1e6
"""Brings the loss of the Gram matrices to the size of the content's; `style_weight` 1 means this."""
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's colours: the network was trained on images normalised with them."""

Weights = Mapping[str, Tensor]


def fetch_weights() -> Weights:
    """The trained weights, from the cache of torch.hub or downloaded. Only tensors are read, no other pickles."""
    from torchvision.models import VGG19_Weights  # slow to import

    return VGG19_Weights.IMAGENET1K_V1.get_state_dict(progress=False, check_hash=True, weights_only=True)


@lru_cache(maxsize=1)
def trained_features(fetch: Callable[[], Weights] = fetch_weights) -> nn.Sequential:
    """VGG-19's convolutions with average pooling. Raises ValueError if the weights cannot be fetched."""
    from torchvision.models import vgg19

    try:
        weights = fetch()
    except (OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise ValueError(
            f"the weights of VGG-19 cannot be fetched ({error}); features 'patches' works without them"
        ) from error
    with torch.device("meta"):
        layers = vgg19(init_weights=False).features[: STYLE_LAYERS[-1] + 1]
    own = {name.removeprefix("features."): value for name, value in weights.items()}
    layers.load_state_dict({name: own[name] for name in layers.state_dict()}, assign=True)
    averaging = [nn.AvgPool2d(2, ceil_mode=True) if isinstance(layer, nn.MaxPool2d) else layer for layer in layers]
    for layer in averaging:
        if isinstance(layer, nn.ReLU):
            layer.inplace = False
    return nn.Sequential(*averaging).requires_grad_(False)


def paint(
    content: Tensor,
    style: Tensor,
    *,
    content_weight: float,
    style_weight: float,
    steps: int,
    seed: int,
    fetch: Callable[[], Weights] = fetch_weights,
) -> Iterator[Tensor]:
    """The image after each of `steps` steps of Adam. The first half of them, rounded down, run at half the size."""
    features = trained_features(fetch)
    noise = torch.randn(content.shape, generator=torch.Generator().manual_seed(seed))
    image = (content + 0.02 * noise).clamp(0, 1)
    for scale, count in ((1 / 2, steps // 2), (1, steps - steps // 2)):
        scaled_content, scaled_style = (rescale(tensor, scale) for tensor in (content, style))
        loss = Loss(features, scaled_content, scaled_style, content_weight, STYLE_UNIT * style_weight)
        for reached in minimise(loss, resize(image, scaled_content.shape[2:]), count):
            image = resize(reached, content.shape[2:])
            yield image


class Loss:
    """content_weight * squared error of conv4_2 + style_weight * squared errors of the Gram matrices, summed."""

    def __init__(
        self, features: nn.Sequential, content: Tensor, style: Tensor, content_weight: float, style_weight: float
    ):
        self.features, self.content_weight, self.style_weight = features, content_weight, style_weight
        self.content = self.maps(content)[CONTENT_LAYER]
        self.grams = [gram(self.maps(style)[layer]) for layer in STYLE_LAYERS]

    def maps(self, image: Tensor) -> dict[int, Tensor]:
        """The maps (1, c, h, w) of the style and content layers."""
        mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, DEVIATION))
        x, maps = (image - mean) / deviation, {}
        for i, layer in enumerate(self.features):
            x = layer(x)
            if i in (*STYLE_LAYERS, CONTENT_LAYER):
                maps[i] = x
        return maps

    def __call__(self, image: Tensor) -> Tensor:
        maps = self.maps(image)
        content = F.mse_loss(maps[CONTENT_LAYER], self.content)
        grams = [gram(maps[layer]) for layer in STYLE_LAYERS]
        style = sum(F.mse_loss(own, style) for own, style in zip(grams, self.grams, strict=True))
        return self.content_weight * content + self.style_weight * style


def minimise(loss: Loss, start: Tensor, steps: int) -> Iterator[Tensor]:
    """The image after each step of Adam, clipped to [0, 1]."""
    image = start.clone().requires_grad_(True)
    adam = torch.optim.Adam([image], lr=0.03)
    for _ in range(steps):
        with torch.enable_grad():
            (image.grad,) = torch.autograd.grad(loss(image), [image])
        adam.step()
        with torch.no_grad():
            image.clamp_(0, 1)
        yield image.detach().clone()


def gram(maps: Tensor) -> Tensor:
    """The Gram matrix (c, c) of maps (1, c, h, w), divided by c * h * w."""
    rows = maps[0].flatten(1)
    return rows @ rows.T / rows.numel()
