"""Style transfer with the features of VGG-19 (Gatys et al. 2015, arXiv 1508.06576, section "Methods").

Style is the Gram matrices of conv1_1 .. conv5_1 over c * h * w, content is conv4_2, pools average, and the pixels are
what is learnt, here by Adam, first at half the size. The trained weights (548 MB) come from PyTorch's site when first
asked for, and are checked against their digest. Pictures are floats (1, 3, h, w) in [0, 1].
"""

import pickle
from collections.abc import Iterator
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo.style.patches import at_scale, resized

STEPS = 120
STYLE_LAYERS = (1, 6, 11, 20, 29)
"""Where in torchvision's `features` the rectified conv1_1, conv2_1, conv3_1, conv4_1 and conv5_1 are."""
CONTENT_LAYER = 22
STYLE_UNIT = 1e6
"""What brings the loss of the Gram matrices to the size of the content's; `style_weight` 1 means this."""
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""ImageNet's, with which the network was trained."""


def fetch_weights() -> dict[str, Tensor]:
    """The trained weights, from the cache of torch.hub or the net; tensors alone are read."""
    from torchvision.models import VGG19_Weights  # takes longer to import than all the rest

    return VGG19_Weights.IMAGENET1K_V1.get_state_dict(progress=False, check_hash=True, weights_only=True)


@lru_cache(maxsize=1)
def trained_features() -> nn.Sequential:
    """VGG-19's convolutions with average pools. Raises ValueError where the weights cannot be had."""
    from torchvision.models import vgg19

    try:
        weights = fetch_weights()
    except (OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise ValueError(
            f"the weights of VGG-19 cannot be fetched ({error}); features 'patches' works without them"
        ) from error
    with torch.device("meta"):
        layers = vgg19(init_weights=False).features[: STYLE_LAYERS[-1] + 1]
    own = {name.removeprefix("features."): value for name, value in weights.items()}
    layers.load_state_dict({name: own[name] for name in layers.state_dict()}, assign=True)
    pooled = [nn.AvgPool2d(2, ceil_mode=True) if isinstance(layer, nn.MaxPool2d) else layer for layer in layers]
    for layer in pooled:
        if isinstance(layer, nn.ReLU):
            layer.inplace = False
    return nn.Sequential(*pooled).requires_grad_(False)


def paint(
    content: Tensor, style: Tensor, *, content_weight: float, style_weight: float, steps: int, seed: int
) -> Iterator[Tensor]:
    """The picture after each of `steps` steps of Adam; half of them, rounded down, are taken at half the size."""
    features = trained_features()
    noise = torch.randn(content.shape, generator=torch.Generator().manual_seed(seed))
    picture = (content + 0.02 * noise).clamp(0, 1)
    for scale, count in ((1 / 2, steps // 2), (1, steps - steps // 2)):
        target, model = (at_scale(each, scale) for each in (content, style))
        loss = Loss(features, target, model, content_weight, STYLE_UNIT * style_weight)
        for reached in descended(resized(picture, target.shape[2:]), loss, count):
            picture = resized(reached, content.shape[2:])
            yield picture


def descended(start: Tensor, loss: "Loss", steps: int) -> Iterator[Tensor]:
    """The picture after each step of Adam, kept within [0, 1]."""
    picture = start.clone().requires_grad_(True)
    adam = torch.optim.Adam([picture], lr=0.03)
    for _ in range(steps):
        with torch.enable_grad():
            (picture.grad,) = torch.autograd.grad(loss(picture), [picture])
        adam.step()
        with torch.no_grad():
            picture.clamp_(0, 1)
        yield picture.detach().clone()


class Loss:
    """content_weight * squared error of conv4_2 + style_weight * mean squared errors of Gram matrices, summed."""

    def __init__(self, features: nn.Sequential, content: Tensor, style: Tensor, content_weight: float, style_weight):
        self.features, self.content_weight, self.style_weight = features, content_weight, style_weight
        self.content = self.maps(content)[CONTENT_LAYER]
        self.grams = [gram(self.maps(style)[layer]) for layer in STYLE_LAYERS]

    def maps(self, picture: Tensor) -> dict[int, Tensor]:
        """The maps (1, c, h, w) of the layers that are looked at."""
        mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, DEVIATION))
        x, kept = (picture - mean) / deviation, {}
        for i, layer in enumerate(self.features):
            x = layer(x)
            if i in (*STYLE_LAYERS, CONTENT_LAYER):
                kept[i] = x
        return kept

    def __call__(self, picture: Tensor) -> Tensor:
        maps = self.maps(picture)
        content = F.mse_loss(maps[CONTENT_LAYER], self.content)
        style = sum(
            F.mse_loss(gram(maps[layer]), wanted) for layer, wanted in zip(STYLE_LAYERS, self.grams, strict=True)
        )
        return self.content_weight * content + self.style_weight * style


def gram(maps: Tensor) -> Tensor:
    """Maps (1, c, h, w) to (c, c), products summed over all places and divided by c * h * w."""
    rows = maps[0].flatten(1)
    return rows @ rows.T / rows.numel()
