"""What reaches the terminal, byte by byte: nothing of a foreign text is ever obeyed, in no view, at no width."""

import re
from base64 import b64decode
from pathlib import Path

from tests.tui.elsewhere import PAYLOADS
from tests.tui.terminal import Terminal, terminal

SHORT = {"1": "blocked", "2": "2 runs", "8": "History"}
LONG = {"3": "run 1 → run 2", "4": "judged", "5": "17 cases"}
"""Views with a few rows, and those with a row for each payload: what they say once they are there."""
MARK = re.compile(r"<(\w+)>|case-(\w+)")
COPIED = re.compile(r"\x1b\]52;c;([\w+/=]*)\x07")
BRIEF = 0.06
ROWS = len(PAYLOADS) + 1


def test_no_byte_of_a_foreign_text_is_obeyed_in_any_view(hostile: Path) -> None:
    with terminal(hostile) as opened:
        opened.sees("evaltui", "hostile")
        for view, sign in SHORT.items():
            looked_through(opened, view, sign, 2)
        complete([looked_through(opened, view, sign, ROWS) for view, sign in LONG.items()])
        left(opened)
    obeyed_nothing(opened)


def test_nor_in_a_narrow_triage_or_trace_nor_in_what_is_copied(hostile: Path) -> None:
    with terminal(hostile, size=(80, 24)) as opened:
        opened.sees("evaltui", "hostile")
        complete([looked_through(opened, "4", LONG["4"], ROWS)])
        assert len(traces(opened)) > 2
        left(opened)
    obeyed_nothing(opened)
    copies = [b64decode(copy[1]).decode() for copy in map(COPIED.fullmatch, opened.vt.odd) if copy]
    assert copies
    assert [copy for copy in copies if not copy.replace("\n", "").isprintable() and "\u200d" not in copy] == []


def complete(seen: list[set[str]]) -> None:
    """Every payload was on the screen in each view; the one without a reply need not be judged."""
    assert [PAYLOADS.keys() - found - {"link"} for found in seen] == [set()] * len(seen)


def left(opened: Terminal) -> None:
    """Out by the key for it, however deep."""
    while opened.process.poll() is None:
        opened.press("q")
        opened.settle()
    assert opened.leaves() == 0


def obeyed_nothing(opened: Terminal) -> None:
    """All that was written is Textual's own, and what a person copied."""
    assert [odd for odd in opened.vt.odd if not COPIED.fullmatch(odd)] == []


def looked_through(opened: Terminal, view: str, sign: str, rows: int) -> set[str]:
    """So many rows of the view under the cursor once; the payloads that were on the screen."""
    opened.press(view)
    opened.sees(sign)
    seen: set[str] = set()
    for _ in range(rows):
        seen |= told(opened, "j")
    return seen


def told(opened: Terminal, key: str) -> set[str]:
    """What is on the screen after a key."""
    opened.press(key)
    opened.read(0.5)
    opened.settle(BRIEF)
    return marks(opened)


def traces(opened: Terminal) -> set[str]:
    """A look into the turns of some cases: raw, folded, beside the baseline, copied."""
    opened.press("3")
    opened.sees(LONG["3"])
    opened.press("g", "enter")
    opened.sees("trace", "turn 1")
    return {name for _ in range(4) for key in "jjyoz=joJ" for name in told(opened, key)}


def marks(opened: Terminal) -> set[str]:
    """Which payloads are on the screen."""
    return {name for found in MARK.findall(opened.text) for name in found if name in PAYLOADS}
