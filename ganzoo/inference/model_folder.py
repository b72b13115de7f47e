"""Reading and writing the folder of a model.

A model is a folder that is also a valid Hugging Face Hub repository: `model.safetensors` (the weights), `config.json`
(architecture, options, name, sha256 of the weights) and, for a published one, `README.md` (its card), `history.json`,
`samples.webp`. Only safetensors and JSON are ever read.
"""

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor

from ganzoo import checks
from ganzoo.config import CONFIG, ModelConfig
from ganzoo.files import replace_file
from ganzoo.models import ImageModel, build

TENSORS = "model.safetensors"
CACHED_NETWORKS = 128
"""Networks that a process keeps. With fewer than there are models, a pass over all of them would read each again."""


def model_folders(root: Path) -> list[Path]:
    """The folders in `root` that hold a config.json, which may be damaged or a broken link, in alphabetical order."""
    try:
        names = os.listdir(root)
    except OSError:
        return []
    return [root / name for name in sorted(names) if os.path.lexists(f"{root}{os.sep}{name}{os.sep}{CONFIG}")]


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises FileNotFoundError, or ValueError that says what is wrong with it."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{path} cannot be read: {reason(error)}") from error
    except ValueError as error:
        raise ValueError(f"{path} is no valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"{path} must hold an object, got {checks.shown(values)}")
    return values


def reason(error: BaseException) -> str:
    """Why a file cannot be read, without its path. A deeply nested JSON file raises RecursionError."""
    return getattr(error, "strerror", None) or str(error)


def read_config(folder: Path) -> ModelConfig:
    """The model's config.json. Raises ValueError that says what is missing or wrong."""
    try:
        values = read_json(folder / CONFIG)
    except FileNotFoundError as error:
        raise ValueError(f"{folder} is no model: it has no {CONFIG}") from error
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
    config, path = read_config(folder), folder / TENSORS
    try:
        content = path.read_bytes()
        checksum = hashlib.sha256(content).hexdigest()
        if checksum != config.sha256:
            raise ValueError(f"{path} has sha256 {checksum}, but {CONFIG} records {config.sha256}")
        tensors = load_safetensors(content)
    except FileNotFoundError as error:
        raise ValueError(f"{folder} is no model: it has no {TENSORS}") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {reason(error)}") from error
    except SafetensorError as error:
        raise ValueError(f"{path} is no valid safetensors file: {error}") from error
    network = build(config.architecture, config.options)
    if differences := tensor_differences(tensors, network.state_dict()):
        more = f" and {len(differences) - 3} more" if len(differences) > 3 else ""
        raise ValueError(f"{path} does not fit its {CONFIG}: {'; '.join(differences[:3])}{more}")
    network.load_state_dict({key: tensor.float() for key, tensor in tensors.items()}, strict=True)
    return network.to(memory_format=torch.channels_last).eval().requires_grad_(False)


def tensor_differences(tensors: dict[str, Tensor], expected: dict[str, Tensor]) -> list[str]:
    """Why the tensors of a file are not the weights of a network; empty when they are."""
    differences = [f"{key} is missing" for key in expected.keys() - tensors.keys()]
    differences += [f"{key} is superfluous" for key in tensors.keys() - expected.keys()]
    for key in expected.keys() & tensors.keys():
        if tensors[key].shape != expected[key].shape:
            differences.append(f"{key} has shape {tuple(tensors[key].shape)}, not {tuple(expected[key].shape)}")
        elif not tensors[key].isfinite().all():
            differences.append(f"{key} holds numbers that are not finite")
    return sorted(differences)


def save_network(
    network: ImageModel,
    folder: Path,
    *,
    name: str,
    architecture: str,
    options: dict[str, Any],
    half: bool = False,
    **fields: Any,
) -> None:
    """Write a model folder that `load_network` reads.

    `half` stores float16. `fields` are more of config.json, as JSON has them. Raises ValueError, before anything is
    written, when a weight is not finite or too large for half precision.
    """
    tensors = {}
    for key, tensor in network.state_dict().items():
        tensor = tensor.detach().cpu().contiguous()
        tensors[key] = tensor.half() if half and tensor.is_floating_point() else tensor
        if not tensors[key].isfinite().all():
            raise ValueError(f"weights of {name} are not finite in {key}, nothing was written")
    content = save_safetensors(tensors, metadata={"format": "pt"})
    required = {"name": name, "architecture": architecture, "options": options}
    config = ModelConfig.from_json({**required, "sha256": hashlib.sha256(content).hexdigest(), **fields})
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / TENSORS, content)
    write_config(folder, config)


@lru_cache(maxsize=CACHED_NETWORKS)
def network_with_checksum(folder: Path, sha256: str) -> ImageModel:
    """As `load_network`; `sha256` is part of the cache's key, so that a folder written again is read again."""
    return load_network(folder)


def cached_network(folder: Path, config: ModelConfig) -> ImageModel:
    """As `load_network`, but the same object as long as the folder's `config` records the same checksum."""
    return network_with_checksum(folder, config.sha256)
