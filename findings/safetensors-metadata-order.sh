#!/usr/bin/env bash
# safetensors 0.8.0: the same tensors with the same metadata give other bytes at each save, because metadata are written
# in a random order. Digests of files then differ although their content does not; with a single key they agree.
#
# Seen:
#   safetensors 0.8.0: 20 saves with 8 keys of metadata gave 20 digests, with 1 key 1, with none 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.2.6
"$folder/venv/bin/python" - <<'END'
import hashlib

import numpy as np
import safetensors
from safetensors.numpy import save

tensors = {"x": np.zeros(3, np.float32)}


def digests(metadata):
    return len({hashlib.sha256(save(tensors, metadata)).hexdigest() for _ in range(20)})


eight = digests({f"key{i}": "value" for i in range(8)})
single, none = digests({"format": "pt"}), digests(None)
print(
    f"safetensors {safetensors.__version__}: 20 saves with 8 keys of metadata gave {eight} digests, "
    f"with 1 key {single}, with none {none}"
)
assert eight > 1 and single == none == 1
END
