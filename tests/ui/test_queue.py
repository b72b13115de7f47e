"""The queue of events: bounded, checked at its door, and without work for those who do not listen.

The app answers without a server, and its queue stands still: nothing that waits is begun.
"""

import asyncio

import gradio as gr
import pytest
from gradio.routes import App
from PIL import Image
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ganzoo.ui import door, encoding, queue
from ganzoo.ui.tabs import styles


@pytest.fixture(scope="module")
def page():
    with gr.Blocks(analytics_enabled=False) as demo:
        styles.build()
    return demo


@pytest.fixture
def events(page):
    """The page's queue, empty."""
    page._queue = queue.BoundedQueue(page)
    return page._queue


@pytest.fixture
def visitor(page, events):
    """Posts to the page's addresses."""
    app = App.create_app(page, app_kwargs={"middleware": [Middleware(queue.OwnersCancel)]})
    return TestClient(app)


def join(visitor, session, **changes):
    """Ask for a painting."""
    (fn_index,) = [number for number, event in visitor.app.get_blocks().fns.items() if event.api_name == "paint"]
    picture = encoding.data_uri(b"", "png") if "damaged" in changes else encoding.png(Image.new("RGB", (16, 16)))
    values = {"content": picture, "style": picture, "strength": 1, "size": 192, "seed": 0} | changes
    values.pop("damaged", None)
    body = {"data": list(values.values()), "fn_index": fn_index, "session_hash": session}
    return visitor.post("/gradio_api/queue/join", json=body)


def waiting(events) -> list[str]:
    """The sessions whose paintings wait."""
    line = events.event_queue_per_concurrency_id.get(queue.PAINTING)
    return [event.session_hash for event in line.queue] if line else []


def test_only_so_many_paintings_wait(visitor, events, monkeypatch):
    monkeypatch.setattr(queue, "MAX_PAINTINGS", 2)
    first, second, third = (join(visitor, name) for name in "abc")
    assert first.status_code == second.status_code == 200
    assert third.status_code == 429 and "paintings are waiting already" in third.json()["detail"]
    assert waiting(events) == ["a", "b"]


def test_only_so_many_bytes_wait(visitor, events, monkeypatch):
    monkeypatch.setattr(queue, "MAX_BYTES", 600)
    assert join(visitor, "a").status_code == 200
    second = join(visitor, "b")
    assert second.status_code == 429 and "the events that wait are too large" in second.json()["detail"]
    events.event_ids_to_events.clear()  # the first has ended
    assert join(visitor, "b").status_code == 200


def test_only_so_many_events_wait(visitor, events):
    events.max_size = 1
    assert join(visitor, "a").status_code == 200
    second = join(visitor, "b")
    assert second.status_code == 429 and "events are waiting already" in second.json()["detail"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"content": "http://example.org/a.png"}, "a picture must be a data URI"),
        ({"style": None}, "a picture must be a data URI"),
        ({"damaged": True}, "no picture in one of the formats"),
        ({"strength": "x"}, "style_weight must be a finite number"),
        ({"size": 4096}, "size must be one of 192, 256, 384, got 4096"),
        ({"size": [192]}, "size must be one of 192, 256, 384"),
        ({"seed": -1}, "seed must lie between 0"),
    ],
)
def test_bad_input_does_not_wait(visitor, events, wrong, sentence):
    refused = join(visitor, "a", **wrong)
    assert refused.status_code == 422 and sentence in refused.json()["detail"]
    assert waiting(events) == []


@pytest.mark.parametrize("address", ["run", "api"])
def test_no_painting_goes_round_the_queue(page, events, address):
    visitor = TestClient(App.create_app(page, app_kwargs=door.options(page)))
    refused = visitor.post(f"/gradio_api/{address}/paint", json={"data": []})
    assert refused.status_code == 404 and "queue/join" in refused.json()["error"]


def test_work_ends_when_nobody_listens(visitor, events, monkeypatch):
    for name in "ab":
        join(visitor, name)
    running = queue.queueing.Event("c", events.blocks.fns[0], None, None)
    events.active_jobs = [[running]]
    monkeypatch.setattr(queue, "PATIENCE", 0)
    mailbox = events.pending_messages_per_session["b"]
    while not mailbox.empty():  # b listens
        mailbox.get_nowait()
    asyncio.run(events.sweep())
    assert waiting(events) == ["b"] and not running.alive
    assert list(events.pending_messages_per_session) == list(events.pending_event_ids_session) == ["b"]


def test_answers_that_nobody_fetches_are_forgotten(visitor, events, monkeypatch):
    join(visitor, "a")
    events.event_queue_per_concurrency_id[queue.PAINTING].queue.clear()  # the work is done
    asyncio.run(events.sweep())
    assert "a" in events.pending_messages_per_session
    monkeypatch.setattr(queue, "KEEP", 0)
    asyncio.run(events.sweep())
    assert not events.pending_messages_per_session and not events.pending_event_ids_session


def test_a_visitor_who_fetches_no_answers_is_refused(visitor, monkeypatch):
    monkeypatch.setattr(queue, "MAX_UNHEARD", 0)
    join(visitor, "a")
    refused = join(visitor, "a")
    assert refused.status_code == 429 and "answers were not fetched" in refused.json()["detail"]


def test_a_message_for_a_visitor_who_has_gone_is_no_error(visitor, events):
    join(visitor, "a")
    del events.pending_messages_per_session["a"]
    assert join(visitor, "b").status_code == 200
    events.broadcast_estimations(queue.PAINTING)


@pytest.mark.parametrize(("session", "status", "left"), [("b", 403, ["a"]), ("a", 200, [])])
def test_only_its_owner_cancels_an_event(visitor, events, session, status, left):
    event = join(visitor, "a").json()["event_id"]
    body = {"session_hash": session, "fn_index": 0, "event_id": event}
    assert visitor.post("/gradio_api/cancel", json=body).status_code == status
    assert waiting(events) == left


def test_a_bad_request_to_cancel_is_refused_by_gradio(visitor):
    assert visitor.post("/gradio_api/cancel", content=b"{").status_code == 422
