"""One case of a run as plain text: what was asked, what the agent did turn by turn, what each check said of it."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from evaltui.cli.render import GLYPHS, out, quoted
from evaltui.domain.request import Succeeded
from evaltui.domain.score import Unscored
from evaltui.domain.text import shown
from evaltui.domain.trajectory import Step, Trajectory, Usage
from evaltui.gate.words import count
from evaltui.loop.costs import Cost
from evaltui.loop.evidence import no_reply, so_far
from evaltui.store.cases import SampleDetail
from evaltui.store.scores import ScoreRow

REASON = 200  # characters of a scorer's reason


def say_case(detail: SampleDetail, turn: int | None, cost: Cost) -> None:
    """The case, its conversation or one turn of it, and the verdicts."""
    case = detail.case
    marks = " ".join([*("critical",) * case.critical, *case.tags])
    out(f"{case.id}  {GLYPHS[state(detail.grade.passed if detail.grade else None)]}  {marks}")
    say_block("input", case.input if case.messages is None else [message.model_dump() for message in case.messages])
    say_block("expected", case.expected)
    _say_conversation(detail, turn)
    if cost.total:
        out(f"cost: ${cost.total:.6f}" + (f", of it ${cost.judgements:.6f} for judges" if cost.judgements else ""))
    _say_scores(detail)


def state(passed: bool | None) -> str:
    """The word for a grade."""
    return "unresolved" if passed is None else "pass" if passed else "fail"


def say_block(title: str, value: Any) -> None:
    """A text, or any value as JSON, behind a margin."""
    out(f"{title}:")
    quoted(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2))


def _say_conversation(detail: SampleDetail, turn: int | None) -> None:
    seen = so_far(detail.held)
    if isinstance(seen, Unscored):
        _say_as_it_came(detail)
    else:
        _say_turns(seen, detail, turn)
    _say_end(detail)


def _say_as_it_came(detail: SampleDetail) -> None:
    replies = [held.outcome for held in detail.held if isinstance(held.outcome, Succeeded)]
    for reply in replies[-1:]:
        say_block("the reply as it came", reply.body.decode("utf-8", "backslashreplace"))


def _say_turns(seen: Trajectory, detail: SampleDetail, turn: int | None) -> None:
    usages = dict(zip(range(1, len(seen.usages) + 1), seen.usages, strict=True))
    wanted = [step for step in seen.steps if turn in (None, step.turn)]
    if not wanted:
        last = len(usages)
        out("the reply is empty" if turn in (None, last) else f"there is no turn {turn}; the last one is {last}")
    for number, steps in groupby(wanted, key=lambda step: step.turn):
        if len(usages) > 1:
            out(f"── turn {number} · {_tokens(usages[number])}")
        for step in steps:
            _say_step(step)
        for score in _deciding(detail, number):
            out(f"  {_verdict(score)}")


def _say_step(step: Step) -> None:
    if step.role == "tool":
        say_block(f"{step.tool or 'the tool'} {'failed' if step.is_error else 'answered'}", step.result)
    elif step.tool is not None:
        say_block(f"calls {step.tool}", step.arguments)
    else:
        say_block("the user says" if step.role == "user" else "says", step.text)


def _deciding(detail: SampleDetail, turn: int) -> Iterator[ScoreRow]:
    """The checks that name this turn."""
    return (score for score in detail.scores if not score.passed and json.loads(score.detail).get("turn") == turn)


def _say_end(detail: SampleDetail) -> None:
    """How the conversation ended, or where it stands."""
    replies = [held.outcome for held in detail.held if isinstance(held.outcome, Succeeded)]
    if replies:
        used = (
            f"{sum(_prompt(r.usage) for r in replies):,} tokens in, {sum(r.usage.output_tokens for r in replies):,} out"
        )
        turns = f"{count(len(replies), 'request')} · " if len(replies) > 1 else ""
        out(f"stopped: {replies[-1].stop_reason} · {turns}{used} · {replies[-1].model}")
    followup = detail.held[-1].followup if detail.held else None
    if followup and followup.reason:
        out(f"ended: {shown(followup.reason, REASON)}")
    if detail.last is None:
        out("no reply yet" if not replies else "the next reply is awaited")
    elif not isinstance(detail.last, Succeeded):
        out(no_reply(detail.last))


def _prompt(usage: Usage) -> int:
    return usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens


def _tokens(usage: Usage) -> str:
    cached = f", {usage.cache_read_input_tokens:,} of them cached" if usage.cache_read_input_tokens else ""
    return f"{_prompt(usage):,} tokens in{cached}, {usage.output_tokens:,} out"


def _say_scores(detail: SampleDetail) -> None:
    if not detail.scores and detail.grade:
        out(f"not scored: {shown(detail.grade.reason, REASON)}")
    for score in detail.scores:
        out(f"  {_verdict(score)}")


def _verdict(score: ScoreRow) -> str:
    mark = "✓" if score.passed else "!" if score.passed is None else "✗"
    return f"{mark} {score.scorer}{' (advisory)' if score.advisory else ''}: {shown(score.reason, REASON)}"
