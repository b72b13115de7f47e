"""CycleGAN (Zhu et al. 2017, arXiv 1703.10593): between two collections of pictures, both ways, without pairs.

Direction 0 goes from the first collection to the second, direction 1 back. Each has a generator, and each collection a
discriminator of patches that knows its pictures.
"""

from torch import Tensor, nn

from ganzoo import checks
from ganzoo.models.base import Translation
from ganzoo.models.blocks import initialise
from ganzoo.models.patchgan import patchgan
from ganzoo.models.resnet import resnet_generator


class CycleGAN(Translation):
    """Generators `width` channels wide at full size, with `blocks` residual blocks; sides divide by 4.

    The generators can do without instance `norm`: by it one extreme place shifts a whole picture, and they may learn to
    draw dark spots for that.
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
        channels, norm = image_shape[0], checks.choice("norm", norm, (False, True))
        self.generators = nn.ModuleList(
            resnet_generator(channels, width=width, blocks=blocks, norm=norm) for _ in range(2)
        )
        self.discriminators = nn.ModuleList(
            patchgan(image_shape, width=patch_width, layers=patch_layers) for _ in range(2)
        )
        # Weights that small need a norm after them.
        initialise(self if norm else self.discriminators, "dcgan")

    def translate(self, sources: Tensor, direction: int = 0) -> Tensor:
        return self.generators[direction](sources)

    def discriminate(self, sources: Tensor, results: Tensor, direction: int = 0) -> Tensor:
        """What the discriminator of the collection to which `direction` leads says of `results`."""
        return self.discriminators[direction](results)
