#!/usr/bin/env bash
# torchmetrics 1.9.0: structural_similarity_index_measure ignores `kernel_size` for the Gaussian window, which is its
# default. That window follows from `sigma` alone; with gaussian_kernel=False the kernel size counts.
#
# Seen:
#   torchmetrics 1.9.0: SSIM with kernel_size 3, 11, 21: 0.6676, 0.6676, 0.6676; uniform window 3, 11: 0.6423, 0.6780
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "${PYTHON:-}" ]; then
    python3 -m venv "$folder/venv"
    PYTHON=$folder/venv/bin/python
    "$PYTHON" -m pip install --quiet torch==2.14.1 torchmetrics==1.9.0
fi
"$PYTHON" - torch==2.14.1 torchmetrics==1.9.0 <<'END'
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
"$PYTHON" - <<'END'
import torch
import torchmetrics
from torchmetrics.functional.image import structural_similarity_index_measure as ssim

generator = torch.Generator().manual_seed(0)
a, b = torch.rand(2, 1, 1, 32, 32, generator=generator)
b = (a + b) / 2
gaussian = [float(ssim(a, b, data_range=1.0, kernel_size=size)) for size in (3, 11, 21)]
uniform = [float(ssim(a, b, data_range=1.0, kernel_size=size, gaussian_kernel=False)) for size in (3, 11)]
print(
    f"torchmetrics {torchmetrics.__version__}: SSIM with kernel_size 3, 11, 21: "
    f"{', '.join(f'{value:.4f}' for value in gaussian)}; "
    f"uniform window 3, 11: {', '.join(f'{value:.4f}' for value in uniform)}"
)
assert gaussian[0] == gaussian[1] == gaussian[2] and abs(uniform[0] - uniform[1]) > 0.01
END
