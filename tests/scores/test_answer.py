"""Which part of a reply is compared with which part of the gold."""

import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.scores.answer import Answer, Unreadable, taken
from evaltui.scores.paths import ABSENT
from evaltui.scores.text import Exact

CALL = ("route_ticket", {"route": "refund", "order": {"id": "FW-1"}})


def test_the_text_of_the_last_turn_is_taken() -> None:
    steps = (Step(1, "assistant", text="thinking"), Step(2, "user", text="go on"), Step(3, "assistant", text="refund"))
    assert taken(Trajectory(steps, "end_turn"), "text") == Answer("refund")


def test_a_blank_text_is_absent(reply) -> None:
    assert taken(reply(" \n").trajectory, "text") == Answer(ABSENT)


def test_json_is_taken_at_a_path(reply) -> None:
    assert taken(reply('{"order": {"id": "FW-1"}}').trajectory, "json", "order.id") == Answer("FW-1")
    assert taken(reply('{"order": {"id": "FW-1"}}').trajectory, "json", "order.date") == Answer(ABSENT)


def test_the_arguments_of_the_first_call_of_a_tool_are_taken(reply) -> None:
    trajectory = reply(calls=[("look_up", {}), CALL, ("route_ticket", {"route": "cancel"})]).trajectory
    assert taken(trajectory, "tool:route_ticket", "order.id") == Answer("FW-1")


def test_a_tool_that_was_not_called_makes_the_reply_unreadable_and_the_calls_made_are_named(reply) -> None:
    assert taken(reply("hello").trajectory, "tool:search") == Unreadable("no call of search: it called no tool")
    assert taken(reply(calls=[CALL]).trajectory, "tool:search") == Unreadable(
        "no call of search: it called route_ticket"
    )


def test_arguments_without_end_are_unreadable(reply) -> None:
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert taken(reply(calls=[("route", {"a": deep})]).trajectory, "tool:route") == Unreadable(
        "the arguments nest too deep"
    )


def test_an_unreadable_reply_scores_zero_with_the_reason(reply) -> None:
    score = Exact(of="route").score(reply("no idea", {"route": "refund"}))
    assert score == Score(0.0, False, "no JSON in the reply")


def test_what_was_tolerated_stands_in_reason_and_detail(reply) -> None:
    score = Exact(of="route").score(reply('```json\n{"route": "refund"}\n```', {"route": "refund"}))
    assert isinstance(score, Score)
    assert (score.passed, score.reason) == (True, "right; JSON in a code fence")
    assert score.detail == {"notes": ["JSON in a code fence"]}


@pytest.mark.parametrize(
    ("scorer", "expected", "applies"),
    [
        (Exact(), None, False),
        (Exact(), "refund", True),
        (Exact(of="route"), {"route": "refund"}, True),
        (Exact(of="route"), {"route": None}, True),
        (Exact(of="route"), {"amount": 5}, False),
        (Exact(of="route"), "refund", False),
        (Exact(expected="route"), {"route": "refund"}, True),
        (Exact(of="route", expected=""), "refund", True),
    ],
)
def test_a_scorer_applies_where_the_case_holds_its_gold(reply, scorer: Exact, expected, applies: bool) -> None:
    assert scorer.applies(reply("x", expected).case) is applies


@pytest.mark.parametrize(
    ("text", "passed"),
    [('{"date": null}', True), ('{"other": 1}', True), ('{"date": "2026-03-14"}', False), ('{"date": ""}', False)],
)
def test_a_null_gold_means_absent_or_null(reply, text: str, passed: bool) -> None:
    score = Exact(of="date").score(reply(text, {"date": None}))
    assert isinstance(score, Score)
    assert score.passed is passed


def test_gold_of_another_path_is_compared_with_the_text(reply) -> None:
    assert Exact(expected="gold.label").score(reply("refund", {"gold": {"label": "refund"}})) == Score(
        1.0, True, "right"
    )


def test_an_object_as_gold_of_a_text_is_the_scorers_fault(reply) -> None:
    score = Exact().score(reply("refund", {"route": "refund"}))
    assert isinstance(score, Unscored)
    assert "name a part with of: or expected:" in score.reason


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"take": "jsn"}, "allowed: text, json, structured, tool:NAME"), ({"take": "text", "of": "a"}, "use take: json")],
)
def test_arguments_that_contradict_each_other_are_refused_in_words(arguments, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Exact(**arguments)
