"""Owns the scorers of calls made again: with identical arguments, in a cycle, or unchanged after an error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from evaltui.domain.base import canonical
from evaltui.domain.score import Evidence, Score
from evaltui.domain.trajectory import Exchange, Step
from evaltui.scores.answer import right, wrong
from evaltui.scores.jsontext import too_deep
from evaltui.scores.shown import listed, plain
from evaltui.scores.trajectory.gold import Conduct

_MOST = 50
_LONGEST_CYCLE = 10


@dataclass(frozen=True, slots=True)
class Cycle:
    """`length` calls made `times` times in a row; `start` is the position of the first."""

    start: int
    length: int
    times: int


@dataclass(frozen=True, slots=True)
class NoRepeats(Conduct):
    """No tool is called twice with identical arguments; those in `allow` may be. 5 is 5.0, key order does not count.

    A cycle (the same 2 to 10 calls again and again, A B A B) is named as one.
    """

    allow: str | tuple[str, ...] = ()

    def score(self, evidence: Evidence) -> Score:
        """Judge one sample."""
        calls = evidence.trajectory.calls()
        first: dict[bytes, Step] = {}
        repeats = [
            (first[key], call)
            for call in calls
            if first.setdefault(key := identity(call), call) is not call and not _in(self.allow, call)
        ]
        if not repeats:
            return right(f"no call repeated in {len(calls)}", {"calls": len(calls)})
        return _repeated(calls, repeats, [cycle for cycle in cycles(calls) if not self._allows(calls, cycle)])

    def _allows(self, calls: Sequence[Step], cycle: Cycle) -> bool:
        return all(_in(self.allow, call) for call in calls[cycle.start : cycle.start + cycle.length])


@dataclass(frozen=True, slots=True)
class NoBlindRetry(Conduct):
    """No call that failed is made again unchanged, whatever was said or looked up in between.

    Except: tools in `allow` may be retried, and a call of a tool in `unless` that succeeded since the error (one that
    may have removed its cause) excuses any. A call without a recorded result neither fails nor succeeds.
    """

    allow: str | tuple[str, ...] = ()
    unless: str | tuple[str, ...] = ()

    def score(self, evidence: Evidence) -> Score:
        """Judge one sample."""
        exchanges = evidence.trajectory.exchanges()
        failed = sum(exchange.failed for exchange in exchanges)
        blind = [(before, call) for before, call in blind_retries(exchanges, self.unless) if not _in(self.allow, call)]
        if not blind:
            return right(f"no failed call repeated unchanged ({failed} failed)", {"errors": failed})
        before, call = blind[0]
        reason = f"turn {call.turn}: {_name(call)} again, unchanged after its error at turn {before.turn}"
        detail = {"turn": call.turn, "errors": failed, "retries": [_pair(pair) for pair in blind[:_MOST]]}
        return wrong(reason + _more(blind), detail)


def identity(call: Step) -> bytes:
    """Equal for calls of one tool with equal arguments; arguments that nest too deep to compare count as equal."""
    arguments = "too deep" if too_deep(call.arguments) else _whole_numbers(call.arguments)
    return canonical([call.tool, arguments])


def cycles(calls: Sequence[Step]) -> list[Cycle]:
    """Two or more different calls made again in the same order at once, without overlap, the shortest cycle first."""
    keys, found, at = [identity(call) for call in calls], [], 0
    while at < len(keys):
        cycle = next((cycle for length in range(2, _LONGEST_CYCLE + 1) if (cycle := _cycle(keys, at, length))), None)
        found += [cycle] if cycle else []
        at += cycle.length * cycle.times if cycle else 1
    return found


def blind_retries(exchanges: Sequence[Exchange], unless: str | tuple[str, ...] = ()) -> Iterator[tuple[Step, Step]]:
    """Each failed call with its unchanged repetition; calls of one turn are made before any of their results."""
    failed: dict[bytes, Step] = {}
    for _, turn in groupby(exchanges, key=lambda exchange: exchange.call.turn):
        together = [(identity(one.call), one) for one in turn]
        yield from ((failed[key], one.call) for key, one in together if key in failed)
        cured = any(one.succeeded and _in(unless, one.call) for _, one in together)
        over = set(failed) if cured else {key for key, one in together if one.succeeded}
        failed = {key: call for key, call in failed.items() if key not in over}
        failed |= {key: one.call for key, one in together if one.failed}


def _cycle(keys: Sequence[bytes], at: int, length: int) -> Cycle | None:
    unit, times = keys[at : at + length], 1
    while keys[at + times * length : at + (times + 1) * length] == unit:
        times += 1
    return Cycle(at, length, times) if times > 1 and len(set(unit)) > 1 else None


def _repeated(calls: Sequence[Step], repeats: list[tuple[Step, Step]], found: list[Cycle]) -> Score:
    before, call = repeats[0]
    reason = f"turn {call.turn}: {_name(call)} again with the arguments of turn {before.turn}{_more(repeats)}"
    detail = {
        "turn": call.turn,
        "calls": len(calls),
        "count": len(repeats),
        "repeats": [_pair(pair) for pair in repeats[:_MOST]],
        "cycles": [_as_json(calls, cycle) for cycle in found[:_MOST]],
    }
    return wrong("; ".join([reason, *(_said(calls, cycle) for cycle in found[:1])]), detail)


def _said(calls: Sequence[Step], cycle: Cycle) -> str:
    first, last = calls[cycle.start].turn, calls[cycle.start + cycle.length * cycle.times - 1].turn
    return f"turns {first} to {last}: {_names(calls, cycle)} {cycle.times} times in a row"


def _as_json(calls: Sequence[Step], cycle: Cycle) -> dict[str, Any]:
    turns = [call.turn for call in calls[cycle.start : cycle.start + cycle.length * cycle.times]]
    return {"length": cycle.length, "times": cycle.times, "turns": turns[:_MOST], "tools": _names(calls, cycle)}


def _names(calls: Sequence[Step], cycle: Cycle) -> str:
    return listed(_name(call) for call in calls[cycle.start : cycle.start + cycle.length])


def _pair(pair: tuple[Step, Step]) -> dict[str, Any]:
    before, call = pair
    return {"tool": _name(call), "first_turn": before.turn, "turn": call.turn}


def _name(call: Step) -> str:
    return plain(str(call.tool))


def _in(allowed: str | tuple[str, ...], call: Step) -> bool:
    return call.tool in ([allowed] if isinstance(allowed, str) else allowed)


def _more(pairs: Sequence[Any]) -> str:
    return f" (and {len(pairs) - 1} more)" if len(pairs) > 1 else ""


def _whole_numbers(value: Any) -> Any:
    """`value` with 5.0 written as 5, so that equal values give equal text."""
    if isinstance(value, dict):
        return {str(key): _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
