"""Two runs of a few cases that are hard to show: texts of 200 KB that differ in places, a conversation of 2,000 turns.

`python -m tests.tui.heavy FOLDER` makes a project of them.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

from tests.tui.elsewhere import MODEL, brought
from tests.workbench import write_evalset

from evaltui.loop.project import STATE
from evaltui.loop.promote import promote
from evaltui.store.database import open_store

TURNS = 2_000
ESSAY_BYTES = 200_000
SCORERS = "  - contains: {name: ending, expected: ending}\n  - turn_budget: {limit: 4000, advisory: true}"
AGENT = f"name: heavy\nmodel: {MODEL}\nmax_tokens: 64\nsystem: Work for long.\n"
Row = dict[str, Any]


def write_heavy(folder: Path) -> Path:
    """The project; in run 2 the endings are wrong."""
    cases = [
        {"id": name, "input": f"Please do the {name}.", "expected": {"ending": "the end"}, "critical": name == "essay"}
        for name in ("essay", "marathon", "json")
    ]
    home = write_evalset(folder / "evalsets" / "heavy", cases, SCORERS, AGENT)
    with open_store(folder / STATE) as store:
        for number in (1, 2):
            file = folder / f"results-{number}.jsonl"
            file.write_text("".join(json.dumps(line) + "\n" for line in _results(number)), "utf-8")
            run = brought(store, home, file, f"heavy-{number}")
            if number == 1:
                promote(store, run, note="first baseline")
    return folder


def _results(number: int) -> list[Row]:
    ending = "the end" if number == 1 else "no end"
    return [
        {"case": "essay", "messages": [_said(f"{essay(number)}\n{ending}")]},
        {"case": "marathon", "messages": [*_turns(number), _said(ending)]},
        {"case": "json", "messages": [_said(json.dumps(_tree(number)) + f"\n{ending}")]},
    ]


def essay(number: int) -> str:
    """Paragraphs of words, one word in twenty replaced in every run but the first."""
    chance = random.Random(7)
    stock = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 10))) for _ in range(4_000)]
    words = chance.choices(stock, k=ESSAY_BYTES // 7)
    if number > 1:
        for at in range(number, len(words), 20):
            words[at] = stock[at % len(stock)]
    lines = [" ".join(words[start : start + 14]) for start in range(0, len(words), 14)]
    return "\n".join("" if at % 9 == 8 else line for at, line in enumerate(lines))


def _turns(number: int) -> list[Row]:
    return [message for turn in range(1, TURNS) for message in _turn(turn, number)]


def _turn(turn: int, number: int) -> list[Row]:
    asked = {"order": f"W{turn * 7919 % 100_000:05}", "fields": ["state", "amount"], "again": turn % 50 == number}
    call = {"id": f"call_{turn}", "type": "function", "function": {"name": "lookup", "arguments": json.dumps(asked)}}
    told = {"state": "sent" if turn % 3 else "open", "amount": turn * 1.5, "lines": [turn, turn + 1]}
    asks = {"role": "assistant", "content": f"Step {turn}: I look the next order up.", "tool_calls": [call]}
    return [asks, {"role": "tool", "tool_call_id": f"call_{turn}", "content": json.dumps(told)}]


def _tree(number: int) -> list[Row]:
    return [{"id": at, "name": f"item {at}", "tags": [at % 3, at % number], "note": "x" * 40} for at in range(600)]


def _said(text: str) -> Row:
    return {"role": "assistant", "content": text}


if __name__ == "__main__":
    write_heavy(Path(sys.argv[1]))
