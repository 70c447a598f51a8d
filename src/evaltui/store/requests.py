"""Owns which samples still need a request, and the wish to try failed ones again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.request import FINAL_ERRORS
from evaltui.store.bodies import read_case
from evaltui.store.database import Store
from evaltui.store.limits import lift_cancellation
from evaltui.store.text import now


@dataclass(frozen=True, slots=True)
class Todo:
    """A sample that needs a request: its first, its next, or its last again; `attempt` and `turn` count from 1."""

    sample_id: int
    position: int
    trial: int
    attempt: int
    turn: int
    case: Case


def unplanned(store: Store, run_id: int, page: int = 500) -> Iterator[Todo]:
    """Every sample that still needs a request, by sample id; requests may be added meanwhile."""
    after = {"position": -1, "trial": 0}
    while rows := store.connection.execute(UNPLANNED, {"run": run_id, "page": page, **after}).fetchall():
        for *about, body in rows:
            yield Todo(*(*about, read_case(body)))
        after = {"position": rows[-1][1], "trial": rows[-1][2]}


UNPLANNED = """
    WITH wanted AS (
        SELECT *, coalesce((SELECT max(attempt) FROM retries
            WHERE retries.sample_id = standing_requests.sample_id), 1) AS wish
        FROM standing_requests WHERE run_id = :run AND (position, trial) > (:position, :trial)
    )
    SELECT sample_id, position, trial, max(wish, coalesce(attempt, 1)),
        CASE WHEN request_id IS NULL THEN 1 WHEN attempt < wish THEN turn ELSE turn + 1 END, cases.body
    FROM wanted JOIN cases ON cases.id = wanted.case_row
    WHERE request_id IS NULL OR attempt < wish OR (followed AND ending IS NULL)
    ORDER BY position, trial LIMIT :page
"""


def count_unplanned(store: Store, run_id: int) -> tuple[int, int]:
    """How many samples need their first request, and how many a later one."""
    first, later = store.connection.execute(COUNT_UNPLANNED, (run_id,)).fetchone()
    return first, later


COUNT_UNPLANNED = """
    SELECT count(*) FILTER (WHERE request_id IS NULL), count(*) FILTER (WHERE (followed AND ending IS NULL)
        OR attempt < (SELECT max(attempt) FROM retries WHERE retries.sample_id = standing_requests.sample_id))
    FROM standing_requests WHERE run_id = ?
"""


def ask_retry(store: Store, run_id: int, *, force: bool = False) -> int:
    """Want one more attempt of each sample whose last one failed or led nowhere; returns how many. Its own transaction.

    Led nowhere: a tool call was interrupted, or the reply left nothing to go on with. Errors that would come back the
    same way are left alone unless `force`. Asking twice asks once. A canceled run may send again.
    """
    with store.transaction():
        lift_cancellation(store, run_id)
        values = {"run": run_id, "at": now(), "final": json.dumps([] if force else sorted(FINAL_ERRORS))}
        return store.connection.execute(ASK_RETRY, values).rowcount


ASK_RETRY = """
    INSERT INTO retries (run_id, sample_id, attempt, asked_at)
    SELECT :run, sample_id, attempt + 1, :at
    FROM standing_requests JOIN outcomes USING (request_id)
    WHERE run_id = :run AND (outcomes.result <> 'succeeded' OR ending IN ('interrupted', 'unreadable'))
        AND coalesce(outcomes.error_kind, '') NOT IN (SELECT value FROM json_each(:final))
    ORDER BY sample_id
    ON CONFLICT (sample_id, attempt) DO NOTHING
"""


def retryable(store: Store, run_id: int) -> tuple[int, int]:
    """How many samples `ask_retry` would try again, and the bytes of their last requests together."""
    values = {"run": run_id, "final": json.dumps(sorted(FINAL_ERRORS))}
    count, size = store.connection.execute(RETRYABLE, values).fetchone()
    return count, size or 0


RETRYABLE = """
    SELECT count(*), sum(requests.size)
    FROM standing_requests
    JOIN requests ON requests.id = standing_requests.request_id
    JOIN outcomes ON outcomes.request_id = standing_requests.request_id
    WHERE run_id = :run AND (outcomes.result <> 'succeeded' OR ending IN ('interrupted', 'unreadable'))
        AND coalesce(outcomes.error_kind, '') NOT IN (SELECT value FROM json_each(:final))
"""
