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
