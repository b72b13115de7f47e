"""Start the app: `python app.py [--host 127.0.0.1] [--port 7860] [--share]`. Also the entry of a Hugging Face Space."""

import os

if os.environ.get("SPACES_ZERO_GPU"):
    # Such a Space refuses to start without one function for its GPU, and `spaces` must be imported before torch.
    # These networks are small and stay on the CPU. `spaces` imports gradio, so telemetry is turned off first.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import spaces

    spaces.GPU(lambda: None)

from ganzoo.ui.launcher import main

if __name__ == "__main__":
    main()
