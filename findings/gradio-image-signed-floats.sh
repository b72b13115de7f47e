#!/usr/bin/env bash
# gradio 6.31.0: gr.Image accepts float arrays in [-1, 1], the range that GANs draw in, and its error for others says so;
# yet it maps 0 to black and 1 to white, and the darker half of such an image is all black. A mask of booleans raises a
# bare KeyError.
#
# Seen:
#   gradio 6.31.0: floats [-1.0, -0.5, 0.0, 0.5, 1.0] become [0, 0, 0, 128, 255]; 1.01 raises ValueError: Images of type
#   float must be between -1 and 1.; booleans raise KeyError: <class 'numpy.uint8'>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gradio==6.31.0
GRADIO_ANALYTICS_ENABLED=False GRADIO_TEMP_DIR=$folder/shown "$folder/venv/bin/python" -W ignore - <<'END'
import gradio as gr
import numpy as np
from PIL import Image

with gr.Blocks():
    component = gr.Image(format="png")


def raised(array):
    try:
        component.postprocess(array)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


levels = np.linspace(-1, 1, 5, dtype=np.float32)
image = np.repeat(levels[None], 8, axis=0)
shown = np.asarray(Image.open(component.postprocess(image).path))[0].tolist()
outside, boolean = raised(image * 1.01), raised(image > 0)
print(
    f"gradio {gr.__version__}: floats {levels.tolist()} become {shown}; 1.01 raises {outside}; "
    f"booleans raise {boolean}"
)
assert shown[:3] == [0, 0, 0] and shown[4] == 255
assert outside.startswith("ValueError") and boolean.startswith("KeyError")
END
