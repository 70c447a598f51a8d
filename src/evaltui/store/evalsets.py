"""Owns evalsets as they were when a run was planned, and the cases in them."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.store.bodies import content_digest, write_case
from evaltui.store.database import Store
from evaltui.store.text import moment, now, text, text_or_none


@dataclass(frozen=True, slots=True)
class EvalsetRecord:
    """`digest` names what is scored (cases, gold, scorers), whatever the order, marks or gate; `header` is JSON."""

    id: int
    name: str
    digest: str
    folder: str
    scorers_digest: str
    gate_digest: str
    header: str
    cases: int
    created_at: datetime


def save_evalset(
    store: Store, *, name: str, folder: str, header: str, scorers_digest: str, gate_digest: str, cases: Iterable[Case]
) -> EvalsetRecord:
    """Keep the evalset as it stands now, streaming; one that is kept already, to the last mark, is returned as it is.

    A case's position is its index in `cases`, from 0. Its own transaction. Raises sqlite3.IntegrityError when two
    cases share an id, which evalsets refuses before.
    """
    with suppress(_KeptAlready), store.transaction():
        evalset_id = store.connection.execute(NEXT_ID).fetchone()[0]
        count, gist, content = _save_cases(store, evalset_id, cases)
        marks = (name, folder, header, scorers_digest, gate_digest)
        kept = digest([content, *marks])
        if found := store.connection.execute(BY_CONTENT, (kept,)).fetchone():
            evalset_id = found[0]
            raise _KeptAlready
        values = (evalset_id, _digest(gist, name, scorers_digest), kept, *map(text, marks), count, now())
        store.connection.execute(INSERT_EVALSET, values)
    return _kept(store, evalset_id)


def digest_of(name: str, scorers_digest: str, cases: Iterable[Case]) -> str:
    """The digest under which these would be kept; nothing is."""
    return _digest(_gist(sum(int(case.digest, 16) for case in cases)), name, scorers_digest)


def _digest(gist: str, name: str, scorers_digest: str) -> str:
    return digest([gist, name, scorers_digest])


def _gist(total: int) -> str:
    """Of cases in any order."""
    return f"{total % 2**128:032x}"


NEXT_ID = "SELECT coalesce(max(id), 0) + 1 FROM evalsets"
BY_CONTENT = "SELECT id FROM evalsets WHERE content_digest = ?"
INSERT_EVALSET = """
    INSERT INTO evalsets
        (id, digest, content_digest, name, folder, header, scorers_digest, gate_digest, cases, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def evalset(store: Store, evalset_id: int) -> EvalsetRecord | None:
    """The evalset, or None when there is none of that id."""
    row = store.connection.execute(EVALSET, (evalset_id,)).fetchone()
    return None if row is None else EvalsetRecord(*(*row[:-1], moment(row[-1])))


EVALSET = """
    SELECT id, name, digest, folder, scorers_digest, gate_digest, header, cases, created_at FROM evalsets WHERE id = ?
"""


class _KeptAlready(Exception):  # noqa: N818 - it carries a rollback, not an error
    """Leaves the transaction without keeping the second copy."""


def _kept(store: Store, evalset_id: int) -> EvalsetRecord:
    record = evalset(store, evalset_id)
    assert record is not None, "evalsets are never deleted"  # noqa: S101 - a law of the schema
    return record


def _save_cases(store: Store, evalset_id: int, cases: Iterable[Case]) -> tuple[int, str, str]:
    """How many there were, a digest of them in any order, and a digest of every byte in this order."""
    count, total, content = 0, 0, hashlib.sha256()
    for case in cases:
        body = write_case(case)
        whole = content_digest(body)
        row = _save_case(store, case, whole, body)
        store.connection.execute(INSERT_EVALSET_CASE, (evalset_id, count, case.id, row))
        count, total = count + 1, total + int(case.digest, 16)
        content.update(whole.encode())
    return count, _gist(total), content.hexdigest()


INSERT_EVALSET_CASE = "INSERT INTO evalset_cases (evalset_id, position, case_id, case_row) VALUES (?, ?, ?, ?)"


def save_case(store: Store, case: Case) -> int:
    """The row of a case, kept once by its whole content; call inside a transaction."""
    body = write_case(case)
    return _save_case(store, case, content_digest(body), body)


def _save_case(store: Store, case: Case, whole: str, body: str) -> int:
    values = (whole, case.id, case.digest, case.input_digest, case.gold_digest, case.critical, text_or_none(case.group))
    added = store.connection.execute(INSERT_CASE, (*values, text(body)))
    if not added.rowcount:
        return int(store.connection.execute(CASE_BY_CONTENT, (whole,)).fetchone()[0])
    row = added.lastrowid or 0
    for tag in set(case.tags):
        store.connection.execute(INSERT_TAG, (row, text(tag)))
    return row


CASE_BY_CONTENT = "SELECT id FROM cases WHERE content_digest = ?"
INSERT_CASE = """
    INSERT INTO cases (content_digest, case_id, digest, input_digest, gold_digest, critical, group_name, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (content_digest) DO NOTHING
"""
INSERT_TAG = "INSERT INTO case_tags (case_row, tag) VALUES (?, ?)"
