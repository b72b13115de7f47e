"""What a run computes on: which device, what it is called, and the versions that go with it."""

import os
import platform

import torch

from trainer.engine.distributed import launched_world_size


def pick(name: str) -> torch.device:
    """ "auto" is CUDA, else Apple's MPS, else the CPU. Raises ValueError for one that is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(kind for kind, found in there.items() if found)
    if name not in there:
        raise ValueError(f"unknown device {name!r}; choices: auto, {', '.join(there)}")
    if not there[name]:
        raise ValueError(
            f"no {name} device on this machine; here: {', '.join(k for k, found in there.items() if found)}"
        )
    if name == "cuda" and launched_world_size() > 1:
        if int(os.environ["LOCAL_RANK"]) >= torch.cuda.device_count():
            raise ValueError(f"more processes on this machine than its {torch.cuda.device_count()} GPUs")
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device(name)


def precision_on(device: torch.device, wanted: str) -> str:
    """The precision of products there: "bfloat16" where it is wanted and the hardware has it, else "float32".

    Where it has not, PyTorch emulates it: on a processor with AVX2 alone, steps took 15 times as long as in float32.
    """
    if device.type == "cuda":
        found = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "cpu":
        found = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    else:
        found = True
    return wanted if found else "float32"


def name_of(device: torch.device) -> str:
    """As the card states it: "NVIDIA H200" or "CPU, x86_64, 2 thread(s)"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "cpu":
        return f"CPU, {platform.machine()}, {torch.get_num_threads()} thread(s)"
    return device.type


def names_of(before: str, name: str) -> str:
    """The names of what a run has computed on so far and of another device, each once: "NVIDIA H200, then mps"."""
    between = ", then "
    return before if name in before.split(between) else f"{before}{between}{name}"


def versions() -> dict[str, str]:
    import torchvision  # takes as long to import as torch

    return {"python": platform.python_version(), "torch": torch.__version__, "torchvision": torchvision.__version__}
