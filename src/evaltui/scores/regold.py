"""Owns the way back from a reply to gold: what a case would have to expect for a scorer to pass the reply."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Scorer
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.scores.answer import Comparison, Unreadable
from evaltui.scores.fields import Fields
from evaltui.scores.jsontext import Found, whole_json
from evaltui.scores.label import Label
from evaltui.scores.paths import ABSENT, dig, kind
from evaltui.scores.text import Exact, Normalized, OneOf
from evaltui.scores.tool_choice import ToolChoice, first_calls
from evaltui.scores.trajectory.expected import ExpectedCalls
from evaltui.scores.trajectory.gold import gold_at

Change = tuple[str, Any]
"""A dotted path into `expected`, and what is to stand there."""


def regold(scorer: Scorer, case: Case, trajectory: Trajectory) -> Any:
    """The whole `expected` with which the scorer passes this reply, all else as it is; `ABSENT` where there is none."""
    expected: Any = case.expected
    for path, value in _changes(scorer, case, trajectory):
        expected = ABSENT if value is ABSENT or expected is ABSENT else _with(expected, path, value)
    if expected is ABSENT:
        return ABSENT
    judged = scorer.score(Evidence(case.model_copy(update={"expected": expected}), trajectory))
    return expected if isinstance(judged, Score) and judged.passed else ABSENT


def _changes(scorer: Scorer, case: Case, trajectory: Trajectory) -> Iterator[Change]:
    match scorer:
        case Fields():
            yield from _fields(scorer, case, trajectory)
        case Exact() | Normalized() | Label():
            yield _path(scorer), _answer(scorer, case, trajectory)
        case OneOf(options=None):
            yield _path(scorer), _joined(scorer.gold(case), _answer(scorer, case, trajectory))
        case ToolChoice():
            yield scorer.expected, [_call(call) for call in first_calls(trajectory)]
        case ExpectedCalls():
            yield scorer.expected, _calls(scorer, case, trajectory)


def _path(scorer: Comparison) -> str:
    return scorer.of if scorer.expected is None else scorer.expected


def _answer(scorer: Comparison, case: Case, trajectory: Trajectory) -> Any:
    """The answer as a value of the gold's kind, where it can be read as one."""
    found, gold = scorer.answer(trajectory), scorer.gold(case)
    if isinstance(found, Unreadable):
        return ABSENT
    if isinstance(found.value, str) and not isinstance(gold, str):
        read = whole_json(found.value)
        return read.value if isinstance(read, Found) and kind(read.value) == kind(gold) else found.value
    return found.value


def _fields(scorer: Fields, case: Case, trajectory: Trajectory) -> Iterator[Change]:
    """Only the fields that are wrong."""
    judged, answer = scorer.score(Evidence(case, trajectory)), _answer(scorer, case, trajectory)
    told = judged.detail.get("fields", {}) if isinstance(judged, Score) else {}
    for name, verdict in told.items():
        if isinstance(verdict, Mapping) and (verdict["fp"] or verdict["fn"]):
            yield ".".join(filter(None, (_path(scorer), name))), dig(answer, name)


def _joined(options: Any, answer: Any) -> Any:
    return ABSENT if answer is ABSENT else [*options, answer] if isinstance(options, list) else answer


def _calls(scorer: ExpectedCalls, case: Case, trajectory: Trajectory) -> list[Any]:
    """Names alone where the gold only names tools; gold of tools that the scorer passes over stays."""
    found = gold_at(case, scorer.expected)
    gold = found if isinstance(found, list) else []
    named = bool(gold) and all(isinstance(call, str) for call in gold)
    made = (call for call in trajectory.calls() if not scorer.only or call.tool in scorer.only)
    told = [str(call.tool) if named else _call(call) for call in made]
    return _among(gold, told, scorer.only) if scorer.only else told


def _among(gold: list[Any], told: list[Any], only: Collection[str]) -> list[Any]:
    """The told calls where the first gold call of these tools stood, at the end where none did."""
    judged = [(call if isinstance(call, str) else call.get("name")) in only for call in gold]
    at = judged.index(True) if True in judged else len(gold)
    return [*gold[:at], *told, *(call for call, ours in zip(gold[at:], judged[at:], strict=True) if not ours)]


def _call(call: Step) -> dict[str, Any]:
    return {"name": str(call.tool), "arguments": call.arguments}


def _with(value: Any, path: str, new: Any) -> Any:
    """A copy in which `new` lies where `dig` would look; `ABSENT` where nothing does."""
    if not path:
        return new
    if isinstance(value, dict) and path in value:
        return {**value, path: new}
    head, _, rest = path.partition(".")
    child = dig(value, head)
    inner = ABSENT if child is ABSENT else _with(child, rest, new)
    if inner is ABSENT:
        return ABSENT
    return {**value, head: inner} if isinstance(value, dict) else _with_item(value, int(head), inner)


def _with_item(items: list[Any], index: int, new: Any) -> list[Any]:
    return [*items[:index], new, *items[index + 1 :]]
