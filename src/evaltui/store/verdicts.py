"""Owns what was concluded of a run: verdicts, and counts of a scoring, kept so that lists need not count."""

from dataclasses import dataclass
from datetime import datetime

from evaltui.domain.run import Progress
from evaltui.store.database import Store
from evaltui.store.runs import progress
from evaltui.store.text import moment, now, stamp, text


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A verdict as it was given; `body` is JSON."""

    id: int
    run_id: int
    baseline_run_id: int | None
    status: str
    body: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of samples under one scoring as they stood when it was decided; `metrics` is JSON."""

    scoring_id: int
    progress: Progress
    passed: int
    failed: int
    unresolved: int
    metrics: str


def add_verdict(  # noqa: PLR0917 - the columns of a verdict, in their order
    store: Store, run_id: int, baseline_run_id: int | None, body_json: str, status: str, at: datetime
) -> int:
    """Keep a verdict; the newest of a run stands."""
    values = (run_id, baseline_run_id, status, text(body_json), stamp(at))
    return int(store.connection.execute(INSERT_VERDICT, values).lastrowid or 0)


INSERT_VERDICT = "INSERT INTO verdicts (run_id, baseline_run_id, status, body, decided_at) VALUES (?, ?, ?, ?, ?)"


def latest_verdict(store: Store, run_id: int) -> VerdictRow | None:
    """The verdict that stands, or None before the first."""
    row = store.connection.execute(LATEST_VERDICT, (run_id,)).fetchone()
    return None if row is None else VerdictRow(*(*row[:-1], moment(row[-1])))


LATEST_VERDICT = """
    SELECT id, run_id, baseline_run_id, status, body, decided_at FROM verdicts
    WHERE run_id = ? ORDER BY id DESC LIMIT 1
"""


def standing_verdict(store: Store, run_id: int, baseline_run_id: int | None) -> VerdictRow | None:
    """The newest verdict of a run against that baseline, if both were over before it and nothing was asked since."""
    row = store.connection.execute(STANDING_VERDICT, {"run": run_id, "baseline": baseline_run_id}).fetchone()
    return None if row is None else VerdictRow(*(*row[:-1], moment(row[-1])))


# A run is over from the first summary of its newest scoring on that finds it so. Where there is no baseline, the first
# promotion changes what is to be said.
STANDING_VERDICT = """
    WITH verdict AS (SELECT id, run_id, baseline_run_id, status, body, decided_at FROM verdicts
        WHERE run_id = :run AND baseline_run_id IS :baseline ORDER BY id DESC LIMIT 1),
    over (run_id) AS (
        SELECT scorings.run_id FROM scorings JOIN summaries ON summaries.scoring_id = scorings.id
        WHERE scorings.id IN ((SELECT max(id) FROM scorings WHERE run_id = :run),
                (SELECT max(id) FROM scorings WHERE run_id = :baseline))
            AND unplanned = 0 AND waiting = 0 AND scored = answered
            AND last_retry = (SELECT coalesce(max(id), 0) FROM retries WHERE retries.run_id = scorings.run_id)
            AND summaries.recorded_at <= (SELECT decided_at FROM verdict)
    )
    SELECT id, run_id, baseline_run_id, status, body, decided_at FROM verdict
    WHERE :run IN (SELECT run_id FROM over) AND (:baseline IS NULL OR :baseline IN (SELECT run_id FROM over))
        AND (:baseline IS NOT NULL OR NOT EXISTS (SELECT 1 FROM promotions WHERE promoted_at > decided_at
            AND evalset = (SELECT name FROM evalsets JOIN runs ON runs.evalset_id = evalsets.id WHERE runs.id = :run)))
"""


def pinned_scorers(store: Store, run_id: int) -> str | None:
    """The JSON of scorers and gate that the run's newest scoring was opened with."""
    row = store.connection.execute(PINNED_SCORERS, (run_id,)).fetchone()
    return None if row is None else str(row[0])


PINNED_SCORERS = "SELECT scorers FROM scorings WHERE run_id = ? ORDER BY id DESC LIMIT 1"


def add_summary(  # noqa: PLR0917 - the columns of a summary, in their order
    store: Store, scoring_id: int, passed: int, failed: int, unresolved: int, metrics_json: str
) -> None:
    """Keep the counts of a scoring together with the run's progress now."""
    run_id, last_retry = store.connection.execute(LAST_RETRY, (scoring_id,)).fetchone()
    at = progress(store, run_id)
    states = (at.samples, at.unplanned, at.waiting, at.answered, at.failed, at.scored)
    values = (scoring_id, last_retry, *states, passed, failed, unresolved, text(metrics_json), now())
    store.connection.execute(INSERT_SUMMARY, values)


LAST_RETRY = """
    SELECT run_id, (SELECT coalesce(max(id), 0) FROM retries WHERE retries.run_id = scorings.run_id)
    FROM scorings WHERE id = ?
"""
INSERT_SUMMARY = """
    INSERT INTO summaries (scoring_id, last_retry, samples, unplanned, waiting, answered, failed_requests, scored,
        passed, failed, unresolved, metrics, recorded_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def summary(store: Store, scoring_id: int) -> Summary | None:
    """The newest counts of a scoring, or None before the first."""
    row = store.connection.execute(SUMMARY, (scoring_id,)).fetchone()
    return None if row is None else Summary(row[0], Progress(*row[1:7]), *row[7:])


SUMMARY = """
    SELECT scoring_id, samples, unplanned, waiting, answered, failed_requests, scored,
        passed, failed, unresolved, metrics
    FROM summaries WHERE scoring_id = ? ORDER BY id DESC LIMIT 1
"""
