"""CycleGAN's generator (Zhu et al. 2017, arXiv 1703.10593, appendix 7.2; after Johnson et al. 2016, arXiv 1603.08155).

(n, c, h, w) to (n, c, h, w) in [-1, 1]; sides divide by 4. Two strided convolutions, residual blocks on maps of a
quarter of the size, then nearest-neighbour upsampling and convolutions; instance norm throughout, or none. Borders are
padded with zeros, which is faster than the paper's reflections.
"""

from torch import Tensor, nn

from ganzoo.models.blocks import InstanceNorm, UpConvolution


def same_convolution(fan_in: int, fan_out: int, kernel: int, *, stride: int = 1) -> nn.Conv2d:
    """A convolution that keeps the size at stride 1 and halves it at stride 2."""
    return nn.Conv2d(fan_in, fan_out, kernel, stride=stride, padding=kernel // 2)


def with_norm(layer: nn.Conv2d, *, norm: bool) -> list[nn.Module]:
    """The layer, followed by instance norm if `norm`."""
    return [layer, *([InstanceNorm(layer.out_channels)] if norm else [])]


class Residual(nn.Module):
    """A residual block of two 3x3 convolutions: (n, c, h, w) to (n, c, h, w)."""

    def __init__(self, channels: int, *, norm: bool):
        super().__init__()
        self.layers = nn.Sequential(
            *with_norm(same_convolution(channels, channels, 3), norm=norm),
            nn.ReLU(),
            *with_norm(same_convolution(channels, channels, 3), norm=norm),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def resnet_generator(channels: int, *, width: int, blocks: int, norm: bool = True) -> nn.Sequential:
    """A generator with `width` channels at full size and 4 * `width` in the residual blocks."""
    return nn.Sequential(
        *with_norm(same_convolution(channels, width, 7), norm=norm), nn.ReLU(),
        *with_norm(same_convolution(width, 2 * width, 3, stride=2), norm=norm), nn.ReLU(),
        *with_norm(same_convolution(2 * width, 4 * width, 3, stride=2), norm=norm), nn.ReLU(),
        *(Residual(4 * width, norm=norm) for _ in range(blocks)),
        *with_norm(UpConvolution(4 * width, 2 * width), norm=norm), nn.ReLU(),
        *with_norm(UpConvolution(2 * width, width), norm=norm), nn.ReLU(),
        same_convolution(width, channels, 7), nn.Tanh(),
    )  # fmt: skip
