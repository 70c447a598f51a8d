"""Owns the importer that a mapping makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.logs.plain.mapping import Mapping
from evaltui.logs.plain.row import KIND, read_row
from evaltui.logs.plain.shape import read_plain, shape_of, value_at
from evaltui.logs.plain.threads import read_threads


@dataclass(frozen=True, slots=True)
class PlainLog:
    """One item a record, or a conversation of records, of CSV with a head or of JSON Lines."""

    mapping: Mapping
    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether what was asked is found in one of the records."""
        asked = [column for column in (self.mapping.input, self.mapping.messages) if column]
        return any(value_at(record, column) is not None for record in head for column in asked)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every record in which something was asked."""
        shape = shape_of(path)
        if isinstance(shape, Problem):
            yield Skipped(Place(shape.line, offset), shape.message, shape.found)
            return
        if self.mapping.role:
            yield from read_threads(read_plain(path, shape, offset), self.mapping)
            return
        columns = self.mapping.columns
        for record in read_plain(path, shape, offset):
            yield record if isinstance(record, Skipped) else read_row(record, self.mapping, columns)
