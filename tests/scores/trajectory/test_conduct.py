"""Forbidden tools, budgets, order and final state."""

from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Trajectory, Usage
from evaltui.scores.build import build
from evaltui.scores.trajectory.budgets import CallBudget, TokenBudget, TurnBudget
from evaltui.scores.trajectory.final_state import FinalState
from evaltui.scores.trajectory.forbidden import ForbiddenTools
from evaltui.scores.trajectory.order import Order

LOOKUP, REFUND = ("lookup", {"id": 5}, "{}"), ("refund", {"id": 5}, "{}")


def judged(scorer: Any, evidence: Evidence) -> Score:
    score = scorer.score(evidence)
    assert isinstance(score, Score), score
    return score


def made(cls: type, value: Any) -> Any:
    """The scorer as YAML's short form makes it."""
    scorer = build(cls, {"value": value})
    assert isinstance(scorer, cls), scorer
    return scorer


# --- forbidden_tools


def test_a_forbidden_call_is_named_with_its_turn(talk) -> None:
    score = judged(made(ForbiddenTools, ["drop", "wipe"]), talk([LOOKUP], [("wipe", {})], [("drop", {})]))
    assert (score.value, score.passed) == (0, False)
    assert score.reason == "turn 2: called wipe, which is forbidden (2 forbidden calls)"
    assert score.detail == {"turn": 2, "turns": [2, 3], "tools": ["drop", "wipe"]}


def test_tools_forbidden_by_the_scorer_and_by_the_case_count_together(talk) -> None:
    gold = {"forbidden_tools": "refund"}
    assert not judged(ForbiddenTools("wipe"), talk([REFUND], expected=gold)).passed
    assert not judged(ForbiddenTools("wipe"), talk([("wipe", {})], expected=gold)).passed
    score = judged(ForbiddenTools("wipe"), talk([LOOKUP], expected=gold))
    assert (score.passed, score.reason) == (True, "none of 2 forbidden tools in 1 calls")


def test_without_a_forbidden_tool_it_does_not_apply_and_bad_gold_is_unscored(talk) -> None:
    assert not ForbiddenTools().applies(Case(id="c", input="q", expected={}))
    assert ForbiddenTools().score(talk("Hi.", expected={"forbidden_tools": 5})) == Unscored(
        "forbidden_tools must name tools; found 5"
    )


# --- budgets


@pytest.mark.parametrize(
    ("turns", "value", "reason", "warning"),
    [
        (5, 1, "5 of 10 turns", None),
        (8, 1, "8 of 10 turns", None),
        (9, 1, "9 of 10 turns, near the cap", "near the cap"),
        (10, 1, "10 of 10 turns, near the cap", "near the cap"),
        (11, 0, "turn 11: 11 turns, at most 10 allowed", None),
        (12, 0, "turn 11: 12 turns, at most 10 allowed", None),
    ],
)
def test_a_turn_budget_warns_near_the_cap_and_names_the_turn_past_it(talk, turns, value, reason, warning) -> None:
    score = judged(made(TurnBudget, 10), talk(*[[LOOKUP]] * turns))
    assert (score.value, score.passed, score.reason) == (value, bool(value), reason)
    assert (score.detail["used"], score.detail["limit"]) == (turns, 10)
    assert score.detail.get("warning") == warning
    assert score.detail.get("turn") == (None if value else 11)


def test_a_call_budget_counts_parallel_calls_and_names_the_one_too_many(talk) -> None:
    score = judged(CallBudget(3), talk([LOOKUP], "Hm.", [LOOKUP, LOOKUP, REFUND]))
    assert score.reason == "turn 3: refund is call 4 of 4 tool calls, at most 3 allowed"
    assert judged(CallBudget(0), talk("Hi.")).reason == "0 of 0 tool calls"
    assert judged(CallBudget(0), talk([LOOKUP])).detail["turn"] == 1


USAGES = [Usage(100, 10), Usage(200, 20), Usage(300, 30)]


