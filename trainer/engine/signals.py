"""The signals that stop a run."""

import signal
from types import FrameType

from trainer.engine.distributed import launched_world_size


class StopSignal:
    """Inside, Ctrl-C and SIGTERM set `requested`, so that the run stops after its step; a second Ctrl-C stops at once.

    Under torchrun a rank gets each Ctrl-C twice, from the terminal and from torchrun; there only the first counts.
    """

    def __init__(self) -> None:
        self.requested = False

    def __enter__(self) -> "StopSignal":
        self._before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.requested and number == signal.SIGINT and launched_world_size() == 1:
            raise KeyboardInterrupt
        self.requested = True
