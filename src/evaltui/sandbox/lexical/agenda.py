"""Owns what is done next in a conversation with tools: the call that is due, or the words of the reply."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evaltui.sandbox.lexical.known import Known
from evaltui.sandbox.lexical.procedure import Again, Procedure, Step
from evaltui.sandbox.lexical.request import Call

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Due:
    """The tool to call, and the arguments that the prompt itself gives."""

    tool: str
    given: Mapping[str, str] = field(default_factory=dict)


def due(rules: Procedure, known: Known, calls: Sequence[Call]) -> Due | None:
    """The next call, None when it is time to answer. `calls` are those that still count, oldest first."""
    if calls and calls[-1].failed and _retried(rules, known, calls):
        return Due(calls[-1].name)
    if known.failed:
        return _planned(rules, [step for step in rules.steps if step.scope.heeds_errors], known, calls)
    return (
        _after_each(rules, known, calls)
        or _planned(rules, rules.steps, known, calls)
        or _before_answering(rules, known, calls)
    )


def _retried(rules: Procedure, known: Known, calls: Sequence[Call]) -> bool:
    """Whether the prompt wants the call that just failed once more."""
    times = max((times for scope, times in rules.retries if scope.covers(known)), default=0)
    same = [call.failed and call.name == calls[-1].name for call in calls]
    tries = len(same) - max((at for at, one in enumerate(same) if not one), default=-1) - 1
    return tries <= times


def _planned(rules: Procedure, steps: Sequence[Step], known: Known, calls: Sequence[Call]) -> Due | None:
    """The first tool in the prompt's order that is wanted and was not called yet."""
    made = {call.name for call in calls}
    valid = [step for step in steps if step.scope.covers(known)]
    stopping = [step for step in valid if step.stops]
    wanted = stopping or valid
    barred = {name for name, scope in rules.bans if scope.covers(known)}
    barred |= {name for step in valid for name in step.instead}
    named = {name: step for step in reversed(wanted) for name in step.tools}
    chosen = next((name for name in rules.order if name in named and name not in made | barred), None)
    return Due(chosen, named[chosen].given) if chosen else None


def _after_each(rules: Procedure, known: Known, calls: Sequence[Call]) -> Due | None:
    """A check that is stated for after every call: of all tools but the one that was called for the first time."""
    new, since = _latest([call.name for call in calls])
    checks = [rule.tool for rule in rules.again if rule.each and _applies(rule, known, calls)]
    return next((Due(tool) for tool in checks if tool not in (new, *since)), None)


def _before_answering(rules: Procedure, known: Known, calls: Sequence[Call]) -> Due | None:
    _, since = _latest([call.name for call in calls])
    checks = [rule.tool for rule in rules.again if not rule.each and _applies(rule, known, calls)]
    return next((Due(tool) for tool in checks if tool not in since), None)


def _latest(made: list[str]) -> tuple[str, list[str]]:
    """The tool that was called for the first time last, and the calls since."""
    at = max((made.index(name) for name in made), default=-1)
    return (made[at], made[at + 1 :]) if made else ("", [])


def _applies(rule: Again, known: Known, calls: Sequence[Call]) -> bool:
    return any(call.name == rule.tool for call in calls) and rule.scope.covers(known)


def reply(rules: Procedure, known: Known) -> str:
    """The words the prompt wants said now, empty where it names none."""
    holding = [saying for saying in rules.sayings if saying.scope.covers(known)]
    first = [saying.text for saying in holding if not saying.more][:1]
    said = [*first, *(saying.text for saying in holding if saying.more and first)]
    return " ".join(_PLACE.sub(lambda found: _shown(known, found), text) for text in said)


def _shown(known: Known, found: re.Match[str]) -> str:
    value = known.values.get(found[1], found[0])
    return f"{value:.2f}" if isinstance(value, float) else str(value)
