"""What a loaded model can do: sample, reconstruct, translate, classify; and where models are stored."""

from ganzoo.inference import examples, preparation
from ganzoo.inference.classifier import Classifier, features_of
from ganzoo.inference.coded_sampler import CodedSampler
from ganzoo.inference.growing_sampler import GrowingSampler
from ganzoo.inference.model import DIGIT, LoadedModel
from ganzoo.inference.model_folder import (
    CACHED_NETWORKS,
    TENSORS,
    load_network,
    model_folders,
    read_config,
    save_network,
    write_config,
)
from ganzoo.inference.preparation import ImageInput
from ganzoo.inference.reconstructor import Reconstruction, Reconstructor
from ganzoo.inference.sampler import MAX_COUNT, Sampler, Samples
from ganzoo.inference.storage import SHIPPED, ModelStore, load_folder, open_folder
from ganzoo.inference.translation_task import TranslationTask, target_and_source
from ganzoo.inference.translator import TranslationResult, Translator

__all__ = [
    "CACHED_NETWORKS", "DIGIT", "MAX_COUNT", "SHIPPED", "TENSORS", "Classifier", "CodedSampler", "GrowingSampler",
    "ImageInput", "LoadedModel", "ModelStore", "Reconstruction", "Reconstructor", "Sampler", "Samples",
    "TranslationResult", "TranslationTask", "Translator", "examples", "features_of", "load_folder", "load_network",
    "model_folders", "open_folder", "preparation", "read_config", "save_network", "target_and_source", "write_config",
]  # fmt: skip
