"""Reading and writing the folder of a model.

A model is a folder that is also a valid Hugging Face Hub repository: `model.safetensors` (the weights), `config.json`
(architecture, options, name, sha256 of the weights) and, for a published one, `README.md` (its card), `history.json`,
`samples.webp`. Only safetensors and JSON are ever read.
"""

import hashlib
import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor
from torch.overrides import TorchFunctionMode

from ganzoo import checks
from ganzoo.config import CONFIG, ModelConfig
from ganzoo.files import replace_file
from ganzoo.models import ImageModel, build

TENSORS = "model.safetensors"
PART = 1 << 20
"""Bytes of a file that are read at once."""
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


class WithoutNumbers(TorchFunctionMode):
    """Here new tensors of unknown content have no memory, and writing into one of them does nothing.

    A network that is built here has its shapes and its constants. Drawing its first weights, which those of a file
    replace, would take most of the time.
    """

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        written = args[0] if args else kwargs.get("tensor")  # the name that functions of `nn.init` give it
        if function is torch.empty:
            kwargs = {**kwargs, "device": "meta"}
        elif isinstance(written, Tensor) and written.is_meta and is_in_place(function.__name__):
            return written
        return function(*args, **kwargs)


def is_in_place(name: str) -> bool:
    """Whether a function of that name writes into a tensor: it ends with one underscore."""
    return name.endswith("_") and not name.endswith("__")


def build_skeleton(config: ModelConfig) -> ImageModel:
    """The network that a config describes, in evaluation mode, with weights that have shapes and no numbers.

    Raises ValueError as `build` does.
    """
    with WithoutNumbers():
        network = build(config.architecture, config.options)
    return network.eval().requires_grad_(False)


def checked_skeleton(folder: Path, config: ModelConfig) -> ImageModel:
    """As `build_skeleton`, once the folder's weights are known to be whole and to fit; their numbers are not read.

    Raises ValueError as `load_network` does, but for numbers that are not finite.
    """
    path = folder / TENSORS
    with clear_errors(folder):
        with path.open("rb") as file:
            check_sum(path, config, checksum_of(file))
        with safe_open(path, "pt") as file:
            shapes = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
    skeleton = build_skeleton(config)
    check_fit(path, differences(shapes, skeleton))
    return skeleton


def load_network(folder: Path) -> ImageModel:
    """The network of a folder in evaluation mode, float32, on the CPU.

    Raises ValueError when a file is missing or damaged, when the checksum differs, or when a tensor is missing,
    superfluous, of another shape or not finite.
    """
    config, path = read_config(folder), folder / TENSORS
    with clear_errors(folder):
        content = path.read_bytes()
        check_sum(path, config, hashlib.sha256(content).hexdigest())
        tensors = load_safetensors(content)
    network = build_skeleton(config)
    check_fit(path, differences({key: tuple(tensor.shape) for key, tensor in tensors.items()}, network))
    garbled = (key for key in sorted(tensors) if not is_finite(tensors[key]))
    check_fit(path, [f"{key} holds numbers that are not finite" for key in garbled])
    dtypes = {key: tensor.dtype for key, tensor in network.state_dict().items()}
    network.load_state_dict({key: tensor.to(dtypes[key]) for key, tensor in tensors.items()}, assign=True)
    return network.to(memory_format=torch.channels_last)


@contextmanager
def clear_errors(folder: Path) -> Iterator[None]:
    """Turn errors of reading the folder's weights into ValueError that says what is wrong."""
    path = folder / TENSORS
    try:
        yield
    except FileNotFoundError as error:
        raise ValueError(f"{folder} is no model: it has no {TENSORS}") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {reason(error)}") from error
    except SafetensorError as error:
        raise ValueError(f"{path} is no valid safetensors file: {error}") from error


def checksum_of(file: BinaryIO) -> str:
    """The sha256 of a file, read in parts."""
    checksum = hashlib.sha256()
    while part := file.read(PART):
        checksum.update(part)
    return checksum.hexdigest()


def check_sum(path: Path, config: ModelConfig, checksum: str) -> None:
    """Raise ValueError for another checksum than the recorded one."""
    if checksum != config.sha256:
        raise ValueError(f"{path} has sha256 {checksum}, but {CONFIG} records {config.sha256}")


def check_fit(path: Path, faults: list[str]) -> None:
    """Raise ValueError where there are faults."""
    if faults:
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise ValueError(f"{path} does not fit its {CONFIG}: {'; '.join(faults[:3])}{more}")


def differences(shapes: dict[str, tuple[int, ...]], network: ImageModel) -> list[str]:
    """Why tensors of these shapes are not the weights of a network; empty when they are."""
    expected = {key: tuple(tensor.shape) for key, tensor in network.state_dict().items()}
    found = [f"{key} is missing" for key in expected.keys() - shapes.keys()]
    found += [f"{key} is superfluous" for key in shapes.keys() - expected.keys()]
    for key in expected.keys() & shapes.keys():
        if shapes[key] != expected[key]:
            found.append(f"{key} has shape {shapes[key]}, not {expected[key]}")
    return sorted(found)


def is_finite(tensor: Tensor) -> bool:
    """Whether all numbers of a tensor are finite."""
    return not tensor.numel() or all(map(math.isfinite, (float(end) for end in tensor.aminmax())))


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
