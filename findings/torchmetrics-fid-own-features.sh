#!/usr/bin/env bash
# torchmetrics 1.9.0: FrechetInceptionDistance, given an extractor of one's own, passes it an image of 3x299x299 as soon
# as it is constructed, whatever images the extractor is for: one for 1x28x28 raises there. An attribute `num_features`
# on the module prevents that. KernelInceptionDistance needs neither.
#
# Seen:
#   torchmetrics 1.9.0: FID with a 28x28 extractor: RuntimeError, given (1, 3, 299, 299); with num_features: no
#   error; KID: no error
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


class Features(torch.nn.Module):
    """Features of images of 1x28x28."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(784, 16)
        self.seen = []

    def forward(self, images):
        self.seen.append(tuple(images.shape))
        return self.linear(images.flatten(1).float())


def constructed(metric, features):
    try:
        metric(feature=features)
        return "no error"
    except RuntimeError:
        return "RuntimeError"


plain, named, other = Features(), Features(), Features()
named.num_features = 16
results = (
    constructed(FrechetInceptionDistance, plain),
    constructed(FrechetInceptionDistance, named),
    constructed(KernelInceptionDistance, other),
)
print(
    f"torchmetrics {torchmetrics.__version__}: FID with a 28x28 extractor: {results[0]}, given {plain.seen[0]}; "
    f"with num_features: {results[1]}; KID: {results[2]}"
)
assert results == ("RuntimeError", "no error", "no error")
assert plain.seen == [(1, 3, 299, 299)] and named.seen == other.seen == []
END
