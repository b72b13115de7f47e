"""What reaches the app over plain HTTP: complete, incomplete and hostile calls, sessions, uploads."""

import json
import os
from collections.abc import Iterator
from itertools import cycle

import httpx
import pytest
from app_fixtures import free_port
from gradio.state_holder import StateHolder
from starlette.testclient import TestClient

from ganzoo.ui import door, events, layout

HTTP = httpx.Client(timeout=300)
JSON = {"content-type": "application/json"}
FIRST = {"model": "gan-plain", "count": 16, "seed": 0, "truncation": None, "label": None}


@pytest.fixture(scope="module")
def api(address):
    return f"{address}/gradio_api"


def answer(api: str, route: str, body: dict) -> list:
    """The answer to a call that is fetched with a second request."""
    event = HTTP.post(f"{api}/{route}", json=body).json()["event_id"]
    lines = HTTP.get(f"{api}/call/generate/{event}").text.splitlines()
    return json.loads(lines[lines.index("event: complete") + 1].removeprefix("data: "))


def test_arguments_left_out_have_their_defaults(api):
    whole = HTTP.post(f"{api}/run/generate", json={"data": [*FIRST.values()]}).json()
    expected = whole["data"]
    assert list(whole) == ["data", "is_generating", "duration", "average_duration"], "what is for the page is left out"
    assert whole["duration"] > 0
    assert HTTP.post(f"{api}/run/generate", json={"data": ["gan-plain"]}).json()["data"] == expected
    assert HTTP.post(f"{api}/api/generate/", json={"data": ["gan-plain", 16]}).json()["data"] == expected
    assert answer(api, "call/generate", {"data": ["gan-plain"]}) == expected
    assert answer(api, "call/v2/generate", {"model": "gan-plain", "seed": 0}) == expected


REFUSED = [
    ("run/generate", {"data": []}, 422, "missing a required argument: 'model'; its arguments are model, count, seed"),
    ("run/generate", {"data": [*FIRST.values(), 1]}, 422, "too many positional arguments"),
    ("run/overview", {"data": [1]}, 422, "too many positional arguments"),
    ("call/generate", {"data": []}, 422, "missing a required argument"),
    ("call/v2/generate", {"count": 3}, 422, "missing a required argument"),
    ("call/v2/generate", {"model": "gan-plain", "size": 3}, 422, "unexpected keyword argument 'size'"),
    ("run/generate", {}, 422, "the body must hold the arguments as a list"),
    ("run/generate", {"data": "gan-plain"}, 422, "the body must hold the arguments as a list"),
    ("run/generate", [1], 422, "the body must be a JSON object, got [1]"),
    ("run/generate", {"data": ["gan-plain"], "session_hash": "x" * 1000}, 422, "session_hash must be text"),
    ("run/generate", {"data": ["gan-plain"], "session_hash": 5}, 422, "session_hash must be text"),
    ("call/generate", {"data": ["gan-plain"], "session_hash": "x" * 1000}, 422, "session_hash must be text"),
    ("run/generate", {"data": ["gan-plain"], "event_id": [1]}, 422, "event_id"),
    ("run/draw", {"data": []}, 404, "no endpoint 'draw'; choices: "),
    ("run/show", {"data": [1]}, 422, "takes 6 values, got 1"),
    ("queue/join", {"data": [], "fn_index": 10_000, "session_hash": "a"}, 422, "fn_index must be the number"),
    ("queue/join", {"data": [], "fn_index": 0}, 422, "session_hash must be text"),
    ("component_server", {"session_hash": "a", "component_id": 10_000, "fn_name": "a", "data": 1}, 422, "component_id"),
    ("component_server", {"session_hash": "a", "component_id": "1", "fn_name": "a", "data": 1}, 422, "component_id"),
    ("reset", {"event_id": {}}, 422, "event_id"),
]


@pytest.mark.parametrize(("route", "body", "status", "sentence"), REFUSED)
def test_a_call_of_another_form_gets_one_sentence(api, capfd, route, body, status, sentence):
    reply = HTTP.post(f"{api}/{route}", json=body)
    assert (reply.status_code, sentence in reply.json()["error"]) == (status, True), reply.text
    assert "Traceback" not in capfd.readouterr().err


LONG = "x" * 300
ADDRESSES = [
    (f"assets/{LONG}", "no such address: '/assets/xxx"),
    ("assets/%00", "no such address: '/assets/?x00'"),
    (f"gradio_api/file={'x/' * 600}", "no such address"),
    ("gradio_api/deep_link?session_hash=junk", "no such address"),
    ("?page=x", "no page 'x'"),
    ("config?page=%1b", "no page"),
    (f"gradio_api/queue/data?session_hash={LONG}", "no answers wait for 'xxx"),
    ("gradio_api/call/generate/x", "no answers wait for 'x'"),
    ("gradio_api/call/v2/generate/x", "no answers wait for 'x'"),
]


