"""One conversation of any length, with a call that is made twice three quarters through: what traces are held against.

`python -m tests.tui.long FOLDER [TURNS]` makes a project of it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.workbench import write_evalset

from evaltui.loop.import_run import judge, keep, read_import
from evaltui.loop.project import STATE
from evaltui.store.database import open_store

MODEL = "claude-haiku-4-5"
AGENT = f"name: clerk\nmodel: {MODEL}\nmax_tokens: 64\n"


def write_long(folder: Path, turns: int) -> Path:
    """A project whose run 1 has case `long`: every turn looks something up, the one at 3/4 twice."""
    case = {"id": "long", "input": "go through all of them", "expected": "done"}
    home = write_evalset(folder / "evalsets" / "long", [case], "  - no_repeats", AGENT)
    results = folder / "long.jsonl"
    results.write_text(json.dumps({"case": "long", "model": MODEL, "messages": list(_messages(turns))}), "utf-8")
    with open_store(folder / STATE) as store:
        run, _ = keep(store, read_import(home, results, "clerk", MODEL), "http://127.0.0.1:1")
        judge(store, run, lambda _: None)
    return folder


def _messages(turns: int) -> Iterator[dict[str, Any]]:
    for turn in range(1, turns):
        asked = turn if turn != turns * 3 // 4 else 1
        yield {
            "role": "assistant",
            "content": [
                {"type": "text", "text": f"Now number {asked}, as the list says. " * (1 + turn % 5)},
                {"type": "tool_use", "id": f"toolu_{turn}", "name": "look_up", "input": {"number": asked}},
            ],
            "usage": {"input_tokens": 100 + turn, "output_tokens": 2},
        }
        found = {"number": asked, "rows": [{"row": row, "text": "found it " * 5} for row in range(turn % 7)]}
        yield {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": f"toolu_{turn}", "content": json.dumps(found)}],
        }
    yield {"role": "assistant", "content": "done", "usage": {"input_tokens": 100, "output_tokens": 2}}


if __name__ == "__main__":
    write_long(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
