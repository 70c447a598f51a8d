"""Owns which earlier runs are like one that is about to start."""

from dataclasses import astuple, dataclass

from evaltui.domain.run import Run
from evaltui.store.database import Store
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


SHARED_CASES = """
    WITH other (digest) AS MATERIALIZED (
        SELECT DISTINCT cases.digest FROM samples JOIN cases ON cases.id = samples.case_row WHERE run_id = :other
    )
    SELECT count(*) FILTER (WHERE cases.digest IN (SELECT digest FROM other)), count(*)
    FROM samples JOIN cases ON cases.id = samples.case_row WHERE run_id = :run AND trial = 1
"""
