from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.scores.build import build
from evaltui.scores.trajectory.expected import ExpectedCalls
from evaltui.scores.trajectory.modes import MODES

LOOKUP, REFUND, MAIL = ("lookup", {"id": 5}), ("refund", {"id": 5}), ("mail", {"to": "a"})


def judged(evidence: Evidence, **arguments: Any) -> Score:
    score = ExpectedCalls(**arguments).score(evidence)
    assert isinstance(score, Score), score
    return score


@pytest.mark.parametrize(
    ("mode", "value", "reason"),
    [
        ("strict", 0, 'turn 2: extra call mail {"to": "a"}'),
        ("in_order", 1, "2 of 2 expected calls among 3 made"),
        ("any_order", 1, "2 of 2 expected calls among 3 made"),
        ("superset", 1, "2 of 2 expected calls among 3 made"),
        ("unordered", 0.8, 'turn 2: extra call mail {"to": "a"}'),
        ("subset", 2 / 3, 'turn 2: extra call mail {"to": "a"}'),
    ],
)
def test_a_call_too_many_counts_where_the_mode_has_no_place_for_it(talk, mode, value, reason) -> None:
    score = judged(talk([LOOKUP], [MAIL], [REFUND], expected={"calls": ["lookup", "refund"]}), mode=mode)
    assert (score.value, score.reason) == (pytest.approx(value), reason)
    assert score.passed == (value == 1)


@pytest.mark.parametrize(
    ("mode", "value", "reason"),
    [
        ("strict", 0, "turn 2: expected lookup, got refund"),
        ("in_order", 0.5, "turn 2: expected lookup, got refund"),
        ("any_order", 0.5, "turn 2, the last: lookup was expected and never called"),
        ("unordered", 2 / 3, "turn 2, the last: lookup was expected and never called"),
        ("subset", 1, "1 of 2 expected calls among 1 made"),
    ],
)
def test_a_call_too_few_is_named_with_the_turn_where_it_was_due(talk, mode, value, reason) -> None:
    score = judged(talk("Let me see.", [REFUND], expected={"calls": ["lookup", "refund"]}), mode=mode)
    assert (score.value, score.reason) == (pytest.approx(value), reason)


@pytest.mark.parametrize(
    ("mode", "value", "reason"),
    [
        ("strict", 0, "turn 1: refund is out of order"),
        ("in_order", 0.5, "turn 1: refund is out of order"),
        ("any_order", 1, "2 of 2 expected calls among 2 made"),
        ("unordered", 1, "2 of 2 expected calls among 2 made"),
        ("subset", 1, "2 of 2 expected calls among 2 made"),
    ],
)
def test_order_counts_in_two_modes(talk, mode, value, reason) -> None:
    score = judged(talk([REFUND], [LOOKUP], expected={"calls": ["lookup", "refund"]}), mode=mode)
    assert (score.value, score.reason) == (value, reason)


def test_another_tool_in_the_place_of_the_expected_one_is_one_fault(talk) -> None:
    score = judged(talk("Hm.", [MAIL], [REFUND], expected={"calls": ["lookup", "refund"]}), mode="strict")
    assert score.reason == "turn 2: expected lookup, got mail"
    assert score.detail["turn"] == 2
    assert score.detail["outcomes"] == {"wrong": 1, "right": 1}


def test_a_call_made_elsewhere_is_not_taken_for_the_one_that_is_missing(talk) -> None:
    score = judged(talk([REFUND], [MAIL], expected={"calls": ["lookup", "refund"]}), mode="strict")
    assert score.reason == "turn 1: expected lookup, got refund (and 1 more)"
    assert score.detail["outcomes"] == {"missing": 1, "right": 1, "extra": 1}


def test_the_detail_says_what_was_seen(talk) -> None:
    gold = {"calls": [{"name": "lookup", "arguments": {"id": 6}}, "refund"]}
    score = judged(talk([LOOKUP, REFUND], [MAIL], expected=gold), mode="unordered")
    assert score.detail == {
        "turn": 1,
        "mode": "unordered",
        "expected": 2,
        "made": 3,
        "matched": 1,
        "recall": 0.5,
        "precision": pytest.approx(1 / 3),
        "f1": pytest.approx(0.4),
        "outcomes": {"wrong": 1, "right": 1, "extra": 1},
        "calls": [
            {"name": "lookup", "outcome": "wrong", "turn": 1, "reason": "turn 1: lookup.id: expected 6, got 5"},
            {"name": "mail", "outcome": "extra", "turn": 2, "reason": 'turn 2: extra call mail {"to": "a"}'},
            {"name": "refund", "outcome": "right", "turn": 1},
        ],
    }
    assert score.reason == "turn 1: lookup.id: expected 6, got 5 (and 1 more)"


