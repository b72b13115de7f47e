#!/usr/bin/env bash
# tensorboard 2.21.0: EventAccumulator, which scripts read event files with, keeps 4 images of a tag, chosen at random,
# and says nothing of the others. Of a training's previews most are missing. size_guidance={"images": 0} keeps all.
#
# Seen:
#   tensorboard 2.21.0: of 20 images it gives 4, with size_guidance 20
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorboard==2.21.0 setuptools==80.9.0
"$folder/venv/bin/python" -W ignore - "$folder/events" <<'END'
import io
import sys

import tensorboard
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

content = io.BytesIO()
Image.new("L", (8, 8)).save(content, format="PNG")
image = Summary.Image(height=8, width=8, colorspace=1, encoded_image_string=content.getvalue())
writer = EventFileWriter(sys.argv[1])
for step in range(20):
    writer.add_event(Event(step=step, summary=Summary(value=[Summary.Value(tag="preview", image=image)])))
writer.close()


def kept(**options):
    events = EventAccumulator(sys.argv[1], **options)
    events.Reload()
    return len(events.Images("preview"))


counts = kept(), kept(size_guidance={"images": 0})
print(f"tensorboard {tensorboard.__version__}: of 20 images it gives {counts[0]}, with size_guidance {counts[1]}")
assert counts == (4, 20)
END
