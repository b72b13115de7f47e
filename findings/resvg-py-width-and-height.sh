#!/usr/bin/env bash
# resvg_py 0.5.0: width and height together are a box into which the image is fitted. An SVG of another aspect comes out
# smaller than asked for, neither stretched nor padded. `zoom` has no effect beside them.
#
# Seen:
#   resvg_py 0.5.0: 20x10 with width=64, height=64: 64x32; with zoom=2 as well: 64x32; with zoom=2 alone: 40x20
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet resvg_py==0.5.0 pillow==12.3.0
"$folder/venv/bin/python" - <<'END'
import importlib.metadata
import io

from PIL import Image
from resvg_py import svg_to_bytes

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="red"/></svg>'


def size(**options):
    width, height = Image.open(io.BytesIO(bytes(svg_to_bytes(svg_string=SVG, **options)))).size
    return f"{width}x{height}"


sizes = size(width=64, height=64), size(width=64, height=64, zoom=2), size(zoom=2)
print(
    f"resvg_py {importlib.metadata.version('resvg_py')}: 20x10 with width=64, height=64: {sizes[0]}; "
    f"with zoom=2 as well: {sizes[1]}; with zoom=2 alone: {sizes[2]}"
)
assert sizes == ("64x32", "64x32", "40x20")
END
