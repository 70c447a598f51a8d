"""Owns how leaks stand in the Gate view: the case, and below it both places and the passage."""

import textwrap
from collections.abc import Iterator

from evaltui.loop.gate_view import CheckView
from evaltui.tui.look import STATE
from evaltui.tui.widgets.paper import Row

_PASSAGE = 3
"""Lines of one case beside its name, at most."""


def leak_rows(check: CheckView, width: int, room: int) -> Iterator[Row]:
    """As many cases as there is room for, at least one; the places of each are whole."""
    glyph, _, role = STATE["broke" if check.status == "fail" else "critical"]
    left, told = max(room - 1, 1 + _PASSAGE), 0
    for case in check.cases:
        lines = _lines(case.reason, width - 6)
        if told and 1 + len(lines) > left - (told + 1 < len(check.cases)):
            break
        key = ("case", check.name, case.case_id)
        yield Row(((f" {glyph} ", role), (case.case_id, "text")), key)
        yield from (Row((("   ", ""), (line, "muted"))) for line in lines)
        left, told = left - 1 - len(lines), told + 1
    if told < len(check.cases):
        yield Row(((f"   and {len(check.cases) - told:,} more", "muted"),))


def _lines(reason: str, width: int) -> list[str]:
    lines = textwrap.wrap(reason, width, break_on_hyphens=False)
    return lines if len(lines) <= _PASSAGE else [*lines[: _PASSAGE - 1], f"{lines[_PASSAGE - 1][: width - 1]}…"]
