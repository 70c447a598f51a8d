"""Owns which cases of a run stand in what its agent is told."""

from collections.abc import Iterable
from typing import Any

from evaltui.domain.leak import Leak, LeakCheck, Place
from evaltui.store.database import Store
from evaltui.store.text import now, text


def add_leak_check(store: Store, run_id: int, cases: int, leaks: Iterable[Leak]) -> None:
    """Keep what came of the search for `cases`, once a run, inside a transaction of the caller."""
    store.connection.execute(INSERT_CHECK, (run_id, cases, now()))
    store.connection.executemany(INSERT_LEAK, ((run_id, *_row(leak)) for leak in leaks))


INSERT_CHECK = "INSERT INTO leak_checks (run_id, cases, checked_at) VALUES (?, ?, ?)"
INSERT_LEAK = """
    INSERT INTO leaks (run_id, case_id, part, severity, field, passage_start, passage_end, passage, source, file, line,
        last_line, told_start, told_end, told, share, in_a_row, case_file, case_line)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def leak_check(store: Store, run_id: int) -> LeakCheck | None:
    """What was found when the run was made; None where nobody looked."""
    checked = store.connection.execute(CHECK, (run_id,)).fetchone()
    if checked is None:
        return None
    return LeakCheck(checked[0], tuple(map(_leak, store.connection.execute(LEAKS, (run_id,)))))


CHECK = "SELECT cases FROM leak_checks WHERE run_id = ?"
LEAKS = """
    SELECT case_id, part, severity, field, passage_start, passage_end, passage, source, file, line, last_line,
        told_start, told_end, told, share, in_a_row, case_file, case_line
    FROM leaks WHERE run_id = ? ORDER BY id
"""


def _row(leak: Leak) -> tuple[object, ...]:
    at = leak.place
    return (
        leak.case, leak.part, leak.severity, text(leak.field), leak.start, leak.end, text(leak.text), text(at.name),
        text(at.file), at.line, at.last_line, at.start, at.end, text(at.text), leak.share, leak.run,
        text(leak.file), leak.line,
    )  # fmt: skip


def _leak(row: tuple[Any, ...]) -> Leak:
    return Leak(*(*row[:7], Place(*row[7:14]), *row[14:]))
