#!/usr/bin/env bash
# torch 2.14.1 (CPU): torch.randn draws up to 15 numbers in another way than 16 and more, so a smaller batch of the same
# seed is not the start of a larger one. torch.rand is. Above 16, a size that 16 does not divide has other numbers at
# its end. Whoever shares a batch between processes must draw all of it and cut.
#
# Seen:
#   torch 2.14.1: of randn(15) 0 numbers are as in randn(32), of randn(16) 16, of randn(20) 4; of rand(15) 15
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
"$PYTHON" - <<'END'
import torch


def same(draw, size):
    """How many of the first `size` numbers are the same when 32 are drawn from the same seed."""
    few, many = (draw(n, generator=torch.Generator().manual_seed(0)) for n in (size, 32))
    return int((few == many[:size]).sum())


normal = [same(torch.randn, size) for size in (15, 16, 20)]
uniform = same(torch.rand, 15)
print(
    f"torch {torch.__version__.partition('+')[0]}: of randn(15) {normal[0]} numbers are as in randn(32), "
    f"of randn(16) {normal[1]}, of randn(20) {normal[2]}; of rand(15) {uniform}"
)
assert normal[0] < 15 and normal[1] == 16 and normal[2] < 20 and uniform == 15
END
