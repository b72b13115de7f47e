#!/usr/bin/env bash
# onnxruntime 1.32.0: `seed` of RandomNormal seeds the session, not each run. The next run continues the stream, so the
# same call gives other latents; a new session starts again. The attribute is a float, of which the whole part counts.
#
# Seen:
#   onnxruntime 1.32.0: seed 1.0, runs of one session equal: False; first runs of two sessions equal: True;
#   seeds 1.0 and 1.7 equal: True; 1.0 and 2.0 equal: False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.32.0 onnx==1.23.2
"$folder/venv/bin/python" - <<'END'
import onnxruntime
from onnx import TensorProto, helper


def session(seed):
    node = helper.make_node("RandomNormal", [], ["latents"], shape=[4], seed=seed)
    output = helper.make_tensor_value_info("latents", TensorProto.FLOAT, [4])
    graph = helper.make_graph([node], "latents", [], [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def run(session):
    return session.run(None, {})[0].tolist()


first = session(1.0)
once, twice = run(first), run(first)
again, fraction, other = (run(session(seed)) for seed in (1.0, 1.7, 2.0))
print(
    f"onnxruntime {onnxruntime.__version__}: seed 1.0, runs of one session equal: {once == twice}; "
    f"first runs of two sessions equal: {once == again};\n"
    f"seeds 1.0 and 1.7 equal: {once == fraction}; 1.0 and 2.0 equal: {once == other}"
)
assert once != twice and once == again == fraction and once != other
END
