"""Owns the scorer of an agent's first move: which tools it calls, and with which arguments."""

from dataclasses import dataclass
from typing import Any, Literal

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.scores.answer import right, wrong
from evaltui.scores.gold_calls import Mistaken, gold_calls
from evaltui.scores.match_calls import CallVerdict, compare_calls
from evaltui.scores.paths import ABSENT, dig

_MOST_VERDICTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChoice:
    """The calls of the first reply are the gold's: all of them, no other, with right arguments; 1 or 0.

    Gold (at the path `expected` of the case's `expected`): a list of `{name, arguments}`; `[]` or null for "no call".
    An argument's value is the value itself or `{any_of: [values]}`, with `optional: true` where it may be left out;
    both may stand at any depth. A call without `arguments` permits any. `{any_of_calls: [[…], […]]}` permits several
    lists. Calls match in any order unless `ordered`. 5 is 5.0; "5" is not 5; true is not 1. `strings: exact` is the
    default because a tool gets the string as it is (and gold lists spell permitted variants out); `normalized`
    ignores case, spacing and typography.
    """

    expected: str = ""
    ordered: bool = False
    strings: Literal["exact", "normalized"] = "exact"

    def applies(self, case: Case) -> bool:
        """Whether the case holds gold at the path; an explicit null below `expected` means that no call is right."""
        return self._gold(case) is not ABSENT

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample; of several permitted lists the one that comes nearest gives the reason."""
        gold = gold_calls(self._gold(evidence.case))
        if isinstance(gold, Mistaken):
            return Unscored(f"the gold calls cannot be used: {gold.reason}")
        calls = first_calls(evidence.trajectory)
        judged = [compare_calls(option, calls, ordered=self.ordered, exact=self.strings == "exact") for option in gold]
        nearest = min(judged, key=lambda verdicts: sum(verdict.outcome != "right" for verdict in verdicts))
        return _scored(nearest, calls, alternatives=len(gold))

    def _gold(self, case: Case) -> Any:
        return ABSENT if case.expected is None else dig(case.expected, self.expected)


def first_calls(trajectory: Trajectory) -> tuple[Step, ...]:
    """The tool calls of the first assistant reply."""
    first = min((step.turn for step in trajectory.steps if step.role == "assistant"), default=1)
    return trajectory.calls(first)


def _scored(verdicts: list[CallVerdict], calls: tuple[Step, ...], alternatives: int) -> Score:
    said = [_as_json(verdict) for verdict in verdicts[:_MOST_VERDICTS]]
    detail = {"turn": calls[0].turn if calls else 1, "calls": said}
    failing = [verdict.reason for verdict in verdicts if verdict.outcome != "right"]
    if not failing:
        return right(f"{len(calls)} calls right" if calls else "rightly no call", detail)
    more = f" (and {len(failing) - 2} more)" if len(failing) > 2 else ""
    nearest = f" (nearest of {alternatives} permitted lists)" if alternatives > 1 else ""
    return wrong("; ".join(failing[:2]) + more + nearest, detail)


def _as_json(verdict: CallVerdict) -> dict[str, Any]:
    return {"name": verdict.name, "outcome": verdict.outcome, "reason": verdict.reason}
