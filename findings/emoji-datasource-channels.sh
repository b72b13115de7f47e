#!/usr/bin/env bash
# emoji-datasource-google 16.0.0 (npm): its images are stored in three ways. 62 of the 3,786 have two channels, grey and
# alpha, and 2 a palette; whoever reads arrays without converting gets shapes that do not stack.
#
# Seen:
#   emoji-datasource-google 16.0.0: 3786 images of 64x64: RGBA 3722, LA 62, P 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pillow==12.3.0
(cd "$folder" && npm pack --silent emoji-datasource-google@16.0.0 > /dev/null)
"$folder/venv/bin/python" - "$folder/emoji-datasource-google-16.0.0.tgz" <<'END'
import io
import json
import sys
import tarfile
from collections import Counter

from PIL import Image

modes, sizes = Counter(), set()
with tarfile.open(sys.argv[1]) as package:
    for member in package:
        if member.name == "package/package.json":
            version = json.load(package.extractfile(member))["version"]
        if member.isfile() and member.name.startswith("package/img/google/64/"):
            image = Image.open(io.BytesIO(package.extractfile(member).read()))
            modes[image.mode] += 1
            sizes.add(image.size)
listed = ", ".join(f"{mode} {count}" for mode, count in modes.most_common())
print(f"emoji-datasource-google {version}: {sum(modes.values())} images of 64x64: {listed}")
assert sizes == {(64, 64)} and modes == {"RGBA": 3722, "LA": 62, "P": 2}
END
