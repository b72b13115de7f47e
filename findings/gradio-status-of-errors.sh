#!/usr/bin/env bash
# gradio 6.31.0: over plain HTTP an endpoint that skips the queue answers every error with status 500, also fastapi's
# HTTPException(404) and a wrong argument that gr.Error explains; {"error": null} stands for an argument left out, even
# one that the API page calls optional. A client cannot tell its own mistake from a broken server.
#
# Seen:
#   gradio 6.31.0: gr.Error 500 'no such model'; HTTPException(404) 500 None; optional argument left out 500 None
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gradio==6.31.0
GRADIO_ANALYTICS_ENABLED=False GRADIO_TEMP_DIR=$folder/shown "$folder/venv/bin/python" -W ignore - 2> "$folder/log" <<'END'
import gradio as gr
import httpx
from fastapi import HTTPException


def explain(name: str) -> str:
    raise gr.Error("no such model", print_exception=False)


def refuse(name: str) -> str:
    raise HTTPException(404, "no such model")


def count(name: str, times: int = 1) -> str:
    return name * times


with gr.Blocks() as demo:
    for function in (explain, refuse, count):
        gr.api(function, api_name=function.__name__, queue=False)
_, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", ssr_mode=False)
described = httpx.get(f"{address}gradio_api/info").json()["named_endpoints"]["/count"]["parameters"][1]
assert described["parameter_has_default"]
names = ("explain", "refuse", "count")
replies = [httpx.post(f"{address}gradio_api/run/{name}", json={"data": ["a"]}) for name in names]
words = ("gr.Error", "HTTPException(404)", "optional argument left out")
errors = [reply.json()["error"] for reply in replies]
seen = "; ".join(f"{word} {reply.status_code} {error!r}" for word, reply, error in zip(words, replies, errors))
print(f"gradio {gr.__version__}: {seen}")
assert [reply.status_code for reply in replies] == [500, 500, 500]
assert errors == ["no such model", None, None]
END
