"""A judge's answer is a whole verdict or none: never half of one, and never a silent zero."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scores.judge.replies import ASKS, CALM, STEPS, reply, rubric, sample, verdict

from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.score import Score, Unscored
from evaltui.domain.trajectory import Usage
from evaltui.scores.judge.scorer import Judge

GOOD = verdict(asks_order=True, steps=4)
TEXT = json.dumps(GOOD)


def read(judge: Judge, *answers: Outcome) -> Score:
    result = judge.read(sample(), answers)
    assert isinstance(result, Score), result
    return result


def unread(judge: Judge, *answers: Outcome) -> Unscored:
    result = judge.read(sample(), answers)
    assert isinstance(result, Unscored), result
    return result


def test_a_whole_verdict_is_a_score_with_its_detail() -> None:
    judge = Judge(rubric(ASKS, STEPS))
    assert judge.readable(reply(GOOD))
    score = read(judge, reply(GOOD))
    assert (score.value, score.passed, score.reason) == (pytest.approx(0.9), True, "2 of 2 criteria met")
    assert score.detail["criteria"]["steps"] == {
        "score": 4, "value": 0.8, "passed": True, "reason": "because of steps",
    }  # fmt: skip
    assert score.detail["rubric"] == judge.rubric.digest
    assert "agreement" not in score.detail


def test_thinking_before_the_verdict_and_space_around_it_are_no_fault() -> None:
    blocks = [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": f"\n {TEXT}\n"}]
    assert read(Judge(rubric(ASKS, STEPS)), reply(blocks)).passed


PROSE = [
    "The reply is fine, it gets a 5.", f"Here is my verdict: {TEXT}", f"{TEXT}\nHope this helps!", f"```\n{TEXT}\n```",
    TEXT[: len(TEXT) // 2], TEXT + TEXT, f"[{TEXT}]", "5", "", "null", "NaN", TEXT.replace('"steps"', '"asks_order"'),
]  # fmt: skip


@pytest.mark.parametrize("text", PROSE)
def test_prose_fences_half_a_json_and_two_verdicts_are_none(text: str) -> None:
    judge = Judge(rubric(ASKS, STEPS))
    assert not judge.readable(reply(text))
    result = unread(judge, reply(text))
    assert result.reason.startswith("the judge's reply is no verdict: ")
    assert result.detail == text
    assert not text.strip() or "; it begins " in result.reason


WRONG: list[tuple[Any, str]] = [
    (verdict(asks_order=True), "criterion steps is missing"),
    (verdict(asks_order=True, steps=4, mood=1), "mood was not asked for"),
    (GOOD | {"overall": 5}, "overall was not asked for"),
    (GOOD | {"steps": 4}, "steps is no object"),
    (GOOD | {"steps": {"score": 4}}, "steps: reason is missing"),
    (GOOD | {"steps": {"reason": "x", "score": 4, "sure": 1}}, "sure was not asked for"),
    (GOOD | {"steps": {"reason": None, "score": 4}}, "the reason is no text"),
    *((verdict(asks_order=True, steps=no), "steps: the score is") for no in (-1, 6, "4", 4.0, 4.5, True, None, [4])),
    *((verdict(asks_order=no, steps=4), "asks_order: the score is") for no in (1, 0, "true", None, "yes")),
]  # fmt: skip


@pytest.mark.parametrize(("value", "words"), WRONG)
def test_what_is_not_of_the_shape_that_was_asked_for_is_no_verdict(value: Any, words: str) -> None:
    judge = Judge(rubric(ASKS, STEPS))
    assert not judge.readable(reply(value))
    assert words in unread(judge, reply(value)).reason


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        ("max_tokens", "cut off at max_tokens"), ("model_context_window_exceeded", "end of the context window"),
        ("refusal", "the judge refused"), ("pause_turn", "stopped with pause_turn"),
        ("tool_use", "stopped with tool_use"),
        ("stop_sequence", "stopped with stop_sequence"), (None, "stopped with null"),
    ],
)  # fmt: skip
def test_a_verdict_that_did_not_end_by_itself_is_none_even_if_it_looks_whole(stop: str | None, words: str) -> None:
    judge = Judge(rubric(ASKS, STEPS))
    assert not judge.readable(reply(GOOD, stop))
    assert words in unread(judge, reply(GOOD, stop)).reason


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Errored("overloaded_error", "busy\x1b[2J"), "overloaded_error: busy\\u001b[2J"),
        (Expired(), "expired"), (Canceled(), "canceled"),
        (Succeeded(b"{", "end_turn", "m", Usage()), "cannot be read"),
        (Succeeded(b'{"content": "x"}', "end_turn", "m", Usage()), "cannot be read"),
    ],
)  # fmt: skip
def test_an_answer_that_never_came_is_named(outcome: Outcome, words: str) -> None:
    assert words in unread(Judge(rubric()), outcome).reason


@settings(max_examples=50)
@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_text_is_ever_a_crash_or_a_score_of_zero(text: str) -> None:
    judge = Judge(rubric(ASKS, STEPS))
    result = judge.read(sample(), [reply(text)])
    assert isinstance(result, Unscored)
    assert result.reason.isprintable()


def test_a_judge_that_obeys_an_injected_score_is_no_verdict() -> None:
    assert "no JSON" in unread(Judge(rubric()), reply("score 5")).reason
    assert "was not asked for" in unread(Judge(rubric()), reply({"score": 5} | verdict(asks_order=True))).reason


def test_every_criterion_must_pass_and_the_worst_one_is_named_with_its_reason() -> None:
    judge = Judge(rubric(ASKS, STEPS, CALM | {"weight": 3}))
    score = read(judge, reply(verdict(asks_order=False, steps=2, calm=False)))
    assert not score.passed
    assert score.reason == "calm: no: because of calm (0 of 3 criteria met)"
    assert score.value == pytest.approx(0.4 / 5)
    score = read(judge, reply(verdict(asks_order=True, steps=2, calm=True)))
    assert score.reason == "steps: 2 of 5, needs 3: because of steps (2 of 3 criteria met)"


def test_a_weighted_mean_may_decide_and_what_is_required_must_still_pass() -> None:
    judge = Judge(rubric(ASKS | {"required": True}, CALM, STEPS, score_at_least=0.8))
    assert not read(judge, reply(verdict(asks_order=True, calm=False, steps=5))).passed
    passing = read(judge, reply(verdict(asks_order=True, calm=True, steps=2)))
    assert (passing.value, passing.passed) == (pytest.approx(0.8), True)
    failing = read(judge, reply(verdict(asks_order=False, calm=True, steps=5)))
    assert (failing.passed, failing.reason[:15]) == (False, "asks_order: no:")
    assert "0.67, needs 0.8; 2 of 3 criteria met" in failing.reason


def test_a_mean_that_is_exactly_what_is_needed_passes() -> None:
    criteria = [ASKS | {"name": f"c{at}", "weight": 0.1} for at in range(10)]
    judge = Judge(rubric(*criteria, score_at_least=0.7))
    assert read(judge, reply(verdict(**{f"c{at}": at < 7 for at in range(10)}))).passed


@pytest.mark.parametrize(
    ("votes", "counts", "agreement"),
    [([1, 1, 0], True, 2 / 3), ([0, 1, 0], False, 2 / 3), ([1, 0], False, 0.5), ([1, 1], True, 1.0)],
)
def test_the_majority_of_repeats_counts_and_an_even_split_is_a_no(
    votes: list[int], counts: bool, agreement: float
) -> None:
    judge = Judge(rubric(ASKS, repeats=len(votes)))
    score = read(judge, *(reply(verdict(asks_order=bool(vote))) for vote in votes))
    assert (score.passed, score.detail["agreement"]) == (counts, pytest.approx(agreement))
    assert score.detail["criteria"]["asks_order"]["scores"] == [bool(vote) for vote in votes]


@pytest.mark.parametrize(("levels", "counts"), [([5, 1, 4], 4), ([2, 3], 2), ([0, 5, 5, 0], 0)])
def test_the_median_of_levels_counts_the_lower_one_where_there_are_two(levels: list[int], counts: int) -> None:
    score = read(Judge(rubric(STEPS, repeats=len(levels))), *(reply(verdict(steps=level)) for level in levels))
    assert score.detail["criteria"]["steps"]["score"] == counts


def test_the_reason_shown_is_that_of_a_judgement_which_says_what_counts() -> None:
    answers = [{"asks_order": {"reason": why, "score": say}} for why, say in (("yes!", True), ("it\ndoes not", False))]
    score = read(Judge(rubric(ASKS, repeats=2)), *map(reply, answers))
    assert score.reason.startswith("asks_order: no: it does not")


@pytest.mark.parametrize("answers", [[], [reply(GOOD)], [reply(GOOD), reply("no")], [Expired(), reply(GOOD)]])
def test_a_repeat_that_is_missing_or_unreadable_leaves_the_sample_without_a_score(answers: list[Outcome]) -> None:
    result = unread(Judge(rubric(ASKS, STEPS, repeats=2)), *answers)
    assert "of 2" in result.reason


def test_hostile_reasons_are_shown_harmlessly() -> None:
    score = read(Judge(rubric(ASKS)), reply({"asks_order": {"reason": "\x1b[2J\u202e" + "x" * 9_000, "score": False}}))
    assert score.reason.isprintable() and len(score.reason) < 300
    assert len(score.detail["criteria"]["asks_order"]["reason"]) <= 1_000


def test_an_empty_reason_is_said_to_be_none() -> None:
    score = read(Judge(rubric(ASKS)), reply({"asks_order": {"reason": " ", "score": False}}))
    assert "no reason given" in score.reason
