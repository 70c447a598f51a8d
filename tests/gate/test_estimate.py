"""The estimate chooses the method the data allows and says what a difference proves."""

import random
from dataclasses import replace

import pytest

from evaltui.domain.verdict import Estimate, Graded, Pair
from evaltui.gate.estimate import NoEstimate, estimate
from evaltui.gate.words import one_line


def a_333_case_comparison(many) -> list[Pair]:
    return many("- +", 14, "f") + many("+ -", 7, "b") + many("+ +", 276, "p") + many("- -", 36, "n")


def test_pass_or_fail_once_without_groups_takes_tango_and_mcnemar(many) -> None:
    found = estimate("pass_rate", a_333_case_comparison(many), margin=0.02)
    assert isinstance(found, Estimate)
    assert (found.n, found.fixed, found.broke, found.method) == (333, 14, 7, "Tango, McNemar mid-p")
    assert (found.low, found.high) == (pytest.approx(-0.00648, abs=1e-5), pytest.approx(0.05111, abs=1e-5))
    assert found.floor == pytest.approx(-0.001716950430243159, abs=1e-9)
    assert found.p == pytest.approx(0.13380050659179693)
    assert found.evidence == "no_worse_than_margin"


def test_one_line_tells_the_whole_comparison(many) -> None:
    found = estimate("pass_rate", a_333_case_comparison(many))
    assert isinstance(found, Estimate)
    assert one_line(found, 0.02) == (
        "pass rate 85.0→87.1  +2.1 pts [−0.6, +5.1]  p=.13  14 fixed / 7 broke"
        "  floor −0.2 (limit −2.0)  MDE 3.8  NO WORSE"
    )


def test_one_line_names_groups_trials_missing_scores_and_small_sets_only_when_there_are_any(make_pair) -> None:
    pairs = [make_pair(f"c{i}", "++-", "+++" if i else "++?", group=f"g{i // 2}") for i in range(8)]
    found = estimate("pass_rate", pairs)
    assert isinstance(found, Estimate)
    line = one_line(found)
    assert "G=4" in line and "K=3" in line and "!1 unresolved" in line and "small: n=8" in line
    assert line.endswith("INCONCLUSIVE")


def test_a_small_set_is_told_in_counts(many) -> None:
    found = estimate("pass_rate", many("+ +", 17, "p") + many("- +", 2, "f") + many("- -", 1, "n"))
    assert isinstance(found, Estimate)
    assert "small: n=20, 17 → 19 of 20 cases" in one_line(found)


def test_identical_runs_still_have_an_interval(many) -> None:
    found = estimate("pass_rate", many("+ +", 100))
    assert isinstance(found, Estimate)
    assert found.difference == 0 and found.p == 1.0
    assert found.low is not None and found.low < 0 < (found.high or 0) and (found.mde or 0) > 0


def test_repeats_are_averaged_per_case_and_smoothed(many) -> None:
    found = estimate("pass_rate", many("+++ ++-", 20, "a") + many("+-- ++-", 20, "b"))
    assert isinstance(found, Estimate)
    assert (found.n, found.trials, found.method) == (40, 3, "smoothed, t test")
    assert found.difference == pytest.approx(0) and found.broke == 20


def test_unequal_trials_of_the_runs_compare_by_case_means(many) -> None:
    found = estimate("pass_rate", many("+ ++-", 10, "a") + many("- ---", 10, "b"))
    assert isinstance(found, Estimate)
    assert found.difference == pytest.approx(-1 / 6) and found.method == "smoothed, sign flips"


def test_a_scorers_mean_is_compared_by_value(make_pair) -> None:
    pairs = [Pair(f"c{i}", "same", Graded(1, 1, 0, 0.50), Graded(1, 1, 0, 0.75)) for i in range(12)]
    found = estimate("answer.mean", pairs)
    assert isinstance(found, Estimate)
    assert found.difference == 0.25 and found.evidence == "improvement" and found.method == "smoothed, sign flips"


def test_cases_the_scorer_does_not_apply_to_take_no_part_in_its_mean(make_pair) -> None:
    valued = [Pair(f"c{i}", "same", Graded(1, 1, 0, 0.5), Graded(1, 1, 0, 0.6)) for i in range(3)]
    without = [Pair("other", "same", Graded(1, 1, 0, None), Graded(0, 1, 0, None))]
    found = estimate("answer.mean", valued + without)
    assert isinstance(found, Estimate) and found.n == 3


def test_groups_widen_the_interval(many) -> None:
    alone = [pair for index in range(30) for pair in many(("- +", "+ -", "+ +")[index % 3], 4, f"g{index:02}-")]
    together = [replace(pair, group=pair.case_id[:3]) for pair in alone]
    apart, grouped = estimate("pass_rate", alone), estimate("pass_rate", together)
    assert isinstance(apart, Estimate) and isinstance(grouped, Estimate)
    assert grouped.groups == 30 and grouped.method == "smoothed over groups, t test"
    assert (grouped.high or 0) - (grouped.low or 0) > 1.5 * ((apart.high or 0) - (apart.low or 0))