@pytest.mark.parametrize(("path", "sentence"), ADDRESSES, ids=range(len(ADDRESSES)))
def test_an_address_that_leads_nowhere_gets_one_sentence(address, capfd, path, sentence):
    reply = HTTP.get(f"{address}/{path}")
    said = reply.json()["error"]
    assert reply.status_code == 404 and said.startswith(sentence.replace("?x00", "\\x00")) and LONG not in said
    assert capfd.readouterr().err == ""


def test_millions_of_values_are_not_read(api):
    for content in (b"[" + b"[]," * 200_000 + b"1]", b'{"data": [' + b"1," * 200_000 + b"1]}"):
        for route in ("run/generate", "cancel"):
            reply = HTTP.post(f"{api}/{route}", content=content, headers=JSON)
            assert reply.status_code == 413 and "too many values: at most 100,000" in reply.json()["error"]


class Fault(Exception):
    """Of Gradio."""


@pytest.mark.parametrize("begun", [False, True])
def test_a_fault_is_one_line_in_the_log(capfd, begun):
    async def app(scope, receive, send):
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise Fault("one\n\x1b[31m" + "x" * 5000)

    visitor = TestClient(door.Door(app, layout.gr.Blocks()), raise_server_exceptions=True)
    reply = visitor.get("/theme.css")
    assert reply.status_code == (200 if begun else 500) and reply.text == ("" if begun else reply.text)
    assert begun or "its log says why" in reply.json()["error"]
    logged = capfd.readouterr().err
    assert logged.startswith("GET '/theme.css': Fault: one ?[31mxxx") and logged.count("\n") == 1 and len(logged) < 300


NO_JSON = [b"{", b"", b"\xff", b"[" * 100_000, b'{"data": [' + b"9" * 5000 + b"]}"]


@pytest.mark.parametrize("content", NO_JSON, ids=lambda content: content[:12].decode("latin-1"))
def test_a_body_that_is_no_json_gets_one_sentence(api, content):
    reply = HTTP.post(f"{api}/run/generate", content=content, headers=JSON)
    assert reply.status_code == 400 and reply.json()["error"].startswith("the body is no JSON: ")


def test_a_flood_is_neither_printed_nor_echoed(api, capfd):
    flood = "\x1b[31m" + "x" * 3_000_000
    labels = [[name, 1, 0, None, label] for name in ("gan-plain", "gan-digits") for label in (flood, [flood])]
    for data in ([flood], ["gan-plain", flood], [[flood]], [{flood: flood}], *labels):
        reply = HTTP.post(f"{api}/run/generate", json={"data": data})
        assert reply.status_code == 422 and len(reply.content) < 1500 and "x" * 300 not in reply.text
    reply = HTTP.post(f"{api}/run/generate", json={"data": [], "event_id": [flood]})
    assert reply.status_code == 422 and len(reply.content) < 1500
    assert HTTP.post(f"{api}/run/generate", json={"data": [flood * 6]}).status_code == 413
    printed = capfd.readouterr()
    assert len(printed.out + printed.err) < 1000


JUNK = [
    None,
    True,
    -1,
    "x",
    [1],
    {"a": 1},
    [[]],
    10**400,
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
]


def bodies(config: dict) -> Iterator[dict]:
    """For every event: each value in turn is junk, and all of them are."""
    values = {part["id"]: part["props"].get("value") for part in config["components"]}
    junk = cycle(JUNK)
    for event in config["dependencies"]:
        if event["backend_fn"] and not event["types"]["generator"]:
            data = [values.get(i) for i in event["inputs"]]
            for i in range(len(data)):
                yield {"fn_index": event["id"], "data": [*data[:i], next(junk), *data[i + 1 :]]}
            yield from ({"fn_index": event["id"], "data": [each] * len(data)} for each in JUNK)


def test_junk_for_any_event_gets_one_sentence_and_no_trace(address, api, capfd):
    calls = list(bodies(HTTP.get(f"{address}/config").json()))
    assert len(calls) > 300
    for body in calls:
        reply = HTTP.post(f"{api}/run/x", json={**body, "session_hash": "junk"})
        assert reply.status_code in (200, 422), (body, reply.text)
    assert "Traceback" not in capfd.readouterr().err


def test_junk_for_a_component_gets_one_sentence_and_no_trace(address, api, capfd):
    tried = set()
    for part in HTTP.get(f"{address}/config").json()["components"]:
        for name in part["props"].get("server_fns", []):
            call = {"session_hash": "junk", "component_id": part["id"], "fn_name": name}
            for data in (*JUNK, {"model": 1}, {"code": "x", "model": "vae-two"}, {"frame": [], "model": "gan-digits"}):
                reply = HTTP.post(f"{api}/component_server", json={**call, "data": data})
                assert reply.status_code == 422, (name, data, reply.text)
                tried.add(name)
    reply = HTTP.post(f"{api}/component_server", json={**call, "fn_name": 5, "data": 1})
    assert 400 <= reply.status_code < 500 and "fn_name" in reply.json()["error"]
    assert tried == {"decode", "history_frame", "drawn", "complete_table"}
    assert "Traceback" not in capfd.readouterr().err


