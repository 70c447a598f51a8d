"""Owns which turn of a conversation decided it, and the words for why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from evaltui.domain.text import shown

Why = Literal["check", "no reply", "divergence", "tool error", "last turn"]
FIRST = "the first difference"
_NAMED = 4  # arguments named in one sentence
_NAME = 60  # characters of a foreign name in a sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check that did not pass; `turn` is the one it names, where it names one."""

    scorer: str
    reason: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call and whether the tool answered with an error."""

    turn: int
    tool: str
    arguments: Any
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """The turn at which to look first; `scorer` is the check that names it, where one does."""

    turn: int
    why: Why
    words: str
    scorer: str | None = None


def decided(
    verdicts: Sequence[Verdict],
    ours: Callable[[], Sequence[Call]],
    last: int,
    other: Callable[[], Sequence[Call] | None] | None = None,
    name: str = "",
) -> Decided:
    """The turn a failed check names, else the first call unlike the other's, else the last tool error, else `last`.

    `verdicts` failed; of several the earliest turn counts. The calls are read where no check names a turn; `name` is
    what the other conversation is called.
    """
    named = [(verdict.turn, verdict) for verdict in verdicts if verdict.turn is not None and verdict.turn <= last]
    if named:
        turn, first = min(named, key=lambda pair: pair[0])
        words = first.reason.removeprefix(f"turn {turn}: ")
        return Decided(turn, "check", f"{first.scorer}: {words}", first.scorer)
    calls, theirs = ours(), other() if other else None
    apart = None if theirs is None else _divergence(calls, theirs, last, name)
    return apart or _tool_error(calls) or _last(verdicts, last)


def _tool_error(calls: Sequence[Call]) -> Decided | None:
    failed = [call for call in calls if call.failed]
    if not failed:
        return None
    return Decided(failed[-1].turn, "tool error", f"the last tool error: {_said(failed[-1])} failed")


def _last(verdicts: Sequence[Verdict], last: int) -> Decided:
    failed = f"{verdicts[0].scorer}: {verdicts[0].reason}" if verdicts else ""
    words = "; ".join(filter(None, ("the last turn" if last > 1 or not failed else "", failed)))
    return Decided(last, "last turn", words)


def _divergence(calls: Sequence[Call], other: Sequence[Call], last: int, name: str) -> Decided | None:
    """The first call that is not the same in both; where one of them stopped calling, the turn in which it did."""
    before = 0
    for ours, theirs in zip_longest(calls, other):
        if ours is None:
            words = f"{FIRST}: {name} went on to call {_said(theirs)} here"
            return Decided(min(before + 1, last), "divergence", words)
        if theirs is None or _unlike(ours, theirs):
            return Decided(ours.turn, "divergence", f"{FIRST}: {_difference(ours, theirs, name)}")
        before = ours.turn
    return None


def _unlike(ours: Call, theirs: Call) -> bool:
    return ours.tool != theirs.tool or ours.arguments != theirs.arguments


def _difference(ours: Call, theirs: Call | None, name: str) -> str:
    if theirs is None:
        return f"{_said(ours)} is called here, where {name} called nothing more"
    if ours.tool != theirs.tool:
        return f"{_said(ours)} is called here, {_said(theirs)} in {name}"
    return f"{_said(ours)} is called with {_other_arguments(ours.arguments, theirs.arguments)} than in {name}"


def _other_arguments(ours: Any, theirs: Any) -> str:
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return "other arguments"
    keys = [key for key in {**ours, **theirs} if key not in ours or key not in theirs or ours[key] != theirs[key]]
    listed = ", ".join(shown(str(key), _NAME) for key in keys[:_NAMED])
    return f"another {listed}" if len(keys) == 1 else f"other {listed}{' …' if len(keys) > _NAMED else ''}"


def _said(call: Call) -> str:
    return shown(call.tool, _NAME) or "a tool without a name"
