#!/usr/bin/env bash
# gradio 6.31.0: gr.Image sends arrays as lossy WebP by default, so what visitors save and API clients get is not what
# the model drew; format="png" is exact. Float arrays may lie in [-1, 1], but whatever is below 0 comes out black.
#
# Seen:
#   gradio 6.31.0: red and blue lines by gr.Image(): .webp, off by up to 167 of 255; by format="png": off by 0;
#   floats [-1.0, -0.5, 0.0, 0.5, 1.0] become [0, 0, 0, 128, 255]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gradio==6.31.0
GRADIO_ANALYTICS_ENABLED=False GRADIO_TEMP_DIR=$folder/shown "$folder/venv/bin/python" - <<'END'
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

with gr.Blocks():
    default, png = gr.Image(), gr.Image(format="png")


def sent(component, array):
    path = Path(component.postprocess(array).path)
    return path.suffix, np.asarray(Image.open(path))


lines = np.zeros((64, 64, 3), np.uint8)
lines[::2, :, 0], lines[1::2, :, 2] = 255, 255
(kind, lossy), (_, exact) = sent(default, lines), sent(png, lines)
errors = [int(np.abs(result.astype(int) - lines).max()) for result in (lossy, exact)]
signed = np.repeat(np.linspace(-1, 1, 5, dtype=np.float32)[None], 8, axis=0)
shown = sent(png, signed)[1][0].tolist()
print(
    f"gradio {gr.__version__}: red and blue lines by gr.Image(): {kind}, off by up to {errors[0]} of 255; "
    f'by format="png": off by {errors[1]};\nfloats {signed[0].tolist()} become {shown}'
)
assert kind == ".webp" and errors[0] > 20 and errors[1] == 0 and shown[:3] == [0, 0, 0] and shown[-1] == 255
END
