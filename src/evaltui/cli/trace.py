"""One case of a run as plain text: what was asked, what the agent did turn by turn, what each check said of it."""

from collections.abc import Iterator
from typing import Any

from evaltui.cli.render import GLYPHS, out, quoted
from evaltui.compare.deciding import Decided
from evaltui.domain.request import Succeeded
from evaltui.domain.score import Unscored
from evaltui.domain.text import shown
from evaltui.domain.trajectory import Step, Trajectory, Usage
from evaltui.gate.words import count
from evaltui.loop.costs import Cost
from evaltui.loop.evidence import no_reply, so_far
from evaltui.loop.tracing import named_turn
from evaltui.loop.writing import written
from evaltui.store.cases import SampleDetail
from evaltui.store.scores import ScoreRow

REASON = 200  # characters of a scorer's reason
MOST_LINES, MOST_LETTERS = 24, 2_000
"""How much of one text is shown where a whole conversation is."""


def say_case(detail: SampleDetail, turn: int | None, cost: Cost, decided: Decided | None) -> None:
    """The case, its conversation and the verdicts; or one turn of it, whole, with the checks that name it."""
    case = detail.case
    marks = " ".join([*("critical",) * case.critical, *case.tags])
    out(f"{case.id}  {GLYPHS[state(detail.grade.passed if detail.grade else None)]}  {marks}".rstrip())
    if turn is not None:
        _say_conversation(detail, decided, turn)
        return
    say_block("input", case.input if case.messages is None else [message.model_dump() for message in case.messages])
    say_block("expected", case.expected)
    _say_conversation(detail, decided)
    _say_end(detail)
    if cost.total:
        out(f"cost: ${cost.total:.6f}" + (f", of it ${cost.judgements:.6f} for judges" if cost.judgements else ""))
    _say_scores(detail)


def state(passed: bool | None) -> str:
    """The word for a grade."""
    return "unresolved" if passed is None else "pass" if passed else "fail"


def say_block(title: str, value: Any) -> None:
    """A text, or any value as JSON, behind a margin."""
    out(f"{title}:")
    quoted(written(value).removesuffix("\n"))


def _say_conversation(detail: SampleDetail, decided: Decided | None, turn: int | None = None) -> None:
    seen = so_far(detail.held)
    if isinstance(seen, Unscored):
        _say_as_it_came(detail)
    elif turn is None:
        _say_turns(seen, detail, decided)
    else:
        _say_turn(seen, detail, turn, decided)


def _say_as_it_came(detail: SampleDetail) -> None:
    replies = [held.outcome for held in detail.held if isinstance(held.outcome, Succeeded)]
    for reply in replies[-1:]:
        say_block("the reply as it came", reply.body.decode("utf-8", "backslashreplace"))


def _say_turns(seen: Trajectory, detail: SampleDetail, decided: Decided | None) -> None:
    if seen.turns == 1:
        _say_steps(seen, detail, 1)
        return
    for turn in seen.turn_numbers:
        _say_heading(seen, turn, decided)
        _say_steps(seen, detail, turn, whole=False)


def _say_turn(seen: Trajectory, detail: SampleDetail, turn: int, decided: Decided | None) -> None:
    last = max(seen.turn_numbers, default=0)
    if turn not in seen.turn_numbers:
        out(f"there is no turn {turn}; the last one is {last}")
        return
    _say_heading(seen, turn, decided)
    _say_steps(seen, detail, turn)


def _say_heading(seen: Trajectory, turn: int, decided: Decided | None) -> None:
    used = f" · {_tokens(seen.usages[turn - 1])}" if turn <= len(seen.usages) else ""
    out(f"── turn {turn} of {seen.turns}{used}")
    if decided is not None and decided.turn == turn:
        out(f"  ▸ decided here: {shown(decided.words, REASON)}")


def _say_steps(seen: Trajectory, detail: SampleDetail, turn: int, *, whole: bool = True) -> None:
    steps = [step for step in seen.steps if step.turn == turn]
    if all(step.role != "assistant" for step in steps):
        out("the reply is empty")
    for step in steps:
        _say_step(step, whole=whole)
    for score in _deciding(detail, turn):
        out(f"  {_verdict(score)}")


def _say_step(step: Step, *, whole: bool) -> None:
    name = shown(step.tool or "the tool")
    if step.role == "tool":
        _say_text(f"{name} {'failed' if step.is_error else 'answered'}", step.result, step.turn, whole=whole)
    elif step.tool is not None:
        _say_text(f"calls {name}", step.arguments, step.turn, whole=whole)
    else:
        _say_text("the user says" if step.role == "user" else "says", step.text, step.turn, whole=whole)


def _say_text(title: str, value: Any, turn: int, *, whole: bool) -> None:
    """A block; where it is not wanted whole, its beginning and how to see the rest."""
    text = written(value)
    head = text if whole else "\n".join(text[:MOST_LETTERS].split("\n")[:MOST_LINES])
    say_block(title, head)
    if len(head) < len(text):
        out(f"  … {len(text) - len(head):,} more characters: --turn {turn} shows all")


def _deciding(detail: SampleDetail, turn: int) -> Iterator[ScoreRow]:
    """The checks that name this turn."""
    return (score for score in detail.scores if not score.passed and named_turn(score) == turn)


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
