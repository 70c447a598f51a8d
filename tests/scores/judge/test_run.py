"""Judges among the other scorers of a sample: what is asked, and what counts until an answer is there."""

from dataclasses import replace

import pytest
from tests.scores.judge.replies import ASKS, STEPS, rubric, sample

from evaltui.domain.case import Case
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.scores.judge.scorer import Judge
from evaltui.scores.metrics import MetricRow, metric_names, metrics, offers
from evaltui.scores.run import grade, is_judge, needs_judge, score_sample
from evaltui.scores.text import Exact
from evaltui.scores.trajectory.budgets import CallBudget

JUDGE = Judge(rubric(ASKS, STEPS))
SCORERS = [
    (ScorerSpec(kind="judge", name="tone"), JUDGE),
    (ScorerSpec(kind="exact", name="exact"), Exact()),
]
CUT = replace(sample("half").trajectory, cut="it used up its 10 turns")


class Crashing(Judge):
    """Somebody else's judge."""

    def applies(self, case: Case) -> bool:
        raise KeyError("x")


def results(evidence: Evidence, **judged: Score | Unscored) -> dict[str, Score | Unscored]:
    return {each.name: each.result for each in score_sample(SCORERS, evidence, judged)}


def test_a_judge_that_has_not_answered_leaves_the_sample_without_a_grade() -> None:
    found = score_sample(SCORERS, sample("yes", expected="yes"))
    assert found[0].result == Unscored("not judged yet")
    assert grade(found).passed is None


def test_a_judges_answer_counts_like_any_score() -> None:
    evidence = sample("yes", expected="yes")
    good = score_sample(SCORERS, evidence, {"tone": Score(0.5, True, "fine")})
    assert (grade(good).passed, grade(good).value) == (True, 0.75)
    assert results(evidence, tone=Score(2.0, True, "")) != results(evidence)
    assert isinstance(results(evidence, tone=Score(2.0, True, ""))["tone"], Unscored)


def test_an_answer_for_another_scorer_is_never_taken() -> None:
    found = results(sample("no", expected="yes"), exact=Score(1.0, True, "x"), other=Score(1.0, True, "x"))
    assert found["tone"] == Unscored("not judged yet")
    assert found["exact"] == Exact().score(sample("no", expected="yes"))


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (sample("half", stop="max_tokens", expected="half"), "cut off at max_tokens"),
        (sample("half", stop="refusal", expected="half"), "refused"),
        (Evidence(sample(expected="half").case, CUT), "it used up its 10 turns"),
    ],
)
def test_what_is_no_answer_fails_with_that_reason_and_is_not_judged(evidence: Evidence, reason: str) -> None:
    found = results(evidence, tone=Score(1.0, True, "lovely"))
    assert not needs_judge(JUDGE, evidence)
    for result in found.values():
        assert isinstance(result, Score)
        assert (result.value, result.passed, result.reason) == (0.0, False, reason)


def test_a_conversation_that_was_cut_passes_nothing_by_conduct_alone() -> None:
    (found,) = score_sample([(ScorerSpec(kind="call_budget", name="b"), CallBudget(3))], Evidence(sample().case, CUT))
    assert isinstance(found.result, Score)
    assert (found.result.passed, found.result.reason[:23]) == (False, "it used up its 10 turns")


def test_only_judges_with_a_reference_to_see_or_no_need_of_one_are_asked() -> None:
    seeing = Judge(rubric(ASKS, sees=["output", "reference"]))
    assert needs_judge(JUDGE, sample())
    assert not needs_judge(seeing, sample())
    assert needs_judge(seeing, sample(expected="x"))
    assert not needs_judge(Exact(), sample(expected="x"))
    assert (is_judge(JUDGE), is_judge(Exact())) == (True, False)


def test_a_judge_that_crashes_is_not_asked_and_says_so_when_scored() -> None:
    crashing = Crashing(rubric(ASKS))
    assert not needs_judge(crashing, sample())
    (found,) = score_sample([(ScorerSpec(kind="x", name="x"), crashing)], sample())
    assert isinstance(found.result, Unscored)
    assert "crashed: KeyError" in found.result.reason


def row(agreement: float | None = None, **values: float) -> MetricRow:
    detail = {"criteria": {name: {"value": value} for name, value in values.items()}}
    more = {} if agreement is None else {"agreement": agreement}
    return MetricRow("tone", "judge", 0.5, True, {**detail, **more})


def test_the_metrics_of_a_judge_are_its_criteria_and_its_agreement_with_itself() -> None:
    found = metrics([row(1.0, a=1.0, b=0.2), row(0.5, a=0.0, b=0.4)])
    assert found == {
        "tone.pass_rate": 1.0, "tone.mean": 0.5, "tone.agreement": 0.75,
        "tone.criterion.a": 0.5, "tone.criterion.b": pytest.approx(0.3),
    }  # fmt: skip
    assert "tone.agreement" not in metrics([row(a=1.0)])


def test_a_refusal_counts_as_no_criterion_met() -> None:
    refused = score_sample(SCORERS[:1], sample(stop="refusal"))[0].result
    assert isinstance(refused, Score)
    found = metrics([MetricRow("tone", "judge", refused.value, refused.passed, refused.detail)])
    assert found["tone.criterion.steps"] == found["tone.criterion.asks_order"] == 0.0


def test_a_gate_may_name_the_metrics_that_the_rubric_makes() -> None:
    once = {"rubric": rubric(ASKS).model_dump()}
    often = {"rubric": rubric(ASKS, repeats=3).model_dump()}
    assert metric_names("judge", once) == ("pass_rate", "mean", "criterion.asks_order")
    assert metric_names("judge", often) == ("pass_rate", "mean", "agreement", "criterion.asks_order")
    assert not offers("judge", "criterion.other", once)
    assert not offers("judge", "f1.a", once)
    assert offers("label", "f1.a")
