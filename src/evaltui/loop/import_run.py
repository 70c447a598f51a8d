"""Results made elsewhere become a run: checked against the evalset, kept whole, scored and decided like any other."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

from evaltui.batches.names import new_nonce
from evaltui.batches.scripted import ScriptedEngine
from evaltui.domain.agent import Agent
from evaltui.domain.conversation import Turn
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.run import IMPORTED, Run
from evaltui.domain.trajectory import Usage
from evaltui.files.raw import JSONL_LIMIT, open_bytes
from evaltui.logs.results import ImportedResult, ResultsFile, check_results
from evaltui.loop.decide import decide
from evaltui.loop.git import revision
from evaltui.loop.load import Loaded, load
from evaltui.loop.open import open_session
from evaltui.loop.score import score
from evaltui.loop.session import Notify, Pace
from evaltui.loop.start import Longest, pinned, save
from evaltui.store.agents import save_agent
from evaltui.store.conversations import Ending
from evaltui.store.database import Store
from evaltui.store.imports import Brought, import_run, imported_before
from evaltui.store.locks import run_lock
from evaltui.store.runs import NewRun

ABSENT = Errored("no_result", "the results file holds none for this sample")
SHOWN_MODELS = 3
BLOCK = 1 << 20
UNCOUNTED = ""
"""The model of replies whose tokens nobody counted: they have no price, whatever made them."""


@dataclass(frozen=True, slots=True)
class Import:
    """An evalset and results that fit each other; `agent` names what made them."""

    loaded: Loaded
    results: ResultsFile
    agent: Agent
    cases: int

    @property
    def absent(self) -> int:
        """Samples for which there is no line."""
        return self.cases * self.results.trials - self.results.results


def read_import(evalset: Path, file: Path, name: str | None, model: str) -> Import:
    """Both read whole. Raises BadInput with every problem of the evalset, then with those of the results.

    `model` is that of replies which do not name theirs. The evalset's agent is not needed.
    """
    loaded = load(evalset, equip=False)
    ours = Loaded(
        loaded.source, None, loaded.scorers, [each for each in loaded.problems if not _of_agent(each, loaded)]
    )
    ids = {case.id for case in ours.checked()}
    ours.refuse_problems()
    results = check_results(file, ids, model)
    results.refuse_problems()
    return Import(ours, results, _agent(file, name, results), len(ids))


def keep(store: Store, found: Import, endpoint: str) -> tuple[Run, bool]:
    """The run, and whether it is new: the same results of the same agent are kept once for the same evalset.

    `endpoint` is where judges will be asked.
    """
    evalset = save(store, found.loaded, Longest(1))
    before = imported_before(store, evalset.id, found.agent.digest, found.agent.name)
    if before is not None:
        return before, False
    save_agent(store, found.agent, str(found.results.path.absolute()))
    source = found.loaded.source
    commit, dirty = revision(source.folder)
    new = NewRun(
        evalset.id, found.agent.digest, found.agent.name, found.agent.model, found.results.trials, IMPORTED, endpoint,
        commit, dirty, folder=str(source.folder), turns=found.results.turns,
    )  # fmt: skip
    brought = map(_brought, found.results)
    return import_run(store, new, pinned(source), new_nonce(), brought, absent=ABSENT), True


def judge(store: Store, run: Run, notify: Notify) -> None:
    """Score and decide; what only a judge can say is left to `evaltui resume`. Nothing is sent."""
    with run_lock(store.path, run.id):
        session = open_session(store, run, ScriptedEngine(), notify, Pace())
        score(session)
        decide(session)


def _of_agent(problem: Problem, loaded: Loaded) -> bool:
    return problem.file == str(loaded.agent_path) or problem.field == "agent"


def _agent(file: Path, name: str | None, results: ResultsFile) -> Agent:
    """What made the results, as far as it is known: other results are those of another agent."""
    params: dict[str, JsonValue] = {"results": _digest(file)}
    model = _models(results.models)
    return Agent(
        name=name or file.stem, model=model, max_tokens=1, messages=[], params=params, max_turns=1, answers=None
    )


def _digest(file: Path) -> str:
    opened = open_bytes(file, JSONL_LIMIT)
    if isinstance(opened, Problem):
        raise BadInput((opened,))
    with opened:
        digest = hashlib.sha256()
        while block := opened.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _models(names: Sequence[str]) -> str:
    if not names:
        return "unknown model"
    listed = ", ".join(names[:SHOWN_MODELS])
    return f"{listed} and {len(names) - SHOWN_MODELS} more" if len(names) > SHOWN_MODELS else listed


def _brought(result: ImportedResult) -> Brought:
    failure = Errored("error", result.error) if result.error else None
    turns = result.turns if any(turn.reply.usage != Usage() for turn in result.turns) else _uncounted(result.turns)
    return Brought(result.case_id, result.trial, turns, *_ending(turns), failure)


def _uncounted(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    return tuple(replace(turn, reply=replace(turn.reply, model=UNCOUNTED)) for turn in turns)


def _ending(turns: Sequence[Turn]) -> tuple[Ending, str]:
    last = turns[-1].reply.stop_reason if turns else None
    if last == "pause_turn":
        return "unreadable", "the reply is not finished: it stopped with pause_turn"
    return ("choice" if last == "tool_use" else "answered"), ""
