"""Owns pairing the calls an agent made with the calls it should have made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evaltui.domain.trajectory import Step
from evaltui.scores.gold_calls import GoldCall, argument_problems
from evaltui.scores.jsontext import too_deep
from evaltui.scores.shown import listed, plain, shown

Outcome = Literal["right", "wrong", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class CallVerdict:
    """What became of one gold call, or of one call that no gold call asked for."""

    name: str
    outcome: Outcome
    reason: str = ""


def compare_calls(gold: Sequence[GoldCall], calls: Sequence[Step], *, ordered: bool, exact: bool) -> list[CallVerdict]:
    """A verdict for each gold call and each surplus call; all right exactly when the calls are those of the gold."""
    problems = [[_problems(want, call, exact=exact) for call in calls] for want in gold]
    pairs = largest_pairing([[not problem for problem in row] for row in problems])
    verdicts = [CallVerdict(plain(gold[at].name), "right") for at in pairs]
    verdicts += _unpaired(gold, calls, problems, pairs)
    if ordered and all(verdict.outcome == "right" for verdict in verdicts):
        in_order = all(not problems[at][at] for at in range(len(gold)))
        verdicts += [] if in_order else [_out_of_order(gold, calls)]
    return verdicts


def _problems(want: GoldCall, call: Step, *, exact: bool) -> list[str]:
    """Why a call is not the wanted one; empty when it is."""
    if call.tool != want.name:
        return [f"expected call {plain(want.name)}, got {plain(str(call.tool))}"]
    if want.arguments is None:
        return []
    if not isinstance(call.arguments, dict) or too_deep(call.arguments):
        return [f"{plain(want.name)}: expected an object of arguments, got {shown(call.arguments)}"]
    return list(argument_problems(want.arguments, call.arguments, want.name, exact=exact))


def largest_pairing(fits: list[list[bool]]) -> dict[int, int]:
    """The largest pairing of rows with columns that fit, by augmenting paths: row → column."""
    owner: dict[int, int] = {}
    for row in range(len(fits)):
        _place(row, fits, owner, set())
    return {row: column for column, row in owner.items()}


def _place(row: int, fits: list[list[bool]], owner: dict[int, int], seen: set[int]) -> bool:
    for column in [column for column, fit in enumerate(fits[row]) if fit]:
        if column in seen:
            continue
        seen.add(column)
        if column not in owner or _place(owner[column], fits, owner, seen):
            owner[column] = row
            return True
    return False


def _unpaired(
    gold: Sequence[GoldCall], calls: Sequence[Step], problems: list[list[list[str]]], pairs: dict[int, int]
) -> list[CallVerdict]:
    """Gold calls left over explain themselves by the left-over call of the same tool that has the fewest faults."""
    free = [at for at in range(len(calls)) if at not in set(pairs.values())]
    verdicts = []
    for at, want in enumerate(gold):
        if at in pairs:
            continue
        same_tool = [column for column in free if calls[column].tool == want.name]
        if not same_tool:
            verdicts.append(CallVerdict(plain(want.name), "missing", f"missing call {plain(want.name)}"))
        else:
            _, nearest = min((len(problems[at][column]), column) for column in same_tool)
            free.remove(nearest)
            verdicts.append(CallVerdict(plain(want.name), "wrong", problems[at][nearest][0]))
    return verdicts + [_extra(calls[at]) for at in free]


def _extra(call: Step) -> CallVerdict:
    name = plain(str(call.tool))
    return CallVerdict(name, "extra", f"extra call {name} {shown(call.arguments)}")


def _out_of_order(gold: Sequence[GoldCall], calls: Sequence[Step]) -> CallVerdict:
    wanted, made = listed(call.name for call in gold), listed(str(call.tool) for call in calls)
    return CallVerdict("order", "wrong", f"calls out of order: expected {wanted}; got {made}")
