"""CycleGAN's generator (Zhu et al. 2017, arXiv 1703.10593, appendix 7.2; after Johnson et al. 2016, arXiv 1603.08155).

(n, c, h, w) to (n, c, h, w) in [-1, 1]; sides divide by 4. Two strided convolutions, residual blocks on maps of a
quarter of the size, and back by nearest-neighbour upsampling and convolutions; instance norm throughout, or none.
Borders are zeros, not reflections as in the paper, which took a fifth of a step.
"""

from torch import Tensor, nn

from ganzoo.models.blocks import InstanceNorm, UpConvolution


def convolution(fan_in: int, fan_out: int, kernel: int, *, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(fan_in, fan_out, kernel, stride=stride, padding=kernel // 2)


def with_norm(layer: nn.Conv2d, *, norm: bool) -> list[nn.Module]:
    """The layer, and instance norm after it if `norm`."""
    return [layer, *([InstanceNorm(layer.out_channels)] if norm else [])]


class Residual(nn.Module):
    """(n, c, h, w) plus what two convolutions make of it."""

    def __init__(self, channels: int, *, norm: bool):
        super().__init__()
        self.layers = nn.Sequential(
            *with_norm(convolution(channels, channels, 3), norm=norm),
            nn.ReLU(),
            *with_norm(convolution(channels, channels, 3), norm=norm),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def resnet_generator(channels: int, *, width: int, blocks: int, norm: bool = True) -> nn.Sequential:
    """`width` channels at full size, four times that in the residual blocks; with instance `norm` or without."""
    return nn.Sequential(
        *with_norm(convolution(channels, width, 7), norm=norm), nn.ReLU(),
        *with_norm(convolution(width, 2 * width, 3, stride=2), norm=norm), nn.ReLU(),
        *with_norm(convolution(2 * width, 4 * width, 3, stride=2), norm=norm), nn.ReLU(),
        *(Residual(4 * width, norm=norm) for _ in range(blocks)),
        *with_norm(UpConvolution(4 * width, 2 * width), norm=norm), nn.ReLU(),
        *with_norm(UpConvolution(2 * width, width), norm=norm), nn.ReLU(),
        convolution(width, channels, 7), nn.Tanh(),
    )  # fmt: skip