def test_a_token_budget_counts_all_or_output_and_names_the_turn(talk) -> None:
    evidence = talk([LOOKUP], [LOOKUP], "Done.", usages=USAGES)
    assert judged(TokenBudget(329), evidence).reason == "turn 2: 660 tokens, at most 329 allowed"
    assert judged(TokenBudget(330), evidence).detail["turn"] == 3
    assert judged(TokenBudget(200), evidence).detail["turn"] == 2
    assert judged(TokenBudget(660), evidence).reason == "660 of 660 tokens, near the cap"
    assert judged(TokenBudget(60, counts="output"), evidence).passed
    assert judged(TokenBudget(59, counts="output"), evidence).reason == "turn 3: 60 tokens, at most 59 allowed"


def test_cached_input_counts_and_without_usage_by_turn_no_turn_is_invented() -> None:
    case = Case(id="c", input="q")
    used = Usage(1, 2, cache_creation_input_tokens=30, cache_read_input_tokens=400)
    score = judged(TokenBudget(432), Evidence(case, Trajectory((), "end_turn", used)))
    assert (score.reason, "turn" in score.detail) == ("433 tokens, at most 432 allowed", False)


def test_without_recorded_usage_a_token_budget_is_unscored(talk) -> None:
    assert TokenBudget(10).score(talk("Hi.")) == Unscored("no token usage is recorded for this reply")


def test_the_limit_of_a_case_goes_before_that_of_the_scorer(talk) -> None:
    assert not judged(TurnBudget(10), talk("a", "b", expected={"max_turns": 1})).passed
    assert judged(TurnBudget(), talk("a", "b", expected={"max_turns": 2})).passed
    assert not TurnBudget().applies(Case(id="c", input="q", expected={}))
    assert TurnBudget(1).score(talk("a", expected={"max_turns": "two"})) == Unscored(
        'max_turns must be a whole number, 0 or more; found "two"'
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"limit": -1}, "limit is -1; it must be 0 or more"),
        ({"limit": 5, "near": 0}, "near is 0; it is a share of the limit, above 0 and at most 1"),
        ({"limit": 5, "near": 90}, "near is 90; it is a share of the limit, above 0 and at most 1"),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(arguments, problem) -> None:
    assert build(TurnBudget, arguments) == [problem]


# --- order


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([[LOOKUP], [REFUND]], "order kept by 1 calls"),
        ([[LOOKUP]], "no call that needs another before it"),
        ([[REFUND]], "turn 1: refund before lookup, which was never called"),
        ([[REFUND], [LOOKUP], [REFUND]], "turn 1: refund before lookup; that came at turn 2"),
        ([[LOOKUP, REFUND]], "turn 1: refund in the same turn as lookup, not after it"),
        ([[("lookup", {}, "not found", "error")], [REFUND]], "turn 2: refund although lookup failed at turn 1"),
        ([[("lookup", {}, "not found", "error")], [LOOKUP], [REFUND]], "order kept by 1 calls"),
        ([[("lookup", {})], [("refund", {})]], "order kept by 1 calls"),
    ],
)
@pytest.mark.parametrize(
    "before", [{"refund": "lookup"}, {"refund": ["lookup"]}, [["refund", "lookup"]], [{"refund": "lookup"}]]
)
def test_a_call_that_comes_too_early_is_named_with_its_turn(talk, before, turns, reason) -> None:
    score = judged(build(Order, {"before": before}), talk(*turns))
    assert (score.reason, score.passed) == (reason, not reason.startswith("turn"))


def test_several_orders_hold_together_and_the_first_break_is_told(talk) -> None:
    scorer = Order({"refund": ("lookup", "ask")})
    score = judged(scorer, talk([LOOKUP], [REFUND], [("mail", {})], expected={"before": {"mail": "consent"}}))
    assert score.reason == "turn 2: refund before ask, which was never called (and 1 more)"
    assert score.detail == {"turn": 2, "turns": [2, 3]}


@pytest.mark.parametrize("before", [{}, [], {"refund": []}, {"": "lookup"}])
def test_an_order_that_says_nothing_is_refused(before) -> None:
    (problem,) = build(Order, {"before": before})
    assert problem.startswith("before is empty")


