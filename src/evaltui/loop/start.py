"""A new run: the evalset and agent as they are now, pinned in the database before anything is sent."""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evaltui.domain.agent import Agent
from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.evalsets.filters import Among, Filter
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.git import revision
from evaltui.loop.leakage import looking
from evaltui.loop.load import Loaded
from evaltui.loop.scale import Scale
from evaltui.plugins import scorer_version
from evaltui.store.agents import save_agent
from evaltui.store.database import Store
from evaltui.store.evalsets import EvalsetRecord, save_evalset
from evaltui.store.runs import NewRun, add_run


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for; `endpoint` is the base URL the run's batches will live at.

    `primed`: a batch of one request goes first and fills the prompt cache. `limit`: the most US dollars it may cost.
    """

    trials: int
    only: str
    engine: str
    endpoint: str
    primed: bool = False
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases by their positions in the evalset, and what asking them would take; None without an agent."""

    positions: Sequence[int]
    scale: Scale | None


def start(store: Store, loaded: Loaded, positions: Sequence[int] | None, wanted: Wanted) -> Run:
    """Save the evalset, its cases, the agent, the scorers and the run. `loaded` has been read without problems."""
    if loaded.agent is None or (positions is not None and not len(positions)):
        raise Refused(f"no case matches --only {wanted.only!r}; nothing to run")
    # One reply whose calls somebody would answer is cut at them; only a run of several turns looks at what follows.
    turns = Longest(max(loaded.agent.max_turns, 2 if loaded.agent.answers else 1))
    leaks = looking(loaded)
    evalset = save(store, loaded, turns, leaks.watch(loaded))
    save_agent(store, loaded.agent, str(loaded.agent_path))
    new = _new_run(loaded, loaded.agent, evalset, wanted, turns.most)
    with store.transaction():
        run = add_run(store, new, positions, pinned(loaded.source))
        leaks.keep(store, run)
    return run


@dataclass(slots=True)
class Longest:
    """The most replies that one of the cases passing by may have."""

    most: int

    def watch(self, cases: Iterable[Case]) -> Iterator[Case]:
        for case in cases:
            self.most = max(self.most, case.max_turns or 1)
            yield case


def save(store: Store, loaded: Loaded, turns: Longest, cases: Iterable[Case] | None = None) -> EvalsetRecord:
    """The evalset with all its cases, which may come through `cases`; the same content is stored once."""
    source = loaded.source
    return save_evalset(
        store,
        name=source.file.name,
        folder=str(source.folder),
        header=source.file.model_dump_json(),
        scorers_digest=source.scorers_digest,
        gate_digest=source.gate_digest,
        cases=turns.watch(loaded.cases() if cases is None else cases),
    )


def pinned(source: EvalsetSource) -> tuple[str, str]:
    """What a scoring stands on: its digest and, as JSON, the scorers, the versions of their code, and the gate."""
    body = {
        "scorers": [spec.model_dump() for spec in source.scorers],
        "versions": {spec.name: scorer_version(spec) for spec in source.scorers},
        "gate": source.file.gate.model_dump(),
    }
    return digest(body), json.dumps(body)


def choose(loaded: Loaded, wanted: Filter | Among) -> Chosen:
    """The cases that match; reading them all finds every problem on the way."""
    scale, positions = loaded.scale(), array("Q")
    for position, case in enumerate(loaded.checked()):
        if wanted.matches(case):
            positions.append(position)
            if scale:
                scale.add(case)
    return Chosen(positions, scale)


def _new_run(loaded: Loaded, agent: Agent, evalset: EvalsetRecord, wanted: Wanted, turns: int) -> NewRun:
    source = loaded.source
    commit, dirty = revision(source.folder)
    return NewRun(
        evalset_id=evalset.id,
        agent_digest=agent.digest,
        agent=agent.name,
        model=agent.model,
        trials=wanted.trials,
        engine=wanted.engine,
        endpoint=wanted.endpoint,
        git_revision=commit,
        git_dirty=dirty,
        only=wanted.only,
        folder=str(source.folder),
        turns=turns,
        agent_file=str(loaded.agent_path.absolute()),
        primed=wanted.primed,
        limit=wanted.limit,
    )
