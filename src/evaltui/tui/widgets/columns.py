"""Owns how the columns of a list share its width, and how a cell is cut or padded to its column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.cells import cell_len, set_cell_size

from evaltui.tui.safe import plain

Span: TypeAlias = tuple[str, str]
Cell: TypeAlias = Span | tuple[Span, ...]
GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is the least it needs; `flex` its share of what is left; the highest `drop` goes first (0: never)."""

    title: str
    width: int
    flex: int = 0
    align: Literal["left", "right"] = "left"
    drop: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column that is shown: which one it is, and how wide."""

    index: int
    column: Column
    width: int


def fit(columns: Sequence[Column], width: int) -> tuple[Fitted, ...]:
    """The columns that find room in `width` cells; the last one ends where the width does."""
    kept = _kept(columns, width)
    spare = max(0, width - _needed([columns[index] for index in kept]))
    shares = _shares([columns[index].flex for index in kept], spare)
    return tuple(_clipped(columns, kept, shares, width))


def spans_of(cell: Cell) -> tuple[Span, ...]:
    """A cell is one span or several; here it is always several."""
    if not cell:
        return ()
    return (cell,) if isinstance(cell[0], str) else cell


def sized(cell: Cell, width: int, align: str = "left") -> list[Span]:
    """Spans of exactly `width` cells in all: made safe, cut with … or padded, wide characters never halved."""
    spans = _safe_spans(cell, width)
    used = sum(cell_len(text) for text, _ in spans)
    if used > width:
        return _cut(spans, width)
    padding = [(" " * (width - used), "")] if used < width else []
    return padding + spans if align == "right" else spans + padding


def _safe_spans(cell: Cell, width: int) -> list[Span]:
    limit = 64 + 4 * width
    return [(plain(text, limit), role) for text, role in spans_of(cell) if text]


def _cut(spans: list[Span], width: int) -> list[Span]:
    if width <= 0:
        return []
    cut: list[Span] = []
    left = width - 1
    for text, role in spans:
        size = cell_len(text)
        if size > left:
            return [*cut, (f"{set_cell_size(text, left)}…", role)]
        cut.append((text, role))
        left -= size
    return cut


def _kept(columns: Sequence[Column], width: int) -> list[int]:
    kept = list(range(len(columns)))
    while _needed([columns[index] for index in kept]) > width:
        first = max(kept, key=lambda index: (columns[index].drop, index), default=None)
        if first is None or columns[first].drop == 0:
            break
        kept.remove(first)
    return kept


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


def _shares(flexes: list[int], spare: int) -> list[int]:
    shares = []
    total = sum(flexes)
    for flex in flexes:
        share = spare * flex // total if total else 0
        spare, total = spare - share, total - flex
        shares.append(share)
    return shares


def _clipped(columns: Sequence[Column], kept: list[int], shares: list[int], width: int) -> list[Fitted]:
    fitted = []
    for index, share in zip(kept, shares, strict=True):
        size = min(columns[index].width + share, width)
        if size <= 0:
            break
        fitted.append(Fitted(index, columns[index], size))
        width -= size + GAP
    return fitted
