"""Owns tests of promptfoo in a table: a column a variable, and `__expected` for what the answer must be."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaltui.domain.problem import Problem
from evaltui.evalsets.foreign.assertions import take, take_shorthand
from evaltui.evalsets.foreign.brought import Brought, Gold, Place, Report
from evaltui.files.document import Document
from evaltui.files.tables import BadRow, Row, Table, read_rows

_EXPECTED = re.compile(r"__expected\d*")
_METADATA = "__metadata:"


def is_table(table: Table) -> bool:
    """Whether a column says what is expected in promptfoo's way."""
    return any(_EXPECTED.fullmatch(column) for column in table.columns)


def read_table(path: Path, table: Table, default: Place | None, report: Report) -> Iterator[Brought]:
    """One case a row; a row that cannot be read is reported."""
    for name in table.columns:
        if name.startswith("__") and not _is_known(name):
            report(Problem(str(path), 1, name, "the column is not taken", severity="warning"))
    for row in read_rows(path, table):
        if isinstance(row, BadRow):
            report(Problem(str(path), row.line, "", row.reason, row.found))
        else:
            yield _case(path, table, row, default, report)


def _case(path: Path, table: Table, row: Row, default: Place | None, report: Report) -> Brought:
    cells = dict(zip(table.columns, row.cells, strict=True))
    values = {name: cell for name, cell in cells.items() if not name.startswith("__")}
    gold = Gold()
    for assertion in default.items("assert") if default is not None else ():
        take(assertion, gold, values)
    place = Place(Document(str(path), cells, row.line), report)
    for name, cell in cells.items():
        if cell and _EXPECTED.fullmatch(name):
            take_shorthand(cell, place.inside(name), gold, values)
    tags = [f"{name.removeprefix(_METADATA)}:{cell}" for name, cell in cells.items() if name.startswith(_METADATA)]
    told = cells.get("__description", "")
    more: dict[str, Any] = {"tags": [re.sub(r"[\s,]+", "-", tag)[:64] for tag in tags]} if tags else {}
    return Brought(row.line, told, {"input": values, **gold.fields(), **more})


def _is_known(name: str) -> bool:
    return bool(_EXPECTED.fullmatch(name)) or name == "__description" or name.startswith(_METADATA)
