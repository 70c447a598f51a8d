"""The rows of the Compare view: its cases, and what became of the cases of each tag."""

from collections.abc import Callable, Sequence

from evaltui.domain.run import Run
from evaltui.gate.words import percent, points
from evaltui.loop.browse import CaseLine, Index, Slice, lines
from evaltui.store.database import Store
from evaltui.tui.look import STATE
from evaltui.tui.sources import CaseSource
from evaltui.tui.view import state_span
from evaltui.tui.widgets.rows import Cell, Column, ListOf

_STATE = Column("", 9)
_LONG_STATE = Column("", 12)
CASES = (
    Column("case", 20, flex=3),
    Column("Δ", 5, align="right", drop=1),
    Column("why", 24, flex=5, drop=2),
)
TAGS = (
    Column("tag", 12, flex=2),
    Column("cases", 7, align="right"),
    Column("before", 8, align="right", drop=1),
    Column("after", 8, align="right", drop=1),
    Column("", 8, align="right"),
    Column("fixed", 6, align="right"),
    Column("broke", 6, align="right"),
)


def cases_of(store: Callable[[], Store], run: Run, against: Run | None, index: Index) -> CaseSource[CaseLine]:
    """A row for each case of an index, read a page at a time."""
    state = _LONG_STATE if index.counts.get("unresolved") else _STATE
    return CaseSource(
        (state, *CASES), index, read=lambda keys: lines(store(), run, against, keys, spent=False), cells=_case
    )


def slices_of(found: Sequence[Slice]) -> ListOf[Slice]:
    """A row for each tag."""
    return ListOf(TAGS, found, key=lambda row: row.tag, cells=_slice)


def value_words(line: CaseLine) -> str:
    """The value, and what it was where that is another."""
    if line.value is None:
        return "" if line.was is None else f"{line.was:.2f} → ?"
    return f"{line.value:.2f}" if not _moved(line) else f"{line.was:.2f} → {line.value:.2f}"


def _moved(line: CaseLine) -> float:
    """By how much the value is another, as it is shown."""
    return 0.0 if line.value is None or line.was is None else round(line.value - line.was, 2)


def _case(line: CaseLine) -> Sequence[Cell]:
    glyph, _, role = STATE["critical"]
    mark = (f"{glyph} ", role) if line.critical else ("", "")
    name = (line.case_id, "text" if line.kind in ("same", "pass") else "strong")
    moved = _moved(line)
    return (
        state_span(line.kind),
        (mark, name),
        (f"{moved:+.2f}".replace("-", "−") if moved else "", "fail" if moved < 0 else "pass"),
        ("" if line.kind in ("same", "pass") else line.reason, "muted"),
    )


def _slice(row: Slice) -> Sequence[Cell]:
    before, after = row.before_rate, row.after_rate
    moved = None if before is None or after is None else after - before
    role = "muted" if not moved else "pass" if moved > 0 else "fail"
    return (
        (row.tag, "strong" if row.broke else "text"),
        (f"{row.n:,}", "muted"),
        ("" if before is None else percent(before), "muted"),
        ("" if after is None else percent(after), "text"),
        ("" if moved is None else points(moved).removesuffix(" points"), role),
        (f"{row.fixed:,}" if row.fixed else "·", "pass" if row.fixed else "muted"),
        (f"{row.broke:,}" if row.broke else "·", "fail" if row.broke else "muted"),
    )
