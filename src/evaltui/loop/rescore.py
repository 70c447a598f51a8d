"""Scoring a run's stored replies again: only the two steps that send nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

from evaltui.batches.scripted import ScriptedEngine
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.request import Succeeded
from evaltui.domain.run import Run
from evaltui.domain.score import Evidence, JudgeScorer, Question
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.again import rescore as new_scoring
from evaltui.loop.decide import decide
from evaltui.loop.estimate import Forecast, known, together
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.regolding import Due, Golds
from evaltui.loop.score import evidence, score
from evaltui.loop.session import Notify, Pace
from evaltui.plugins import Built, build_scorers
from evaltui.scores.run import needs_judge
from evaltui.store.database import Store
from evaltui.store.locks import run_lock
from evaltui.store.questions import answer_to
from evaltui.store.scores import Answered, all_over


def scorers_of(path: Path) -> EvalsetSource:
    """The evalset as its file is now; raises BadInput when it cannot score. Its agent and cases are not needed."""
    loaded = load(path, equip=False)
    errors = (problem for problem in loaded.problems if problem.severity == "error")
    files = {str(file) for file in (loaded.source.path, *loaded.source.rubric_files)}
    ours = tuple(problem for problem in errors if problem.file in files and problem.field != "agent")
    if ours:
        raise BadInput(ours)
    return loaded.source


def judges_cost(store: Store, run: Run, scorers: list[Built], golds: Golds | None = None) -> Forecast | None:
    """What judges must be asked before every reply that is there has its scores; None where all is known."""
    other = {case.id: case for case in (golds or {}).values()}
    loads: dict[tuple[str, int], list[int]] = {}
    seen: set[str] = set()
    for answered in map(partial(_by, other), all_over(store, run.id)):
        for judge, question in _questions(store, answered, scorers):
            if question.key not in seen and not _known(store, judge, question):
                seen.add(question.key)
                loads.setdefault(judge.asked_of, []).append(len(question.params))
    live = run.engine == "live"
    costs = (
        known(*asked, len(sizes), sum(sizes), caches=True, live=live, longest=max(sizes))
        for asked, sizes in loads.items()
    )
    return together(list(costs))


def _by(golds: Mapping[str, Case], answered: Answered) -> Answered:
    """By the gold that it will be judged by."""
    return replace(answered, case=golds.get(answered.case.id, answered.case))


def _questions(store: Store, answered: Answered, scorers: list[Built]) -> Iterator[tuple[JudgeScorer, Question]]:
    found = evidence(store, answered)
    for _, scorer in scorers:
        if isinstance(found, Evidence) and needs_judge(scorer, found):
            yield from ((scorer, question) for question in scorer.ask(found))


def _known(store: Store, judge: JudgeScorer, question: Question) -> bool:
    answer, _ = answer_to(store, question.key)
    return isinstance(answer, Succeeded) and judge.readable(answer)


def built_of(source: EvalsetSource) -> list[Built]:
    """The scorers of an evalset that `scorers_of` accepted."""
    return build_scorers(source.scorers)[0]


def rescore(store: Store, each: Due, source: EvalsetSource, notify: Notify) -> None:
    """Every reply that is there, by the evalset's scorers and golds as they are now; requests under way are left alone.

    Nothing is sent: samples of which a judge must be asked first stay without a score.

    Raises Busy when another process drives the run, Refused when the run is of another evalset.
    """
    run = each.run
    with run_lock(store.path, run.id):
        new_scoring(store, run, source, each.golds)
        session = open_session(store, run, ScriptedEngine(), notify, Pace(), stop=Event())
        score(session)
        decide(session)