@pytest.mark.parametrize("gold", ["refund", [["refund"]], {"refund": 5}, [["a", "b", "c"]]])
def test_an_order_of_a_case_that_cannot_be_read_is_unscored(talk, gold) -> None:
    score = Order().score(talk([REFUND], expected={"before": gold}))
    assert isinstance(score, Unscored)
    assert score.reason.startswith("before must be {refund: lookup_order}")


# --- final_state

CHECK = {"tool": "get_order", "path": "status", "equals": "refunded"}


def order(status: str, *more: str) -> tuple[Any, ...]:
    return ("get_order", {"id": 5}, f'{{"status": "{status}"}}', *more)


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([[order("open")], [order("refunded")]], "all 1 checks of the state hold"),
        ([[order("refunded")], [order("open")]], "turn 2: get_order.status: expected refunded, got open"),
        (["Hi."], "turn 1: get_order was never called, so there is no result"),
        (["Hi.", [("get_order", {})]], "turn 2: get_order was called, but no result is recorded"),
        (
            [[("get_order", {}, "no such order", "error")]],
            'turn 1: get_order.status: expected refunded, got nothing (the result is an error: "no such order")',
        ),
        ([[("get_order", {}, {"status": "refunded"})]], "all 1 checks of the state hold"),
        ([[("get_order", {}, [{"type": "text", "text": '{"status": "refunded"}'}])]], "all 1 checks of the state hold"),
    ],
)
def test_the_last_result_of_the_tool_is_checked(talk, turns, reason) -> None:
    for evidence, scorer in (
        (talk(*turns), build(FinalState, {"value": [CHECK]})),
        (talk(*turns, expected={"final_state": [CHECK]}), FinalState()),
        (talk(*turns, expected={"final_state": CHECK}), FinalState()),
    ):
        score = judged(scorer, evidence)
        assert (score.reason, score.passed) == (reason, reason.startswith("all"))


def test_the_value_is_the_share_of_the_checks_that_hold(talk) -> None:
    checks = [CHECK, {"tool": "balance", "equals": "12 EUR", "how": "money"}]
    evidence = talk([order("open")], [("balance", {}, "12.00 €")], expected={"final_state": checks})
    score = judged(FinalState(), evidence)
    assert (score.value, score.passed) == (0.5, False)
    assert [(seen["turn"], seen["got"]) for seen in score.detail["checks"]] == [(1, '"open"'), (2, '"12.00 €"')]


def test_arguments_choose_among_the_calls_of_a_tool(talk) -> None:
    other = ("get_order", {"id": 6, "full": True}, '{"status": "open"}')
    checks = [{**CHECK, "arguments": {"id": 5}}, {**CHECK, "equals": "open", "arguments": {"id": 6}}]
    assert judged(FinalState(), talk([order("refunded")], [other], expected={"final_state": checks})).passed
    score = judged(FinalState(), talk([other], expected={"final_state": checks}))
    assert score.reason == 'turn 1: get_order was never called with {"id": 5}, so there is no result'


def test_a_text_asked_for_as_a_whole_stays_text(talk) -> None:
    check = {"tool": "code", "equals": "0042"}
    assert judged(FinalState(), talk([("code", {}, "0042")], expected={"final_state": check})).passed
    number = {"tool": "code", "equals": 42}
    assert judged(FinalState(), talk([("code", {}, "42")], expected={"final_state": number})).passed


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ([{"tool": "x"}], "0.equals: Field required"),
        ([{**CHECK, "how": "exakt"}], '"exakt" is no comparison'),
        ([{**CHECK, "value": 1}], "0.value: Extra inputs"),
        ([], "holds no check"),
    ],
)
def test_checks_of_a_case_that_cannot_be_read_are_unscored(talk, gold, words) -> None:
    score = FinalState().score(talk("Hi.", expected={"final_state": gold}))
    assert isinstance(score, Unscored)
    assert words in score.reason


def test_a_result_that_nests_without_end_is_nothing_and_raises_nothing(talk) -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    for result in (deep, "[" * 5000 + "]" * 5000):
        evidence = talk([("get_order", {}, result)], expected={"final_state": CHECK})
        assert "expected refunded, got nothing" in judged(FinalState(), evidence).reason
