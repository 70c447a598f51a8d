"""Owns how two texts differ: by lines, then by words within replaced lines, at a bounded cost.

The rows are plain data and the texts are as they came: whoever shows them makes them safe.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Literal

from evaltui.compare.blocks import blocks, interned
from evaltui.compare.canonical import canonical_pair
from evaltui.compare.words import Piece, Pieces, by_word, pairs, whole
from evaltui.compare.work import Unwanted, Work

__all__ = ["LIMIT", "Diff", "Gap", "Mark", "Piece", "Pieces", "Row", "diff", "wanted_diff"]

Mark = Literal["same", "removed", "added", "changed"]

LIMIT = 1_000
"""Lines of either side that are enough to print."""
LONG = 2_000  # letters; a longer line is cut into several rows
_CUT = re.compile(r".{40,400}?(?:[.!?;:]\s+|[。！？；])|.{1,400}\Z|.{1,399}\s|.{1,400}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of either side, `same` and `changed` of both; numbers count from 1, None where a side has no line.

    A line of more than LONG letters takes several rows, which have its number.
    """

    mark: Mark
    left: Pieces = ()
    right: Pieces = ()
    left_number: int | None = None
    right_number: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """`count` rows from `start` on that are the same on both sides and are not shown."""

    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Diff:
    """`truncated`: lines were left out. `as_json`: both sides are shown as JSON with sorted keys."""

    rows: tuple[Row, ...]
    truncated: bool
    as_json: bool = False

    @property
    def same(self) -> bool:
        """Whether there is no difference."""
        return not self.truncated and all(row.mark == "same" for row in self.rows)

    def folded(self, context: int = 3) -> tuple[Row | Gap, ...]:
        """The rows that differ with `context` rows around them; a Gap for each longer stretch in between."""
        found: list[Row | Gap] = []
        at = 0
        for same, group in groupby(self.rows, key=lambda row: row.mark == "same"):
            rows = list(group)
            found += self._fold(rows, at, context) if same else rows
            at += len(rows)
        return tuple(found)

    def _fold(self, rows: list[Row], at: int, context: int) -> list[Row | Gap]:
        head = context if at else 0
        tail = context if at + len(rows) < len(self.rows) else 0
        hidden = len(rows) - head - tail
        if hidden < 2:
            return [*rows]
        return [*rows[:head], Gap(at + head, hidden), *rows[len(rows) - tail :]]


def diff(left: str, right: str, *, limit: int | None = None) -> Diff:
    """The rows that turn `left` into `right`; with `limit` at most so many rows that differ and as many around."""
    return _cut(_diff(left, right, Work()), limit)


def wanted_diff(left: str, right: str, cancelled: Callable[[], bool]) -> Diff | None:
    """The whole `diff`, for a thread of its own: None as soon as `cancelled`, which is asked every few ms, says so."""
    try:
        return _diff(left, right, Work(cancelled))
    except Unwanted:
        return None


def _diff(left: str, right: str, work: Work) -> Diff:
    one, other, as_json = canonical_pair(left, right)
    before, after = one.split("\n"), other.split("\n")
    rows = _rows(_Side(before, range(1, len(before) + 1)), _Side(after, range(1, len(after) + 1)), work)
    return Diff(tuple(rows), truncated=False, as_json=as_json)


def _cut(found: Diff, limit: int | None) -> Diff:
    if limit is None:
        return found
    differ = [at for at, row in enumerate(found.rows) if row.mark != "same"]
    start, end = (differ[0], differ[-1] + 1) if differ else (len(found.rows), len(found.rows))
    rows = [*found.rows[max(0, start - limit) : start], *found.rows[start:end][:limit], *found.rows[end : end + limit]]
    return Diff(tuple(rows), len(rows) < len(found.rows), found.as_json)


@dataclass(frozen=True, slots=True)
class _Side:
    """Lines, or pieces of one line, with their numbers."""

    lines: Sequence[str]
    numbers: Sequence[int]

    def part(self, start: int, end: int) -> "_Side":
        return _Side(self.lines[start:end], self.numbers[start:end])

    def pieces(self) -> "_Side":
        """Long lines cut into pieces."""
        cut = [(piece, number) for line, number in zip(self.lines, self.numbers, strict=True) for piece in pieces(line)]
        return _Side([piece for piece, _ in cut], [number for _, number in cut])


def pieces(line: str) -> list[str]:
    """The line, or what can be shown of it in a row each: cut behind sentences, else behind blanks."""
    return [line] if len(line) <= LONG else _CUT.findall(line)


def _rows(left: _Side, right: _Side, work: Work) -> Iterator[Row]:
    i = j = 0
    kept = blocks(*interned(left.lines, right.lines), work)
    for x, y, n in [*kept, (len(left.lines), len(right.lines), 0)]:
        yield from _replaced(left.part(i, x), right.part(j, y), work)
        yield from _same(left.part(x, x + n), right.part(y, y + n))
        i, j = x + n, y + n


def _same(left: _Side, right: _Side) -> Iterator[Row]:
    for line, number, other in zip(left.lines, left.numbers, right.numbers, strict=True):
        for piece in pieces(line):
            shown = (Piece(piece),) if piece else ()
            yield Row("same", shown, shown, number, other)


def _replaced(left: _Side, right: _Side, work: Work) -> Iterator[Row]:
    i = j = 0
    for x, y in pairs(left.lines, right.lines, work):
        yield from _unlike(left.part(i, x), right.part(j, y))
        yield from _alike(left.part(x, x + 1), right.part(y, y + 1), work)
        i, j = x + 1, y + 1
    yield from _unlike(left.part(i, len(left.lines)), right.part(j, len(right.lines)))


def _unlike(left: _Side, right: _Side) -> Iterator[Row]:
    """Lines that have nothing to do with each other, side by side to save room."""
    one, other = left.pieces(), right.pieces()
    for old, new, i, j in zip_longest(one.lines, other.lines, one.numbers, other.numbers):
        mark: Mark = "added" if i is None else "removed" if j is None else "changed"
        yield Row(mark, whole(old or ""), whole(new or ""), i, j)


def _alike(left: _Side, right: _Side, work: Work) -> Iterator[Row]:
    old, new = left.lines[0], right.lines[0]
    if old == new:
        yield from _same(left, right)
    elif max(len(old), len(new)) > LONG:
        yield from _rows(left.pieces() if len(old) > LONG else left, right.pieces() if len(new) > LONG else right, work)
    else:
        yield Row("changed", *by_word(old, new, work), left.numbers[0], right.numbers[0])
