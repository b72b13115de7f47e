"""What a loaded model can do: sample, reconstruct, translate, classify; and where models are stored."""

from ganzoo.config import ModelConfig, RecordedFigure, TrainingFacts
from ganzoo.inference.classifier import Classifier
from ganzoo.inference.coded_sampler import CodedSampler
from ganzoo.inference.growing_sampler import GrowingSampler
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.reconstructor import ImageInput, Reconstruction, Reconstructor
from ganzoo.inference.sampler import Sampler, Samples
from ganzoo.inference.storage import ModelStore
from ganzoo.inference.translation_task import TranslationTask, target_and_source
from ganzoo.inference.translator import TranslationResult, Translator

__all__ = [
    "Classifier",
    "CodedSampler",
    "GrowingSampler",
    "ImageInput",
    "LoadedModel",
    "ModelConfig",
    "ModelStore",
    "Reconstruction",
    "Reconstructor",
    "RecordedFigure",
    "Sampler",
    "Samples",
    "TrainingFacts",
    "TranslationResult",
    "TranslationTask",
    "Translator",
    "target_and_source",
]
