"""From a folder to a model that has been checked, and back.

A model is a folder that is also a valid Hugging Face Hub repository: `model.safetensors` (the weights), `config.json`
(architecture, options, name, sha256 of the weights) and, for a published one, `README.md` (its card), `history.json`,
`samples.webp`. Only safetensors and JSON are ever read.
"""

import hashlib
import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor

from ganzoo.files import replace_file
from ganzoo.inference.config import CONFIG, ModelConfig
from ganzoo.models import ImageModel, build

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"
"""Where the shipped models live."""
TENSORS = "model.safetensors"
KEPT = 128
"""How many models a process remembers: those that ship and many of one's own, or a walk through all reads each anew."""
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def names() -> list[str]:
    """The shipped models, in alphabetical order."""
    return sorted(folder.parent.name for folder in WEIGHTS.glob(f"*/{CONFIG}"))


def find(name: str | os.PathLike) -> Path:
    """The folder of a shipped name, a path, or a Hub id ("user/repository", fetched through huggingface_hub).

    Raises ValueError that lists the shipped names when it is none of these.
    """
    if (WEIGHTS / name / CONFIG).is_file() and str(name) in names():
        return WEIGHTS / name
    if Path(name).is_dir():
        return Path(name).resolve()
    if isinstance(name, str) and HUB_ID.fullmatch(name) and not Path(name).parent.is_dir():
        return fetch(name)
    raise ValueError(f"no model {str(name)!r}: neither a folder nor one of {', '.join(names()) or '(none shipped)'}")


def fetch(hub_id: str) -> Path:
    """Download a model's files from the Hugging Face Hub, or find them in its cache."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, allow_patterns=["*.safetensors", "*.json", "*.md", "*.webp"]))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"{hub_id!r} is no folder here and could not be fetched from the Hub: {reason}") from error


def read_config(folder: Path) -> ModelConfig:
    """The model's config.json. Raises ValueError that says what is missing or wrong."""
    path = folder / CONFIG
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{folder} is no model: it has no {CONFIG}") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"{path} must hold an object, got {values!r}")
    try:
        return ModelConfig.from_json(values)
    except ValueError as error:
        raise ValueError(f"{folder}/{error}") from error


def write_config(folder: Path, config: ModelConfig) -> None:
    """Replace the folder's config.json. Raises OSError that names it where it cannot be written."""
    replace_file(folder / CONFIG, (json.dumps(config.as_json(), indent=2) + "\n").encode())


def load_network(folder: Path) -> ImageModel:
    """The network of a folder in evaluation mode, float32, on the CPU.

    Raises ValueError when a file is missing or damaged, when the checksum differs, or when a tensor is missing,
    superfluous, of another shape or not finite.
    """
    config = read_config(folder)
    try:
        content = (folder / TENSORS).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != config.sha256:
            raise ValueError(f"{folder / TENSORS} has sha256 {found}, but {CONFIG} records {config.sha256}")
        tensors = load_safetensors(content)
    except FileNotFoundError as error:
        raise ValueError(f"{folder} is no model: it has no {TENSORS}") from error
    except SafetensorError as error:
        raise ValueError(f"{folder / TENSORS} is no valid safetensors file: {error}") from error
    model = build(config.architecture, config.options)
    wrong = misfits(tensors, model.state_dict())
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ValueError(f"{folder / TENSORS} does not fit its {CONFIG}: {'; '.join(wrong[:3])}{more}")
    model.load_state_dict({key: tensor.float() for key, tensor in tensors.items()}, strict=True)
    return model.to(memory_format=torch.channels_last).eval().requires_grad_(False)


def misfits(found: dict[str, Tensor], expected: dict[str, Tensor]) -> list[str]:
    """What keeps the tensors of a file from being the weights of a network; empty when nothing does."""
    wrong = [f"{key} is missing" for key in expected.keys() - found.keys()]
    wrong += [f"{key} is superfluous" for key in found.keys() - expected.keys()]
    for key in expected.keys() & found.keys():
        if found[key].shape != expected[key].shape:
            wrong.append(f"{key} has shape {tuple(found[key].shape)}, not {tuple(expected[key].shape)}")
        elif not found[key].isfinite().all():
            wrong.append(f"{key} holds numbers that are not finite")
    return sorted(wrong)


def save_network(
    model: ImageModel,
    folder: Path,
    *,
    name: str,
    architecture: str,
    options: dict[str, Any],
    half: bool = False,
    **more: Any,
) -> None:
    """Write a model folder that `load_network` reads; `half` stores float16, `more` goes into config.json.

    Raises ValueError, before anything is written, when a weight is not finite or too large for half precision.
    """
    tensors = {}
    for key, tensor in model.state_dict().items():
        tensor = tensor.detach().cpu().contiguous()
        tensors[key] = tensor.half() if half and tensor.is_floating_point() else tensor
        if not tensors[key].isfinite().all():
            raise ValueError(f"weights of {name} are not finite in {key}, nothing was written")
    content = save_safetensors(tensors, metadata={"format": "pt"})
    required = {"name": name, "architecture": architecture, "options": options}
    config = ModelConfig.from_json({**required, "sha256": hashlib.sha256(content).hexdigest(), **more})
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / TENSORS, content)
    write_config(folder, config)


@lru_cache(maxsize=KEPT)
def _cached_network(folder: Path, sha256: str) -> ImageModel:
    return load_network(folder)


def network(folder: Path) -> ImageModel:
    """As `load_network`, but a folder whose recorded checksum has not changed is read once."""
    return _cached_network(folder, read_config(folder).sha256)
