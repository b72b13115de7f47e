"""What arrives over HTTP is checked here, before Gradio reads it; what is refused gets one sentence and a 4xx status.

Gradio fills in no defaults over plain HTTP, answers a wrong number of arguments without a word, describes every
component anew for a call without a session, takes any number of uploads, computes for clients that have gone, and
prints a trace for addresses that it cannot bear.
"""

import inspect
import json
import math
import re
import stat
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.utils import get_upload_folder
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganzoo import checks
from ganzoo.ui import events, queue
from ganzoo.ui.compression import Compression
from ganzoo.ui.waiting import Refusal, WaitingRoom

HEALTH = "/health"
"""The address that says that the app runs; no login is needed."""
UNUSED = re.compile(r"/gradio_api/(deep_link|process_recording)/?$")
"""Addresses that write files for components which the app does not have."""
STREAM = re.compile(r"/gradio_api/(?:queue/data|call/(?:v2/)?[^/]+/([^/]+))/?$")
MAX_PATH, MAX_NAME = 1000, 255
"""Characters of an address, and bytes of each part of it, which may be a file's name."""
MAX_VALUES = 100_000
"""Values in the body of a call. Python takes seconds for millions of empty lists."""
AT_THEIR_TURN = ("run", "api", "component_server")
"""Calls that are answered while the client waits; the others go into the queue."""
FOR_THE_PAGE = ("render_config", "changed_state_ids", "used_cache")
"""What Gradio tells its own page after an answer."""
MAX_SESSION = 100
"""Characters of a session's name."""
SESSION = "calls"
"""The session of all calls that name none: public endpoints keep nothing in it."""
ROUTE = re.compile(r"/gradio_api/(run|api|call/v2|call|queue/join|component_server|upload)(?:/([^/]+))?/?$")
MAX_UPLOADS = 1_000_000_000
"""Bytes of uploads on the disk."""
MAX_UPLOAD = 25_000_000
"""Bytes of one upload: a file of 20 MB, and room for the rest. Gradio keeps what is no file in memory."""
MAX_OF_VISITOR = 200_000_000
"""Bytes that one visitor (an address) may upload at a time and within `FRESH` seconds after it."""
LEAST_UPLOAD = 100_000
"""Bytes as which a smaller upload counts."""
DRAINING = 20.0
"""Seconds for which the rest of a refused request is read."""
FRESH = 60
"""Seconds for which an upload stays on the disk; older ones make room for new ones. The app reads each at once."""
Body = dict[str, Any]


