"""What several architectures share: activations, initialisation, a stack of linear layers.

Shapes: `dense_stack` maps (n, widths[0]) to (n, widths[-1]).
"""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(negative_slope=0.2),
    "tanh": nn.Tanh,
}


def activation(name: str) -> nn.Module:
    """A fresh activation layer. Raises ValueError that lists the choices for an unknown name."""
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; choices: {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]()


class Dropout(nn.Module):
    """Dropout with probability `p` (Srivastava et al. 2014).

    On the CPU the mask comes from 16 random bits per number, several times faster than drawing a float for each, which
    took a quarter of a training step; `p` is met to 1/65536.
    """

    def __init__(self, p: float):
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or x.device.type != "cpu":
            return F.dropout(x, self.p, self.training)
        words = torch.empty((x.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
        bits = words.view(torch.int16)[: x.numel()].view(x.shape)
        keep = bits >= round(self.p * 65536) - 32768
        return x * keep.to(x.dtype).mul_(1 / (1 - self.p))


class InstanceNorm(nn.Module):
    """Each channel of each picture to mean 0 and variance 1, then scaled and shifted (Ulyanov et al. 2016, 1607.08022).

    On the CPU it is batch norm of one picture at a time: PyTorch's own instance norm copies every map into another
    memory format and back, which took a third of a training step of pix2pix.
    """

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu":
            return F.instance_norm(x, weight=self.weight, bias=self.bias, eps=self.epsilon)
        told = {"weight": self.weight, "bias": self.bias, "training": True, "eps": self.epsilon}
        return torch.cat([F.batch_norm(one, None, None, **told) for one in x.split(1)])


UPSAMPLINGS = {
    "nearest": [[0, 0, 1.0, 1.0], [0, 1.0, 1.0, 0], [1.0, 1.0, 0, 0]],
    "bilinear": [[0, 0, 0.25, 0.75, 0.75, 0.25], [0, 0.25, 0.75, 0.75, 0.25, 0], [0.25, 0.75, 0.75, 0.25, 0, 0]],
}
"""Along one side: the share of each weight of a 3-wide kernel (rows) in those of the wider, transposed one (columns).
Rows begin at the right, for a transposed convolution has its kernel turned round."""


class UpConvolution(nn.Conv2d):
    """x2 upsampling and a 3x3 convolution in one: (n, fan_in, h, w) to (n, fan_out, 2h, 2w).

    A plain input gives a plain output, where a free transposed convolution leaves a checkerboard (Odena et al. 2016,
    Deconvolution and Checkerboard Artifacts); not at the borders, beyond which inputs count as 0. Each output sees only
    2x2 different inputs (`upsampling` "nearest") or 3x3 ("bilinear"), so the two steps are computed as one transposed
    convolution whose 4x4 or 6x6 kernel is the 3x3 one, spread as the upsampling does it: for "nearest" 4 products in
    place of 9.
    """

    def __init__(self, fan_in: int, fan_out: int, *, upsampling: str = "nearest"):
        super().__init__(fan_in, fan_out, 3, padding=1)
        spread = torch.tensor(UPSAMPLINGS[upsampling])
        self.side = spread.shape[1]
        self.register_buffer("spread", torch.kron(spread, spread), persistent=False)  # (9, side * side)

    def forward(self, x: Tensor) -> Tensor:
        return self.with_weight(x, self.weight)

    def with_weight(self, x: Tensor, weight: Tensor) -> Tensor:
        """`forward` with a weight (fan_out, fan_in, 3, 3) in the place of its own."""
        kernel = (weight.flatten(2) @ self.spread).unflatten(2, (self.side, self.side))  # (fan_out, fan_in, side, side)
        return F.conv_transpose2d(x, kernel.transpose(0, 1), self.bias, stride=2, padding=self.side // 2 - 1)


class BatchDeviation(nn.Module):
    """One more channel that says how much the batch varies: (n, c, h, w) to (n, c + 1, h, w).

    It lets the discriminator see a generator that repeats itself. In evaluation the average over training stands in for
    the batch's own figure, so that the verdict on a picture does not depend on its neighbours.
    """

    def __init__(self, *, momentum: float = 0.01):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("average", torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        deviation = self.average
        if self.training:
            variance = (x - x.mean(dim=0, keepdim=True)).float().square().mean(dim=0)
            deviation = (variance + 1e-8).sqrt().mean()
            self.average.lerp_(deviation.detach(), self.momentum)
        return torch.cat([x, deviation.to(x.dtype).expand(len(x), 1, *x.shape[2:])], dim=1)


def sides_that_divide(image_shape: Sequence[int], divisor: int) -> tuple[int, int, int]:
    """(channels, height, width). Raises ValueError where a side does not divide by `divisor`."""
    channels, height, width = image_shape
    if height % divisor or width % divisor:
        raise ValueError(f"image sides must divide by {divisor}, got {height}x{width}")
    return channels, height, width


def halvings(image_shape: Sequence[int]) -> int:
    """How often the sides can be halved until the smaller one is 4 to 7. Raises ValueError where it is not even once.

    A 28x28 picture halves twice, to 7x7; a 64x64 one four times, to 4x4. Where a side turns odd before, it ends there.
    """
    _, height, width = sides_that_divide(image_shape, 4)
    count = 0
    while min(height, width) >= 8 and height % 2 == width % 2 == 0:
        height, width, count = height // 2, width // 2, count + 1
    if not count:
        raise ValueError(f"image sides must be at least 8, got {height}x{width}")
    return count


def dense_stack(widths: Sequence[int], *, hidden: str, norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """Linear layers between `widths`, each followed by batch norm, activation and dropout as asked for."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(widths):
        layers.append(nn.Linear(fan_in, fan_out))
        if norm:
            layers.append(nn.BatchNorm1d(fan_out))
        layers.append(activation(hidden))
        if dropout:
            layers.append(Dropout(dropout))
    return nn.Sequential(*layers)


def initialise(module: nn.Module, scheme: str) -> None:
    """Set the weights of every linear and convolutional layer in place.

    "torch" leaves PyTorch's own initialisation; "glorot" is Keras' default (Glorot and Bengio 2010: uniform weights,
    zero biases), which the textbook's Keras networks were trained from; "dcgan" is that of Radford et al. 2015 (arXiv
    1511.06434, section 4): N(0, 0.02), batch norm's scales around 1.
    """
    if scheme == "torch":
        return
    if scheme not in ("glorot", "dcgan"):
        raise ValueError(f"unknown initialisation {scheme!r}; choices: torch, glorot, dcgan")
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            if scheme == "glorot":
                nn.init.xavier_uniform_(layer.weight)
            else:
                nn.init.normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif scheme == "dcgan" and isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(layer.weight, mean=1.0, std=0.02)
