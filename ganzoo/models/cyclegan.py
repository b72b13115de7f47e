"""CycleGAN (Zhu et al. 2017, arXiv 1703.10593): translation between two collections of images, without pairs.

Direction 0 goes from the first collection to the second, direction 1 back. Each direction has a generator, and a
PatchGAN discriminator of the collection that it leads to.
"""

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import Translation
from ganzoo.models.blocks import initialise
from ganzoo.models.patchgan import patchgan
from ganzoo.models.resnet import resnet_generator


class CycleGAN(Translation):
    """Generators with `width` channels at full size and `blocks` residual blocks; image sides divide by 4.

    `norm` False leaves instance norm out of the generators. With it, one extreme pixel shifts the whole image, and
    generators can learn to draw dark spots to make use of that.
    """

    def __init__(
        self,
        *,
        width: int = 24,
        blocks: int = 6,
        norm: bool = True,
        patch_width: int = 32,
        patch_layers: int = 2,
        image_shape: tuple[int, int, int] = (3, 128, 128),
    ):
        super().__init__(image_shape=image_shape, divisor=4, directions=2)
        channels, norm = image_shape[0], checks.flag("norm", norm)
        width, blocks = checks.size("width", width), checks.whole("blocks", blocks, 0, 1000)
        self.generators = nn.ModuleList(
            resnet_generator(channels, width=width, blocks=blocks, norm=norm) for _ in range(2)
        )
        self.discriminators = nn.ModuleList(
            patchgan(image_shape, width=patch_width, layers=patch_layers) for _ in range(2)
        )
        # Without a norm after them, weights of N(0, 0.02) are too small: such generators keep PyTorch's own.
        initialise(self if norm else self.discriminators, "dcgan")

    def translate(self, sources: Tensor, direction: int = 0) -> Tensor:
        return self.generators[direction](sources)

    def discriminate(self, sources: Tensor, results: Tensor, direction: int = 0) -> Tensor:
        """Logits (n, 1, h', w') of `results`, from the discriminator of the collection that `direction` leads to."""
        return self.discriminators[direction](results)
