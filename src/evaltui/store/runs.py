"""Owns runs: creating one with all its samples, finding it again, and how far it has come."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evaltui.domain.errors import Unknown
from evaltui.domain.run import Progress, Run
from evaltui.store.database import Store
from evaltui.store.limits import set_budget
from evaltui.store.text import moment, now, text, text_or_none


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a run is planned from; `agent_digest` is kept by `agents.save_agent` before.

    `limit` is the most that it may cost, in US dollars: it holds from the moment that the run is there.
    """

    evalset_id: int
    agent_digest: str
    agent: str
    model: str
    trials: int
    engine: str
    endpoint: str
    git_revision: str | None = None
    git_dirty: bool = False
    only: str = ""
    folder: str = ""
    turns: int = 1
    agent_file: str = ""
    primed: bool = False
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run for a list; `passed`, `failed` and `unresolved` count samples of the current scoring.

    A sample is unresolved until a standing grade says passed or failed. `verdict` is the newest one's status;
    `canceled`: a person wants nothing more sent.
    """

    run: Run
    progress: Progress
    passed: int
    failed: int
    unresolved: int
    verdict: str | None
    canceled: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The counts of `RunRow`; `metrics` is JSON, None where they were not kept with the counts."""

    progress: Progress
    passed: int
    failed: int
    unresolved: int
    metrics: str | None = None


def create_run(
    store: Store, new: NewRun, positions: Iterable[int] | None, scoring: tuple[str, str] | None = None
) -> Run:
    """Keep a run with a sample for each trial of each case (those at `positions`, counted from 0, or all).

    Sample ids ascend by position, then trial. `scoring`, a digest and the JSON of its scorers, is opened with it, in
    one transaction. Raises Unknown for a position without a case.
    """
    with store.transaction():
        return add_run(store, new, positions, scoring)


def add_run(store: Store, new: NewRun, positions: Iterable[int] | None, scoring: tuple[str, str] | None = None) -> Run:
    """As `create_run`, inside a transaction of the caller."""
    wanted = None if positions is None else sorted(set(positions))
    count = store.connection.execute(COUNT_CASES, {"evalset": new.evalset_id, **_chosen(wanted)}).fetchone()[0]
    if wanted is not None and count != len(wanted):
        raise Unknown(f"evalset {new.evalset_id} has cases at {count} of the {len(wanted)} positions asked for")
    run_id = _insert_run(store, new, count * new.trials)
    values = {"run": run_id, "evalset": new.evalset_id, "trials": new.trials, **_chosen(wanted)}
    store.connection.execute(INSERT_SAMPLES, values)
    if new.limit is not None:
        set_budget(store, run_id, new.limit)
    if scoring is not None:
        store.connection.execute(INSERT_SCORING, (run_id, scoring[0], text(scoring[1]), now()))
    created = run(store, run_id)
    assert created is not None, "runs are never deleted"  # noqa: S101 - a law of the schema
    return created


COUNT_CASES = """
    SELECT count(*) FROM evalset_cases
    WHERE evalset_id = :evalset AND (:positions IS NULL OR position IN (SELECT value FROM json_each(:positions)))
"""
INSERT_SCORING = "INSERT INTO scorings (run_id, scorers_digest, scorers, opened_at) VALUES (?, ?, ?, ?)"
INSERT_SAMPLES = """
    WITH RECURSIVE trials (trial) AS (SELECT 1 UNION ALL SELECT trial + 1 FROM trials WHERE trial < :trials)
    INSERT INTO samples (run_id, position, trial, case_row)
    SELECT :run, position, trial, case_row FROM evalset_cases CROSS JOIN trials
    WHERE evalset_id = :evalset AND (:positions IS NULL OR position IN (SELECT value FROM json_each(:positions)))
    ORDER BY position, trial
"""
INSERT_RUN = """
    INSERT INTO runs (evalset_id, agent, agent_digest, model, trials, samples, engine, endpoint, created_at,
        git_revision, git_dirty, only_filter, folder, turns, agent_file, primed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def run(store: Store, run_id: int) -> Run | None:
    """The run, or None when there is none of that id."""
    row = store.connection.execute(RUN, (run_id,)).fetchone()
    return None if row is None else read_run(row)


RUN = """
    SELECT runs.id, evalsets.name, evalsets.digest, agent, agent_digest, model, trials, engine, endpoint,
        runs.created_at, git_revision, git_dirty, only_filter, runs.folder, turns, agent_file, primed
    FROM runs JOIN evalsets ON evalsets.id = runs.evalset_id WHERE runs.id = ?