class Door:
    """ASGI middleware around Gradio's app."""

    def __init__(self, app: ASGIApp, blocks: gr.Blocks):
        self.app = app
        self.blocks = blocks
        self.uploads = Uploads()
        self.room = WaitingRoom()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        arrival, reply = Arrival(receive), Reply(send)
        try:
            await self.answer(scope, arrival, reply)
        except Refusal as refusal:
            await arrival.drain()
            await reply.end(str(refusal), refusal.status)
        except ClientDisconnect:
            pass
        except Exception as error:  # Gradio's own: one line says as much as its trace
            print(f"{scope['method']} {checks.shown(scope['path'])}: {in_a_line(error)}", file=sys.stderr)
            await reply.end("the app could not answer this request; its log says why", 500)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or hand it on. Raises Refusal."""
        if scope["path"] == HEALTH:
            return await JSONResponse({"status": "ok"})(scope, receive, send)
        check_address(scope["path"])
        if scope["method"] == "POST":
            return await self.post(scope, receive, send)
        self.check_query(scope)
        await self.app(scope, receive, send)

    def check_query(self, scope: Scope) -> None:
        """Raise Refusal for a page that there is not, and for a stream of answers to nobody."""
        asked = QueryParams(scope["query_string"])
        page = asked.get("page", "")
        if page not in [name for name, *_ in self.blocks.pages]:
            raise Refusal(f"no page {checks.shown(page)}", 404)
        if stream := STREAM.search(scope["path"]):
            events, name = self.blocks._queue, stream[1] or asked.get("session_hash")
            known = (events.pending_messages_per_session, events.event_ids_to_events)
            waiting = events.pending_event_ids_session.values()
            if name is not None and not any(name in each for each in (*known, *waiting)):
                raise Refusal(f"no answers wait for {checks.shown(name)}", 404)

    async def post(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a POST on, its body checked and completed. Raises Refusal."""
        route = ROUTE.search(scope["path"])
        kind, name = route.groups() if route else ("", None)
        length = content_length(scope)
        if kind == "upload":
            if length is None:
                raise Refusal("an upload needs a Content-Length", 411)
            if length > MAX_UPLOAD:
                raise Refusal(f"an upload may have at most {MAX_UPLOAD:,} bytes", 413)
            with self.uploads.room_for(scope["client"][0] if scope["client"] else "", length):
                try:
                    await self.app(scope, receive, send)
                except TypeError:  # Gradio takes each part for a file
                    raise Refusal("an upload must be a file with a name") from None
            return
        async with self.room.body(receive, length or 0) as content:
            check_values(content)
            if not kind:
                await self.app(scope, replay(content, receive), send)
                return
            content, is_plain = self.completed(kind, name, content)
            lengths = [(key, value) for key, value in scope["headers"] if key != b"content-length"]
            scope = {**scope, "headers": [*lengths, (b"content-length", str(len(content)).encode())]}
            async with self.room.turn(receive) if kind in AT_THEIR_TURN else nullcontext():
                await self.app(scope, replay(content, receive), Spoken(send, is_plain=is_plain))

    def completed(self, kind: str, name: str | None, content: bytes) -> tuple[bytes, bool]:
        """The body of a call with the arguments that it leaves out, and whether it names no session. Raises Refusal."""
        try:
            body = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise Refusal(f"the body is no JSON: {checks.printable(str(error))}", 400) from None
        if not isinstance(body, dict):
            raise Refusal(f"the body must be a JSON object, got {checks.shown(body)}")
        check_files(body)
        if kind != "call/v2":
            self.check_session(kind, body)
        if kind == "component_server":
            self.check_component(body)
        else:
            self.complete(kind, name, body)
        return json.dumps(body).encode(), body.get("session_hash") == SESSION

    def check_session(self, kind: str, body: Body) -> None:
        """Raise Refusal for a session that is no short name; a direct call without one gets `SESSION`."""
        session = body.get("session_hash")
        if session is None and kind in ("run", "api"):
            body["session_hash"] = SESSION
        elif not ((session is None and kind == "call") or (isinstance(session, str) and len(session) <= MAX_SESSION)):
            raise Refusal(f"session_hash must be text of at most {MAX_SESSION} characters")

    def check_component(self, body: Body) -> None:
        """Raise Refusal for a call of a component's function that cannot be."""
        component, function = body.get("component_id"), body.get("fn_name")
        if type(component) is not int or component not in self.blocks.blocks:
            raise Refusal(f"component_id must be one of the page's, got {checks.shown(component)}")
        known = getattr(self.blocks.blocks[component], function, None) if isinstance(function, str) else None
        if not getattr(known, "_is_server_fn", False):
            raise Refusal(f"fn_name must be a function of the component, got {checks.shown(function)}", 404)

    def complete(self, kind: str, name: str | None, body: Body) -> None:
        """Put the arguments that a call leaves out into its body, from the function's signature. Raises Refusal."""
        event = self.find(name, body.get("fn_index") if kind in ("run", "api", "queue/join") else None)
        if kind in ("run", "api") and event.types_generator:
            raise Refusal(f"{event.api_name} works step by step: ask for it through /gradio_api/queue/join", 404)
        if kind == "call/v2":
            named = {key: value for key, value in body.items() if key != "oauth_token"}
            body.update(bind(event, (), named))
            return
        data = body.get("data")
        if not isinstance(data, list):
            raise Refusal('the body must hold the arguments as a list: {"data": [...]}')
        if event.api_visibility == "public":
            body["data"] = [*bind(event, data, {}).values()]
        elif not event.cancels and len(data) != len(event.inputs):
            raise Refusal(f"{event.api_name} takes {len(event.inputs)} values, got {len(data)}")
        for component, value in zip(event.inputs, data, strict=False):
            if isinstance(component, gr.UploadButton):
                check_upload(value)

    def find(self, name: str | None, index: Any) -> Any:
        """The event of that number, or of that name. Raises Refusal."""
        known = self.blocks.fns
        if index is not None:
            if type(index) is not int or index not in known:
                raise Refusal(f"fn_index must be the number of an event, got {checks.shown(index)}")
            return known[index]
        public = [str(event.api_name) for event in known.values() if event.api_visibility == "public"]
        for event in known.values():
            if event.api_name == name:
                return event
        raise Refusal(f"no endpoint {checks.shown(name)}; choices: {', '.join(public)}", 404)


