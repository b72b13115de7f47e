"""What several architectures share: checks of image sizes, layers, initialisation."""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganzoo import checks

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(negative_slope=0.2),
    "tanh": nn.Tanh,
}
MAX_DROPOUT = 0.999
"""The largest probability of dropout: what is kept is divided by the rest."""
INITIALISATIONS = ("torch", "glorot", "dcgan")
UPSAMPLINGS = {
    "nearest": [[0, 0, 1.0, 1.0], [0, 1.0, 1.0, 0], [1.0, 1.0, 0, 0]],
    "bilinear": [[0, 0, 0.25, 0.75, 0.75, 0.25], [0, 0.25, 0.75, 0.75, 0.25, 0], [0.25, 0.75, 0.75, 0.25, 0, 0]],
}
"""Along one side: how much each weight of a 3-wide kernel (row) adds to each of the wider, transposed one (column).
Rows begin at the right, because a transposed convolution flips its kernel."""


def check_divisible(image_shape: Sequence[int], divisor: int) -> tuple[int, int, int]:
    """Return `image_shape` as (channels, height, width). Raises ValueError if a side doesn't divide by `divisor`."""
    channels, height, width = image_shape
    if height % divisor or width % divisor:
        raise ValueError(f"image sides must divide by {divisor}, got {height}x{width}")
    return channels, height, width


def count_halvings(image_shape: Sequence[int]) -> int:
    """How often both sides can be halved while they are even and the smaller one stays at least 4.

    A 28x28 image can be halved twice, to 7x7; a 64x64 one four times, to 4x4. Raises ValueError if sides don't divide
    by 4, or if the image cannot be halved at all.
    """
    _, height, width = check_divisible(image_shape, 4)
    count = 0
    while min(height, width) >= 8 and height % 2 == width % 2 == 0:
        height, width, count = height // 2, width // 2, count + 1
    if not count:
        raise ValueError(f"image sides must be at least 8, got {height}x{width}")
    return count


def make_activation(name: str) -> nn.Module:
    """A new activation layer. Raises ValueError that lists the choices for an unknown name."""
    if name not in list(ACTIVATIONS):  # a dict would refuse to look for a list, in another sentence
        raise ValueError(f"unknown activation {checks.shown(name)}; choices: {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]()


class Dropout(nn.Module):
    """Dropout with probability `p` (Srivastava et al. 2014).

    On the CPU the mask is made of 16 random bits per number, which is several times faster than a random float per
    number. This rounds `p` to a multiple of 1/65536.
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
    """Normalise each channel of each image to mean 0 and variance 1, then scale and shift it.

    Ulyanov et al. 2016, arXiv 1607.08022. On the CPU this runs batch norm on one image at a time: PyTorch's own
    instance norm copies every map into another memory format and back, which is slow.
    """

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu":
            return F.instance_norm(x, weight=self.weight, bias=self.bias, eps=self.epsilon)
        normalised = (
            F.batch_norm(image, None, None, self.weight, self.bias, training=True, eps=self.epsilon)
            for image in x.split(1)
        )
        return torch.cat(list(normalised))


class UpConvolution(nn.Conv2d):
    """Upsampling by 2 and a 3x3 convolution in one: (n, fan_in, h, w) to (n, fan_out, 2h, 2w).

    A constant input gives a constant output, except at the borders, which are padded with zeros. A free transposed
    convolution would leave a checkerboard instead (Odena et al. 2016, Deconvolution and Checkerboard Artifacts).

    Each output pixel depends on only 2x2 different inputs (`upsampling` "nearest") or 3x3 ("bilinear"). The two steps
    therefore run as one transposed convolution, whose 4x4 or 6x6 kernel is the 3x3 one, spread as the upsampling does
    it. For "nearest" that takes 4 multiplications in place of 9.
    """

    spread: Tensor

    def __init__(self, fan_in: int, fan_out: int, *, upsampling: str = "nearest"):
        super().__init__(fan_in, fan_out, 3, padding=1)
        spread = torch.tensor(UPSAMPLINGS[upsampling])
        self.side = spread.shape[1]
        self.register_buffer("spread", torch.kron(spread, spread), persistent=False)  # (9, side * side)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolve(x, self.weight)

    def convolve(self, x: Tensor, weight: Tensor) -> Tensor:
        """`forward` with a given weight (fan_out, fan_in, 3, 3)."""
        kernel = (weight.flatten(2) @ self.spread).unflatten(2, (self.side, self.side))  # (fan_out, fan_in, side, side)
        return F.conv_transpose2d(x, kernel.transpose(0, 1), self.bias, stride=2, padding=self.side // 2 - 1)


class MinibatchDeviation(nn.Module):
    """Append a channel that holds the standard deviation over the batch: (n, c, h, w) to (n, c + 1, h, w).

    It shows the discriminator when a generator repeats itself (Karras et al. 2017, arXiv 1710.10196, section 3). In
    evaluation the running average of training takes its place, so that an image's score does not depend on the others
    in its batch.
    """

    average: Tensor

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


def dense_stack(widths: Sequence[int], *, hidden: str, norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """Linear layers from (n, widths[0]) to (n, widths[-1]).

    After each come batch norm if `norm`, the activation `hidden`, and dropout if its probability is above 0.
    """
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(widths):
        layers.append(nn.Linear(fan_in, fan_out))
        if norm:
            layers.append(nn.BatchNorm1d(fan_out))
        layers.append(make_activation(hidden))
        if dropout:
            layers.append(Dropout(dropout))
    return nn.Sequential(*layers)


def initialise(module: nn.Module, scheme: str) -> None:
    """Set the weights of every linear and convolutional layer in place.

    "torch" keeps PyTorch's own initialisation. "glorot" is the default of Keras, in which the textbook's networks were
    trained: uniform weights, zero biases (Glorot and Bengio 2010). "dcgan" draws weights from N(0, 0.02) and the scales
    of batch norm around 1 (Radford et al. 2015, arXiv 1511.06434, section 4). Raises ValueError for any other.
    """
    if scheme not in INITIALISATIONS:
        raise ValueError(f"unknown initialisation {checks.shown(scheme)}; choices: {', '.join(INITIALISATIONS)}")
    if scheme == "torch":
        return
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