def test_few_groups_prove_nothing_however_clear_they_look(many) -> None:
    pairs = [pair for index in range(6) for pair in many("- +", 20, f"g{index}-", group=f"g{index}")]
    found = estimate("pass_rate", pairs)
    assert isinstance(found, Estimate)
    assert (found.floor or 0) > 0 and found.evidence == "inconclusive" and found.p == pytest.approx(2 / 64)


def test_groups_of_one_case_are_no_groups(many) -> None:
    pairs = [replace(pair, group=pair.case_id) for pair in many("- +", 5, "a") + many("+ +", 40, "b")]
    found = estimate("pass_rate", pairs)
    assert isinstance(found, Estimate) and found.groups is None and found.method.startswith("Tango")


def test_one_group_leaves_no_interval(many) -> None:
    found = estimate("pass_rate", many("- +", 5, group="only"))
    assert isinstance(found, Estimate)
    assert (found.low, found.floor, found.p, found.mde) == (None, None, pytest.approx(1.0), None)


def test_missing_scores_count_against_the_candidate_and_for_the_baseline(make_pair, many) -> None:
    pairs = [*many("+ +", 8), make_pair("x", "+", "?"), make_pair("y", "?", "-"), make_pair("z", "-", None)]
    found = estimate("pass_rate", pairs)
    assert isinstance(found, Estimate)
    assert found.unresolved == 3
    assert (found.baseline, found.candidate) == (pytest.approx(10 / 11), pytest.approx(8 / 11))


def test_only_cases_that_stayed_the_same_are_compared(make_pair, many) -> None:
    changed = [
        make_pair("n", None, "-", "added"), make_pair("r", "+", None, "removed"),
        make_pair("i", "+", "-", "input changed"), make_pair("g", "+", "-", "gold changed"),
    ]  # fmt: skip
    found = estimate("pass_rate", many("+ +", 40) + changed)
    assert isinstance(found, Estimate) and (found.n, found.difference) == (40, 0)


def test_a_whole_set_metric_has_its_totals_and_no_interval(many) -> None:
    pairs = many("+ +", 40, "a") + many("+ -", 2, "b")
    found = estimate("route.macro_f1", pairs, totals=(0.8, 0.75))
    assert isinstance(found, Estimate)
    assert (found.difference, found.low, found.p, found.method) == (-0.05, None, None, "no interval")
    assert (found.n, found.broke) == (42, 2) and "no interval" in one_line(found)


@pytest.mark.parametrize("totals", [None, (None, 0.5), (0.5, None), (0.5, float("nan")), (0.5, 1.5)])
def test_an_unknown_whole_set_metric_gives_no_estimate(many, totals) -> None:
    assert isinstance(estimate("route.macro_f1", many("+ +", 3), totals=totals), NoEstimate)


def test_a_whole_set_metric_with_missing_scores_gives_no_estimate(many, make_pair) -> None:
    found = estimate("route.macro_f1", [*many("+ +", 3), make_pair("x", "+", "?")], totals=(0.5, 0.5))
    assert isinstance(found, NoEstimate) and "1 unresolved" in found.reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, 1.1])
def test_a_value_that_is_no_share_is_refused_by_name(value) -> None:
    found = estimate("answer.mean", [Pair("bad", "same", Graded(1, 1, 0, 0.5), Graded(1, 1, 0, value))])
    assert isinstance(found, NoEstimate) and found.reason.startswith("bad: its value")


def test_nothing_to_compare_gives_no_estimate(make_pair) -> None:
    assert isinstance(estimate("pass_rate", []), NoEstimate)
    assert isinstance(estimate("pass_rate", [make_pair("x", "+", None, "removed")]), NoEstimate)
    assert isinstance(estimate("pass_rate", [make_pair("x", "?", "?")]), NoEstimate)


def test_the_order_of_the_cases_changes_no_bit_of_the_estimate() -> None:
    draw = random.Random(5)
    pairs = [
        Pair(f"c{i}", "same", Graded(1, 1, 0, draw.random()), Graded(1, 1, 0, draw.random()), group=f"g{i % 25}")
        for i in range(200)
    ]
    shuffled = draw.sample(pairs, len(pairs))
    assert estimate("answer.mean", pairs) == estimate("answer.mean", iter(shuffled))


def test_equal_multisets_of_scores_are_equal_whatever_floating_point_says() -> None:
    values = [0.1, 0.2, 0.3, 0.7, 0.1, 0.1]
    pairs = [
        Pair(f"c{i}", "same", Graded(1, 1, 0, before), Graded(1, 1, 0, after))
        for i, (before, after) in enumerate(zip(values, reversed(values), strict=True))
    ]
    found = estimate("answer.mean", pairs)
    assert isinstance(found, Estimate) and found.difference == pytest.approx(0, abs=1e-12)
