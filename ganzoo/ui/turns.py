"""Who computes when: answers on as many threads as there are cores, a painting on one that gives way to them.

Gradio answers up to 40 visitors at once, each on a thread of its own, and PyTorch shares out the work of each thread
among all cores. With 32 visitors on two cores, these threads would wait for each other most of the time. Here an answer
that is alone has all cores, and answers that come together have one each.
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
NICENESS = 10
"""How much paintings give way to answers, where the system tells threads apart (Linux): 0..19."""
_waiting = 0
_counting = threading.Lock()


def give_way() -> None:
    """Let the other threads of this process go first."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


ANSWERS = ThreadPoolExecutor(CORES, "answers")
PAINTINGS = ThreadPoolExecutor(1, "paintings", initializer=give_way)


def in_turn(function: Callable[..., T]) -> Callable[..., T]:
    """`function`, but computed as soon as a core is free. Such functions must not call each other."""

    @functools.wraps(function)
    def called(*values: Any, **named: Any) -> T:
        global _waiting
        with _counting:
            _waiting += 1
        try:
            return ANSWERS.submit(compute, function, *values, **named).result()
        finally:
            with _counting:
                _waiting -= 1

    return called


def compute(function: Callable[..., T], *values: Any, **named: Any) -> T:
    """Call `function` with its share of the cores."""
    torch.set_num_threads(max(1, CORES // max(1, _waiting)))
    return function(*values, **named)


def step_by_step(steps: Iterator[T]) -> Iterator[T]:
    """The same steps, each computed while answers go first."""
    end = object()
    while (step := PAINTINGS.submit(next, steps, end).result()) is not end:
        yield step  # type: ignore[misc]
