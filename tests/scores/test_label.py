import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.scores.label import Label

ROUTES = ("refund", "cancel", "Lost parcel")


def test_a_label_is_right_whatever_its_case_and_spacing(reply) -> None:
    score = Label(of="route", labels=ROUTES).score(reply('{"route": " lost  PARCEL"}', {"route": "Lost parcel"}))
    assert score == Score(1.0, True, "right", {"expected": "Lost parcel", "got": "Lost parcel"})


def test_a_wrong_label_is_named_beside_the_right_one(reply) -> None:
    assert Label().score(reply("Cancel\n", "refund")) == Score(
        0.0, False, "expected refund, got cancel", {"expected": "refund", "got": "cancel"}
    )


def test_a_label_that_is_not_declared_is_told_with_the_nearest(reply) -> None:
    score = Label(labels=ROUTES).score(reply("refnd", "refund"))
    assert isinstance(score, Score)
    assert score.reason == "expected refund, got refnd, which is no declared label; did you mean refund?"


def test_a_reply_without_a_label_keeps_the_gold_for_the_metrics(reply) -> None:
    score = Label(of="route", labels=ROUTES).score(reply("no idea", {"route": "Refund"}))
    assert score == Score(0.0, False, "no JSON in the reply", {"expected": "refund", "got": None})


def test_a_gold_label_that_is_not_declared_is_the_scorers_fault(reply) -> None:
    score = Label(labels=ROUTES).score(reply("refund", "refnd"))
    assert score == Unscored('the gold label "refnd" is not among the declared labels; did you mean refund?')


def test_a_gold_that_is_no_label_is_the_scorers_fault(reply) -> None:
    assert isinstance(Label().score(reply("refund", {"route": "refund"})), Unscored)


def test_a_null_gold_wants_no_label(reply) -> None:
    score = Label(of="route").score(reply('{"route": null}', {"route": None}))
    assert score == Score(1.0, True, "rightly absent", {"expected": None, "got": None})


@pytest.mark.parametrize("labels", [(), ("refund", "Refund")])
def test_declared_labels_must_be_distinct_and_some(labels) -> None:
    with pytest.raises(ValueError, match="labels must be distinct"):
        Label(labels=labels)
