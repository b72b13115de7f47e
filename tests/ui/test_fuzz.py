"""Every public endpoint bears questions drawn from its own description."""

import os
from pathlib import Path

from benchmarks import fuzz, serving

MODELS = {"translators": True}
EXAMPLES = 5


def test_any_question_is_answered_or_refused_with_a_sentence(address, capfd):
    stored = Path(os.environ["GRADIO_TEMP_DIR"])
    before = sorted(stored.rglob("*"))
    offered = fuzz.models(address)
    endpoints = fuzz.endpoints(address)
    assert {"generate", "reconstruct", "translate", "overview"} <= {endpoint.name for endpoint in endpoints}
    for endpoint in endpoints:
        fuzz.search(address, endpoint, offered, examples=EXAMPLES, repeatable=True)
    logged = capfd.readouterr()
    assert serving.TRACES[0] not in logged.err + logged.out
    assert sorted(stored.rglob("*")) == before, "nothing is kept of a question"
