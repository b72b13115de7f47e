"""Every public endpoint bears questions drawn from its own description."""

import os
from pathlib import Path

from benchmarks import fuzz, serving

MODELS = {"translators": True}
EXAMPLES = 6


def test_any_question_is_answered_or_refused_with_a_sentence(address, capfd):
    stored = Path(os.environ["GRADIO_TEMP_DIR"])
    before = sorted(stored.rglob("*"))
    known = fuzz.known_values(address)
    tried = [endpoint.name for endpoint in fuzz.endpoints(address)]
    for endpoint in fuzz.endpoints(address):
        fuzz.search(address, endpoint, known, examples=EXAMPLES, repeatable=True)
    assert {"generate", "reconstruct", "translate", "overview"} <= {*tried}
    logged = capfd.readouterr()
    assert not [trace for trace in serving.TRACES[:1] if trace in logged.err + logged.out]
    assert sorted(stored.rglob("*")) == before, "nothing is kept of a question"
