"""The queue of events: bounded, and without work for visitors who have gone or never listened.

Gradio's own queue takes any number of events unless told otherwise, keeps every message for a visitor who never opens
the stream of answers, and computes for them.
"""

import asyncio
import time
import uuid
from collections import Counter
from typing import Any

import fastapi
import gradio as gr
from fastapi import HTTPException
from fastapi.responses import JSONResponse
from gradio import queueing, route_utils
from gradio.data_classes import CancelBody, PredictBodyInternal
from gradio.server_messages import EventMessage
from gradio.utils import run_coro_in_background
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAINTING = "painting"
"""The `concurrency_id` of paintings, which take seconds each."""
MAX_WAITING = 100
"""Events that wait, of all kinds together."""
MAX_PAINTINGS = 8
"""Paintings that wait. Each keeps two images in memory."""
MAX_BYTES = 200_000_000
"""Bytes of all events that wait or run."""
MAX_UNHEARD = 50
"""Messages kept for a visitor who does not fetch them."""
PATIENCE, KEEP = 10.0, 60.0
"""Seconds for which messages may stay unheard: while work goes on for them, and after it."""


class Mailbox(asyncio.Queue[EventMessage]):
    """The messages for one visitor, and since when nobody has taken one."""

    since: float = 0

    def _put(self, item: EventMessage) -> None:
        if self.empty():
            self.since = time.monotonic()
        super()._put(item)

    def _get(self) -> EventMessage:
        self.since = time.monotonic()
        return super()._get()

    def unheard(self) -> float:
        """Seconds for which a message has waited and none was taken; 0 without messages."""
        return 0.0 if self.empty() else time.monotonic() - self.since


class BoundedQueue(queueing.Queue):
    """Gradio's queue with bounds at its door, and with a sweep once a second."""

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(
            live_updates=True,
            concurrency_count=blocks.max_threads,
            update_intervals=1,
            max_size=MAX_WAITING,
            blocks=blocks,
        )
        self.at_the_door: Counter[str] = Counter()
        self.bytes: dict[str, int] = {}

    def start(self) -> None:
        super().start()
        self.sweeping = run_coro_in_background(self.keep_sweeping)

    async def push(self, body: PredictBodyInternal, request: fastapi.Request, username: str | None) -> Any:
        """Accept an event; refuse one too many before its inputs are checked."""
        kind = route_utils.get_fn(self.blocks, None, body).concurrency_id
        if kind == PAINTING and self.waiting(kind) + self.at_the_door[kind] >= MAX_PAINTINGS:
            raise HTTPException(429, f"{MAX_PAINTINGS} paintings are waiting already: try again in a minute")
        size = int(request.headers.get("content-length", 0))
        self.bytes = {event: held for event, held in self.bytes.items() if event in self.event_ids_to_events}
        if size + sum(self.bytes.values()) > MAX_BYTES:
            raise HTTPException(429, "the events that wait are too large: try again in a minute")
        body.session_hash = body.session_hash or uuid.uuid4().hex
        mailbox = self.pending_messages_per_session.setdefault(body.session_hash, Mailbox())
        if mailbox.qsize() > MAX_UNHEARD:
            raise HTTPException(429, f"{mailbox.qsize()} answers were not fetched: read them first")
        self.at_the_door[kind] += 1
        try:
            outcome: tuple[bool, Any, str] = await super().push(body, request, username)
        finally:
            self.at_the_door[kind] -= 1
        if outcome[2] == "queue_full":
            raise HTTPException(429, f"{MAX_WAITING} events are waiting already: try again in a minute")
        if outcome[2] == "validator_error":
            # The page shows a sentence, but no list of refusals beside an image.
            raise HTTPException(422, " ".join(part["message"] for part in outcome[1] if part["message"]))
        if outcome[0]:
            self.bytes[outcome[1]] = size
        return outcome

    def waiting(self, kind: str) -> int:
        """How many events of a kind wait for their turn."""
        events = self.event_queue_per_concurrency_id.get(kind)
        return len(events.queue) if events else 0

    def send_message(self, event: queueing.Event, event_message: EventMessage) -> None:
        """Leave a message for a visitor who has not gone."""
        if event.session_hash in self.pending_messages_per_session:
            super().send_message(event, event_message)

    async def keep_sweeping(self) -> None:
        """Sweep once a second."""
        while not self.stopped:
            await asyncio.sleep(1)
            await self.sweep()

    async def sweep(self) -> None:
        """Forget what nobody fetches, and end the work of visitors who have gone."""
        mailboxes, busy = self.pending_messages_per_session, self.busy()
        for session, mailbox in list(mailboxes.items()):
            if mailbox.unheard() > (PATIENCE if session in busy else KEEP):
                del mailboxes[session]
        for session in busy - set(mailboxes):
            await self.clean_events(session_hash=session)
        for session in set(self.pending_event_ids_session) - set(mailboxes):
            del self.pending_event_ids_session[session]

    def busy(self) -> set[str]:
        """The sessions that have events waiting or running."""
        waiting = (event for kind in self.event_queue_per_concurrency_id.values() for event in kind.queue)
        running = (event for events in self.active_jobs if events for event in events)
        return {event.session_hash for event in (*waiting, *running)}


class OwnersCancel:
    """Middleware: only the visitor whose event it is may cancel it. Gradio asks for its id alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].rstrip("/").endswith("/gradio_api/cancel"):
            return await self.app(scope, receive, send)
        body = await fastapi.Request(scope, receive).body()
        if is_foreign(body, scope["app"].get_blocks()._queue):
            refusal = JSONResponse({"detail": "only the visitor who began this work may cancel it"}, 403)
            return await refusal(scope, receive, send)

        async def again() -> Message:
            return {"type": "http.request", "body": body}

        await self.app(scope, again, send)


def is_foreign(body: bytes, events: queueing.Queue) -> bool:
    """Whether the body of a request to cancel names an event of another session."""
    try:
        asked = CancelBody.model_validate_json(body)
    except ValueError:
        return False  # Gradio refuses it
    event = events.event_ids_to_events.get(asked.event_id)
    return event is not None and event.session_hash != asked.session_hash
