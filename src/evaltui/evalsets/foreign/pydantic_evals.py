"""Owns datasets of pydantic-evals: cases with inputs, an expected output, metadata and evaluators."""

from collections.abc import Iterator
from typing import Any

from evaltui.evalsets.foreign.brought import ABSENT, Brought, Gold, Place, Report, as_input, described
from evaltui.evalsets.foreign.look import Looked

_SET = ("name", "cases", "evaluators", "$schema", "report_evaluators")
_CASE = ("name", "inputs", "expected_output", "metadata", "evaluators")
_NOTHING = ("EqualsExpected",)
_JUDGE = "the rubric of a judge is a file of its own; put it there"
_WHAT = "no scorer says this by the case; what the evalset's scorers check is written in evalset.yaml"


def recognises(looked: Looked) -> bool:
    """Whether its cases have inputs."""
    cases = looked.whole.get("cases")
    return isinstance(cases, list) and any(isinstance(each, dict) and "inputs" in each for each in cases)


def read(looked: Looked, report: Report) -> Iterator[Brought]:
    """One case a case; what evaluators hold that cases can say themselves is taken."""
    if looked.document is None:
        return
    root = Place(looked.document, report)
    root.unknown(_SET)
    for place in root.items("evaluators"):
        place.left_out("an evaluator of all cases is not taken", _WHAT, place.value)
    for place in root.items("report_evaluators"):
        place.left_out("an evaluator of the report is not taken", _WHAT, place.value)
    for place in root.items("cases"):
        yield from _case(place)


def _case(place: Place) -> Iterator[Brought]:
    value = place.value
    if not isinstance(value, dict) or value.get("inputs") is None:
        place.refuse("has no inputs", value)
        return
    place.unknown(_CASE)
    gold = Gold()
    if value.get("expected_output") is not None:
        gold.answer = value["expected_output"]
    for evaluator in place.items("evaluators"):
        _take(evaluator, gold)
    tags, note = described(value.get("metadata"))
    more: dict[str, Any] = ({"tags": tags} if tags else {}) | ({"note": note} if note else {})
    fields = {"input": as_input(value["inputs"]), **gold.fields(), **more}
    yield Brought(place.line, str(value.get("name") or ""), fields)


def _take(place: Place, gold: Gold) -> None:
    """`Name`, `{Name: value}` or `{Name: {argument: value}}`."""
    written = place.value
    named = isinstance(written, dict) and len(written) == 1
    name, argument = next(iter(written.items())) if named else (written, None)
    held = argument if isinstance(argument, dict) else {"value": argument, "rubric": argument}
    if name in _NOTHING and argument in (None, {}):
        return
    if name == "Equals" and "value" in held and gold.answer in (ABSENT, held["value"]):
        gold.answer = held["value"]
    elif name == "Contains" and isinstance(held.get("value"), str):
        gold.add("contains", [held["value"]])
        _rest(place, held, ("value", "rubric", "case_sensitive", "as_strings", "evaluation_name"))
    elif name == "LLMJudge" and isinstance(held.get("rubric"), str):
        gold.rubric.append(str(held["rubric"]))
        _rest(place, held, ("value", "rubric"))
    else:
        place.left_out("this evaluator is not taken", _WHAT, written)


def _rest(place: Place, held: dict[str, Any], known: tuple[str, ...]) -> None:
    left = {key: value for key, value in held.items() if key not in known and value is not None}
    if left:
        place.left_out("these arguments of the evaluator are not taken", _JUDGE, left)
