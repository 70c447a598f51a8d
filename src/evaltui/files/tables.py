"""Owns tables in CSV and its kin: which sign parts the cells, the columns, and rows streamed from any byte on."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from evaltui.domain.problem import Problem
from evaltui.domain.text import found, shown
from evaltui.files.raw import LINE_LIMIT, open_bytes

TABLE_LIMIT = 1 << 50
CELL_LIMIT = 4 * 1024 * 1024  # characters
DELIMITERS = (",", "\t", ";", "|")
_TRIED = 20  # rows by which the delimiter is told
_MARK = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_UNCLOSED = "unexpected end of data"

csv.field_size_limit(CELL_LIMIT)  # the module has one limit for the whole process


@dataclass(frozen=True, slots=True)
class Table:
    """`begins` is the byte after the head, whose rows of names are `columns`, each another name."""

    delimiter: str
    columns: tuple[str, ...]
    begins: int


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is its first, from 1; `after` the byte from which reading goes on: the row's own where it may grow yet."""

    cells: tuple[str, ...]
    line: int
    after: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is no row of the table: why, in words of which few differ. One that is not `damaged` is sound."""

    reason: str
    found: str
    line: int
    after: int
    damaged: bool = True


def table_of(path: Path, least: int = 2) -> Table | Problem:
    """The head of a file with at least so many columns, or why it has none."""
    opened = open_bytes(path, TABLE_LIMIT)
    if isinstance(opened, Problem):
        return opened
    with opened as file:
        delimiter = _delimiter(file)
        file.seek(0)
        head = _read(_Lines(file), delimiter)
    if isinstance(head, _Broken) or head is None or len(head.cells) < least:
        hint = "the first row names the columns, parted by a comma, a semicolon, a tab or a bar"
        why = head.reason if isinstance(head, _Broken) else "the first row is no head of a table"
        return Problem(str(path), 1, "", why, hint=hint)
    if any(map(_garbled, head.cells)):
        return Problem(str(path), 1, "", "the names of the columns are not UTF-8 text", hint="save the file as UTF-8")
    return Table(delimiter, _named(head.cells), head.end)


def read_rows(path: Path, table: Table, offset: int = 0) -> Iterator[Row | BadRow]:
    """Every row from byte `offset` on, which must begin one; lines are numbered from the start of the file.

    A row that is broken gives way at its next line, so that a stray quote does not swallow what follows.
    """
    opened = open_bytes(path, TABLE_LIMIT)
    if isinstance(opened, Problem):
        yield BadRow(f"the file {opened.message}", opened.found, 0, offset)
        return
    with opened as file:
        start = max(offset, table.begins)
        line = lines_before(file, start) + 1
        file.seek(start)
        while (read := _read(_Lines(file), table.delimiter)) is not None:
            if isinstance(read, _Broken) or read.cells:
                yield _row(read, table, line, start)
            if isinstance(read, _Broken) and read.ends_all:
                return
            start, line = read.end, line + read.lines
            file.seek(start)


def lines_before(file: BinaryIO, offset: int) -> int:
    """How many lines end before byte `offset`; the file is then at that byte."""
    count, left = 0, offset
    while left > 0 and (chunk := file.read(min(left, _CHUNK))):
        count += chunk.count(b"\n")
        left -= len(chunk)
    return count


@dataclass(frozen=True, slots=True)
class _Cells:
    cells: tuple[str, ...]
    lines: int
    end: int
    whole: bool


@dataclass(frozen=True, slots=True)
class _Broken:
    """`end` is where the next try begins; `ends_all`: what follows cannot be told apart."""

    reason: str
    found: str
    lines: int
    end: int
    ends_all: bool = False


class _Lines:
    """Lines of a file as text, as many as a reader asks for; bytes that are no UTF-8 are kept as half surrogates."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.count = 0
        self.first = ""
        self.first_end = 0
        self.whole = True
        self.too_long = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        start = self.file.tell() if not self.count else 1
        raw = self.file.readline(LINE_LIMIT + 1)
        if not raw or self.too_long:
            raise StopIteration
        self.too_long = len(raw) > LINE_LIMIT
        while len(raw) > LINE_LIMIT and not raw.endswith(b"\n"):
            raw = self.file.readline(LINE_LIMIT + 1)
        self.whole = raw.endswith(b"\n")
        self.count += 1
        text = (raw.removeprefix(_MARK) if start == 0 else raw).decode("utf-8", "surrogateescape")
        if self.count == 1:
            self.first, self.first_end = text[:400], self.file.tell()
        return text


def _read(lines: _Lines, delimiter: str) -> _Cells | _Broken | None:
    """The next row; None at the end of the file."""
    try:
        cells = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        unclosed = str(error) == _UNCLOSED and not lines.too_long
        return _Broken(_words(error, unclosed), shown(lines.first.strip()), 1, lines.first_end, unclosed)
    if lines.too_long:
        return _Broken("the line is too long", f"more than {LINE_LIMIT:,} bytes", lines.count, lines.file.tell())
    return None if cells is None else _Cells(tuple(cells), lines.count, lines.file.tell(), lines.whole)


def _words(error: csv.Error, unclosed: bool) -> str:
    if unclosed:
        return "a quote is opened here and never closed; what follows is not read"
    return f"the row is not well formed: {error}"


def _row(read: _Cells | _Broken, table: Table, line: int, start: int) -> Row | BadRow:
    if isinstance(read, _Broken):
        return BadRow(read.reason, read.found, line, start if read.ends_all else read.end)
    fits, less = len(read.cells) == len(table.columns), len(read.cells) < len(table.columns)
    if less and not read.whole:
        # Whoever writes the log may be amid this row: the next reading begins with it again.
        return BadRow("the last row is not complete", found(list(read.cells)), line, start)
    if not fits:
        reason = f"the row has {'fewer' if less else 'more'} cells than the head"
        return BadRow(reason, found(list(read.cells)), line, read.end)
    if read.cells == table.columns:
        return BadRow("the names of the columns once more", found(list(read.cells)), line, read.end, damaged=False)
    if any(map(_garbled, read.cells)):
        return BadRow("the row is not UTF-8 text", found(list(read.cells)), line, read.end)
    return Row(read.cells, line, read.end if read.whole else start)


def _garbled(cell: str) -> bool:
    return not cell.isascii() and any("\ud800" <= char <= "\udfff" for char in cell)


def _named(cells: tuple[str, ...]) -> tuple[str, ...]:
    """A column without a name is called by its place, a second one of a name by its number."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name, count = cell.strip() or f"column {place}", 1
        while name in names:
            count += 1
            name = f"{cell.strip() or f'column {place}'} ({count})"
        names.append(name)
    return tuple(names)


def _delimiter(file: BinaryIO) -> str:
    """The sign that parts most rows alike; of several such, the one that makes more columns."""
    return max(DELIMITERS, key=lambda sign: _fit(file, sign))


def _fit(file: BinaryIO, delimiter: str) -> tuple[bool, int, int]:
    """Whether it parts the head, how many rows have as many cells, how many cells that is."""
    file.seek(0)
    reads = iter(lambda: _read(_Lines(file), delimiter), None)
    sizes = [len(read.cells) for read in islice(reads, _TRIED) if isinstance(read, _Cells) and read.cells]
    return (bool(sizes) and sizes[0] > 1, Counter(sizes)[sizes[0]] if sizes else 0, sizes[0] if sizes else 0)
