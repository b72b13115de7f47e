#!/usr/bin/env bash
# safetensors 0.8.0 (numpy): a transposed array is saved in the order of its memory, under its own shape: other values
# come back, and nothing is raised. 0.7.0 saved the values as the array shows them; safetensors.torch 0.8.0 raises.
#
# Seen:
#   safetensors 0.7.0: saved [[0, 3], [1, 4], [2, 5]], loaded [[0, 3], [1, 4], [2, 5]]
#   safetensors 0.8.0: saved [[0, 3], [1, 4], [2, 5]], loaded [[0, 1], [2, 3], [4, 5]]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/check.py" <<'END'
import sys

import numpy as np
import safetensors
from safetensors.numpy import load, save

array = np.arange(6, dtype=np.int32).reshape(2, 3).T
loaded = load(save({"x": array}))["x"]
print(f"safetensors {safetensors.__version__}: saved {array.tolist()}, loaded {loaded.tolist()}")
assert loaded.shape == array.shape
assert (loaded.tolist() == array.tolist()) == (sys.argv[1] == "same")
assert load(save({"x": np.ascontiguousarray(array)}))["x"].tolist() == array.tolist()
END
python3 -m venv "$folder/venv"
for pinned in 0.7.0:same 0.8.0:other; do
    "$folder/venv/bin/pip" install --quiet "safetensors==${pinned%:*}" numpy==2.2.6
    "$folder/venv/bin/python" "$folder/check.py" "${pinned#*:}"
done