"""


def latest_run(store: Store, evalset: str | None = None, *, reruns: bool = True) -> Run | None:
    """The newest run, of one evalset by name or of all.

    `reruns`: also one that asked flaky cases of another again, or only cases that were named, as a proof does.
    """
    row = store.connection.execute(LATEST_RUN, {"evalset": evalset, "reruns": reruns}).fetchone()
    return None if row is None else run(store, row[0])


LATEST_RUN = """
    SELECT runs.id FROM runs JOIN evalsets ON evalsets.id = runs.evalset_id
    WHERE (:evalset IS NULL OR evalsets.name = :evalset)
        AND (:reruns OR only_filter NOT GLOB 'cases:*'
            AND NOT EXISTS (SELECT 1 FROM reruns WHERE reruns.run_id = runs.id))
    ORDER BY runs.id DESC LIMIT 1
"""


def newest_of_each(store: Store) -> list[Run]:
    """The newest run of each folder of an evalset, newest first."""
    return [read_run(row) for row in store.connection.execute(NEWEST_OF_EACH)]


ONE_OF_EACH = "SELECT max(id) FROM runs WHERE folder <> '' GROUP BY folder"
NEWEST_OF_EACH = f"{RUN.partition('WHERE')[0]} WHERE runs.id IN ({ONE_OF_EACH}) ORDER BY runs.id DESC"


def newest_alike(store: Store, alike: Run) -> Run:
    """The newest run of the same evalset's folder and agent file; at the least the run itself."""
    row = store.connection.execute(NEWEST_ALIKE, (alike.folder, alike.agent_file)).fetchone()
    return alike if row is None else read_run(row)


NEWEST_ALIKE = f"{RUN.partition('WHERE')[0]} WHERE runs.folder = ? AND agent_file = ? ORDER BY runs.id DESC LIMIT 1"


def runs_of_agent(store: Store, agent_digest: str) -> list[Run]:
    """Every run of one version of an agent, oldest first."""
    return [read_run(row) for row in store.connection.execute(RUNS_OF_AGENT, (agent_digest,))]


RUNS_OF_AGENT = f"{RUN.partition('WHERE')[0]} WHERE agent_digest = ? ORDER BY runs.id"


def runs(
    store: Store, limit: int = 50, before: int | None = None, evalset: str | None = None, *, named: bool = True
) -> list[RunRow]:
    """The newest runs first, those with ids under `before`; runs that cannot change are read from their summary.

    `named`: also those that asked only cases that were named, as proofs and second looks do.
    """
    asked = {"limit": limit, "before": before, "evalset": evalset, "named": named}
    rows = store.connection.execute(RUNS, asked).fetchall()
    return [_run_row(store, row) for row in rows]


def run_row(store: Store, run_id: int) -> RunRow | None:
    """One run as `runs` lists it."""
    return next(iter(runs(store, 1, before=run_id + 1)), None) if run(store, run_id) else None


RUNS = """
    SELECT runs.id, evalsets.name, evalsets.digest, runs.agent, agent_digest, model, trials, engine, endpoint,
        runs.created_at, git_revision, git_dirty, only_filter, runs.folder, turns, agent_file, primed,
        (SELECT status FROM verdicts WHERE verdicts.run_id = runs.id ORDER BY verdicts.id DESC LIMIT 1),
        coalesce((SELECT canceled FROM cancellations WHERE run_id = runs.id ORDER BY cancellations.id DESC LIMIT 1), 0)
    FROM runs JOIN evalsets ON evalsets.id = runs.evalset_id
    WHERE (:before IS NULL OR runs.id < :before) AND (:evalset IS NULL OR evalsets.name = :evalset)
        AND (:named OR only_filter NOT GLOB 'cases:*')
    ORDER BY runs.id DESC LIMIT :limit
"""


def standing(store: Store, run_id: int) -> Standing:
    """Where a run stands in its current scoring: from its summary if nothing can have changed since, else counted."""
    row = store.connection.execute(SUMMED_UP, {"run": run_id}).fetchone()
    if row is not None:
        return Standing(Progress(*row[:6]), *row[6:])
    return Standing(progress(store, run_id), *grade_counts(store, run_id))


