"""What reaches the terminal, byte by byte: nothing of a foreign text is ever obeyed, in no view, at no width."""

import re
from pathlib import Path

import pytest
from tests.tui.elsewhere import PAYLOADS
from tests.tui.terminal import Terminal, terminal

VIEWS = ("1", "2", "3", "4", "5", "8")
MARK = re.compile(r"<(\w+)>|case-(\w+)")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=["wide", "narrow"])
def test_no_byte_of_a_foreign_text_is_obeyed(hostile: Path, size: tuple[int, int]) -> None:
    with terminal(hostile, size=size) as opened:
        opened.sees("evaltui", "hostile")
        seen = {view: looked_through(opened, view) for view in VIEWS}
        traced = traces(opened)
        opened.press("ctrl+q")
        assert opened.leaves() == 0
    assert opened.vt.odd == []
    assert {view: len(seen[view]) for view in ("3", "4", "5")} == dict.fromkeys(("3", "4", "5"), len(PAYLOADS))
    assert traced


def looked_through(opened: Terminal, view: str) -> set[str]:
    """Every row of the view under the cursor once; the payloads that were on the screen."""
    opened.press(view)
    opened.settle(0.4)
    seen = marks(opened)
    for _ in range(len(PAYLOADS) + 4):
        opened.press("j")
        opened.settle()
        seen |= marks(opened)
    return seen


def traces(opened: Terminal) -> set[str]:
    """A look into the turns of some cases: raw, folded and beside the baseline."""
    opened.press("3")
    opened.settle(0.4)
    seen: set[str] = set()
    for _ in range(4):
        opened.press("j", "t")
        opened.settle(0.4)
        for key in ("o", "z", "=", "j", "j", "o", "escape"):
            opened.press(key)
            opened.settle()
            seen |= marks(opened)
    return seen


def marks(opened: Terminal) -> set[str]:
    """Which payloads are on the screen."""
    return {name for found in MARK.findall(opened.text) for name in found if name in PAYLOADS}
