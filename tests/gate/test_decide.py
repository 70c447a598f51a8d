"""The verdict: what passes, what blocks, what is incomplete, and the words that say so first."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Graded, Pair, RunFacts
from evaltui.gate.decide import decide
from evaltui.gate.words import one_line


def checks(verdict) -> dict[str, str]:
    return {check.name: check.status for check in verdict.checks}


def named(cases) -> list[str]:
    return [said.case_id for said in cases]


def test_at_or_above_the_baseline_passes(gate, many) -> None:
    verdict = gate(many("+ +", 40, "a") + many("- +", 20, "b"))
    assert verdict.status == "pass" and verdict.label == "SHIP"
    assert verdict.headline == "PASS: pass rate rose 66.7 % → 100.0 % (+33.3 points); no case is marked critical"
    assert verdict.next_step.startswith("evaltui promote 7")
    assert (verdict.run_id, verdict.baseline_run_id) == (7, 3)
    assert list(checks(verdict)) == ["complete", "comparable", "aggregate", "critical"]


def test_an_unchanged_run_ships_within_noise(gate, many) -> None:
    verdict = gate(many("+ +", 40, "a") + many("- -", 10, "b"))
    assert (verdict.status, verdict.label) == ("pass", "SHIP (within noise)")
    assert "stayed at 80.0 %" in verdict.headline


def test_one_case_below_the_baseline_blocks_within_noise(gate, many) -> None:
    verdict = gate(many("+ +", 99, "a") + many("+ -", 1, "b"))
    assert (verdict.status, verdict.label) == ("fail", "HOLD (within noise)")
    assert verdict.headline == (
        "BLOCKED: pass rate fell 100.0 % → 99.0 % (−1.0 point, within noise); 1 case that passed now fails: b0000"
    )
    assert verdict.next_step == "evaltui show 7 b0000"


def test_a_critical_regression_blocks_a_rising_average(gate, many, make_pair) -> None:
    critical = [make_pair(case, "+", "-", critical=True) for case in ("refund-no-order-id", "legal-threat")]
    verdict = gate(many("- +", 9, "a") + many("+ +", 40, "b") + critical)
    assert verdict.status == "fail" and verdict.label == "HOLD"
    assert verdict.headline.startswith("BLOCKED: pass rate rose 82.4 % → 96.1 % (+13.7 points")
    assert verdict.headline.endswith("but 2 critical cases that passed now fail: legal-threat, refund-no-order-id")
    assert checks(verdict) == {"complete": "pass", "comparable": "pass", "aggregate": "pass", "critical": "fail"}
    assert verdict.checks[3].cases[0].reason == "passed before, fails now: reason -"
    assert verdict.next_step == "evaltui show 7 legal-threat"


def test_a_falling_average_and_a_critical_regression_are_both_said(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 40), make_pair("c", "+", "-", critical=True)])
    assert "fell" in verdict.headline and ", and 1 critical case that passed now fails: c" in verdict.headline


def test_a_critical_case_that_failed_before_is_listed_and_does_not_block_under_strict(gate, many, make_pair) -> None:
    pairs = [*many("+ +", 40), make_pair("old", "-", "-", critical=True)]
    verdict = gate(pairs)
    assert verdict.status == "pass"
    assert "1 critical case failed before and still fails: old" in verdict.headline
    blocked = gate(pairs, critical="absolute")
    assert blocked.status == "fail" and "but 1 critical case fails: old" in blocked.headline


def test_a_new_critical_case_that_fails_blocks(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 40), make_pair("new", None, "-", "added", critical=True)])
    assert verdict.status == "fail"
    assert "1 critical case without a comparable baseline fails: new" in verdict.headline


def test_a_new_critical_case_that_passes_does_not_block(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 40), make_pair("new", None, "+", "added", critical=True)])
    assert verdict.status == "pass"
    assert verdict.headline.endswith("; the critical case passes; all 40 cases compared, 1 new left out")
    assert named(verdict.excluded) == ["new"]


@pytest.mark.parametrize("after", ["+++", "++-"])
def test_a_critical_case_with_a_mixed_baseline_is_unstable_and_blocks(gate, many, make_pair, after) -> None:
    verdict = gate([*many("+++ +++", 40), make_pair("flaky", "++-", after, critical=True)])
    assert verdict.status == "fail" and "passed only some of its trials in the baseline: flaky" in verdict.headline
    assert "trials passed 2/3" in verdict.checks[3].cases[0].reason


def test_one_failed_trial_of_a_critical_case_is_a_failure(gate, many, make_pair) -> None:
    verdict = gate([*many("+-- +++", 40), make_pair("c", "+++", "++-", critical=True)])
    assert verdict.status == "fail" and named(verdict.checks[3].cases) == ["c"]


def test_a_critical_case_only_a_judge_scores_makes_the_verdict_incomplete(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 40), make_pair("c", "+", "+", critical=True, judged_only=True)])
    assert verdict.status == "incomplete" and "is scored by nothing but a judge: c" in verdict.headline
    assert verdict.next_step == "give c a scorer that is no judge, or take its critical mark away"


@pytest.mark.parametrize("marks", [("+", "?"), ("+", None), ("?", "+"), (None, "+"), ("++", "+?"), ("+?", "++")])
def test_a_critical_case_without_all_its_scores_is_incomplete_whatever_is_allowed(gate, many, make_pair, marks) -> None:
    pairs = [*many("+ +", 400), *many("- +", 20, "f"), make_pair("c", *marks, critical=True)]
    verdict = gate(pairs, max_unresolved=1.0)
    assert verdict.status == "incomplete" and checks(verdict)["critical"] == "incomplete"


def test_a_missing_score_is_incomplete_unless_allowed(gate, many, make_pair) -> None:
    pairs = [*many("+ +", 97, "a"), *many("- +", 2, "b"), make_pair("c", "+", "?")]
    strict = gate(pairs)
    assert strict.status == "incomplete" and strict.headline == "INCOMPLETE: 1 of 100 samples of run 7 has no score"
    allowed = gate(pairs, max_unresolved=0.02)
    assert allowed.status == "pass" and "1 unresolved case at worst" in allowed.headline
    assert "counted as the worst" in allowed.checks[0].words


def test_the_worst_case_decides_when_missing_scores_are_allowed(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 99), make_pair("c", "+", "?")], max_unresolved=0.02)
    assert verdict.status == "fail" and named(verdict.checks[2].cases) == ["c"]


def test_a_run_that_failed_even_at_best_fails_while_scores_are_missing(gate, many, make_pair) -> None:
    verdict = gate([*many("+ -", 20), make_pair("c", "+", "?")])
    assert verdict.status == "fail" and checks(verdict)["complete"] == "incomplete"
    assert "even if every missing score were in its favour" in verdict.headline


def test_an_unfinished_run_is_incomplete_and_says_how_to_go_on(gate, many) -> None:
    verdict = gate(many("+ +", 10), candidate={"samples": 12, "unfinished": 2}, max_unresolved=1.0)
    assert verdict.status == "incomplete"
    assert "2 of 12 samples of run 7 have no score, not all of them in the cases given" in verdict.headline
    assert verdict.next_step.startswith("evaltui resume 7")


def test_a_baseline_with_missing_scores_is_incomplete_too(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 10), make_pair("c", "?", "+")])
    assert verdict.status == "incomplete" and "baseline run 3" in verdict.headline


def test_a_filtered_run_is_incomplete(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 10), *(make_pair(f"x{i}", "+", None) for i in range(30))])
    assert verdict.status == "incomplete" and "30 of 40 samples of run 7" in verdict.headline
    assert verdict.next_step.startswith("run the whole evalset")


def test_without_a_baseline_the_words_say_how_to_make_the_first(gate, many) -> None:
    compared = many("+ +", 9, "a") + many("+ -", 1, "b")
    verdict = gate([replace(pair, baseline=None, change="added") for pair in compared], first=True)
    assert verdict.status == "incomplete" and verdict.baseline_run_id is None
    assert verdict.headline == "INCOMPLETE: there is no baseline to compare with yet; pass rate 90.0 % over 10 cases"
    assert verdict.next_step == "evaltui promote 7 makes this run the first baseline"
    assert list(checks(verdict).values()) == ["pass", "incomplete", "incomplete", "pass"]


def test_without_a_baseline_failing_critical_cases_are_named(gate, many, make_pair) -> None:
    pairs = [*many("+ +", 9), make_pair("c", None, "-", "added", critical=True)]
    verdict = gate(pairs, first=True)
    assert verdict.status == "incomplete" and "1 critical case fails: c" in verdict.headline
    assert verdict.next_step == "evaltui show 7 c before evaltui promote 7"
    assert gate(pairs, first=True, critical="absolute").status == "fail"


def test_a_changed_evalset_compares_what_is_shared_and_names_the_rest(gate, many, make_pair) -> None:
    verdict = gate([
        *many("+ +", 97), make_pair("n", None, "-", "added"), make_pair("r", "+", None, "removed"),
        make_pair("i", "+", "-", "input changed"), make_pair("g", "-", "+", "gold changed"),
    ])  # fmt: skip
    assert verdict.status == "pass" and verdict.estimate is not None and verdict.estimate.n == 97
    assert named(verdict.excluded) == ["g", "i", "n", "r"]
    assert "expected answer changed" in verdict.excluded[0].reason
    assert verdict.checks[1].words == "97 of 100 cases compared, 1 new left out"


def test_a_run_of_some_cases_says_how_many_it_asked_and_that_all_must_be(gate, many, make_pair) -> None:
    rest = many("+ -", 5, "gone", change="removed")
    for extra in (many("+ +", 9, "more", change="removed"), [make_pair("c", "+", None, "removed", critical=True)]):
        verdict = gate([*many("+ +", 5), *rest, *extra], candidate={"only": "id:a*"})
        assert verdict.status == "incomplete"
        assert f"only 5 of the baseline's {10 + len(extra)} cases were asked" in verdict.headline
        assert "without --only" in verdict.next_step and "--force" not in verdict.next_step
    assert gate(many("+ +", 40), candidate={"only": "id:a*"}).status == "pass"


def test_too_few_shared_cases_are_incomplete(gate, many) -> None:
    verdict = gate(many("+ +", 94, "a") + many("+ +", 6, "b", change="input changed"))
    assert verdict.status == "incomplete"
    assert "only 94 of the baseline's 100 cases are comparable, not 95.0 %" in verdict.headline
    assert "promote" in verdict.next_step


def test_nothing_shared_is_incomplete(gate, many) -> None:
    assert gate(many("+ +", 9, change="gold changed")).status == "incomplete"


@pytest.mark.parametrize("change", ["removed", "input changed", "gold changed"])
def test_a_critical_case_that_cannot_be_compared_is_incomplete(gate, many, make_pair, change) -> None:
    after = None if change == "removed" else "+"
    verdict = gate([*many("+ +", 400), make_pair("c", "+", after, change, critical=True)])
    assert verdict.status == "incomplete"
    assert "1 critical case cannot be compared with the baseline: c" in verdict.headline


def test_a_critical_failure_stays_a_failure_on_incomplete_evidence(gate, many, make_pair) -> None:
    verdict = gate([*many("+ +", 9), make_pair("u", "+", "?"), make_pair("c", "+", "-", critical=True)])
    assert verdict.status == "fail"
    assert "1 critical case that passed now fails: c" in verdict.headline and "has no score" in verdict.headline


def test_no_cases_at_all_is_incomplete(gate) -> None:
    assert gate([]).status == "incomplete"
    assert gate([], first=True).status == "incomplete"


def test_a_case_given_twice_is_refused(gate, many) -> None:
    verdict = gate(many("+ +", 9) * 2)
    assert verdict.status == "incomplete" and "given twice" in verdict.headline
    assert len(verdict.checks[0].cases) == 9


@pytest.mark.parametrize("bad", [
    Graded(1, 1, 0, float("nan")), Graded(1, 1, 0, 2.0), Graded(2, 1, 0, 1.0), Graded(0, 1, -1, 0.0),
    Graded(-1, 1, 0, 0.0),
])  # fmt: skip
def test_evidence_that_contradicts_itself_is_refused(gate, many, bad) -> None:
    verdict = gate([*many("+ +", 9), Pair("bad", "same", Graded(0, 1, 0, 0.0), bad)])
    assert verdict.status == "incomplete" and "bad" in verdict.headline


@pytest.mark.parametrize("facts", [{"samples": 5}, {"samples": 12, "unfinished": 13}, {"unscored": -1}])
def test_counts_that_do_not_add_up_are_refused(gate, many, facts) -> None:
    assert gate(many("+ +", 10), candidate=facts).status == "incomplete"
    assert gate(many("+ +", 10), baseline=facts).status == "incomplete"


def test_a_whole_set_metric_gates_on_its_totals(gate, many) -> None:
    pairs = many("+ +", 40)

    def by_f1(before, after, **policy):
        return gate(pairs, metric="route.macro_f1", baseline={"metrics": {"route.macro_f1": before}},
                    candidate={"metrics": {"route.macro_f1": after}}, **policy)  # fmt: skip

    assert (by_f1(0.7, 0.8).status, by_f1(0.7, 0.8).label) == ("pass", "SHIP (no interval)")
    assert by_f1(0.8, 0.7).status == "fail"
    assert "route.macro f1 fell 80.0 % → 70.0 % (−10.0 points)" in by_f1(0.8, 0.7).headline
    for before, after in [(None, 0.8), (0.8, None), (0.8, float("nan"))]:
        assert by_f1(before, after).status == "incomplete"
    for policy in ("noninferior", "no_confident_regression", "confident_improvement"):
        assert by_f1(0.7, 0.8, policy=policy).status == "incomplete"


@pytest.mark.parametrize("metric", ["unknown", "route.mean", "route.macro_f1"])
def test_a_metric_nobody_computed_is_incomplete(gate, metric) -> None:
    pairs = [Pair(f"c{i}", "same", Graded(1, 1, 0, None), Graded(1, 1, 0, None)) for i in range(40)]
    assert gate(pairs, metric=metric).status == "incomplete"


def test_a_value_missing_in_one_run_is_missing_evidence(gate) -> None:
    valued = [Pair(f"c{i}", "same", Graded(1, 1, 0, 0.5), Graded(1, 1, 0, 0.9)) for i in range(40)]
    verdict = gate([*valued, Pair("half", "same", Graded(1, 1, 0, 0.5), Graded(1, 1, 0, None))], metric="answer.mean")
    assert verdict.status == "incomplete" and "1 of 41 samples of run 7" in verdict.headline


@pytest.fixture
def tickets(shared_data: Path) -> list[Pair]:
    rows = [json.loads(line) for line in (shared_data / "cookbook_classification.jsonl").read_text().splitlines()]

    def run(variant: int) -> dict[int, Graded]:
        return {
            row["case"]: Graded(int(row["verdict"] == "PASS"), 1, 0, row["score"], row["reason"])
            for row in rows
            if row["variant"] == variant
        }

    before, after = run(0), run(5)
    return [Pair(f"ticket-{case}", "same", before[case], after[case]) for case in before]


RUNS = RunFacts(2, 68, 0, 0), RunFacts(1, 68, 0, 0)


def test_real_tickets_with_a_better_prompt_pass(tickets) -> None:
    verdict = decide(GatePolicy(), *RUNS, tickets)
    assert verdict.status == "pass" and verdict.label == "SHIP"
    assert verdict.headline.startswith("PASS: pass rate rose 70.6 % → 94.1 % (+23.5 points)")
    assert (len(verdict.fixed), len(verdict.broke)) == (17, 1)
    assert verdict.estimate is not None and one_line(verdict.estimate).startswith(
        "pass rate 70.6→94.1  +23.5 pts [+13.1, +35.3]  p<.001  17 fixed / 1 broke"
    )


def test_real_tickets_are_blocked_when_the_one_that_broke_is_critical(tickets) -> None:
    (broke,) = (pair.case_id for pair in tickets if pair.broke)
    verdict = decide(GatePolicy(), *RUNS, [replace(pair, critical=pair.case_id == broke) for pair in tickets])
    assert verdict.status == "fail"
    assert verdict.headline == (
        f"BLOCKED: pass rate rose 70.6 % → 94.1 % (+23.5 points), but 1 critical case that passed now fails: {broke}"
    )
    assert verdict.next_step == f"evaltui show 2 {broke}"


def test_a_sample_counted_as_unfinished_and_as_unscored_is_one_sample(gate, many, make_pair) -> None:
    pairs = [*many("+ +", 97, "a"), *many("- +", 2, "b"), make_pair("c", "+", "?")]
    both = {"unfinished": 1, "unscored": 1}
    assert "1 of 100 samples of run 7 has no score" in gate(pairs, candidate=both).headline
    assert gate(pairs, candidate=both, max_unresolved=0.02).status == "pass"
