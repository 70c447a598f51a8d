"""The sandbox with a model that answers the benchmark's cases; prints its address, serves until it is ended."""

import re
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.material import filler, said

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.model import Answer
from evaltui.sandbox.server import serve

INDEX = re.compile(r"case (\d+):")


class Labeller:
    """Answers with the case's label behind 1.6 KB of thinking."""

    name = "labeller"

    def __init__(self, text: str, wrong: int) -> None:
        self._text, self._wrong = text, wrong

    def reply(self, params: dict[str, Any]) -> Answer:
        found = INDEX.search(str(params["messages"][-1]["content"]))
        assert found
        index = int(found[1])
        thought = {"type": "thinking", "thinking": filler(self._text, index), "signature": ""}
        return Answer([thought, {"type": "text", "text": said(index, self._wrong)}], "end_turn", 90, 400)


if __name__ == "__main__":
    model = Labeller(Path(sys.argv[1]).read_text(), int(sys.argv[2]))
    serve(model, clock=Clock(batch_seconds=0.0), ready=lambda url: print(url, flush=True))