def test_each_call_answers_for_one_gold_call(talk) -> None:
    gold = {"calls": ["lookup", "lookup"]}
    assert judged(talk([LOOKUP], expected=gold), mode="superset").value == 0.5
    assert judged(talk([LOOKUP], [LOOKUP], expected=gold), mode="superset").value == 1
    assert judged(talk([LOOKUP], [LOOKUP], [LOOKUP], expected=gold), mode="subset").value == pytest.approx(2 / 3)


def test_the_pairing_is_the_best_there_is_not_the_first(talk) -> None:
    gold = {"calls": ["lookup", {"name": "lookup", "arguments": {"id": 5}}]}
    assert judged(talk([LOOKUP], [("lookup", {"id": 6})], expected=gold), mode="unordered").passed
    assert not judged(talk([LOOKUP], [("lookup", {"id": 6})], expected=gold), mode="strict").passed


@pytest.mark.parametrize(
    ("mode", "name"),
    [("EXACT", "strict"), ("exact", "strict"), ("IN_ORDER", "in_order"), ("ANY_ORDER", "any_order"),
     ("in-order", "in_order"), *((name, name) for name in MODES)],
)  # fmt: skip
def test_the_names_of_other_tools_are_accepted(talk, mode, name) -> None:
    assert judged(talk(expected={"calls": []}), mode=mode).detail["mode"] == name


def test_wrong_arguments_of_the_scorer_are_told_with_what_is_allowed() -> None:
    problems = build(ExpectedCalls, {"mode": "in_ordre", "arguments": {"city": "cese"}})
    assert isinstance(problems, list)
    assert problems[0].startswith(
        'mode is "in_ordre"; allowed: strict, in_order, any_order, superset, unordered, subset, exact; '
        'did you mean in_order?; arguments: city: "cese" is no comparison; allowed: '
    )


@pytest.mark.parametrize(
    ("how", "given", "reason"),
    [
        ("exact", {"city": "Rome", "days": 5.0}, ""),
        ("exact", {"city": "Rome"}, "lookup.days: missing argument"),
        ("exact", {"city": "Rome", "days": 5, "x": 1}, "lookup.x: unknown argument"),
        ("exact", {"city": "rome", "days": 5}, 'lookup.city: expected "Rome", got "rome"'),
        ("exact", ["Rome"], 'lookup: expected an object of arguments, got ["Rome"]'),
        ("subset", {"city": "Rome", "days": 5, "x": 1}, ""),
        ("subset", {"city": "Rome", "x": 1}, "lookup.days: missing argument"),
        ("ignore", {"anything": "at all"}, ""),
        ({"city": "case+space"}, {"city": " ROME ", "days": 5}, ""),
        ({"city": "case+space"}, {"city": "Paris", "days": 5}, "lookup.city: expected Rome, got Paris"),
        ({"city": "case+space"}, {"days": 5}, "lookup.city: missing argument"),
        ({"city": "case+space"}, {"city": "rome", "days": 6}, "lookup.days: expected 5, got 6"),
        ({"days": "number"}, {"city": "Rome", "days": "5"}, ""),
        ({"lookup.days": "ignore"}, {"city": "Rome"}, ""),
        ({"mail.days": "ignore"}, {"city": "Rome"}, "lookup.days: missing argument"),
        ({"note": "ignore"}, {"city": "Rome", "days": 5, "note": "free words"}, ""),
        ({"note": "text"}, {"city": "Rome", "days": 5, "note": "free words"}, "lookup.note: unknown argument"),
    ],
)
def test_arguments_are_compared_as_the_scorer_says(talk, how, given, reason) -> None:
    gold = {"calls": [{"name": "lookup", "arguments": {"city": "Rome", "days": 5}}]}
    score = judged(talk([("lookup", given)], expected=gold), arguments=how)
    assert score.reason == (f"turn 1: {reason}" if reason else "1 of 1 expected calls among 1 made")


