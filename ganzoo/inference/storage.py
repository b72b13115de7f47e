"""Where models are stored: the ones that ship, folders, and the Hugging Face Hub."""

import os
import re
from pathlib import Path
from typing import TypeVar, overload

from ganzoo import checks, models
from ganzoo.inference.classifier import Classifier
from ganzoo.inference.coded_sampler import CodedSampler
from ganzoo.inference.growing_sampler import GrowingSampler
from ganzoo.inference.model import LoadedModel
from ganzoo.inference.model_folder import cached_network, checked_skeleton, model_folders, read_config
from ganzoo.inference.reconstructor import Reconstructor
from ganzoo.inference.sampler import Sampler
from ganzoo.inference.translator import Translator

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
KINDS: dict[type[models.ImageModel], type[LoadedModel]] = {
    models.InfoGAN: CodedSampler,
    models.ProGAN: GrowingSampler,
    models.GAN: Sampler,
    models.Autoencoder: Reconstructor,
    models.Translation: Translator,
    models.Classifier: Classifier,
}
"""By family of networks, the class of the loaded model; the first row that fits counts."""
Model = TypeVar("Model", bound=LoadedModel)


class ModelStore:
    """The models in the folders of `root`, by name, and any other model by its folder or its Hub id."""

    def __init__(self, root: Path):
        self.root = root

    def names(self) -> list[str]:
        """The models of the store, in alphabetical order."""
        return [folder.name for folder in model_folders(self.root)]

    def find(self, name: str | os.PathLike[str]) -> Path:
        """The folder of a model of the store, of a path, or of a Hub id ("user/repository", which is downloaded).

        "~" at the start of a path is the user's home.

        Raises ValueError that lists the names of the store when it is none of these.
        """
        if str(name) in self.names():
            return self.root / name
        # Path("") is the current folder, and Path.is_dir raises where a name is too long for the system.
        if str(name) and os.path.isdir(folder := os.path.expanduser(name)):
            return Path(folder).resolve()
        if isinstance(name, str) and HUB_ID.fullmatch(name) and not os.path.isdir(os.path.dirname(name)):
            return download(name)
        choices = ", ".join(self.names()) or "(none shipped)"
        raise ValueError(f"no model {checks.shown(str(name))}: neither a folder nor one of {choices}")

    @overload
    def load(self, name: str | os.PathLike[str]) -> LoadedModel: ...
    @overload
    def load(self, name: str | os.PathLike[str], kind: type[Model]) -> Model: ...
    def load(self, name: str | os.PathLike[str], kind: type[LoadedModel] = LoadedModel) -> LoadedModel:
        """The model that `find` finds, checked and ready.

        Raises ValueError that says what is wrong: no such model, a file missing or damaged, weights that do not fit, or
        a model of another kind than `kind`; the message then lists the models of the store that are of that kind.
        """
        model = load_folder(self.find(name))
        if not isinstance(model, kind):
            choices = ", ".join(self.names_of(kind)) or "(none shipped)"
            raise ValueError(
                f"{model.name} is a {type(model).__name__} and cannot {kind.ability}; these can: {choices}"
            )
        return model

    def names_of(self, kind: type[LoadedModel]) -> list[str]:
        """The models of the store that are of a kind; what cannot be read is left out."""
        names = []
        for name in self.names():
            try:
                architecture = models.ARCHITECTURES.get(read_config(self.root / name).architecture)
            except ValueError:
                continue
            if architecture and issubclass(kind_of(architecture), kind):
                names.append(name)
        return names


def kind_of(architecture: type[models.ImageModel]) -> type[LoadedModel]:
    """What a network of that class becomes."""
    return next(kind for family, kind in KINDS.items() if issubclass(architecture, family))


def load_folder(folder: Path) -> LoadedModel:
    """The model in a folder. Raises ValueError that says what is missing or damaged."""
    config = read_config(folder)
    network = cached_network(folder, config)
    model = kind_of(type(network))(folder, config, skeleton=network)
    model.network = network
    return model


def open_folder(folder: Path) -> LoadedModel:
    """As `load_folder`, but the weights are only checked, and read when the model is first used.

    Weights that hold numbers that are not finite are noticed then.
    """
    config = read_config(folder)
    skeleton = checked_skeleton(folder, config)
    return kind_of(type(skeleton))(folder, config, skeleton)


def download(hub_id: str) -> Path:
    """A folder with the files of a model on the Hugging Face Hub, downloaded or from its cache. Raises ValueError."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, allow_patterns=["*.safetensors", "*.json", "*.md", "*.webp"]))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(
            f"{checks.shown(hub_id)} is no folder here and could not be fetched from the Hub: {reason}"
        ) from error


def shipped_root(package: Path) -> Path:
    """The folder of the shipped models: inside the package as a wheel has it, or beside it as the repository does."""
    inside = package / "weights"
    return inside if inside.is_dir() else package.parent / "weights"


SHIPPED = ModelStore(shipped_root(Path(__file__).resolve().parents[1]))
"""The models that ship with ganzoo."""
