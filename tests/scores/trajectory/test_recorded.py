"""Every trajectory check over 100 recorded conversations of an airline's desk and 34 published agent cases."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests import adk, airline

from evaltui.domain.score import Evidence, Score
from evaltui.scores.trajectory.budgets import CallBudget, TurnBudget
from evaltui.scores.trajectory.expected import ExpectedCalls
from evaltui.scores.trajectory.final_state import FinalState, StateCheck
from evaltui.scores.trajectory.forbidden import ForbiddenTools
from evaltui.scores.trajectory.modes import MODES
from evaltui.scores.trajectory.order import Order
from evaltui.scores.trajectory.repeats import NoBlindRetry, NoRepeats

WRITES = ("book_reservation", "cancel_reservation", "send_certificate")
UPDATES = ("update_reservation_flights", "update_reservation_baggages", "update_reservation_passengers")


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> list[dict[str, Any]]:
    return airline.rows(shared_data)


@pytest.fixture(scope="module")
def desk(recorded: list[dict[str, Any]]) -> dict[str, Evidence]:
    return {row["id"]: airline.evidence(row) for row in recorded}


@pytest.fixture(scope="module")
def published(shared_data: Path) -> list[dict[str, Any]]:
    return airline.rows(shared_data, adk.FILE)


def judged(scorer: Any, evidence: Evidence) -> Score:
    score = scorer.score(evidence)
    assert isinstance(score, Score), (evidence.case.id, score)
    return score


def failing(scorer: Any, desk: dict[str, Evidence]) -> dict[str, Score]:
    scores = {name: judged(scorer, evidence) for name, evidence in desk.items()}
    return {name: score for name, score in scores.items() if not score.passed}


def test_calls_turns_and_results_are_those_of_the_file(recorded, desk, shared_data) -> None:
    lines = (shared_data / airline.FILE).read_text("utf-8").splitlines()
    assert len(recorded) == 100
    for row, line in zip(recorded, lines, strict=True):
        trajectory = desk[row["id"]].trajectory
        # Counted in the text of the line, not in what was read from it.
        assert judged(CallBudget(0), desk[row["id"]]).detail["used"] == line.count('"type": "function"'), row["id"]
        assert trajectory.turns == len(re.findall(r'"role": "assistant"', line)), row["id"]
        assert len(trajectory.results()) == line.count('"role": "tool"'), row["id"]
    assert sum(len(evidence.trajectory.calls()) for evidence in desk.values()) == 572


def test_every_call_finds_its_own_result_although_ids_repeat(desk) -> None:
    reused = 0
    for evidence in desk.values():
        steps = evidence.trajectory.steps
        ids = [call.call_id for call in evidence.trajectory.calls()]
        reused += len(ids) != len(set(ids))
        for exchange in evidence.trajectory.exchanges():
            # The desk makes one call a turn, so its result is the very next step.
            assert exchange.result is steps[steps.index(exchange.call) + 1]
    assert reused == 24


def test_the_repeats_are_those_found_by_hand(desk) -> None:
    found = failing(NoRepeats(), desk)
    pairs = {
        name: [(one["first_turn"], one["turn"]) for one in score.detail["repeats"]] for name, score in found.items()
    }
    assert pairs == {
        "airline-13-t0": [(2, 8), (12, 14), (12, 20), (18, 23)],
        "airline-33-t0": [(11, 27), (13, 28), (19, 29), (20, 30)],
        "airline-3-t1": [(10, 20)],
        "airline-8-t1": [(15, 17), (15, 19)],
        "airline-13-t1": [(7, 9)],
        "airline-15-t1": [(8, 10)],
        "airline-17-t1": [(5, 11), (13, 16)],
        "airline-22-t1": [(7, 11)],
        "airline-23-t1": [(16, 20)],
    }
    assert found["airline-3-t1"].reason == "turn 20: search_onestop_flight again with the arguments of turn 10"
    # It books, thinks, books, thinks again; the thoughts differ, so no call of the pair is a cycle.
    assert [name for name, score in found.items() if score.detail["cycles"]] == []


def test_the_retries_after_an_error_are_those_found_by_hand(recorded, desk) -> None:
    found = failing(NoBlindRetry(), desk)
    pairs = {
        name: [(one["first_turn"], one["turn"]) for one in score.detail["retries"]] for name, score in found.items()
    }
    assert pairs == {
        "airline-13-t0": [(12, 14), (14, 20), (18, 23)],
        "airline-8-t1": [(15, 17), (17, 19)],
        "airline-15-t1": [(8, 10)],
        "airline-23-t1": [(16, 20)],
    }
    assert found["airline-8-t1"].reason == (
        "turn 17: book_reservation again, unchanged after its error at turn 15 (and 1 more)"
    )
    assert not any(row["reward"] for row in recorded if row["id"] in found)
    errors = sum(judged(NoBlindRetry(), evidence).detail["errors"] for evidence in desk.values())
    assert errors == sum(
        m["role"] == "tool" and m["content"].startswith("Error") for r in recorded for m in r["messages"]
    )


def test_what_changes_a_reservation_comes_after_looking_it_up(desk) -> None:
    needs = dict.fromkeys((*UPDATES, "cancel_reservation"), "get_reservation_details")
    found = failing(Order(needs), desk)
    for name, score in found.items():
        before = [call.tool for call in desk[name].trajectory.calls() if call.turn < score.detail["turn"]]
        assert "get_reservation_details" not in before, name
    kept = desk.keys() - found.keys()
    bound = [call.tool for name in kept for call in desk[name].trajectory.calls() if call.tool in needs]
    assert len(bound) == sum(judged(Order(needs), desk[name]).detail["bound"] for name in kept) > 50


def test_budgets_and_forbidden_tools_agree_with_plain_counts(desk) -> None:
    counts = {name: Counter(call.tool for call in evidence.trajectory.calls()) for name, evidence in desk.items()}
    assert failing(ForbiddenTools("transfer_to_human_agents"), desk).keys() == {
        name for name, count in counts.items() if count["transfer_to_human_agents"]
    }
    assert failing(CallBudget(8), desk).keys() == {name for name, count in counts.items() if count.total() > 8}
    long = {name for name, evidence in desk.items() if evidence.trajectory.turns > 20}
    assert failing(TurnBudget(20), desk).keys() == long
    assert long


def test_the_last_result_of_a_tool_is_read_as_the_json_it_holds(desk) -> None:
    user = StateCheck(tool="get_reservation_details", path="user_id", equals="james_lee_6136")
    assert judged(FinalState((user,)), desk["airline-13-t0"]).passed
    score = judged(FinalState((user,)), desk["airline-15-t1"])
    assert score.reason == "turn 6: get_reservation_details.user_id: expected james_lee_6136, got james_patel_9828"


@pytest.mark.parametrize(
    ("scorer", "agreeing"),
    [
        (ExpectedCalls("superset"), 70),
        (ExpectedCalls("any_order"), 70),
        (ExpectedCalls("superset", arguments="ignore"), 60),
        (ExpectedCalls("unordered", only=(*WRITES, *UPDATES)), 90),
    ],
)
def test_the_verdicts_go_with_the_rewards_of_the_file(recorded, desk, scorer, agreeing: int) -> None:
    """The reward compares the data base left behind: calls that only look something up make the two disagree."""
    passed = {name: judged(scorer, evidence).passed for name, evidence in desk.items()}
    assert sum(passed[row["id"]] == (row["reward"] == 1) for row in recorded) > agreeing


def test_conversations_that_were_rewarded_earn_more_partial_credit(recorded, desk) -> None:
    values = {name: judged(ExpectedCalls("superset"), evidence).value for name, evidence in desk.items()}
    wins, losses = ([values[row["id"]] for row in recorded if row["reward"] == won] for won in (1, 0))
    assert sum(wins) / len(wins) > sum(losses) / len(losses) + 0.1


def test_every_verdict_on_a_failing_conversation_names_a_turn_that_there_was(desk) -> None:
    scorers = [*(ExpectedCalls(mode) for mode in MODES), NoRepeats(), NoBlindRetry(), CallBudget(5), TurnBudget(8)]
    seen = 0
    for scorer in scorers:
        for name, score in failing(scorer, desk).items():
            assert re.match(rf"turn {score.detail['turn']}[:,]", score.reason), (name, score.reason)
            assert score.detail["turn"] in desk[name].trajectory.turn_numbers
            seen += 1
    assert seen > 300


def test_published_gold_meets_itself_in_every_mode(published, talk) -> None:
    schemas: Counter[str] = Counter()
    for row in published:
        turns = adk.calls(row)
        gold = [{"name": name, "arguments": given} for turn in turns for name, given in turn]
        schemas[row["schema"]] += len(gold)
        for mode in MODES:
            score = judged(ExpectedCalls(mode), talk(*turns, expected={"calls": gold}))
            assert (score.value, score.passed) == (1, True), (row["id"], mode, score.reason)
    assert (len(published), sorted(schemas)) == (34, ["eval_set", "legacy_list"])
    assert min(schemas.values()) > 25


def test_published_gold_with_one_call_dropped_fails_where_calls_are_required(published, talk) -> None:
    for row in (row for row in published if any(adk.calls(row))):
        turns = adk.calls(row)
        calls = [call for turn in turns for call in turn]
        gold = [{"name": name, "arguments": given} for name, given in calls]
        evidence = talk(*[[call] for call in calls[1:]], expected={"calls": gold})
        for name, mode in MODES.items():
            score = judged(ExpectedCalls(name), evidence)
            assert score.passed == (not mode.all_gold), (row["id"], name)
            share = (len(gold) - 1) / len(gold)
            assert name in ("strict", "unordered", "subset") or score.value == pytest.approx(share)
