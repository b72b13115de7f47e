#!/usr/bin/env bash
# torchvision 0.29.1: GaussianNoise and several transforms of colour clamp float images to [0, 1]. From images in [-1,
# 1], the range that GANs draw in, they cut the darker half away, and nothing is raised. GaussianBlur keeps the range,
# RandomInvert makes it [0, 2].
#
# Seen:
#   torchvision 0.29.1, images in [-1, 1]: GaussianNoise [0.0, 1.0], ColorJitter(hue) [0.0, 1.0], RandomAdjustSharpness
#   [0.0, 1.0], RandomInvert [0.0, 2.0], GaussianBlur [-0.99, 0.99]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "${PYTHON:-}" ]; then
    python3 -m venv "$folder/venv"
    PYTHON=$folder/venv/bin/python
    "$PYTHON" -m pip install --quiet torch==2.14.1 torchvision==0.29.1
fi
"$PYTHON" - torch==2.14.1 torchvision==0.29.1 <<'END'
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
import torchvision
from torchvision.transforms import v2

images = torch.linspace(-1, 1, 3 * 64 * 64).reshape(3, 64, 64)
ranges = {}
for name, transform in {
    "GaussianNoise": v2.GaussianNoise(sigma=0.01),
    "ColorJitter(hue)": v2.ColorJitter(hue=(0.1, 0.1)),
    "RandomAdjustSharpness": v2.RandomAdjustSharpness(1.0, p=1),
    "RandomInvert": v2.RandomInvert(p=1),
    "GaussianBlur": v2.GaussianBlur(3),
}.items():
    result = transform(images)
    ranges[name] = [round(float(result.min()), 2), round(float(result.max()), 2)]
version = torchvision.__version__.partition("+")[0]
print(f"torchvision {version}, images in [-1, 1]: {', '.join(f'{name} {value}' for name, value in ranges.items())}")
assert ranges["GaussianNoise"] == ranges["ColorJitter(hue)"] == ranges["RandomAdjustSharpness"] == [0, 1]
assert ranges["RandomInvert"] == [0, 2] and ranges["GaussianBlur"][0] < -0.9
END
