"""How calls wait: only so many bytes of them, only a few answered at once, and none for a client that has gone.

Gradio lets forty threads compute. Each has a memory pool, buffers and OpenMP threads of its own, and keeps them.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.types import Receive

AT_ONCE = max(4, min(16, os.cpu_count() or 1))
"""Calls that are answered at once, and threads that compute."""
MAX_BODY = 16_000_000
"""Bytes of a call: two images as text, and room for the rest."""
LEAST_BODY = 100_000
"""Bytes as which a smaller call counts."""
MAX_HELD = 200_000_000
"""Bytes of all calls that arrive, wait or are answered."""
READING = 60.0
"""Seconds within which a call must arrive."""


class Refusal(Exception):
    """Why a request is refused, with the HTTP status."""

    def __init__(self, sentence: str, status: int = 422):
        super().__init__(sentence)
        self.status = status


class Gone(Refusal):
    """The client has gone, so that nobody will read the answer."""

    def __init__(self) -> None:
        super().__init__("the client has gone", 499)


class WaitingRoom:
    """The calls that arrive, wait for their turn, or are answered."""

    def __init__(self) -> None:
        self.held = 0
        self.turns = anyio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def body(self, receive: Receive, announced: int) -> AsyncIterator[bytes]:
        """The whole body of a call, which counts as held. Raises Refusal: too large, too slow, one too many."""
        content, counted = bytearray(), LEAST_BODY
        self.held += counted
        try:
            with anyio.move_on_after(READING) as reading:
                async for part in parts(receive):
                    content += part
                    self.held += max(0, len(content) - counted)
                    counted = max(counted, len(content))
                    if max(len(content), announced) > MAX_BODY:
                        raise Refusal(f"the body is too large: at most {MAX_BODY:,} bytes", 413)
                    if self.held > MAX_HELD:
                        raise Refusal("the app has too many calls to answer: try again in a moment", 429)
            if reading.cancelled_caught:
                raise Refusal(f"the body did not arrive within {READING:.0f} seconds", 408)
            yield bytes(content)
        finally:
            self.held -= counted

    @asynccontextmanager
    async def turn(self, receive: Receive) -> AsyncIterator[None]:
        """One of `AT_ONCE` turns, once there is one. Raises Gone when the client leaves before."""
        is_there = False
        async with anyio.create_task_group() as group:
            group.start_soon(cancel_when_gone, receive, group.cancel_scope)
            await self.turns.acquire()
            is_there = True
            group.cancel_scope.cancel()
        if not is_there:
            raise Gone
        try:
            yield
        finally:
            self.turns.release()


async def parts(receive: Receive) -> AsyncIterator[bytes]:
    """A body as it arrives. Raises Gone when the client leaves."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    """Cancel a scope when the client, whose request has arrived, leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
