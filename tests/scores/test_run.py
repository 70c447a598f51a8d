"""One sample through every scorer: crashes, cut replies and refusals are verdicts, never lost."""

import math
from dataclasses import dataclass
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.scores.fields import Fields
from evaltui.scores.label import Label
from evaltui.scores.phrases import Excludes
from evaltui.scores.run import Grade, SampleScore, grade, score_sample
from evaltui.scores.text import Exact
from evaltui.scores.tool_choice import ToolChoice
from evaltui.scores.trajectory.budgets import CallBudget
from evaltui.scores.trajectory.forbidden import ForbiddenTools


@dataclass(frozen=True, slots=True)
class Fixed:
    """A scorer of somebody else's, with whatever result."""

    result: Any = None

    def applies(self, case: Case) -> bool:
        return True

    def score(self, evidence: Evidence) -> Any:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


def spec(name: str, *, advisory: bool = False) -> ScorerSpec:
    return ScorerSpec(kind="any", name=name, advisory=advisory)


def only(scorer: Any, evidence: Evidence) -> Score | Unscored:
    (sample,) = score_sample([(spec("it"), scorer)], evidence)
    return sample.result


def test_scorers_without_gold_are_left_out_and_the_others_keep_their_order(reply) -> None:
    scorers = [
        (spec("route"), Exact(of="route")),
        (spec("date"), Exact(of="date")),
        (spec("id", advisory=True), Fixed(Score(1.0, True, ""))),
    ]
    samples = score_sample(scorers, reply('{"route": "refund"}', {"route": "refund"}))
    assert [(sample.name, sample.advisory) for sample in samples] == [("route", False), ("id", True)]


def test_a_scorer_that_crashes_is_missing_evidence_with_its_traceback(reply) -> None:
    result = only(Fixed(KeyError("a\x1bb")), reply("x"))
    assert isinstance(result, Unscored)
    assert result.reason == "the scorer crashed: KeyError: 'a\\x1bb'"
    assert "Traceback" in result.detail
    assert "raise self.result" in result.detail


def test_an_interrupt_is_no_crash_of_a_scorer(reply) -> None:
    with pytest.raises(KeyboardInterrupt):
        only(Fixed(KeyboardInterrupt()), reply("x"))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Score(math.nan, True, ""), "the value NaN"),
        (Score(1.5, True, ""), "the value 1.5"),
        (Score(-0.1, False, ""), "the value -0.1"),
        (Score(True, True, ""), "the value true"),
        (Score("1", True, ""), 'the value "1"'),  # type: ignore[arg-type]
        (Score(1.0, 1, ""), "where Score or Unscored is due"),  # type: ignore[arg-type]
        (0.5, 'returned "float"'),
        (None, 'returned "NoneType"'),
    ],
)
def test_a_result_that_no_scorer_may_give_is_missing_evidence(reply, result, words: str) -> None:
    checked = only(Fixed(result), reply("x"))
    assert isinstance(checked, Unscored)
    assert words in checked.reason


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
def test_a_reply_that_was_cut_off_scores_zero_however_right_it_looks(reply, stop: str) -> None:
    evidence = reply("refund", "refund", stop=stop)
    for scorer in (Exact(), Excludes(phrases="sorry"), Fixed(Score(1.0, True, "right"))):
        assert only(scorer, evidence) == Score(0.0, False, f"cut off at {stop}")
    called = reply(expected=[{"name": "find"}], calls=[("find", {})], stop=stop)
    assert only(ToolChoice(), called) == Score(0.0, False, f"cut off at {stop}")


def test_a_refusal_scores_zero_and_names_its_category(reply) -> None:
    assert only(Exact(), reply("", "refund", stop="refusal")) == Score(0.0, False, "refused")
    assert only(Exact(), reply("", "refund", stop="refusal", refusal="cyber")) == Score(0.0, False, "refused (cyber)")


def test_labels_and_fields_of_a_cut_reply_still_count_in_the_metrics(reply) -> None:
    label = only(Label(of="route"), reply("", {"route": "refund"}, stop="max_tokens"))
    assert label == Score(0.0, False, "cut off at max_tokens", {"expected": "refund", "got": None})
    found = only(Fields(fields=("date", "amount")), reply("", {"date": "x", "amount": None}, stop="max_tokens"))
    assert isinstance(found, Score)
    assert found.value == 0
    assert [verdict["fn"] for verdict in found.detail["fields"].values()] == [1, 0]


def sample(name: str, result: Score | Unscored, *, advisory: bool = False) -> SampleScore:
    return SampleScore(name, advisory, result)


RIGHT, HALF, MISSING = Score(1.0, True, "right"), Score(0.5, False, "lacks x"), Unscored("crashed")


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([sample("a", RIGHT), sample("b", RIGHT)], Grade(True, 1.0, "passed")),
        ([sample("a", RIGHT), sample("b", HALF)], Grade(False, 0.75, "b: lacks x")),
        ([sample("a", RIGHT), sample("b", HALF, advisory=True)], Grade(True, 1.0, "passed")),
        ([sample("a", HALF), sample("b", MISSING)], Grade(None, None, "b: not scored: crashed")),
        ([sample("a", RIGHT), sample("b", MISSING, advisory=True)], Grade(True, 1.0, "passed")),
        ([], Grade(None, None, "no scorer has gold for this case")),
        ([sample("a", RIGHT, advisory=True)], Grade(None, None, "only advisory scorers have gold for this case")),
    ],
)
def test_a_sample_is_graded_by_the_scorers_that_count(samples, expected: Grade) -> None:
    assert grade(samples) == expected


@pytest.mark.parametrize("stop", ["max_tokens", "refusal"])
def test_conduct_is_judged_however_the_conversation_ended(reply, stop) -> None:
    evidence = reply("", "refund", [("wipe", {})], stop=stop)
    scorers = [(spec("answer"), Exact()), (spec("calls"), CallBudget(5)), (spec("never"), ForbiddenTools("wipe"))]
    answer, calls, never = (sample.result for sample in score_sample(scorers, evidence))
    assert isinstance(answer, Score)
    assert not answer.passed
    assert calls == Score(1.0, True, "1 of 5 tool calls", {"used": 1, "limit": 5, "unit": "tool calls"})
    assert isinstance(never, Score)
    assert never.reason == "turn 1: called wipe, which is forbidden"


def test_a_reply_that_is_no_answer_never_passes_by_its_conduct_alone(reply) -> None:
    evidence = reply("", "refund", stop="refusal")
    scorers = [(spec("calls"), CallBudget(5)), (spec("fyi", advisory=True), CallBudget(6))]
    samples = score_sample(scorers, evidence)
    assert isinstance(samples[1].result, Score)
    assert samples[1].result.passed
    assert samples[0].result == Score(
        0.0, False, "refused; 0 of 5 tool calls", {"used": 0, "limit": 5, "unit": "tool calls"}
    )
    assert grade(samples).passed is False


def test_conduct_of_an_answer_passes_as_it_is(reply) -> None:
    assert only(CallBudget(5), reply("refund")) == Score(
        1.0, True, "0 of 5 tool calls", {"used": 0, "limit": 5, "unit": "tool calls"}
    )
