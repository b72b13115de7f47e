#!/usr/bin/env bash
# gradio 6.31.0: a validator= that returns one gr.validate(...) for the whole call works for an event with one input. For
# an event with two, the call is refused, although what was entered is valid: there must be one result for each input,
# and the message speaks of output values.
#
# Seen:
#   gradio 6.31.0, one valid result: with one input 200; with two inputs 400, A function (valid) didn't return enough
#   output values (needed: 2, returned: 1).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gradio==6.31.0
GRADIO_ANALYTICS_ENABLED=False GRADIO_TEMP_DIR=$folder/shown "$folder/venv/bin/python" -W ignore - 2> "$folder/log" <<'END'
import gradio as gr
import httpx


def valid(*values):
    return gr.validate(True, "never shown")


with gr.Blocks() as demo:
    first, second, result = gr.Textbox("a"), gr.Textbox("b"), gr.Textbox()
    gr.Button().click(lambda a: a, [first], result, validator=valid, api_name="one")
    gr.Button().click(lambda a, b: a + b, [first, second], result, validator=valid, api_name="two")
_, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", ssr_mode=False)
seen = []
for index, data in enumerate((["a"], ["a", "b"])):
    body = {"data": data, "fn_index": index, "session_hash": "visitor"}
    reply = httpx.post(f"{address}gradio_api/queue/join", json=body)
    seen.append(reply)
(first_line, *_) = seen[1].json()["detail"].splitlines()
words = " ".join(first_line.split())
print(
    f"gradio {gr.__version__}, one valid result: with one input {seen[0].status_code}; "
    f"with two inputs {seen[1].status_code}, {words}"
)
assert [reply.status_code for reply in seen] == [200, 400]
END
