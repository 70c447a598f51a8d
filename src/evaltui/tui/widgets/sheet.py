"""Owns where the rows of a diff land on a screen: what is folded, how lines wrap, how high each of them is."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from rich.cells import cell_len, chop_cells, get_character_cell_size

from evaltui.compare.textdiff import Diff, Gap, Piece, Pieces, Row, pieces
from evaltui.tui.safe import plain

Mode = Literal["split", "unified", "single"]
Item = Row | Gap
Spans = tuple[tuple[str, bool], ...]
"""Safe text with whether the other side lacks it."""
_WORDS = re.compile(r"\S*\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide everything is. split: both sides; unified: one below the other; single: one text, nothing compared.

    `digits` of 0: no numbers. `same` marks the rows that do not differ.
    """

    width: int
    mode: Mode
    wrap: bool
    digits: int
    same: str = " "

    @property
    def half(self) -> int:
        """Cells of the left side with its gutter; of everything where there is one column."""
        return (self.width - 1) // 2 if self.mode == "split" else self.width

    @property
    def gutter(self) -> int:
        """Cells of numbers and mark, a blank behind each."""
        numbers = (self.digits + 1) * (2 if self.mode == "unified" else 1) if self.digits else 1
        return numbers + (2 if self.mode != "single" else 1)

    @property
    def room(self) -> int:
        """Cells of text."""
        return max(1, self.half - self.gutter)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of one side as it is drawn; `numbers` are None where the line began further up or has none.

    `partly`: some of the row it belongs to is the same on both sides, so that its changed words must stand out.
    """

    numbers: tuple[int | None, ...]
    glyph: str
    role: str
    spans: Spans
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """`starts[n]` is the first line of item n; `stops` are the items where a change begins."""

    items: tuple[Item, ...]
    starts: tuple[int, ...]
    widest: int
    stops: tuple[int, ...]
    shape: Shape

    @property
    def height(self) -> int:
        """Lines of everything."""
        return self.starts[-1]

    def at(self, line: int) -> tuple[int, int]:
        """The item a line belongs to, and which of its lines it is."""
        item = bisect_right(self.starts, line) - 1
        return item, line - self.starts[item]

    def lines(self, item: int) -> list[tuple[Drawn | None, ...]]:
        """What is drawn of a row: a line each, for each column; None where a side has nothing."""
        row = self.items[item]
        return [] if isinstance(row, Gap) else list(_lines(row, self._numbers(item, row), self.shape))

    def _numbers(self, item: int, row: Row) -> tuple[int | None, int | None]:
        """Without those that the row above has shown."""
        above = self.items[item - 1] if item else None
        left, right = (above.left_number, above.right_number) if isinstance(above, Row) else (None, None)
        return (
            None if row.left_number == left else row.left_number,
            None if row.right_number == right else row.right_number,
        )


def arrange(diff: Diff, opened: Collection[int] | None, shape: Shape) -> Sheet:
    """Everything in its place; `opened` are the starts of the gaps whose rows are shown, None: all rows are."""
    items = diff.rows if opened is None or diff.same else tuple(_unfolded(diff, opened))
    starts, widest = [0], 0
    for item in items:
        height, cells = _measured(item, shape)
        starts.append(starts[-1] + height)
        widest = max(widest, cells)
    return Sheet(items, tuple(starts), widest, tuple(_stops(items)), shape)


def text_rows(text: str) -> Diff:
    """A single text as rows, long lines cut."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        shown = ((Piece(piece),) if piece else () for piece in pieces(line))
        rows += [Row("same", piece, piece, number, number) for piece in shown]
    return Diff(tuple(rows), truncated=False)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of `width` cells, broken behind words where that is possible; a blank at an end may hang."""
    if text.isascii():
        return [text] if len(text) <= width else _breaks(width).findall(text)
    return [text] if cell_len(text) <= width else list(_wrapped_wide(text, width))


def digits(diff: Diff) -> int:
    """Of the largest number."""
    numbers = (number for row in diff.rows[-2:] for number in (row.left_number, row.right_number))
    return max(2, len(str(max((number for number in numbers if number), default=0))))


def _unfolded(diff: Diff, opened: Collection[int]) -> Iterator[Item]:
    for item in diff.folded():
        if isinstance(item, Gap) and item.start in opened:
            yield from diff.rows[item.start : item.start + item.count]
        else:
            yield item


def _stops(items: Sequence[Item]) -> Iterator[int]:
    quiet = True
    for at, item in enumerate(items):
        differs = isinstance(item, Row) and item.mark != "same"
        if differs and quiet:
            yield at
        quiet = not differs


def _measured(item: Item, shape: Shape) -> tuple[int, int]:
    """Lines and, where nothing wraps, cells."""
    if isinstance(item, Gap):
        return 1, 0
    sides = _sides(item, shape)
    texts = ["".join(text for text, _ in spans(side)) for _, _, side in sides]
    if not shape.wrap:
        return (1 if shape.mode != "unified" else len(sides)), max(map(_cells, texts))
    heights = [len(wrapped(text, shape.room)) for text in texts]
    return (sum(heights) if shape.mode == "unified" else max(heights)), 0


def _cells(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _sides(row: Row, shape: Shape) -> list[tuple[str, str, Pieces]]:
    """Mark, role and text of each side that has something of its own to show."""
    if row.mark == "same":
        return [(shape.same, "text", row.left)]
    both = shape.mode == "split" and partly(row)
    left = ("~" if both else "-", "removed", row.left)
    right = ("~" if both else "+", "added", row.right)
    return [left] * (row.mark != "added") + [right] * (row.mark != "removed")


def partly(row: Row) -> bool:
    """Whether some of a row that differs is on both sides."""
    return any(not piece.changed for piece in (*row.left, *row.right))


def spans(side: Pieces) -> Spans:
    """The pieces, safe."""
    return tuple((plain(piece.text, 10_000), piece.changed) for piece in side)


def _lines(row: Row, numbers: tuple[int | None, int | None], shape: Shape) -> Iterator[tuple[Drawn | None, ...]]:
    sides = _sides(row, shape)
    if shape.mode == "single":
        columns: list[list[Drawn]] = [_drawn(row, sides[0], numbers[:1], shape)]
    elif shape.mode == "unified":
        named = zip(sides, _unified(row, *numbers), strict=True)
        columns = [[line for side, shown in named for line in _drawn(row, side, shown, shape)]]
    elif row.mark == "same":
        columns = [_drawn(row, sides[0], (number,), shape) for number in numbers]
    else:
        columns = [_drawn(row, side, (numbers[side[1] == "added"],), shape) for side in sides]
        columns = [[], *columns] if row.mark == "added" else [*columns, []] if row.mark == "removed" else columns
    yield from zip_longest(*columns)


def _unified(row: Row, left: int | None, right: int | None) -> list[tuple[int | None, ...]]:
    if row.mark == "same":
        return [(left, right)]
    return [(left, None)] * (row.mark != "added") + [(None, right)] * (row.mark != "removed")


def _drawn(row: Row, side: tuple[str, str, Pieces], numbers: tuple[int | None, ...], shape: Shape) -> list[Drawn]:
    glyph, role, text = side
    later, both = (None,) * len(numbers), partly(row)
    return [
        Drawn(later if at else numbers, " " if at else glyph, role, line, both)
        for at, line in enumerate(_broken(spans(text), shape))
    ]


def _broken(found: Spans, shape: Shape) -> list[Spans]:
    """Spans cut where the text wraps."""
    text = "".join(text for text, _ in found)
    if not shape.wrap or len(parts := wrapped(text, shape.room)) == 1:
        return [found]
    ends, end = [], 0
    for part in parts:
        end += len(part)
        ends.append(end)
    return list(_cut(found, ends))


def _cut(found: Spans, ends: list[int]) -> Iterator[Spans]:
    at, start = 0, 0
    rest = [(text, changed) for text, changed in found if text]
    for end in ends:
        line: list[tuple[str, bool]] = []
        while at < len(rest) and start < end:
            text, changed = rest[at]
            take = min(len(text), end - start)
            line.append((text[:take], changed))
            start += take
            rest[at] = (text[take:], changed)
            at += take == len(text)
        yield tuple(line)


@lru_cache(maxsize=64)
def _breaks(width: int) -> re.Pattern[str]:
    return re.compile(rf".{{1,{width}}}(?:\s|\Z)|.{{1,{width}}}", re.DOTALL)


def _wrapped_wide(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for word in _pieces_of(text, width):
        cells = cell_len(word)
        if line and used + cell_len(word.rstrip()) > width:
            yield line
            line, used = "", 0
        line, used = line + word, used + cells
    if line:
        yield line


def _pieces_of(text: str, width: int) -> Iterator[str]:
    """Words with the blanks behind them; a word wider than a line in pieces; ideographs break anywhere."""
    for word in filter(None, _WORDS.findall(text)):
        if word.isascii() and len(word) <= width:
            yield word
        elif any(get_character_cell_size(character) > 1 for character in word):
            yield from chop_cells(word, 2)
        else:
            yield from (word,) if cell_len(word) <= width else chop_cells(word, width)
