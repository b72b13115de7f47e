"""The architectures, by the name under which config.json stores them.

A new architecture is a file here, a row in `ARCHITECTURES` and a recipe in `trainer.recipes`.
"""

from collections.abc import Mapping
from typing import Any

from ganzoo import checks
from ganzoo.models.autoencoder import ConvAutoencoder, ConvVariationalAutoencoder
from ganzoo.models.base import GAN, Autoencoder, Classifier, ImageModel, Translation
from ganzoo.models.classifier import ChannelwiseClassifier, ConvClassifier, MiddleClassifier, ReorderedClassifier
from ganzoo.models.cyclegan import CycleGAN
from ganzoo.models.dcgan import DCGAN
from ganzoo.models.infogan import InfoGAN
from ganzoo.models.maxout import MaxoutCGAN
from ganzoo.models.mlp import MLPGAN
from ganzoo.models.modern import ConditionalDCGAN, ModernGAN
from ganzoo.models.pix2pix import Pix2Pix
from ganzoo.models.progan import ProGAN
from ganzoo.models.progan_networks import shrink

__all__ = [
    "ARCHITECTURES", "GAN", "Autoencoder", "ChannelwiseClassifier", "Classifier", "ConditionalDCGAN", "CycleGAN",
    "ImageModel", "InfoGAN", "MiddleClassifier", "Pix2Pix", "ProGAN", "ReorderedClassifier", "Translation", "build",
    "shrink",
]  # fmt: skip

ARCHITECTURES: dict[str, type[ImageModel]] = {
    "conv-autoencoder": ConvAutoencoder,
    "conv-vae": ConvVariationalAutoencoder,
    "mlp-gan": MLPGAN,
    "maxout-cgan": MaxoutCGAN,
    "dcgan": DCGAN,
    "infogan": InfoGAN,
    "progan": ProGAN,
    "modern-gan": ModernGAN,
    "conditional-dcgan": ConditionalDCGAN,
    "pix2pix": Pix2Pix,
    "cyclegan": CycleGAN,
    "conv-classifier": ConvClassifier,
}


def build(architecture: str, options: Mapping[str, Any]) -> ImageModel:
    """A newly initialised model. Raises ValueError for an unknown architecture or for options that it refuses."""
    if architecture not in ARCHITECTURES:
        raise ValueError(f"unknown architecture {checks.shown(architecture)}; choices: {', '.join(ARCHITECTURES)}")
    try:
        return ARCHITECTURES[architecture](**options)
    except (TypeError, ValueError, IndexError, RuntimeError, AttributeError, ArithmeticError) as error:
        raise ValueError(
            f"architecture {checks.shown(architecture)} with {checks.shown(dict(options))}: {error}"
        ) from error
