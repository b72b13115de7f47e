"""What a run computes on: the device, its name, and the versions of the libraries."""

import ctypes
import importlib.metadata
import platform
import sys

import torch

from ganzoo import checks


def pick(name: str, *, local_rank: int | None = None) -> torch.device:
    """The device of that name; "auto" is CUDA, else Apple's MPS, else the CPU.

    `local_rank` is this process's number among the ranks on this machine; each uses another GPU.
    Raises ValueError for a device that this machine lacks.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    here = [kind for kind, present in available.items() if present]
    if name == "auto":
        name = here[0]
    if name not in available:
        raise ValueError(f"unknown device {checks.shown(name)}; choices: auto, {', '.join(available)}")
    if name not in here:
        raise ValueError(f"no {name} device on this machine; here: {', '.join(here)}")
    if name == "cuda" and local_rank is not None:
        if local_rank >= torch.cuda.device_count():
            raise ValueError(f"more processes on this machine than its {torch.cuda.device_count()} GPUs")
        torch.cuda.set_device(local_rank)
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device(name)


def precision_on(device: torch.device, precision: str) -> str:
    """The precision of matrix products on a device: "bfloat16" where asked for and in the hardware, else "float32".

    Without hardware support PyTorch emulates it: on a CPU with AVX2 only, steps took 15 times as long as in float32.
    """
    if device.type == "cuda":
        supported = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "cpu":
        supported = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    else:
        supported = True
    return precision if supported else "float32"


def name_of(device: torch.device) -> str:
    """A device's name on the card: "NVIDIA H200" or "CPU, x86_64, 2 thread(s)"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "cpu":
        return f"CPU, {platform.machine()}, {torch.get_num_threads()} thread(s)"
    return device.type


def names_of(before: str, name: str) -> str:
    """Add a device to those that a run has used, each once: "NVIDIA H200, then mps"."""
    separator = ", then "
    return before if name in before.split(separator) else f"{before}{separator}{name}"


def versions() -> dict[str, str]:
    """The versions that decide what a run computes."""
    vision = importlib.metadata.version("torchvision")  # importing it takes as long as torch
    return {"python": platform.python_version(), "torch": torch.__version__, "torchvision": vision}


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, for its next step.

    glibc returns large blocks to the system at once, and getting fresh pages takes an eighth of a CPU step of small
    networks. Does nothing where the allocator is not glibc's.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        trim_threshold, mmap_threshold = -1, -3  # their numbers in malloc.h
        if mallopt(mmap_threshold, 2**30) or mallopt(mmap_threshold, 2**25):  # old versions refuse more than 32 MiB
            mallopt(trim_threshold, 2**31 - 1)