def check_address(path: str) -> None:
    """Raise Refusal for an address that no file can have, and for one that the app does not use."""
    if len(path) > MAX_PATH or "\0" in path or UNUSED.search(path):
        raise Refusal(f"no such address: {checks.shown(path)}", 404)
    if any(len(part.encode(errors="replace")) > MAX_NAME for part in path.split("/")) and not ROUTE.search(path):
        raise Refusal(f"no such address: {checks.shown(path)}", 404)


def check_values(content: bytes) -> None:
    """Raise Refusal for a body of too many values."""
    if sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise Refusal(f"the body holds too many values: at most {MAX_VALUES:,}", 413)


def in_a_line(error: Exception) -> str:
    """An error and where it was raised, without its trace."""
    *_, place = traceback.extract_tb(error.__traceback__)
    words = checks.printable(f"{type(error).__name__}: {error}")[: checks.LONGEST]
    return f"{words} ({Path(place.filename).name}, line {place.lineno})"


def check_files(value: Any) -> None:
    """Raise Refusal where a value describes a file that is no upload; Gradio would say so with a trace."""
    if isinstance(value, dict) and value.get("meta") == events.FILE:
        if not str(value.get("path")).startswith(("http://", "https://")):  # layout.fetch_nothing refuses these
            check_upload(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            check_files(part)


def check_upload(value: Any) -> None:
    """Raise Refusal for what is no upload."""
    try:
        events.upload_path(value)
    except ValueError as error:
        raise Refusal(str(error)) from None


def bind(event: Any, values: Any, named: dict[str, Any]) -> dict[str, Any]:
    """All arguments by name, those left out with their defaults. Raises Refusal."""
    signature = inspect.signature(event.fn)
    try:
        bound = signature.bind(*values, **named)
    except TypeError as error:
        names = ", ".join(signature.parameters)
        why = checks.printable(str(error))[: checks.LONGEST]
        raise Refusal(f"{event.api_name}: {why}; its arguments are {names}") from None
    bound.apply_defaults()
    return bound.arguments


def content_length(scope: Scope) -> int | None:
    """The announced bytes of a body; None where there is no such header."""
    value = dict(scope["headers"]).get(b"content-length", b"").decode("latin-1")
    return int(value) if re.fullmatch("[0-9]{1,18}", value) else None


def replay(content: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, and then what the client sends, such as its leave."""
    messages: Iterator[Message] = iter([{"type": "http.request", "body": content, "more_body": False}])

    async def again() -> Message:
        return next(messages, None) or await receive()

    return again


class Arrival:
    """A `receive` that knows whether the request has arrived.

    A server that answers earlier closes the connection. Then the client, or a proxy, sees that in place of the answer.
    """

    def __init__(self, receive: Receive):
        self.receive = receive
        self.is_over = False

    async def __call__(self) -> Message:
        message = await self.receive()
        self.is_over = not message.get("more_body")
        return message

    async def drain(self) -> None:
        """Let the rest of a request arrive, up to `MAX_UPLOAD` bytes, and forget it."""
        size = 0
        with anyio.move_on_after(DRAINING):
            while not self.is_over and size <= MAX_UPLOAD:
                size += len((await self()).get("body", b""))


class Reply:
    """A `send` that knows whether an answer has begun, so that it can be ended."""

    def __init__(self, send: Send):
        self.send = send
        self.begun = self.ended = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        self.ended = message["type"] == "http.response.body" and not message.get("more_body")
        await self.send(message)

    async def end(self, sentence: str, status: int) -> None:
        """Answer with a sentence, or end what has begun."""
        if not self.begun:
            content = json.dumps({"error": sentence}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
            await self({"type": "http.response.start", "status": status, "headers": headers})
            await self({"type": "http.response.body", "body": content})
        elif not self.ended:
            await self({"type": "http.response.body", "body": b""})


class Spoken:
    """A `send` that makes a refusal of ours a 422, and that leaves no error without a sentence.

    Gradio answers each error with status 500, and one that is not ours with {"error": null}. What it tells its own page
    after an answer is left out for a plain call, one without a session.
    """

    def __init__(self, send: Send, *, is_plain: bool):
        self.send = send
        self.held = (200, 500) if is_plain else (500,)
        self.start: Message | None = None
        self.content = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in self.held:
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.content += message.get("body", b"")
            if not message.get("more_body"):
                await self.end(self.start)

    async def end(self, start: Message) -> None:
        """Send the answer that was held back."""
        if start["status"] == 200:
            await self.send_json(start, 200, without_the_page_s(self.content))
            return
        try:
            error = json.loads(self.content)
        except ValueError:
            error = {}
        is_ours = isinstance(error.get("error"), str)
        answer = error if is_ours else {"error": "the app could not answer this call; its log says why"}
        await self.send_json(start, 422 if is_ours else 500, json.dumps(answer).encode())

    async def send_json(self, start: Message, status: int, content: bytes) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await self.send({**start, "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": content})


def without_the_page_s(content: bytes) -> bytes:
    """An answer without what Gradio tells its page in the fields that follow the result, which may be long."""
    result, begins, others = content.rpartition(b',"is_generating":')
    if not begins:
        return content
    fields = json.loads(b'{"is_generating":' + others)
    return result + b"," + json.dumps({key: fields[key] for key in fields if key not in FOR_THE_PAGE}).encode()[1:]


class Uploads:
    """How much is being uploaded and was of late, by visitor; old uploads make room."""

    def __init__(self) -> None:
        self.recent: list[Upload] = []

    @property
    def arriving(self) -> int:
        """Bytes that are being uploaded."""
        return sum(upload.size for upload in self.recent if upload.end == math.inf)

    @contextmanager
    def room_for(self, visitor: str, size: int) -> Iterator[None]:
        """Room for the upload of a visitor while it arrives. Raises Refusal where there is none."""
        upload = Upload(visitor, max(size, LEAST_UPLOAD))
        self.recent = [each for each in self.recent if each.end > time.monotonic() - FRESH]
        if upload.size + sum(each.size for each in self.recent if each.visitor == visitor) > MAX_OF_VISITOR:
            raise Refusal(f"at most {MAX_OF_VISITOR:,} bytes may be uploaded in a minute: try again later", 429)
        if not make_room(upload.size + self.arriving):
            raise Refusal("the disk for uploads is full: try again in a minute", 429)
        self.recent.append(upload)
        try:
            yield
        finally:
            upload.end = time.monotonic()


@dataclass
class Upload:
    """What a visitor uploads."""

    visitor: str
    size: int
    """In bytes."""
    end: float = math.inf
    """When it had arrived, in seconds; infinite until then."""


def make_room(size: int) -> bool:
    """Remove old uploads, the oldest first, until there is room for so many bytes; whether there is."""
    found = sorted(stored_files(Path(get_upload_folder())))
    held = sum(length for _, length, _ in found)
    for written, length, file in found:
        if held + size > MAX_UPLOADS and written < time.time() - FRESH:
            file.unlink(missing_ok=True)
            held -= length
    return held + size <= MAX_UPLOADS


def stored_files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """(time, bytes, path) of each file in a folder, other than those that are removed meanwhile."""
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            status = file.lstat()
            if stat.S_ISREG(status.st_mode):
                yield status.st_mtime, status.st_size, file


async def refuse_form(request: Any, error: Exception) -> JSONResponse:
    """The answer to a body of another form than an address of Gradio's expects; its own repeats the whole body."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    parts = {".".join(map(str, problem["loc"])): problem["msg"] for problem in problems[:3]}
    words = "; ".join(checks.printable(f"{key}: {why}") for key, why in parts.items())
    return JSONResponse({"error": f"the request has another form than this address expects: {words}"[:500]}, 422)


def options(blocks: gr.Blocks) -> dict[str, Any]:
    """What FastAPI is told to serve the app through the door."""
    return {
        "middleware": [Middleware(Door, blocks=blocks), Middleware(Compression), Middleware(queue.OwnersCancel)],
        "exception_handlers": {RequestValidationError: refuse_form},
    }
