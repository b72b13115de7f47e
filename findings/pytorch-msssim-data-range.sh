#!/usr/bin/env bash
# pytorch-msssim 1.0.0: ssim() assumes images in 0..255 unless data_range says otherwise, even for floats. Images in [0,
# 1] that have nothing in common then score nearly 1.
#
# Seen:
#   pytorch-msssim 1.0.0: two images of noise in [0, 1] score 0.9965; with data_range=1 they score 0.1064
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "${PYTHON:-}" ]; then
    python3 -m venv "$folder/venv"
    PYTHON=$folder/venv/bin/python
    "$PYTHON" -m pip install --quiet torch==2.14.1
fi
"$PYTHON" - torch==2.14.1 <<'END'
import importlib.metadata as metadata, sys

for pinned in sys.argv[1:]:
    name, _, version = pinned.partition("==")
    try:
        found = metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        found = "none"
    if found != version:
        sys.exit(f"PYTHON must have {pinned}, it has {found}")
END
"$PYTHON" -m pip install --quiet --no-deps --target "$folder/packages" pytorch-msssim==1.0.0
PYTHONPATH=$folder/packages "$PYTHON" - <<'END'
import importlib.metadata

import torch
from pytorch_msssim import ssim

torch.manual_seed(0)
a, b = torch.rand(1, 1, 28, 28), torch.rand(1, 1, 28, 28)
default, stated = float(ssim(a, b)), float(ssim(a, b, data_range=1.0))
version = importlib.metadata.version("pytorch-msssim")
print(
    f"pytorch-msssim {version}: two images of noise in [0, 1] score {default:.4f}; "
    f"with data_range=1 they score {stated:.4f}"
)
assert default > 0.99 and stated < 0.2
END