def test_permitted_values_and_optional_arguments_hold_under_a_normaliser_too(talk) -> None:
    city = {"any_of": ["Rome", "Roma"], "optional": True}
    gold = {"calls": [{"name": "lookup", "arguments": {"city": city}}]}
    for given_city in ({"city": "ROMA"}, {}):
        assert judged(talk([("lookup", given_city)], expected=gold), arguments={"city": "case"}).passed
    score = judged(talk([("lookup", {"city": "Paris"})], expected=gold), arguments={"city": "case"})
    assert score.reason == 'turn 1: lookup.city: expected one of ["Rome", "Roma"], got "Paris"'


def test_of_several_permitted_lists_the_nearest_counts(talk) -> None:
    gold = {"calls": {"any_of_calls": [["lookup", "refund"], ["mail"]]}}
    assert judged(talk([MAIL], expected=gold), mode="strict").passed
    score = judged(talk([LOOKUP], expected=gold), mode="superset")
    assert (score.value, score.reason) == (0.5, "turn 1, the last: refund was expected and never called")


def test_only_the_named_tools_count_on_both_sides(talk) -> None:
    evidence = talk([MAIL], [LOOKUP], [REFUND], expected={"calls": ["lookup", "refund"]})
    score = judged(evidence, mode="strict", only=("refund",))
    assert (score.passed, score.reason) == (True, "1 of 1 expected calls among 1 made")
    assert not judged(evidence, mode="strict", only=("refund", "mail")).passed


def test_no_expected_call_is_gold_and_no_gold_does_not_apply(talk) -> None:
    assert judged(talk("Hello.", expected={"calls": None}), mode="strict").reason == "rightly no call"
    assert judged(talk([MAIL], expected={"calls": []}), mode="strict").reason == 'turn 1: extra call mail {"to": "a"}'
    assert judged(talk([MAIL], expected={"calls": []}), mode="superset").reason == "no call was expected"
    assert not ExpectedCalls().applies(Case(id="c", input="q", expected={"route": "refund"}))
    assert not ExpectedCalls().applies(Case(id="c", input="q"))


def test_the_whole_gold_may_be_the_list(talk) -> None:
    assert judged(talk([LOOKUP], expected=["lookup"]), expected="").passed


def test_gold_that_is_no_list_of_calls_is_unscored_not_zero(talk) -> None:
    score = ExpectedCalls().score(talk([LOOKUP], expected={"calls": [{"tool": "lookup"}]}))
    assert score == Unscored('the gold calls cannot be used: a call needs a name; found {"tool": "lookup"}')


def test_hostile_names_and_arguments_stay_on_one_short_line(talk) -> None:
    score = judged(talk([("\x1b[2Jx\n" * 99, {"a": "\u202e" * 999})], expected={"calls": []}), mode="strict")
    assert score.reason.isprintable()
    assert len(score.reason) < 250


CALLS = st.lists(st.sampled_from("abc"), max_size=7)


def _score(gold: list[str], made: list[str], mode: str) -> Score:
    steps = tuple(Step(at, "assistant", tool=name, arguments={}) for at, name in enumerate(made, 1))
    evidence = Evidence(Case(id="c", input="q", expected={"calls": gold}), Trajectory(steps, "end_turn"))
    return judged(evidence, mode=mode)


def _is_subsequence(gold: list[str], made: list[str]) -> bool:
    rest = iter(made)
    return all(name in rest for name in gold)


@given(CALLS, CALLS)
def test_each_mode_passes_exactly_when_its_definition_holds(gold: list[str], made: list[str]) -> None:
    has_all = all(made.count(name) >= gold.count(name) for name in "abc")
    has_only = all(made.count(name) <= gold.count(name) for name in "abc")
    by_definition = {
        "strict": gold == made,
        "in_order": _is_subsequence(gold, made),
        "any_order": has_all,
        "superset": has_all,
        "unordered": has_all and has_only,
        "subset": has_only,
    }
    for mode, holds in by_definition.items():
        score = _score(gold, made, mode)
        assert score.passed == holds == (score.value == 1), mode
        assert ("turn" in score.detail) == (not holds)


@given(CALLS, CALLS)
def test_in_order_credits_the_longest_common_subsequence(gold: list[str], made: list[str]) -> None:
    kept = [[name for bit, name in enumerate(gold) if mask >> bit & 1] for mask in range(2 ** len(gold))]
    longest = max(len(part) for part in kept if _is_subsequence(part, made))
    assert _score(gold, made, "in_order").value == (longest / len(gold) if gold else 1)
