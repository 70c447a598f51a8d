"""Owns what becomes of one file of an evalset: the bytes that change, and the lines that show it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evaltui.domain.finding import Edit
from evaltui.files.edit import Splice, with_splice
from evaltui.files.splice import splice_file

_AROUND = 2  # lines shown before and after a change


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one file, tried and read back: an edit of it, or the `content` of a new one.

    `line` is the first that is added; `diff` are lines with `+`, `-` or a blank.
    """

    file: Path
    line: int
    diff: tuple[tuple[str, str], ...]
    edit: Edit | None = None
    content: bytes = b""


def spliced(file: Path, text: str, splice: Splice, offset: int, check: Callable[[Path], None]) -> Edit:
    """A change of characters as one of bytes; the text begins at byte `offset` of the file."""
    start = offset + len(text[: splice.start].encode())
    return splice_file(file, start, text[splice.start : splice.end].encode(), splice.text.encode(), check)


def added_line(text: str, splice: Splice) -> int:
    """The line, from 1, of the first thing that is added."""
    blank = len(splice.text) - len(splice.text.lstrip("\r\n"))
    return text.count("\n", 0, splice.start) + splice.text[:blank].count("\n") + 1


def added(text: str, splice: Splice) -> Iterator[tuple[str, str]]:
    """The lines that change, between a few that do not."""
    after = with_splice(text, splice)
    first = text.rfind("\n", 0, splice.start) + 1
    last = len(text) if (end := text.find("\n", max(splice.end - 1, splice.start))) < 0 else end + 1
    yield from ((" ", line) for line in _split(text[:first])[-_AROUND:])
    before, now = _split(text[first:last]), _split(after[first : len(after) - (len(text) - last)])
    while before and now and before[-1] == now[-1]:
        before, now, last = before[:-1], now[:-1], last - len(before[-1]) - 1
    kept = 0
    while kept < min(len(before), len(now)) and before[kept] == now[kept]:
        kept += 1
    yield from ((" ", line) for line in before[:kept])
    yield from (("-", line) for line in before[kept:])
    yield from (("+", line) for line in now[kept:])
    yield from ((" ", line) for line in _split(text[max(last, 0) :])[:_AROUND])


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").replace("\r\n", "\n").split("\n") if text else []
