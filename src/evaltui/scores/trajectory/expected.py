"""Owns the scorer of the tool calls of a whole conversation: are they the expected ones?"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Trajectory
from evaltui.scores.gold_calls import GoldCall, Mistaken, gold_calls
from evaltui.scores.paths import ABSENT
from evaltui.scores.trajectory.arguments import Arguments, arguments_problems
from evaltui.scores.trajectory.gold import gold_at
from evaltui.scores.trajectory.modes import MODES, Mode, f1, mode_named, mode_problem
from evaltui.scores.trajectory.pairing import Pairing, TurnVerdict, paired, verdicts

_MOST_VERDICTS = 50


@dataclass(frozen=True, slots=True)
class ExpectedCalls:
    """The tool calls of the whole conversation are the gold's, as `mode` says; each call answers for one gold call.

    Gold (at the path `expected` of the case's `expected`, by default `calls`): a list of tool names or `{name,
    arguments}` in the format of `tool_choice`, or `{any_of_calls: [lists]}`.

    | mode | passes when | value |
    |---|---|---|
    | strict, exact | exactly the gold calls, in their order | 1 or 0 |
    | unordered | exactly the gold calls, in any order | F1 |
    | in_order | all gold calls, in their order; others between them | share of the longest common subsequence |
    | any_order, superset | all gold calls; others too | recall |
    | subset | no call but gold calls, not all need be made | precision |

    `arguments`: exact; subset (the gold names some, the others are free; agentevals calls that superset); ignore; or
    a comparison for some of them, as in `fields`, with all others exact. `only` names tools whose calls alone count,
    in the gold and in the conversation: those that change something, say, whatever was looked up on the way.
    """

    mode: str = "in_order"
    arguments: Arguments = "exact"
    expected: str = "calls"
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = [problem for problem in (mode_problem(self.mode), *arguments_problems(self.arguments)) if problem]
        if problems:
            raise ValueError("; ".join(problems))

    def applies(self, case: Case) -> bool:
        """Whether the case holds gold at the path; an explicit null there means that no call is expected."""
        return gold_at(case, self.expected) is not ABSENT

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample; of several permitted lists the one that comes nearest counts."""
        gold = gold_calls(_long_form(gold_at(evidence.case, self.expected)))
        if isinstance(gold, Mistaken):
            return Unscored(f"the gold calls cannot be used: {gold.reason}")
        mode = mode_named(self.mode) or MODES["strict"]
        judged = [self._judged(option, evidence.trajectory, mode) for option in gold]
        return max(judged, key=lambda score: (score.passed, score.value))

    def _judged(self, gold: list[GoldCall], trajectory: Trajectory, mode: Mode) -> Score:
        wanted = [call for call in gold if self._counts(call.name)]
        calls = [call for call in trajectory.calls() if self._counts(call.tool)]
        pairing = paired(wanted, calls, mode, self.arguments)
        said = verdicts(pairing, mode, max(trajectory.turn_numbers, default=1))
        failing = [verdict for verdict in said if verdict.outcome != "right"]
        value = mode.value(pairing.recall, pairing.precision)
        return Score(value, not failing, _reason(failing, pairing), _detail(mode, pairing, said, failing))

    def _counts(self, tool: str | None) -> bool:
        return not self.only or tool in self.only


def _long_form(gold: Any) -> Any:
    """Tool names written out as calls that permit any arguments."""
    if isinstance(gold, dict) and isinstance(gold.get("any_of_calls"), list):
        return {**gold, "any_of_calls": [_long_form(option) for option in gold["any_of_calls"]]}
    return [{"name": call} if isinstance(call, str) else call for call in gold] if isinstance(gold, list) else gold


def _reason(failing: list[TurnVerdict], pairing: Pairing) -> str:
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        return failing[0].reason + more
    if not pairing.gold:
        return "no call was expected" if pairing.calls else "rightly no call"
    return f"{len(pairing.pairs)} of {len(pairing.gold)} expected calls among {len(pairing.calls)} made"


def _detail(mode: Mode, pairing: Pairing, said: list[TurnVerdict], failing: list[TurnVerdict]) -> dict[str, Any]:
    right = [verdict for verdict in said if verdict.outcome == "right"]
    return {
        **({"turn": failing[0].turn} if failing else {}),
        "mode": mode.name,
        "expected": len(pairing.gold),
        "made": len(pairing.calls),
        "matched": len(pairing.pairs),
        "recall": pairing.recall,
        "precision": pairing.precision,
        "f1": f1(pairing.recall, pairing.precision),
        "outcomes": dict(Counter(verdict.outcome for verdict in said)),
        "calls": [_as_json(verdict) for verdict in [*failing, *right][:_MOST_VERDICTS]],
    }


def _as_json(verdict: TurnVerdict) -> dict[str, Any]:
    said = {"reason": verdict.reason} if verdict.reason else {}
    return {"name": verdict.name, "outcome": verdict.outcome, "turn": verdict.turn, **said}
