"""What a loaded model can do: sample, reconstruct, translate, classify; and where models are stored."""

from ganzoo.inference.classifier import Classifier
from ganzoo.inference.coded_sampler import CodedSampler
from ganzoo.inference.growing_sampler import GrowingSampler
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.reconstructor import Reconstruction, Reconstructor
from ganzoo.inference.sampler import Sampler, Samples
from ganzoo.inference.translator import Translator

__all__ = [
    "Classifier",
    "CodedSampler",
    "GrowingSampler",
    "LoadedModel",
    "Reconstruction",
    "Reconstructor",
    "Sampler",
    "Samples",
    "Translator",
]
