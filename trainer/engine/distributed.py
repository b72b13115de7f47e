"""Processes that train one model together: torchrun starts them, torch.distributed connects them.

Each rank trains on its shard of the same global batch. Gradients are averaged, so all ranks keep the same weights. For
a process that was not started by torchrun the world size is 1, and nothing here has an effect.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor
from torch import distributed as dist


@dataclass(frozen=True)
class ProcessGroup:
    """This process's place among those that train together."""

    rank: int = 0
    """From 0 to world_size - 1."""
    world_size: int = 1
    """How many processes there are."""

    @property
    def is_first(self) -> bool:
        """Whether this is the process that prints and writes files."""
        return self.rank == 0

    def shard(self, batch_size: int) -> slice:
        """This rank's part of a global batch. Raises ValueError where the parts would not be equal."""
        if batch_size % self.world_size:
            raise ValueError(f"a batch of {batch_size} cannot be shared by {self.world_size} processes evenly")
        size = batch_size // self.world_size
        return slice(self.rank * size, (self.rank + 1) * size)

    @torch.no_grad()
    def average_(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors, in place, by their means over the ranks; all travel in one flat bucket."""
        if self.world_size == 1 or not tensors:
            return
        bucket = torch.cat([tensor.flatten() for tensor in tensors])
        dist.all_reduce(bucket)
        bucket /= self.world_size
        for tensor, part in zip(tensors, bucket.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def any(self, flag: bool, device: torch.device) -> bool:
        """Whether the flag is raised on any rank."""
        if self.world_size == 1:
            return flag
        raised = torch.tensor(float(flag), device=device)
        dist.all_reduce(raised)
        return bool(raised)

    @contextmanager
    def first_rank_first(self) -> Iterator[None]:
        """Run the body on the first rank, then on the others, so that a dataset is downloaded once."""
        if not self.is_first:
            self.wait()
        yield
        if self.is_first:
            self.wait()

    def wait(self) -> None:
        """Block until every rank has made this call."""
        if self.world_size > 1:
            dist.barrier()


SINGLE_PROCESS = ProcessGroup()
"""The group of a process that trains alone."""
TIMEOUT = timedelta(hours=2)
"""How long a rank waits for another that downloads data or measures."""


def launched_world_size() -> int:
    """The world size that torchrun has set; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def local_rank() -> int | None:
    """This process's number among those that torchrun has started on this machine; None for a process alone."""
    return int(os.environ["LOCAL_RANK"]) if launched_world_size() > 1 else None


def is_first_rank() -> bool:
    """Whether this is the first process that torchrun has started; only this one prints."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def process_group(device: torch.device) -> Iterator[ProcessGroup]:
    """Connect the ranks that torchrun has started, by NCCL between GPUs and Gloo between CPUs."""
    if launched_world_size() == 1:
        yield SINGLE_PROCESS
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=TIMEOUT)
    try:
        yield ProcessGroup(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
