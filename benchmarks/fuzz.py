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
PICTURE = encoding.png(Image.linear_gradient("L").resize((40, 30)))
EXAMPLE = {"picture": PICTURE, "first": PICTURE, "second": PICTURE, "number": "12", "code": [0.0, 0.0], "frame": 0}
"""Values of parameters that have no default."""
PICTURES = st.sampled_from(
    [PICTURE, PICTURE[:-40], *(encoding.png(Image.new("RGB", size, "red")) for size in ((1, 1), (64, 64), (90, 10)))]
)
KNOWN = {
    "number": st.text("0123456789", max_size=21),
    "code": st.lists(st.floats(-1, 1), min_size=2, max_size=2),
    "frame": st.integers(0, 3),
    **dict.fromkeys(("picture", "first", "second"), PICTURES),
}
"""What gets past the first checks of such parameters."""


@dataclass(frozen=True)
class Endpoint:
    """A public endpoint as the app describes it."""

    name: str
    parameters: dict[str, dict[str, Any]]
    """The JSON schema of each."""
    defaults: dict[str, Any]
    """Of those that may be left out."""


def endpoints(address: str) -> list[Endpoint]:
    """The public endpoints of an app."""
    described = httpx.get(f"{address}/gradio_api/info", timeout=60).json()["named_endpoints"]
    return [described_endpoint(name.strip("/"), about["parameters"]) for name, about in described.items()]


def described_endpoint(name: str, parameters: list[dict[str, Any]]) -> Endpoint:
    """An endpoint from Gradio's description of its parameters."""
    schemas = {each["parameter_name"]: each["type"] for each in parameters}
    defaults = {
        each["parameter_name"]: each["parameter_default"] for each in parameters if each["parameter_has_default"]
    }
    return Endpoint(name, schemas, defaults)


def models(address: str) -> list[str]:
    """The names of all models that an app offers."""
    (rows,) = httpx.post(f"{address}/gradio_api/run/overview", json={"data": []}, timeout=60).json()["data"]
    return sorted(row["name"] for row in rows)


def right_values(client: httpx.Client, address: str, endpoint: Endpoint, offered: list[str]) -> dict[str, Values]:
    """What gets past an endpoint's checks, by the parameter's name: mostly models that it works with."""
    right = {name: KNOWN.get(name, st.just(endpoint.defaults.get(name))) for name in endpoint.parameters}
    if "model" not in right:
        return right
    values = {**EXAMPLE, **endpoint.defaults}

    def works(model: str) -> bool:
        data = [model if name == "model" else values[name] for name in endpoint.parameters]
        return post(client, f"{address}/gradio_api/run/{endpoint.name}", {"data": data, "session_hash": "x"}).is_success

    fit = st.sampled_from([name for name in offered if works(name)])
    return {**right, "model": st.one_of(fit, fit, fit, st.sampled_from(offered))}


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


def arguments(endpoint: Endpoint, right: dict[str, Values]) -> Values:
    """Values of parameters by name: right ones but for one, which may be; then anything, and less than all of them."""
    changed = [
        st.fixed_dictionaries({**right, name: st.one_of(right[name], by_schema(schema), by_schema(schema), JUNK)})
        for name, schema in endpoint.parameters.items()
    ]
    mixed = {name: st.one_of(value, JUNK) for name, value in right.items()}
    return st.one_of(*changed, st.fixed_dictionaries(mixed), st.fixed_dictionaries({}, optional=mixed))


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


def search(address: str, endpoint: Endpoint, offered: list[str], *, examples: int, repeatable: bool) -> None:
    """Ask an endpoint `examples` questions, the same ones each time if `repeatable`. Raises AssertionError."""
    with httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        likely = arguments(endpoint, right_values(client, address, endpoint, offered))
        questions = st.one_of(likely, likely, likely, likely, likely, JUNK)
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
