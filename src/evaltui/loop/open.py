"""A session on a stored run, from the database alone: files may have changed since it was started."""

import json
from pathlib import Path
from threading import Event

from evaltui.agents.tools.make import make_backend
from evaltui.agents.turn import Requests
from evaltui.batches.engine import Engine
from evaltui.domain.agent import Agent
from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.domain.evalset import GatePolicy, ScorerSpec
from evaltui.domain.problem import Problem
from evaltui.domain.run import Run
from evaltui.domain.tool import CaseFailed, ToolBackend
from evaltui.loop.session import Notify, Pace, Session
from evaltui.plugins import Built, build_scorers
from evaltui.store.agents import agent
from evaltui.store.database import Store
from evaltui.store.scores import Scoring, current_scoring


def open_session(
    store: Store, run: Run, engine: Engine, notify: Notify, pace: Pace, *, stop: Event | None = None
) -> Session:
    """Ready to drive; raises BadInput when a scorer the run needs is not installed any more."""
    tested = agent(store, run.agent_digest)
    if tested is None:
        raise Unknown(f"the agent of run {run.id} is not in this database")
    return Session(
        store,
        run,
        tested,
        Requests(tested),
        stored_scorers(scoring_of(store, run)),
        engine,
        notify,
        stop or Event(),
        pace,
        tools=_tools(tested, run),
    )


def _tools(tested: Agent, run: Run) -> ToolBackend | None:
    """Who answers the agent's tool calls; nothing is started before the first call."""
    if tested.answers is None:
        return None
    made = make_backend(tested.answers, Path(run.agent_file).parent)
    if isinstance(made, CaseFailed):
        raise Refused(f"run {run.id} cannot go on: {made.reason}")
    return made


def scoring_of(store: Store, run: Run) -> Scoring:
    """The run's current scoring; every run has one from its start."""
    scoring = current_scoring(store, run.id)
    if scoring is None:
        raise Unknown(f"run {run.id} was never finished being set up; start it again with `evaltui run`")
    return scoring


def stored_scorers(scoring: Scoring) -> list[Built]:
    """The scorers as they were pinned."""
    specs = [ScorerSpec.model_validate(spec) for spec in json.loads(scoring.scorers)["scorers"]]
    built, wrong = build_scorers(specs)
    if wrong:
        raise BadInput(tuple(Problem("stored scorers", 0, spec.name, sentence) for spec, sentence in wrong))
    return built


def stored_gate(scoring: Scoring) -> GatePolicy:
    """The gate as it was pinned."""
    return GatePolicy.model_validate(json.loads(scoring.scorers)["gate"])
