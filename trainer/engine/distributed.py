"""The processes that train one model together: torchrun starts them, torch.distributed connects them.

Each rank plays its own rows of the same global batch; gradients are averaged, so the ranks keep the same weights. A
process that was not started by torchrun is alone, and everything here does nothing.
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
    """Which of how many processes this one is."""

    rank: int = 0
    world_size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def shard(self, batch_size: int) -> slice:
        """This rank's rows of a global batch. Raises ValueError where the batch cannot be shared out evenly."""
        if batch_size % self.world_size:
            raise ValueError(f"a batch of {batch_size} cannot be shared by {self.world_size} processes evenly")
        share = batch_size // self.world_size
        return slice(self.rank * share, (self.rank + 1) * share)

    @torch.no_grad()
    def average_(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by their means over the ranks; all of them travel in one flat bucket."""
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
        """The first rank goes through alone, then the others: a data set is fetched once."""
        if not self.is_first:
            self.wait()
        yield
        if self.is_first:
            self.wait()

    def wait(self) -> None:
        """Until every rank is here."""
        if self.world_size > 1:
            dist.barrier()


SINGLE_PROCESS = ProcessGroup()
PATIENCE = timedelta(hours=2)
"""How long a rank waits for another that reads pictures or measures."""


def launched_world_size() -> int:
    """How many processes torchrun has started; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first_rank() -> bool:
    """Whether this process prints: of those that torchrun has started, the first."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def process_group(device: torch.device) -> Iterator[ProcessGroup]:
    """Connect with the other ranks that torchrun has started: NCCL between GPUs, Gloo between processors."""
    if launched_world_size() == 1:
        yield SINGLE_PROCESS
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield ProcessGroup(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
