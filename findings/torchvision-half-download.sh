#!/usr/bin/env bash
# torchvision 0.29.1: download_url takes any file of that name for the download, however short, unless an md5 is given. A
# data set whose download was cut off is never completed, and nothing is said. With the md5 it is fetched again.
#
# Seen:
#   torchvision 0.29.1: 3 of 10 bytes stay 3 without an md5, and become 10 with one
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "${PYTHON:-}" ]; then
    python3 -m venv "$folder/venv"
    PYTHON=$folder/venv/bin/python
    "$PYTHON" -m pip install --quiet torch==2.14.1 torchvision==0.29.1
fi
"$PYTHON" - "$folder" torch==2.14.1 torchvision==0.29.1 <<'END'
import functools
import hashlib
import http.server
import importlib.metadata as metadata
import sys
import threading
from pathlib import Path

for pinned in sys.argv[2:]:
    name, _, version = pinned.partition("==")
    try:
        found = metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        found = "none"
    if found != version:
        sys.exit(f"PYTHON must have {pinned}, it has {found}")

import torchvision
from torchvision.datasets.utils import download_url


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *values):
        pass


served, kept = Path(sys.argv[1], "served"), Path(sys.argv[1], "kept")
for place in (served, kept):
    place.mkdir()
content = b"0123456789"
(served / "images.bin").write_bytes(content)
(kept / "images.bin").write_bytes(content[:3])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=served))
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/images.bin"
lengths = []
for md5 in (None, hashlib.md5(content).hexdigest()):
    download_url(address, str(kept), md5=md5)
    lengths.append((kept / "images.bin").stat().st_size)
version = torchvision.__version__.partition("+")[0]
print(f"torchvision {version}: 3 of 10 bytes stay {lengths[0]} without an md5, and become {lengths[1]} with one")
assert lengths == [3, 10]
END
