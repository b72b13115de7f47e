"""Who computes when: answers on as many threads as there are cores, a painting on one that gives way to them.

Gradio answers several visitors at once, each on a thread of its own, and PyTorch shares out the work of each among
all cores. With many visitors, these threads would wait for each other most of the time. Here each answer has one core.
Nor does an answer depend on how busy the app is: convolutions on one thread and on two differ in the last bits.
"""

import functools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import torch

T = TypeVar("T")
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
GIVEN_WAY = 4
"""By how much a painting is nicer than the app (Linux only): it gets 0.4 of the time that an answer beside it gets."""


def use_one_core() -> None:
    """Let PyTorch compute on this thread alone."""
    torch.set_num_threads(1)


def give_way() -> None:
    """As `use_one_core`, and let the other threads of the process go first."""
    use_one_core()
    with suppress(AttributeError, OSError):
        itself = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, itself, os.getpriority(os.PRIO_PROCESS, itself) + GIVEN_WAY)


ANSWERS = ThreadPoolExecutor(CORES, "answers", initializer=use_one_core)
PAINTINGS = ThreadPoolExecutor(1, "paintings", initializer=give_way)


def in_turn(function: Callable[..., T]) -> Callable[..., T]:
    """`function`, but computed as soon as a core is free. Such functions must not call each other."""

    @functools.wraps(function)
    def called(*values: Any, **named: Any) -> T:
        return ANSWERS.submit(function, *values, **named).result()

    return called


def step_by_step(steps: Iterator[T]) -> Iterator[T]:
    """The same steps, each computed while answers go first."""
    end = object()
    while (step := PAINTINGS.submit(next, steps, end).result()) is not end:
        yield step  # type: ignore[misc]
