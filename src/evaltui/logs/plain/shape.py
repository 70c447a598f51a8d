"""Owns what a plain log is before anything of it is mapped: its format, its columns, its first records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from evaltui.domain.item import Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.files.raw import open_bytes
from evaltui.files.tables import TABLE_LIMIT, BadRow, Row, Table, read_rows, table_of
from evaltui.logs.records import HEAD, Record, first_records, read_records

Format = Literal["csv", "jsonl"]
_DEEPEST = 3
_LATER = 100_000  # records in which a path may turn up


@dataclass(frozen=True, slots=True)
class Shape:
    """`columns` are those of the head, or every path to a value in the first records of JSON Lines."""

    format: Format
    columns: tuple[str, ...]
    head: tuple[dict[str, Any], ...]
    table: Table | None = None


def shape_of(path: Path) -> Shape | Problem:
    """JSON Lines of objects, or a table with a head; else why it is neither."""
    opened = open_bytes(path, TABLE_LIMIT)
    if isinstance(opened, Problem):
        return opened
    with opened as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"{":
        return _lines(path)
    table = table_of(path)
    return table if isinstance(table, Problem) else _tabled(path, table)


def read_plain(path: Path, shape: Shape, offset: int = 0) -> Iterator[Record | Skipped]:
    """Every record, of either format."""
    if shape.table is None:
        yield from read_records(path, offset)
        return
    start = max(offset, shape.table.begins)
    for row in read_rows(path, shape.table, offset):
        yield _record(row, shape.table, start)
        start = row.after


def value_at(record: Mapping[str, Any], column: str) -> Any:
    """What stands under a name, or under a dotted path; None where nothing does."""
    if column in record:
        return record[column]
    first, dot, rest = column.partition(".")
    inner = record.get(first)
    return value_at(inner, rest) if dot and isinstance(inner, dict) else None


def seen_later(path: Path, columns: set[str]) -> set[str]:
    """Which of the paths hold anything in a record of JSON Lines that comes after the first ones; not all are read."""
    seen: set[str] = set()
    for record in islice(read_records(path), _LATER):
        if isinstance(record, Record):
            seen |= {column for column in columns - seen if value_at(record.value, column) is not None}
        if seen == columns:
            break
    return seen


def _lines(path: Path) -> Shape | Problem:
    head = first_records(path)
    if not head:
        return Problem(str(path), 1, "", "no line is a JSON object", hint="one JSON object a line")
    columns = dict.fromkeys(name for record in head for name in _paths(record, ""))
    return Shape("jsonl", tuple(columns), head)


def _paths(record: Mapping[str, Any], within: str) -> Iterator[str]:
    for name, value in record.items():
        path = f"{within}{name}"
        if isinstance(value, dict) and value and path.count(".") < _DEEPEST:
            yield from _paths(value, f"{path}.")
        else:
            yield path


def _tabled(path: Path, table: Table) -> Shape:
    rows = (row for row in islice(read_rows(path, table), HEAD * 2) if isinstance(row, Row))
    head = tuple(_values(row.cells, table) for row in islice(rows, HEAD))
    return Shape("csv", table.columns, head, table)


def _record(row: Row | BadRow, table: Table, start: int) -> Record | Skipped:
    place = Place(row.line, row.after)
    if isinstance(row, BadRow):
        return Skipped(place, row.reason, row.found, row.damaged)
    return Record(_values(row.cells, table), place, start)


def _values(cells: Sequence[str], table: Table) -> dict[str, Any]:
    """An empty cell holds nothing."""
    return {name: cell or None for name, cell in zip(table.columns, cells, strict=True)}
