#!/usr/bin/env bash
# torchmetrics 1.9.0: KernelInceptionDistance.compute() picks its subsets with torch's global generator. Measuring in
# the middle of a training changes what the training draws next, and the same features get another value each time.
# FrechetInceptionDistance.compute() draws nothing.
#
# Seen:
#   torchmetrics 1.9.0: after seed 0, torch.rand gives 0.4963; after seed 0 and KID 0.0052, another KID of the same
#   features differs: True; after seed 0 and FID 0.4963
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
"$PYTHON" -W ignore - <<'END'
import torch
import torchmetrics
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

features = torch.nn.Identity()
features.num_features = 8
real, fake = torch.randn(2, 200, 8, generator=torch.Generator().manual_seed(1))


def measured(metric):
    """What it measures, and the number that torch.rand gives next."""
    metric.update(real, real=True)
    metric.update(fake, real=False)
    value = metric.compute()
    return value, float(torch.rand(1))


def kid():
    return measured(KernelInceptionDistance(feature=features, subsets=5, subset_size=50))


torch.manual_seed(0)
alone = float(torch.rand(1))
torch.manual_seed(0)
first, after_kid = kid()
second, _ = kid()
torch.manual_seed(0)
_, after_fid = measured(FrechetInceptionDistance(feature=features))
print(
    f"torchmetrics {torchmetrics.__version__}: after seed 0, torch.rand gives {alone:.4f}; after seed 0 and KID "
    f"{after_kid:.4f}, another KID of the same\nfeatures differs: {bool(first[0] != second[0])}; "
    f"after seed 0 and FID {after_fid:.4f}"
)
assert after_kid != alone and first[0] != second[0] and after_fid == alone
END
