"""Owns which samples still need a request, and the wish to try failed ones again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.request import FINAL_ERRORS
from evaltui.store.bodies import read_case
from evaltui.store.database import Store
from evaltui.store.text import now


@dataclass(frozen=True, slots=True)
class Todo:
    """A sample whose wanted attempt has no request yet; `attempt` counts from 1."""

    sample_id: int
    position: int
    trial: int
    attempt: int
    case: Case


def unplanned(store: Store, run_id: int, page: int = 500) -> Iterator[Todo]:
    """Every sample that still needs a request, by sample id; requests may be added meanwhile."""
    after = {"position": -1, "trial": 0}
    while rows := store.connection.execute(UNPLANNED, {"run": run_id, "page": page, **after}).fetchall():
        for sample_id, position, trial, attempt, body in rows:
            yield Todo(sample_id, position, trial, attempt, read_case(body))
        after = {"position": rows[-1][1], "trial": rows[-1][2]}


UNPLANNED = """
    WITH wanted AS (
        SELECT id, position, trial, case_row,
            coalesce((SELECT max(attempt) FROM retries WHERE retries.sample_id = samples.id), 1) AS attempt
        FROM samples WHERE run_id = :run AND (position, trial) > (:position, :trial)
    )
    SELECT wanted.id, wanted.position, wanted.trial, wanted.attempt, cases.body
    FROM wanted JOIN cases ON cases.id = wanted.case_row
    WHERE NOT EXISTS (SELECT 1 FROM requests
        WHERE requests.sample_id = wanted.id AND requests.purpose = 'answer' AND requests.attempt = wanted.attempt)
    ORDER BY wanted.position, wanted.trial LIMIT :page
"""


def ask_retry(store: Store, run_id: int, *, force: bool = False) -> int:
    """Want one more attempt of each sample whose last one failed; returns how many. Its own transaction.

    Errors that would come back the same way are left alone unless `force`. Asking twice asks once.
    """
    with store.transaction():
        values = {"run": run_id, "at": now(), "final": json.dumps([] if force else sorted(FINAL_ERRORS))}
        return store.connection.execute(ASK_RETRY, values).rowcount


ASK_RETRY = """
    INSERT INTO retries (run_id, sample_id, attempt, asked_at)
    SELECT :run, last_requests.sample_id, requests.attempt + 1, :at
    FROM last_requests
    JOIN requests ON requests.id = last_requests.request_id
    JOIN outcomes ON outcomes.request_id = last_requests.request_id
    WHERE last_requests.run_id = :run AND outcomes.result <> 'succeeded'
        AND coalesce(outcomes.error_kind, '') NOT IN (SELECT value FROM json_each(:final))
    ORDER BY last_requests.sample_id
    ON CONFLICT (sample_id, attempt) DO NOTHING
"""


def retryable(store: Store, run_id: int) -> tuple[int, int]:
    """How many samples `ask_retry` would try again, and the bytes of their last requests together."""
    values = {"run": run_id, "final": json.dumps(sorted(FINAL_ERRORS))}
    count, size = store.connection.execute(RETRYABLE, values).fetchone()
    return count, size or 0


RETRYABLE = """
    SELECT count(*), sum(requests.size)
    FROM last_requests
    JOIN requests ON requests.id = last_requests.request_id
    JOIN outcomes ON outcomes.request_id = last_requests.request_id
    WHERE last_requests.run_id = :run AND outcomes.result <> 'succeeded'
        AND coalesce(outcomes.error_kind, '') NOT IN (SELECT value FROM json_each(:final))
"""