SUMMED_UP = """
    SELECT samples, unplanned, waiting, answered, failed_requests, scored, passed, failed, unresolved, metrics
    FROM summaries
    WHERE id = (SELECT max(newest.id) FROM summaries AS newest
            WHERE newest.scoring_id = (SELECT max(scorings.id) FROM scorings WHERE scorings.run_id = :run))
        AND unplanned = 0 AND waiting = 0 AND scored = answered
        AND last_retry = (SELECT coalesce(max(retries.id), 0) FROM retries WHERE retries.run_id = :run)
"""


def grade_counts(store: Store, run_id: int) -> tuple[int, int, int]:
    """Samples of a run that passed, failed and are unresolved in the current scoring, counted now."""
    passed, failed, unresolved = store.connection.execute(GRADE_COUNTS, {"run": run_id}).fetchone()
    return passed, failed, unresolved


GRADE_COUNTS = """
    WITH scoring (id) AS (SELECT max(id) FROM scorings WHERE run_id = :run),
    standing (passed) AS MATERIALIZED (
        SELECT (SELECT passed FROM grades WHERE grades.scoring_id = (SELECT id FROM scoring)
                AND grades.sample_id = samples.id ORDER BY request_id DESC LIMIT 1)
        FROM samples WHERE run_id = :run
    )
    SELECT count(*) FILTER (WHERE passed = 1), count(*) FILTER (WHERE passed = 0),
        count(*) FILTER (WHERE passed IS NULL)
    FROM standing
"""


def progress(store: Store, run_id: int) -> Progress:
    """Where the samples of a run stand, counted now; scores are those of the current scoring."""
    return Progress(*store.connection.execute(PROGRESS, {"run": run_id}).fetchone())


# Materialized: SQLite would else look the request up again wherever it is mentioned.
PROGRESS = """
    WITH scoring (id) AS (SELECT max(id) FROM scorings WHERE run_id = :run),
    states (state, scored) AS MATERIALIZED (
        SELECT CASE
            WHEN request_id IS NULL OR (followed AND ending IS NULL) OR attempt < (SELECT max(attempt)
                FROM retries WHERE retries.sample_id = standing_requests.sample_id) THEN 'unplanned'
            WHEN over THEN 'answered'
            WHEN result IS NULL OR result = 'succeeded' THEN 'waiting'
            ELSE 'failed' END,
            EXISTS (SELECT 1 FROM grades WHERE grades.scoring_id = (SELECT id FROM scoring)
                AND grades.sample_id = standing_requests.sample_id
                AND grades.request_id = standing_requests.request_id)
        FROM standing_requests
        WHERE run_id = :run
    )
    SELECT count(*), count(*) FILTER (WHERE state = 'unplanned'), count(*) FILTER (WHERE state = 'waiting'),
        count(*) FILTER (WHERE state = 'answered'), count(*) FILTER (WHERE state = 'failed'),
        count(*) FILTER (WHERE state = 'answered' AND scored)
    FROM states
"""


def read_run(row: tuple[Any, ...]) -> Run:
    """A Run from the columns that `RUN` selects."""
    *values, created_at, git_revision, git_dirty, only, folder, turns, agent_file, primed = row
    git = (git_revision, bool(git_dirty))
    return Run(*(*values, moment(created_at), *git, only, folder, turns, agent_file, bool(primed)))


def _run_row(store: Store, row: tuple[Any, ...]) -> RunRow:
    *about, verdict, canceled = row
    found = read_run(tuple(about))
    at = standing(store, found.id)
    return RunRow(found, at.progress, at.passed, at.failed, at.unresolved, verdict, bool(canceled))


def _chosen(positions: list[int] | None) -> dict[str, str | None]:
    return {"positions": None if positions is None else json.dumps(positions)}


def _insert_run(store: Store, new: NewRun, samples: int) -> int:
    about = (new.evalset_id, text(new.agent), new.agent_digest, text(new.model), new.trials, samples)
    where = (text(new.engine), text(new.endpoint), now(), text_or_none(new.git_revision), new.git_dirty)
    how = (text(new.only), text(new.folder), new.turns, text(new.agent_file), new.primed)
    return int(store.connection.execute(INSERT_RUN, (*about, *where, *how)).lastrowid or 0)
