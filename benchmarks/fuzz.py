"""Questions that nobody has thought of, drawn from the app's own description of its public endpoints.

Each is answered or refused with a sentence. What is neither is a fault. `benchmarks.soak --fuzz` asks many of them, the
tests a few.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from PIL import Image

from benchmarks.serving import fault, post
from ganzoo.ui import encoding

TEXTS = st.text(st.characters(), max_size=20)
"""With characters that no encoding has."""
NUMBERS = st.one_of(st.integers(0, 20), st.floats(-1, 2), st.integers(), st.floats())
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, st.just(10**400)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=4,
)
"""Any JSON."""
Values = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Endpoint:
    """A public endpoint as the app describes it."""

    name: str
    parameters: dict[str, dict[str, Any]]
    """The JSON schema of each."""


def endpoints(address: str) -> list[Endpoint]:
    """The public endpoints of an app."""
    described = httpx.get(f"{address}/gradio_api/info", timeout=60).json()["named_endpoints"]
    return [
        Endpoint(name.strip("/"), {each["parameter_name"]: each["type"] for each in about["parameters"]})
        for name, about in described.items()
    ]


def known_values(address: str) -> dict[str, Values]:
    """What gets past an endpoint's first checks, by the parameter's name."""
    (rows,) = httpx.post(f"{address}/gradio_api/run/overview", json={"data": []}, timeout=60).json()["data"]
    pictures = [encoding.png(Image.linear_gradient("L").resize((40, 30)))]
    pictures += [encoding.png(Image.new("RGB", size, "red")) for size in ((1, 1), (64, 64), (90, 10))]
    picture = st.sampled_from([*pictures, pictures[0][:-40]])
    return {
        "model": st.sampled_from([row["name"] for row in rows]),
        "number": st.text("0123456789", max_size=21),
        **dict.fromkeys(("picture", "first", "second"), picture),
    }


def by_schema(schema: dict[str, Any]) -> Values:
    """Values that a JSON schema describes."""
    if "oneOf" in schema:
        return st.one_of(*map(by_schema, schema["oneOf"]))
    if schema.get("type") == "array":
        return st.lists(by_schema(schema["items"]), max_size=9)
    plain = {
        "string": TEXTS,
        "integer": st.one_of(st.integers(0, 20), st.integers()),
        "number": NUMBERS,
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return plain.get(schema.get("type", ""), JUNK)


def arguments(endpoint: Endpoint, known: dict[str, Values]) -> Values:
    """A value for each parameter by its name: mostly of the right type, now and then anything."""
    right = {name: known.get(name, by_schema(schema)) for name, schema in endpoint.parameters.items()}
    likely = {name: st.one_of(value, value, by_schema(endpoint.parameters[name])) for name, value in right.items()}
    mixed = {name: st.one_of(value, JUNK) for name, value in right.items()}
    return st.one_of(
        st.fixed_dictionaries(likely), st.fixed_dictionaries(mixed), st.fixed_dictionaries({}, optional=mixed)
    )


def ask(client: httpx.Client, address: str, endpoint: Endpoint, sent: Any, *, by_name: bool) -> None:
    """Send arguments by name, through the queue, or by position up to the first left out. Raises AssertionError."""
    if by_name:
        accepted = post(client, f"{address}/gradio_api/call/v2/{endpoint.name}", sent)
        check(accepted)
        if accepted.is_success:
            stream = client.get(f"{address}/gradio_api/call/{endpoint.name}/{accepted.json()['event_id']}")
            check(stream)
            assert "event: error\ndata: null" not in stream.text, "an error without a sentence"
        return
    if isinstance(sent, dict):
        given = itertools.takewhile(sent.__contains__, endpoint.parameters)
        sent = {"data": [sent[name] for name in given], "session_hash": "fuzz"}
    check(post(client, f"{address}/gradio_api/run/{endpoint.name}", sent))


def check(reply: httpx.Response) -> None:
    note(f"{reply.request.url.path}: {reply.status_code} {reply.text[:300]}")
    assert not fault(reply), fault(reply)


def search(address: str, endpoint: Endpoint, known: dict[str, Values], *, examples: int, repeatable: bool) -> None:
    """Ask an endpoint `examples` questions, the same ones each time if `repeatable`. Raises AssertionError."""
    with httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        questions = st.one_of(*[arguments(endpoint, known)] * 5, JUNK)
        by_name = st.sampled_from((False, False, True))
        asking: Callable[[], None] = settings(
            max_examples=examples,
            derandomize=repeatable,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # looking for the shortest question takes minutes
            suppress_health_check=list(HealthCheck),
        )(given(questions, by_name)(lambda sent, named: ask(client, address, endpoint, sent, by_name=named)))
        asking()
