"""Owns the audited act of making a run the baseline; the newest promotion of an evalset stands."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from evaltui.domain.verdict import Promotion
from evaltui.store.database import Store, synced
from evaltui.store.text import text, text_or_none


def add_promotion(
    store: Store,
    *,
    evalset: str,
    run_id: int,
    who: str,
    at: str,
    note: str = "",
    forced: str = "",
    git_revision: str | None = None,
    digests: Mapping[str, str] | None = None,
) -> Promotion:
    """Make the run the baseline of the evalset; `forced` is the reason given for overruling the gate.

    Its own transaction, on the disk when it returns.
    """
    pinned = dict(digests or {})
    about = (text(who), at, text(note), text(forced), text_or_none(git_revision), json.dumps(pinned, sort_keys=True))
    with synced(store):
        cursor = store.connection.execute(INSERT_PROMOTION, (text(evalset), run_id, *about))
    return Promotion(int(cursor.lastrowid or 0), evalset, run_id, who, at, note, forced, git_revision, pinned)


INSERT_PROMOTION = """
    INSERT INTO promotions (evalset, run_id, who, promoted_at, note, forced, git_revision, digests)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def baseline(store: Store, evalset_name: str) -> Promotion | None:
    """The promotion that stands, or None when nothing was ever promoted."""
    row = store.connection.execute(f"{PROMOTIONS} LIMIT 1", (evalset_name,)).fetchone()
    return None if row is None else _promotion(row)


def promotions(store: Store, evalset_name: str) -> list[Promotion]:
    """Every promotion of an evalset, newest first."""
    return [_promotion(row) for row in store.connection.execute(PROMOTIONS, (evalset_name,))]


PROMOTIONS = """
    SELECT id, evalset, run_id, who, promoted_at, note, forced, git_revision, digests FROM promotions
    WHERE evalset = ? ORDER BY id DESC
"""


def _promotion(row: Sequence[Any]) -> Promotion:
    return Promotion(*(*row[:-1], json.loads(row[-1])))
