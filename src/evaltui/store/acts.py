"""Owns acts of triage: each kept whole, undone and done again as later facts, so that neither a restart nor a crash
loses one.
"""

from collections.abc import Sequence
from typing import Any

from evaltui.domain.finding import Act, Edit, NewAct
from evaltui.store.database import Store
from evaltui.store.text import now, text, text_or_none


def add_act(store: Store, run_id: int, new: NewAct, who: str) -> Act:
    """Keep an act with all that it says; call inside a transaction."""
    at = now()
    act_id = int(store.connection.execute(INSERT_ACT, (run_id, text(new.words), text(who), at)).lastrowid or 0)
    store.connection.executemany(
        INSERT_FINDING,
        ((act_id, run_id, one.position, one.label, text_or_none(one.note)) for one in new.findings),
    )
    store.connection.executemany(
        INSERT_LABEL,
        (
            (act_id, one.sample_id, one.request_id, text(one.scorer), text(one.criterion), one.passed)
            for one in new.labels
        ),
    )
    store.connection.executemany(INSERT_EDIT, ((act_id, *_columns(one)) for one in new.edits))
    positions = tuple(one.position for one in new.findings)
    return Act(act_id, run_id, new.words, who, at, positions, new.edits)


INSERT_ACT = "INSERT INTO acts (run_id, words, who, done_at) VALUES (?, ?, ?, ?)"
INSERT_FINDING = "INSERT INTO findings (act_id, run_id, position, label, note) VALUES (?, ?, ?, ?, ?)"
INSERT_LABEL = """
    INSERT INTO human_labels (act_id, sample_id, request_id, scorer, criterion, passed) VALUES (?, ?, ?, ?, ?, ?)
"""
INSERT_EDIT = """
    INSERT INTO edits (act_id, file, start, removed, inserted, digest_before, digest_after)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def _columns(edit: Edit) -> tuple[Any, ...]:
    return text(edit.file), edit.start, edit.removed, edit.inserted, edit.digest_before, edit.digest_after


def to_undo(store: Store, run_id: int) -> Act | None:
    """The newest act of a run that stands, or None when all are undone."""
    return _act(store, store.connection.execute(TO_UNDO, (run_id,)).fetchone())


TO_UNDO = "SELECT id, run_id, words, who, done_at FROM standing_acts WHERE run_id = ? ORDER BY id DESC LIMIT 1"


def to_redo(store: Store, run_id: int) -> Act | None:
    """The act of a run that was undone last, or None; an act that is new since then leaves nothing to do again."""
    return _act(store, store.connection.execute(TO_REDO, {"run": run_id}).fetchone())


TO_REDO = """
    SELECT acts.id, acts.run_id, acts.words, acts.who, acts.done_at
    FROM acts JOIN undoings ON undoings.id = (SELECT max(id) FROM undoings WHERE act_id = acts.id)
    WHERE acts.run_id = :run AND undoings.undone
        AND undoings.newest_act_id = (SELECT max(id) FROM acts WHERE run_id = :run)
    ORDER BY undoings.id DESC LIMIT 1
"""


def add_undoing(store: Store, act: Act, who: str, *, undone: bool) -> None:
    """Keep that an act is undone, or done again; call inside the transaction in which the act was looked up."""
    values = {"act": act.id, "run": act.run_id, "undone": undone, "who": text(who), "at": now()}
    store.connection.execute(INSERT_UNDOING, values)


INSERT_UNDOING = """
    INSERT INTO undoings (act_id, undone, newest_act_id, who, done_at)
    SELECT :act, :undone, max(id), :who, :at FROM acts WHERE run_id = :run
"""


def _act(store: Store, row: Sequence[Any] | None) -> Act | None:
    if row is None:
        return None
    positions = tuple(position for (position,) in store.connection.execute(POSITIONS, (row[0],)))
    edits = tuple(Edit(*edit) for edit in store.connection.execute(EDITS, (row[0],)))
    return Act(*(*row, positions, edits))


POSITIONS = "SELECT position FROM findings WHERE act_id = ? ORDER BY id"
EDITS = """
    SELECT file, start, removed, inserted, digest_before, digest_after FROM edits WHERE act_id = ? ORDER BY id
"""
