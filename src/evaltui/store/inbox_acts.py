"""Owns acts on the inbox: each kept whole, undone and done again as later facts, so that a restart loses none."""

from collections.abc import Iterable, Sequence
from typing import Any

from evaltui.domain.inbox import InboxAct, InboxFinding
from evaltui.store.database import Store
from evaltui.store.text import now, text, text_or_none


def add_inbox_act(store: Store, words: str, findings: Sequence[InboxFinding], who: str) -> InboxAct:
    """Keep an act with all that it says; call inside a transaction."""
    at = now()
    act_id = int(store.connection.execute(INSERT_ACT, (text(words), text(who), at)).lastrowid or 0)
    store.connection.executemany(INSERT_FINDING, _rows(act_id, findings))
    return InboxAct(act_id, words, who, at, tuple(one.key for one in findings))


INSERT_ACT = "INSERT INTO inbox_acts (words, who, done_at) VALUES (?, ?, ?)"
INSERT_FINDING = """
    INSERT INTO item_findings (act_id, item_id, state, note, into_item_id, case_name, case_digest)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def _rows(act_id: int, findings: Iterable[InboxFinding]) -> Iterable[tuple[Any, ...]]:
    return (
        (act_id, one.key, one.state, text_or_none(one.note), one.into, text_or_none(one.case), one.digest)
        for one in findings
    )


def inbox_act_to_undo(store: Store) -> InboxAct | None:
    """The newest act that stands, or None when all are undone."""
    return _act(store, store.connection.execute(TO_UNDO).fetchone())


TO_UNDO = "SELECT id, words, who, done_at FROM standing_inbox_acts ORDER BY id DESC LIMIT 1"


def inbox_act_to_redo(store: Store) -> InboxAct | None:
    """The act that was undone last, or None; an act that is new since then leaves nothing to do again."""
    return _act(store, store.connection.execute(TO_REDO).fetchone())


TO_REDO = """
    SELECT inbox_acts.id, words, inbox_acts.who, inbox_acts.done_at
    FROM inbox_acts JOIN inbox_undoings ON inbox_undoings.id =
        (SELECT max(id) FROM inbox_undoings WHERE act_id = inbox_acts.id)
    WHERE undone AND newest_act_id = (SELECT max(id) FROM inbox_acts)
    ORDER BY inbox_undoings.id DESC LIMIT 1
"""


def add_inbox_undoing(store: Store, act: InboxAct, who: str, *, undone: bool) -> None:
    """Keep that an act is undone, or done again; call inside the transaction in which the act was looked up."""
    store.connection.execute(INSERT_UNDOING, (act.id, undone, text(who), now()))


INSERT_UNDOING = """
    INSERT INTO inbox_undoings (act_id, undone, newest_act_id, who, done_at)
    SELECT ?, ?, max(id), ?, ? FROM inbox_acts
"""


def _act(store: Store, row: Sequence[Any] | None) -> InboxAct | None:
    if row is None:
        return None
    keys = tuple(key for (key,) in store.connection.execute(KEYS, (row[0],)))
    return InboxAct(*(*row, keys))


KEYS = "SELECT item_id FROM item_findings WHERE act_id = ? ORDER BY id"