def test_sessions_are_bounded():
    with layout.gr.Blocks() as demo:
        events.endpoint(double)
    port = free_port()
    layout.launch(demo, warm_up=list, quiet=True, server_name="127.0.0.1", server_port=port)
    kept = demo.state_holder.session_data

    def call(*data: int, **session: str) -> int:
        return HTTP.post(f"http://127.0.0.1:{port}/gradio_api/run/double", json={"data": data, **session}).status_code

    assert [call(3), call(4)] == [200, 200] and list(kept) == [door.SESSION]
    assert call(session_hash="refused") == 422 and "refused" not in kept
    capacity = layout.LAUNCH["state_session_capacity"]
    assert {call(3, session_hash=f"s{i}") for i in range(capacity + 5)} == {200}
    assert len(demo.state_holder.time_last_used) == len(kept) <= capacity + 1
    demo.close()


def double(number: int) -> int:
    """Twice a number."""
    return 2 * number


def test_what_was_kept_for_a_closed_tab_is_freed():
    demo = layout.gr.Blocks()
    with demo:
        layout.forget_closed_tabs(demo)
    [event] = demo.fns.values()
    demo.state_holder = StateHolder()
    demo.state_holder.set_blocks(demo)
    assert demo.state_holder["a"] and demo.state_holder["b"]
    event.fn(layout.gr.Request(session_hash="a"))
    assert list(demo.state_holder.session_data) == ["b"] == list(demo.state_holder.time_last_used)


def test_health_needs_no_login(address):
    assert HTTP.get(f"{address}/health").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info"])
def test_what_describes_the_app_goes_out_compressed_and_without_images(address, path):
    plain = HTTP.get(address + path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and "data:image" not in plain.text
    for encoding in ("br", "gzip"):
        reply = HTTP.get(address + path, headers={"accept-encoding": encoding})
        assert reply.headers["content-encoding"] == encoding and reply.text == plain.text
        assert reply.num_bytes_downloaded < len(plain.content) / 4


def test_streams_of_answers_are_not_compressed(address):
    with HTTP.stream(
        "GET", f"{address}/gradio_api/heartbeat/someone", headers={"accept-encoding": "br, gzip"}
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers


def test_uploads_are_bounded_by_visitor_and_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(door, "MAX_UPLOADS", 1_000_000)
    monkeypatch.setattr(door, "MAX_OF_VISITOR", 900_000)
    old, fresh = tmp_path / "a" / "old.png", tmp_path / "b" / "fresh.png"
    for file, size in ((old, 500_000), (fresh, 300_000)):
        file.parent.mkdir()
        file.write_bytes(bytes(size))
    os.utime(old, (0, 0))
    uploads = door.Uploads()
    with uploads.room_for("me", 450_000):
        assert fresh.exists() and not old.exists(), "old ones make room"
        with pytest.raises(door.Refusal, match="the disk for uploads is full"), uploads.room_for("you", 400_000):
            pass
    with pytest.raises(door.Refusal, match="at most 900,000 bytes may be uploaded"), uploads.room_for("me", 500_000):
        pass
    with uploads.room_for("you", 500_000):
        pass
    with uploads.room_for("they", 500_000):
        monkeypatch.setattr(door, "FRESH", -1)
        with pytest.raises(door.Refusal, match="may be uploaded"), uploads.room_for("they", 500_000):
            pytest.fail("one that stalls counts")
    with uploads.room_for("me", 500_000):
        assert uploads.arriving == 500_000


def test_an_upload_without_a_name_gets_one_sentence(api, capfd):
    form = {"content-type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\n1\r\n--x--\r\n'
    reply = HTTP.post(f"{api}/upload", content=part, headers=form)
    assert reply.status_code == 422 and reply.json() == {"error": "an upload must be a file with a name"}
    assert capfd.readouterr().err == ""


def test_a_refused_upload_gets_one_sentence(api, monkeypatch):
    monkeypatch.setattr(door, "MAX_OF_VISITOR", 10)
    reply = HTTP.post(f"{api}/upload", files={"files": ("a.png", b"1")})
    assert reply.status_code == 429 and "may be uploaded in a minute" in reply.json()["error"]
    large = HTTP.post(f"{api}/upload", files={"files": ("a.png", bytes(24_000_000))})
    assert large.status_code == 429, "the whole is read before it is refused"
    huge = HTTP.post(f"{api}/upload", headers={"content-length": "25000001"}, content=iter([bytes(25_000_001)]))
    assert huge.status_code == 413 and "at most 25,000,000 bytes" in huge.json()["error"]
    endless = HTTP.post(f"{api}/upload", content=iter([b"1"]))
    assert endless.status_code == 411 and "Content-Length" in endless.json()["error"]
