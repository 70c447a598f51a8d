"""Owns the scorer of the state that a conversation leaves behind, read from the last results of its tools."""

from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError, field_validator

from evaltui.domain.base import Frozen
from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Exchange, Trajectory
from evaltui.scores.comparisons import compare_field, comparison_problems
from evaltui.scores.gold_calls import GoldCall
from evaltui.scores.jsontext import NotJson, whole_json
from evaltui.scores.paths import ABSENT, dig, is_null
from evaltui.scores.shown import plain, shown
from evaltui.scores.trajectory.arguments import call_problems
from evaltui.scores.trajectory.gold import gold_at


class StateCheck(Frozen):
    """`path` of the last result of `tool` `equals` a value, compared as `how` says (as in `fields`).

    `arguments` narrows the calls down to those that hold these.
    """

    tool: str
    path: str = ""
    equals: JsonValue
    how: str = "exact"
    arguments: dict[str, JsonValue] | None = None

    @field_validator("how")
    @classmethod
    def _known(cls, how: str) -> str:
        if problems := comparison_problems(how):
            raise ValueError("; ".join(problems))
        return how


_CHECKS = TypeAdapter(list[StateCheck])


@dataclass(frozen=True, slots=True)
class FinalState:
    """Every check holds; `value` is the share that does. A check fails where no result is recorded.

    The scorer's `checks` and those of the case at the path `expected` (one or a list) count together.
    """

    checks: tuple[StateCheck, ...] = ()
    expected: str = "final_state"

    def applies(self, case: Case) -> bool:
        """Whether the scorer or the case has a check."""
        return bool(self.checks) or not is_null(gold_at(case, self.expected))

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample."""
        of_case = _read(gold_at(evidence.case, self.expected))
        if isinstance(of_case, str):
            return Unscored(f"{self.expected} cannot be used: {of_case}")
        checks = [*self.checks, *of_case]
        if not checks:
            return Unscored(f"{self.expected} holds no check")
        return _scored([_checked(check, evidence.trajectory) for check in checks])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one check saw: `problem` is "" where it holds; `turn` is that of the call, or the last one."""

    tool: str
    path: str
    turn: int
    problem: str
    got: str = ""


def result_at(result: Any, path: str, *, as_text: bool = False) -> Any:
    """What lies at `path` of a tool's result, or `ABSENT`; text blocks are joined, and text that is JSON is read.

    `as_text` leaves a text that is asked for as a whole as it is: the result 0042 is then no number.
    """
    if isinstance(result, list) and result and all(_is_text_block(block) for block in result):
        result = "".join(str(block.get("text", "")) for block in result)
    if isinstance(result, str) and not (as_text and not path):
        read = whole_json(result)
        result = result if isinstance(read, NotJson) else read.value
    return dig(result, path)


def _is_text_block(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "text"


def _read(gold: Any) -> list[StateCheck] | str:
    """The checks of a case, or what is wrong with them."""
    if is_null(gold):
        return []
    try:
        return _CHECKS.validate_python(gold if isinstance(gold, list) else [gold])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{plain(place)}: {plain(first['msg'])}; a check is {{tool, path, equals}}"


def _checked(check: StateCheck, trajectory: Trajectory) -> _Seen:
    called = [one for one in trajectory.exchanges() if one.call.tool == check.tool]
    meant = [one for one in called if not call_problems(GoldCall(check.tool, check.arguments), one.call, "subset")]
    last = next((one for one in reversed(meant) if one.result is not None), None)
    if last is None:
        turn = meant[-1].call.turn if meant else max(trajectory.turn_numbers, default=1)
        return _Seen(check.tool, check.path, turn, f"turn {turn}: {_no_result(check, called, meant)}")
    return _compared(check, last)


def _no_result(check: StateCheck, called: list[Exchange], meant: list[Exchange]) -> str:
    name = plain(check.tool)
    if meant:
        return f"{name} was called, but no result is recorded"
    return f"{name} was never called{f' with {shown(check.arguments, 40)}' if called else ''}, so there is no result"


def _compared(check: StateCheck, last: Exchange) -> _Seen:
    result = last.result.result if last.result else None
    got = result_at(result, check.path, as_text=isinstance(check.equals, str))
    verdict = compare_field(check.how, check.equals, got)
    turn, name = last.call.turn, plain(".".join(filter(None, (check.tool, check.path))))
    error = f" (the result is an error: {shown(result, 40)})" if last.failed else ""
    problem = "" if verdict.passed else f"turn {turn}: {name}: {verdict.reason}{error}"
    return _Seen(check.tool, check.path, turn, problem, "nothing" if got is ABSENT else shown(got))


def _scored(seen: list[_Seen]) -> Score:
    failing = [one for one in seen if one.problem]
    detail: dict[str, Any] = {"checks": [_as_json(one) for one in seen]}
    value = 1 - len(failing) / len(seen)
    if not failing:
        return Score(value, passed=True, reason=f"all {len(seen)} checks of the state hold", detail=detail)
    more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
    return Score(value, passed=False, reason=failing[0].problem + more, detail={"turn": failing[0].turn, **detail})


def _as_json(seen: _Seen) -> dict[str, Any]:
    tool, path = plain(seen.tool), plain(seen.path) if seen.path else ""
    return {"tool": tool, "path": path, "turn": seen.turn, "got": seen.got, "problem": seen.problem}
