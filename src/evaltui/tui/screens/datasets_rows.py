"""The rows of the Datasets view: a case, what it is now, and what it was in the last runs."""

from collections.abc import Callable, Sequence

from evaltui.loop.browse import Index
from evaltui.loop.health import DatasetLine
from evaltui.tui.look import STATE
from evaltui.tui.sources import CaseSource
from evaltui.tui.widgets.columns import Cell, Column, Span

COLUMNS = (
    Column("now", 6),
    Column("case", 16, flex=4),
    Column("runs", 6, drop=1),
    Column("value", 5, align="right", drop=3),
    Column("tags", 14, flex=3, drop=2),
)


def cases_of(index: Index, read: Callable[[Sequence[int]], Sequence[DatasetLine]]) -> CaseSource[DatasetLine]:
    """A row for each case of an index, read a page at a time."""
    return CaseSource(COLUMNS, index, read=read, cells=_cells)


def nothing(wanted: str, index: Index, hint: str) -> list[Span]:
    """What stands where no case is listed."""
    if not wanted:
        return [("The run has no case.", "muted")]
    return [
        (f"None of {index.total:,} cases is “{wanted}”.", "text"),
        (hint or "/ changes the filter, esc clears it.", "muted"),
    ]


def _cells(row: DatasetLine) -> Sequence[Cell]:
    line = row.line
    glyph, word, role = STATE[line.kind]
    mark, _, critical = STATE["critical"]
    name = (line.case_id, "text" if line.kind == "pass" else "strong")
    return (
        (f"{glyph} {'?' if line.kind == 'unresolved' else word}", role),
        ((f"{mark} " if line.critical else "", critical), name),
        tuple(_past(state) for state in row.past),
        ("" if line.value is None else f"{line.value:.2f}", "muted"),
        (" ".join(line.tags), "muted"),
    )


def _past(state: str | None) -> Span:
    glyph, _, role = STATE[state] if state else ("·", "", "muted")
    return glyph, role
