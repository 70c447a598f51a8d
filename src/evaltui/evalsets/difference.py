"""Owns how a change of a file is shown before it is made: the lines that change between a few that do not."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from evaltui.files.edit import Splice, with_splice

Line = tuple[str, str]
"""`-`, `+` or a blank, and the words of the line."""
_AROUND = 2  # lines shown before and after a change
_NEAR = 60  # characters shown before and after a change of a long line
_MOST = 400  # lines compared one by one; more than that are shown as removed and added whole


def difference(text: str, splice: Splice) -> tuple[Line, ...]:
    """The lines of a change; of long ones, what is near it."""
    return tuple(_lines(text, splice))


def _lines(text: str, splice: Splice) -> Iterator[Line]:
    after = with_splice(text, splice)
    first, last = text.rfind("\n", 0, splice.start) + 1, _line_end(text, splice.end)
    cut = splice.start - first > _NEAR, last - splice.end > _NEAR
    start = splice.start - _NEAR if cut[0] else first
    end = splice.end + _NEAR if cut[1] else last
    yield from ((" ", line) for line in text[:first].splitlines()[-_AROUND:])
    parts = text[start:end], after[start : len(after) - (len(text) - end)]
    whole = [f"{'…' if cut[0] else ''}{part}{'…' if cut[1] else ''}".splitlines() for part in parts]
    yield from _changed(*whole)
    yield from ((" ", line) for line in text[last + 1 :].splitlines()[:_AROUND])


def _changed(before: list[str], after: list[str]) -> Iterator[Line]:
    if len(before) + len(after) > _MOST:
        yield from (("-", line) for line in before)
        yield from (("+", line) for line in after)
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((" ", line) for line in before[a:b])
        else:
            yield from (("-", line) for line in before[a:b])
            yield from (("+", line) for line in after[c:d])


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
