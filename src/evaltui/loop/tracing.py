"""Views of one sample for a screen: what was sent, the conversation turn by turn, its checks, the turn that decided."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from evaltui.agents.turn import Requests
from evaltui.compare.alignment import Aligned, aligned
from evaltui.compare.deciding import Call, Decided, Verdict, decided
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.request import Succeeded
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Usage
from evaltui.loop.baselines import promoted_run
from evaltui.loop.costs import Cost, cost_of_reply, cost_of_sample
from evaltui.loop.entries import Entry, TraceTurn, made_calls, steps_of, turns_of
from evaltui.store.agents import agent
from evaltui.store.cases import SampleDetail, sample
from evaltui.store.conversations import turns as replies_of
from evaltui.store.database import Store
from evaltui.store.scores import ScoreRow


@dataclass(frozen=True, slots=True)
class Trace:
    """`opening` is what every request begins with, `against` the run whose calls were compared.

    `checks` holds the verdicts by the turn they name, `elsewhere` those that name none; `deciding` is None where
    nothing failed.
    """

    run: Run
    detail: SampleDetail
    opening: tuple[Entry, ...]
    turns: tuple[TraceTurn, ...]
    checks: Mapping[int, tuple[ScoreRow, ...]]
    elsewhere: tuple[ScoreRow, ...]
    deciding: Decided | None
    cost: Cost
    against: Run | None

    @property
    def usage(self) -> Usage:
        """The tokens of all turns."""
        return reduce(Usage.__add__, (turn.usage for turn in self.turns), Usage())

    def price(self, turn: TraceTurn) -> float | None:
        """What a turn has cost; None where there is no reply or its model has no known price."""
        return cost_of_reply(self.run, turn.model, turn.usage) if turn.replied else None

    @property
    def stop_reason(self) -> str | None:
        return next((turn.stop_reason for turn in reversed(self.turns) if turn.replied), None)


def trace(store: Store, run: Run, case_id: str, trial: int = 1, against: Run | None = None) -> Trace | None:
    """One trial of a case, or None when the run does not have it; compared with `against`, else with the baseline."""
    detail = sample(store, run.id, case_id, trial)
    return None if detail is None else trace_of(store, run, detail, against)


def trace_of(store: Store, run: Run, detail: SampleDetail, against: Run | None = None) -> Trace:
    """The view of a sample that was read already."""
    other = against or promoted_run(store, run)
    found = turns_of(detail.held)
    checks, elsewhere = _placed(detail.scores, {turn.number for turn in found})
    return Trace(
        run,
        detail,
        opening(store, run, detail.case),
        found,
        checks,
        elsewhere,
        _decided(store, detail, found, other),
        cost_of_sample(store, run, detail.sample_id),
        other,
    )


def deciding(store: Store, run: Run, detail: SampleDetail) -> Decided | None:
    """The turn that decided a sample which failed or has no score, against the baseline."""
    return _decided(store, detail, turns_of(detail.held), promoted_run(store, run))


def calls_in(store: Store, run: Run, case_id: str, trial: int = 1) -> tuple[Call, ...] | None:
    """The tool calls of a case in a run, of its first trial where it has not so many; None: it has no such case."""
    found = sample(store, run.id, case_id, trial) or sample(store, run.id, case_id)
    return None if found is None else made_calls(turns_of(found.held))


def alignment(store: Store, trace: Trace, cancelled: Callable[[], bool] | None = None) -> tuple[Aligned, ...] | None:
    """The steps of the other run's conversation with those of this one; None where the other has none, or cancelled."""
    if trace.against is None:
        return None
    case_id = trace.detail.case.id
    theirs = sample(store, trace.against.id, case_id, trace.detail.trial) or sample(store, trace.against.id, case_id)
    if theirs is None:
        return None
    return aligned(steps_of(turns_of(theirs.held)), steps_of(trace.turns), cancelled)


def named_turn(score: ScoreRow) -> int | None:
    """The turn a check names in its detail."""
    detail = json.loads(score.detail)
    turn = detail.get("turn") if isinstance(detail, dict) else None
    return turn if isinstance(turn, int) and not isinstance(turn, bool) and turn > 0 else None


def request_of(store: Store, run: Run, detail: SampleDetail, turn: int) -> bytes | None:
    """The JSON of the request that a turn answers; None where none was sent or it cannot be put together any more."""
    tested = agent(store, run.agent_digest)
    if tested is None or run.made_elsewhere:
        return None
    before = [each for at, each in enumerate(turns_of(detail.held)) if at < turn - 1]
    asked = {each for one in before for each in one.request_ids}
    held = tuple(each for each in detail.held if each.request_id in asked)
    try:
        return Requests(tested).following(detail.case, replies_of(held))
    except BadInput:
        return None


def replies_to(detail: SampleDetail, turn: TraceTurn) -> tuple[bytes, ...]:
    """The replies of a turn as they came."""
    held = (each.outcome for each in detail.held if each.request_id in turn.request_ids)
    return tuple(outcome.body for outcome in held if isinstance(outcome, Succeeded))


def opening(store: Store, run: Run, case: Case) -> tuple[Entry, ...]:
    """What is sent before the agent says anything: system prompt, tools, examples, and what the user says."""
    tested = agent(store, run.agent_digest)
    if tested is None or run.made_elsewhere:
        return _given(case)
    try:
        requests = Requests(tested)
        sent = json.loads(requests.first(case))
    except BadInput:
        return _given(case)
    examples, messages = sent["messages"][: len(tested.few_shot)], sent["messages"][len(tested.few_shot) :]
    fixed = [Entry(kind, sent[kind]) for kind in ("system", "tools") if sent.get(kind)]
    shown = (Entry("example", each["content"], note=each["role"]) for each in examples)
    return (*fixed, *shown, *map(_message, messages))


def _message(message: Mapping[str, Any]) -> Entry:
    return Entry("assistant" if message["role"] == "assistant" else "user", message["content"])


def _given(case: Case) -> tuple[Entry, ...]:
    if case.messages is None:
        return (Entry("user", case.input),)
    return tuple(_message(message.model_dump()) for message in case.messages)


def _placed(
    scores: Sequence[ScoreRow], turns: set[int]
) -> tuple[dict[int, tuple[ScoreRow, ...]], tuple[ScoreRow, ...]]:
    named = [(score, named_turn(score)) for score in scores]
    placed = {turn: here for turn in turns if (here := tuple(score for score, at in named if at == turn))}
    return placed, tuple(score for score, at in named if at not in turns)


def _decided(store: Store, detail: SampleDetail, turns: Sequence[TraceTurn], other: Run | None) -> Decided | None:
    if not turns or (detail.grade is not None and detail.grade.passed):
        return None
    last = turns[-1]
    if not last.replied:
        return Decided(last.number, "no reply", str(last.entries[-1].value))
    if detail.grade is None:
        return None
    theirs = (lambda: calls_in(store, other, detail.case.id, detail.trial)) if other else None
    return decided(
        _verdicts(detail), lambda: made_calls(turns), last.number, theirs, f"run {other.id}" if other else ""
    )


def _verdicts(detail: SampleDetail) -> list[Verdict]:
    """The checks that did not pass; where there are only advisory ones or none, what the grade says."""
    failed = [score for score in detail.scores if not score.passed and not score.advisory]
    if not failed and detail.grade:
        return [Verdict("not scored", detail.grade.reason)]
    return [Verdict(score.scorer, score.reason, named_turn(score)) for score in failed]
