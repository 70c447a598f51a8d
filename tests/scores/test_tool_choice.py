from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.domain.score import Score, Unscored
from evaltui.domain.trajectory import Step
from evaltui.scores.gold_calls import GoldCall
from evaltui.scores.match_calls import compare_calls
from evaltui.scores.tool_choice import ToolChoice

WEATHER = {"name": "get_weather", "arguments": {"city": {"any_of": ["Rome", "Roma"]}, "days": 5}}
UNIT = {"name": "get_weather", "arguments": {"city": "Rome", "unit": {"any_of": ["C"], "optional": True}}}


def judged(evidence: Any, **arguments: Any) -> Score:
    score = ToolChoice(**arguments).score(evidence)
    assert isinstance(score, Score)
    return score


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ([("get_weather", {"city": "Roma", "days": 5.0})], "1 calls right"),
        ([], "missing call get_weather"),
        (
            [("get_wether", {"city": "Rome", "days": 5})],
            'missing call get_weather; extra call get_wether {"city": "Rome", "days": 5}',
        ),
        (
            [("get_weather", {"city": "Paris", "days": 5})],
            'get_weather.city: expected one of ["Rome", "Roma"], got "Paris"',
        ),
        ([("get_weather", {"city": "Rome", "days": 6})], "get_weather.days: expected 5, got 6"),
        (
            [("get_weather", {"city": "Rome", "days": "5"})],
            'get_weather.days: wrong type: expected number, got string "5"',
        ),
        (
            [("get_weather", {"city": "Rome", "days": True})],
            "get_weather.days: wrong type: expected number, got boolean true",
        ),
        ([("get_weather", {"city": "Rome"})], "get_weather.days: missing argument"),
        ([("get_weather", {"city": "Rome", "days": 5, "x": 1})], "get_weather.x: unknown argument"),
        ([("get_weather", {"city": "Rome", "days": 5}), ("mail", {"to": "a"})], 'extra call mail {"to": "a"}'),
        ([("get_weather", {"city": "Rome", "days": 5})] * 2, 'extra call get_weather {"city": "Rome", "days": 5}'),
        ([("get_weather", None)], "get_weather: expected an object of arguments, got null"),
    ],
)
def test_the_reason_names_what_went_wrong(reply, calls, reason: str) -> None:
    score = judged(reply(expected=[WEATHER], calls=calls))
    assert score.reason == reason
    assert score.value == float(score.passed) == float(reason == "1 calls right")


def test_each_call_has_a_verdict_in_the_detail(reply) -> None:
    score = judged(reply(expected=[WEATHER], calls=[("mail", {})]))
    assert score.detail == {
        "turn": 1,
        "calls": [
            {"name": "get_weather", "outcome": "missing", "reason": "missing call get_weather"},
            {"name": "mail", "outcome": "extra", "reason": "extra call mail {}"},
        ],
    }


def test_an_optional_argument_may_be_left_out_or_right(reply) -> None:
    assert judged(reply(expected=[UNIT], calls=[("get_weather", {"city": "Rome"})])).passed
    assert judged(reply(expected=[UNIT], calls=[("get_weather", {"city": "Rome", "unit": "C"})])).passed
    assert not judged(reply(expected=[UNIT], calls=[("get_weather", {"city": "Rome", "unit": "F"})])).passed


@pytest.mark.parametrize("gold", [[], None])
def test_an_empty_gold_wants_no_call(reply, gold) -> None:
    assert judged(reply("Hello.", {"calls": gold}), expected="calls").reason == "rightly no call"
    score = judged(reply(expected={"calls": gold}, calls=[("mail", {})]), expected="calls")
    assert (score.passed, score.reason) == (False, "extra call mail {}")


def test_a_call_without_arguments_in_the_gold_permits_any(reply) -> None:
    assert judged(reply(expected=[{"name": "mail"}], calls=[("mail", {"to": "a"})])).passed


