"""The gold with which a scorer would have passed a reply."""

import json

import pytest

from evaltui.domain.case import Case
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.scores.fields import Fields
from evaltui.scores.label import Label
from evaltui.scores.paths import ABSENT
from evaltui.scores.phrases import Contains
from evaltui.scores.regold import regold
from evaltui.scores.text import Exact, Normalized, OneOf
from evaltui.scores.tool_choice import ToolChoice
from evaltui.scores.trajectory.expected import ExpectedCalls


def said(answer, *calls):
    steps = [Step(1, "assistant", tool=tool, arguments=arguments) for tool, arguments in calls]
    return Trajectory((*steps, Step(1, "assistant", text=answer)), "end_turn")


def case(expected):
    return Case(id="a", input="x", expected=expected)


@pytest.mark.parametrize(
    ("scorer", "gold", "answer", "expected"),
    [
        (Exact(), "no", "yes ", "yes "),
        (Exact(), 12, "13", 13),
        (Exact(), True, "false", False),
        (Exact(take="json"), {"a": 1}, '```json\n{"a": 2, "b": []}\n```', {"a": 2, "b": []}),
        (Exact(of="reply.text"), {"reply": {"text": "a", "n": 1}}, '{"reply": {"text": "b"}}',
         {"reply": {"text": "b", "n": 1}}),
        (Exact(of="items.1"), {"items": ["a", "b"]}, '{"items": ["x", "y"]}', {"items": ["a", "y"]}),
        (Exact(expected="gold"), {"gold": "a", "calls": []}, "b", {"gold": "b", "calls": []}),
        (Exact(of="a.b"), {"a.b": 1}, '{"a.b": 2}', {"a.b": 2}),
        (Normalized(), "No", "YES!", "YES!"),
        (Label(of="route", labels=("billing", "refunds")), {"route": "billing", "n": 1}, '{"route": "refunds"}',
         {"route": "refunds", "n": 1}),
        (OneOf(), ["a", "b"], "c", ["a", "b", "c"]),
        (OneOf(), "a", "c", "c"),
        (Fields(), {"a": 1, "b": "x"}, '{"a": 1, "b": "y", "c": 3}', {"a": 1, "b": "y"}),
        (Fields(of="f", fields=("a", "b")), {"f": {"a": 1, "b": 2, "z": 0}}, '{"f": {"a": 5, "b": 6}}',
         {"f": {"a": 5, "b": 6, "z": 0}}),
    ],
)  # fmt: skip
def test_the_part_that_the_scorer_reads_gives_way_and_the_rest_stays(scorer, gold, answer, expected):
    assert json.dumps(regold(scorer, case(gold), said(answer))) == json.dumps(expected)


def test_calls_become_the_gold_in_the_form_it_has():
    made = said("", ("look", {"id": 1}), ("act", {}))
    listed = [{"name": "look", "arguments": {"id": 1}}, {"name": "act", "arguments": {}}]
    assert regold(ToolChoice(), case([{"name": "act"}]), made) == listed
    assert regold(ExpectedCalls(), case({"calls": ["refund"]}), made) == {"calls": ["look", "act"]}
    others = [{"name": "x"}, {"name": "act"}, {"name": "y"}]
    kept = [others[0], *listed[1:], others[2]]
    assert regold(ExpectedCalls(only=("act",)), case({"calls": others}), made) == {"calls": kept}
    assert regold(ExpectedCalls(only=("act",)), case({"calls": ["x"]}), made) == {"calls": ["x", "act"]}


@pytest.mark.parametrize(
    ("scorer", "gold", "answer"),
    [
        (Exact(take="json"), {"a": 1}, "no json"),
        (Exact(of="a"), {"a": 1}, '{"b": 1}'),
        (Exact(), "x", "  "),
        (Label(of="route", labels=("billing",)), {"route": "billing"}, '{"route": "sales"}'),
        (Fields(), {"a": 1, "b": 2}, '{"a": 2}'),
        (OneOf(options=("a", "b")), "a", "c"),
        (Contains(), "sorry", "no"),
    ],
)
def test_where_no_gold_would_pass_the_reply_there_is_none(scorer, gold, answer):
    assert regold(scorer, case(gold), said(answer)) is ABSENT
