from typing import Any

import pytest

from evaltui.domain.score import Evidence, Score
from evaltui.scores.build import build
from evaltui.scores.trajectory.repeats import NoBlindRetry, NoRepeats

A, B, C = ("a", {"x": 1}), ("b", {"x": 1}), ("c", {"x": 1})
FAILED, DONE, FIX = ("a", {"x": 1}, "boom", "error"), ("a", {"x": 1}, "ok"), ("fix", {}, "ok")


def judged(scorer: Any, evidence: Evidence) -> Score:
    score = scorer.score(evidence)
    assert isinstance(score, Score), score
    return score


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        (["Hi."], "no call repeated in 0"),
        ([[A], [B], [("a", {"x": 2})]], "no call repeated in 3"),
        ([[A], [B], [A]], "turn 3: a again with the arguments of turn 1"),
        ([[("a", {"x": 1, "y": [5]})], [("a", {"y": [5.0], "x": 1})]], "turn 2: a again with the arguments of turn 1"),
        ([[A, A]], "turn 1: a again with the arguments of turn 1"),
        ([[("a", {"x": True})], [A]], "no call repeated in 2"),
        ([[("a", {"x": "1"})], [A]], "no call repeated in 2"),
        ([[A], [A], [A]], "turn 2: a again with the arguments of turn 1 (and 1 more)"),
    ],
)
def test_a_call_with_identical_arguments_is_named_with_both_turns(talk, turns, reason) -> None:
    score = judged(NoRepeats(), talk(*turns))
    assert (score.reason, score.value) == (reason, float(not reason.startswith("turn")))


@pytest.mark.parametrize(
    ("turns", "cycles"),
    [
        ([A, B, A, B], [(2, 2, [1, 2, 3, 4], "a, b")]),
        ([C, A, B, A, B, A, B, C], [(2, 3, [2, 3, 4, 5, 6, 7], "a, b")]),
        ([A, B, C, A, B, C], [(3, 2, [1, 2, 3, 4, 5, 6], "a, b, c")]),
        ([A, B, A, B, C, A, C, A], [(2, 2, [1, 2, 3, 4], "a, b"), (2, 2, [5, 6, 7, 8], "c, a")]),
        ([A, A, A, A], []),
        ([A, B, C, A], []),
        ([A, B, B, A], []),
    ],
)
def test_cycles_are_found_and_named(talk, turns, cycles) -> None:
    score = judged(NoRepeats(), talk(*[[call] for call in turns]))
    found = [tuple(cycle[key] for key in ("length", "times", "turns", "tools")) for cycle in score.detail["cycles"]]
    assert found == cycles
    assert ("times in a row" in score.reason) == bool(cycles)


def test_a_cycle_reads_well(talk) -> None:
    score = judged(NoRepeats(), talk([A], [B], [A], [B]))
    assert (
        score.reason == "turn 3: a again with the arguments of turn 1 (and 1 more); turns 1 to 4: a, b 2 times in a row"
    )
    assert score.detail["repeats"][1] == {"tool": "b", "first_turn": 2, "turn": 4}


def test_allowed_tools_may_be_called_again(talk) -> None:
    assert judged(build(NoRepeats, {"value": "a"}), talk([A], [A], [B])).passed
    assert judged(build(NoRepeats, {"value": ["a", "b"]}), talk([A], [B], [A], [B])).passed
    score = judged(NoRepeats("a"), talk([A], [B], [A], [B]))
    assert score.reason == "turn 4: b again with the arguments of turn 2; turns 1 to 4: a, b 2 times in a row"


def test_arguments_too_deep_to_compare_count_as_repeated_and_raise_nothing(talk) -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"x": deep}
    assert not judged(NoRepeats(), talk([("a", deep)], [("a", deep)])).passed


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([[DONE], [DONE]], "no failed call repeated unchanged (0 failed)"),
        ([[FAILED], [FAILED]], "turn 2: a again, unchanged after its error at turn 1"),
        ([[FAILED], "Sorry.", [DONE]], "turn 3: a again, unchanged after its error at turn 1"),
        ([[FAILED], [FAILED], [FAILED]], "turn 2: a again, unchanged after its error at turn 1 (and 1 more)"),
        ([[FAILED], [("a", {"x": 2}, "ok")]], "no failed call repeated unchanged (1 failed)"),
        ([[FAILED], [("b", {}, "ok")], [DONE]], "turn 3: a again, unchanged after its error at turn 1"),
        ([[FAILED], [FIX], [DONE]], "no failed call repeated unchanged (1 failed)"),
        ([[FAILED], [("fix", {}, "no", "error")], [DONE]], "turn 3: a again, unchanged after its error at turn 1"),
        ([[FAILED], [("fix", {})], [DONE]], "turn 3: a again, unchanged after its error at turn 1"),
        ([[FAILED, FIX], [DONE]], "turn 2: a again, unchanged after its error at turn 1"),
        ([[FAILED], [DONE], [DONE]], "turn 2: a again, unchanged after its error at turn 1"),
        ([[FAILED, FAILED]], "no failed call repeated unchanged (2 failed)"),
    ],
)
def test_a_failed_call_made_again_unchanged_is_blind_unless_what_may_cure_it_succeeded_since(
    talk, turns, reason
) -> None:
    score = judged(NoBlindRetry(unless="fix"), talk(*turns))
    assert (score.reason, score.passed) == (reason, not reason.startswith("turn"))


def test_tools_that_may_be_retried_are_allowed(talk) -> None:
    score = judged(build(NoBlindRetry, {"value": ["a"]}), talk([FAILED], [FAILED]))
    assert (score.passed, score.detail) == (True, {"errors": 2})