def test_parallel_calls_match_in_any_order_and_as_many_as_can(reply) -> None:
    either, rome = (
        {"name": "w", "arguments": {"city": {"any_of": ["Rome", "Oslo"]}}},
        {"name": "w", "arguments": {"city": "Rome"}},
    )
    assert judged(reply(expected=[either, rome], calls=[("w", {"city": "Rome"}), ("w", {"city": "Oslo"})])).passed
    assert judged(reply(expected=[either, rome], calls=[("w", {"city": "Oslo"}), ("w", {"city": "Rome"})])).passed
    assert not judged(reply(expected=[either, rome], calls=[("w", {"city": "Oslo"}), ("w", {"city": "Oslo"})])).passed


@given(st.permutations(range(5)), st.permutations(range(5)), st.data())
def test_a_pairing_that_exists_is_found(golds, calls, data) -> None:
    extra = [data.draw(st.sets(st.integers(0, 4))) for _ in range(5)]
    gold = [GoldCall("f", {"n": {"any_of": [value, *sorted(extra[value])]}}) for value in golds]
    made = [Step(1, "assistant", tool="f", arguments={"n": value}) for value in calls]
    verdicts = compare_calls(gold, made, ordered=False, exact=True)
    assert [verdict.outcome for verdict in verdicts] == ["right"] * 5


def test_order_counts_only_where_asked(reply) -> None:
    gold = [{"name": "find"}, {"name": "pay"}]
    swapped = reply(expected=gold, calls=[("pay", {}), ("find", {})])
    assert judged(swapped).passed
    assert judged(swapped, ordered=True).reason == "calls out of order: expected find, pay; got pay, find"
    assert judged(reply(expected=gold, calls=[("find", {}), ("pay", {})]), ordered=True).passed


def test_one_of_several_lists_suffices_and_the_nearest_explains(reply) -> None:
    gold = {"any_of_calls": [[{"name": "find"}, {"name": "pay"}], [{"name": "ask"}], []]}
    assert judged(reply(expected=gold, calls=[("ask", {})])).passed
    assert judged(reply("no call", gold)).passed
    score = judged(reply(expected=gold, calls=[("find", {})]))
    assert score.reason == "missing call pay (nearest of 3 permitted lists)"


def test_strings_are_exact_unless_normalized(reply) -> None:
    evidence = reply(expected=[UNIT], calls=[("get_weather", {"city": " ROME "})])
    assert not judged(evidence).passed
    assert judged(evidence, strings="normalized").passed


def test_matchers_may_stand_at_any_depth(reply) -> None:
    gold = [{"name": "q", "arguments": {"where": [{"field": {"any_of": ["age", "years"]}, "min": 5}]}}]
    assert judged(reply(expected=gold, calls=[("q", {"where": [{"field": "years", "min": 5}]})])).passed
    score = judged(reply(expected=gold, calls=[("q", {"where": [{"field": "years", "min": 6}]})]))
    assert score.reason == "q.where[0].min: expected 5, got 6"


def test_only_the_first_reply_counts(reply) -> None:
    evidence = reply(expected=[{"name": "find"}], calls=[("find", {})])
    later = Step(3, "assistant", tool="pay", arguments={})
    trajectory = type(evidence.trajectory)((*evidence.trajectory.steps, later), "end_turn")
    assert judged(type(evidence)(evidence.case, trajectory)).passed


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ({"calls": []}, "expected a list of {name, arguments}"),
        ([{"tool": "x"}], "a call needs a name"),
        ([{"name": "x", "args": {}}], 'also has "args"'),
        ([{"name": "x", "arguments": [1]}], "arguments of x must be an object"),
        ([{"name": "x", "arguments": {"a": {"any_of": 5}}}], "any_of must be a list"),
        ([{"name": "x", "arguments": {"a": {"any_of": []}}}], "any_of must be a list that is not empty"),
        ({"any_of_calls": []}, "expected a list of {name, arguments}"),
    ],
)
def test_gold_that_is_not_in_the_format_is_the_scorers_fault(reply, gold, words: str) -> None:
    score = ToolChoice().score(reply(expected=gold))
    assert isinstance(score, Unscored)
    assert words in score.reason


def test_a_case_without_gold_is_not_judged(reply) -> None:
    assert not ToolChoice().applies(reply().case)
    assert not ToolChoice(expected="calls").applies(reply(expected={"route": "x"}).case)


def test_arguments_without_end_are_wrong_and_not_a_crash(reply) -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert not judged(reply(expected=[WEATHER], calls=[("get_weather", {"city": deep, "days": 5})])).passed
