"""Owns what earlier runs tell: which are like one that is about to start, and how each of their cases did."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Iterator
from dataclasses import astuple, dataclass

from evaltui.domain.run import Run
from evaltui.store.database import Store
from evaltui.store.regolds import CURRENT, judged
from evaltui.store.runs import RUN, read_run


@dataclass(frozen=True, slots=True)
class Likeness:
    """What runs have in common that cost alike, for each sample: whatever version of the evalset and of the agent."""

    evalset: str
    agent: str
    model: str
    engine: str
    endpoint: str
    only: str


def runs_like(store: Store, likeness: Likeness, newest: int) -> list[Run]:
    """The newest runs of that kind, newest first."""
    return [read_run(row) for row in store.connection.execute(RUNS_LIKE, (*astuple(likeness), newest))]


RUNS_LIKE = f"""{RUN.partition("WHERE")[0]}
    WHERE evalsets.name = ? AND agent = ? AND model = ? AND engine = ? AND endpoint = ? AND only_filter = ?
    ORDER BY runs.id DESC LIMIT ?
"""


def shared_cases(store: Store, run_id: int, other_id: int) -> tuple[int, int]:
    """How many cases of the first run the other one has with the same input and gold, and how many it has at all."""
    shared, every = store.connection.execute(SHARED_CASES, {"run": run_id, "other": other_id}).fetchone()
    return shared, every


SHARED_CASES = f"""
    WITH other (digest) AS MATERIALIZED (
        SELECT DISTINCT cases.digest FROM samples JOIN cases
            ON cases.id = {judged(CURRENT.format(run=":other"), "samples.case_row")} WHERE run_id = :other
    )
    SELECT count(*) FILTER (WHERE cases.digest IN (SELECT digest FROM other)), count(*)
    FROM samples JOIN cases ON cases.id = {judged(CURRENT.format(run=":run"), "samples.case_row")}
    WHERE run_id = :run AND trial = 1
"""


def case_means(
    store: Store, scoring_id: int, metric_scorer: str | None = None
) -> Iterator[tuple[str, str | None, float | None]]:
    """Of each case its digest, its group, and the mean over scored trials: the share that passed, or a scorer's."""
    value = "grades.passed" if metric_scorer is None else VALUE
    yield from store.connection.execute(
        CASE_MEANS.format(value=value), {"scoring": scoring_id, "scorer": metric_scorer}
    )


VALUE = """(SELECT value FROM scores
        WHERE scores.scoring_id = grades.scoring_id AND scores.sample_id = grades.sample_id
            AND scores.request_id = grades.request_id
            AND scores.scorer_id IN (SELECT id FROM scorers WHERE name = :scorer))"""
CASE_MEANS = f"""
    SELECT cases.digest, cases.group_name, CASE WHEN count(grades.passed) > 0 THEN avg({{value}}) END
    FROM scorings
    CROSS JOIN samples ON samples.run_id = scorings.run_id
    CROSS JOIN cases ON cases.id = {judged("scorings.id", "samples.case_row")}
    LEFT JOIN grades ON grades.scoring_id = scorings.id AND grades.sample_id = samples.id
        AND grades.request_id = (SELECT max(request_id) FROM grades AS every
            WHERE every.scoring_id = scorings.id AND every.sample_id = samples.id)
    WHERE scorings.id = :scoring
    GROUP BY samples.position
"""
