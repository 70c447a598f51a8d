"""Owns how two texts differ: by lines, then by words within replaced lines, at a bounded cost.

The rows are plain data and the texts are as they came: whoever shows them makes them safe.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from evaltui.compare.canonical import canonical_pair

Mark = Literal["same", "removed", "added", "changed"]

LIMIT = 1_000
_WORD_WORK = 250_000  # pairs of words compared in one diff; beyond it whole lines count as replaced
_LONGEST_LINE = 20_000  # characters shown of one line
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; `changed` where the other side does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of either side, `same` and `changed` of both; numbers count from 1, None where a side has no line."""

    mark: Mark
    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()
    left_number: int | None = None
    right_number: int | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """`truncated`: lines were left out. `as_json`: both sides are shown as JSON with sorted keys."""

    rows: tuple[Row, ...]
    truncated: bool
    as_json: bool = False

    @property
    def same(self) -> bool:
        return not self.truncated and all(row.mark == "same" for row in self.rows)


def diff(left: str, right: str, *, limit: int = LIMIT) -> Diff:
    """The rows that turn `left` into `right`; at most `limit` (>= 1) differing lines of each side and as many around.

    Equal lines at the start and the end cost nothing and those far from a difference are left out first.
    """
    one, other, as_json = canonical_pair(left, right)
    before, after = one.split("\n"), other.split("\n")
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail][:limit], after[head : len(after) - tail][:limit]
    end = len(before) - tail
    rows = [
        *_same(before, range(max(0, head - limit), head), 0),
        *_middle(*middle, head),
        *_same(before, range(end, min(len(before), end + limit)), len(after) - len(before)),
    ]
    cut = max(head, tail, len(before) - head - tail, len(after) - head - tail) > limit
    return Diff(tuple(rows), cut or _overlong(before) or _overlong(after), as_json)


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((index for index, (old, new) in pairs if old != new), min(len(before), len(after)))


def _same(lines: Sequence[str], which: range, shift: int) -> Iterator[Row]:
    for index in which:
        piece = (Piece(lines[index][:_LONGEST_LINE]),)
        yield Row("same", piece, piece, index + 1, index + shift + 1)


def _middle(before: list[str], after: list[str], offset: int) -> Iterator[Row]:
    work = _WORD_WORK
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield from _numbered(_equal(before[i:i_end]), offset + i, offset + j)
            continue
        rows, work = _replaced(before[i:i_end], after[j:j_end], work)
        yield from _numbered(rows, offset + i, offset + j)


def _equal(lines: list[str]) -> list[Row]:
    pieces = [(Piece(line[:_LONGEST_LINE]),) for line in lines]
    return [Row("same", piece, piece) for piece in pieces]


def _replaced(before: list[str], after: list[str], work: int) -> tuple[list[Row], int]:
    """Line against line as they come; returns what is left of the work."""
    rows = []
    for old, new in zip_longest(before, after):
        if old is None or new is None:
            rows.append(Row("added", (), (_whole(new),)) if old is None else Row("removed", (_whole(old),), ()))
            continue
        words = _WORDS.findall(old[:_LONGEST_LINE]), _WORDS.findall(new[:_LONGEST_LINE])
        cost = len(words[0]) * len(words[1])
        rows.append(_by_word(*words) if cost <= work else Row("changed", (_whole(old),), (_whole(new),)))
        work -= min(cost, work)
    return rows, work


def _by_word(old: list[str], new: list[str]) -> Row:
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new).get_opcodes():
        left += [Piece("".join(old[i:i_end]), tag != "equal")] if i < i_end else []
        right += [Piece("".join(new[j:j_end]), tag != "equal")] if j < j_end else []
    return Row("changed", tuple(left), tuple(right))


def _whole(line: str) -> Piece:
    return Piece(line[:_LONGEST_LINE], changed=True)


def _numbered(rows: list[Row], left: int, right: int) -> Iterator[Row]:
    for row in rows:
        on_left, on_right = row.mark != "added", row.mark != "removed"
        left, right = left + on_left, right + on_right
        yield replace(row, left_number=left if on_left else None, right_number=right if on_right else None)


def _overlong(lines: list[str]) -> bool:
    return any(len(line) > _LONGEST_LINE for line in lines)
