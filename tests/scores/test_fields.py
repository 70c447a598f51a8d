from typing import Any

import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.scores.comparisons import FieldVerdict, compare_field
from evaltui.scores.fields import Fields
from evaltui.scores.paths import ABSENT

HOW = {"order_id": "text", "date": "date", "amount": "money"}
GOLD = {"order_id": "FW-48213", "date": "2026-03-14", "amount": "24.90 EUR"}


def judged(scorer: Fields, evidence: Any) -> Score:
    score = scorer.score(evidence)
    assert isinstance(score, Score)
    return score


@pytest.mark.parametrize(
    ("how", "gold", "got", "outcome", "counts"),
    [
        ("exact", 5, 5.0, "right", (1, 0, 0)),
        ("exact", 5, "5", "wrong", (0, 1, 1)),
        ("text", "FW-1", " fw-1", "right", (1, 0, 0)),
        ("date", "2026-03-14", "14.03.2026", "right", (1, 0, 0)),
        ("date", "2026-03-14", None, "missing", (0, 0, 1)),
        ("date", "2026-03-14", ABSENT, "missing", (0, 0, 1)),
        ("date", None, "14.03.2026", "extra", (0, 1, 0)),
        ("date", None, ABSENT, "absent", (0, 0, 0)),
        ("money", "24.90 EUR", "€24.90", "right", (1, 0, 0)),
        ("money", "24.90 EUR", 24.9, "wrong", (0, 1, 1)),
        ("money:EUR", "24.90 EUR", 24.9, "right", (1, 0, 0)),
        ("case+space", "A  b", "a B", "right", (1, 0, 0)),
        ("one_of", ["a", "b"], "b", "right", (1, 0, 0)),
        ("one_of", ["a", "b"], "c", "wrong", (0, 1, 1)),
        ("one_of", ["a", None], ABSENT, "absent", (0, 0, 0)),
        ("list:set", ["a", "b", "c"], ["c", "x", "a"], "wrong", (2, 1, 1)),
        ("list:set", ["a", "b"], ["b", "a"], "right", (2, 0, 0)),
        ("list:set", ["a", "a"], ["a"], "wrong", (1, 0, 1)),
        ("list:set", ["a"], ABSENT, "missing", (0, 0, 1)),
        ("list:set", None, ["a"], "extra", (0, 1, 0)),
        ("list:set", [], None, "absent", (0, 0, 0)),
        ("list:set", ["a", "b"], "a", "wrong", (0, 1, 2)),
        ("list:set:money", ["24,90 €"], ["EUR 24.90"], "right", (1, 0, 0)),
        ("list:sequence", ["a", "b"], ["b", "a"], "wrong", (0, 2, 2)),
        ("list:sequence", ["a", "b"], ["a", "b"], "right", (2, 0, 0)),
    ],
)
def test_a_field_has_an_outcome_and_the_counts_of_f1(how, gold, got, outcome, counts) -> None:
    verdict = compare_field(how, gold, got)
    assert (verdict.outcome, (verdict.tp, verdict.fp, verdict.fn)) == (outcome, counts)
    assert verdict.passed is (outcome in ("right", "absent"))
    assert bool(verdict.reason) or verdict.passed


def test_all_fields_right_whatever_their_writing(reply) -> None:
    text = '{"order_id": "fw-48213", "date": "14 March 2026", "amount": "€24.90", "note": "more"}'
    score = judged(Fields(fields=HOW), reply(text, GOLD))
    assert (score.value, score.passed, score.reason) == (1.0, True, "all 3 fields right")


def test_value_is_the_f1_of_the_sample_and_the_reason_names_the_first_wrong_field(reply) -> None:
    text = '{"order_id": "FW-48213", "date": "14.03.2025", "amount": null}'
    score = judged(Fields(fields=HOW), reply(text, GOLD))
    assert score.value == pytest.approx(2 / (2 + 1 + 2))
    assert score.reason == "date: expected 2026-03-14, got 14.03.2025 (and 1 more wrong)"
    assert score.detail["fields"]["amount"] == {
        "outcome": "missing",
        "tp": 0,
        "fp": 0,
        "fn": 1,
        "reason": "expected 24.90 EUR, got nothing",
    }


def test_a_sample_without_any_value_passes_and_is_undefined_for_f1(reply) -> None:
    score = judged(Fields(fields=("date", "amount")), reply("{}", {"date": None, "amount": None}))
    assert (score.value, score.passed) == (1.0, True)
    assert {verdict["outcome"] for verdict in score.detail["fields"].values()} == {"absent"}


def test_without_names_every_key_of_the_gold_is_compared_exactly(reply) -> None:
    assert judged(Fields(), reply('{"a": 1, "b": [2], "c": 3}', {"a": 1, "b": [2]})).passed
    assert not judged(Fields(), reply('{"a": 1}', {"a": 1, "b": [2]})).passed


def test_fields_the_gold_does_not_hold_are_not_compared(reply) -> None:
    score = judged(Fields(fields=HOW), reply('{"order_id": "FW-48213", "date": "x"}', {"order_id": "FW-48213"}))
    assert list(score.detail["fields"]) == ["order_id"]
    assert not Fields(fields=HOW).applies(reply("x", {"other": 1}).case)


def test_a_field_may_be_a_path(reply) -> None:
    scorer = Fields(fields={"customer.name": "text"})
    assert judged(scorer, reply('{"customer": {"name": "ada"}}', {"customer": {"name": "Ada"}})).passed


def test_a_reply_that_cannot_be_read_misses_every_field(reply) -> None:
    score = judged(Fields(fields=HOW), reply("sorry", GOLD))
    assert (score.value, score.passed, score.reason) == (0.0, False, "no JSON in the reply")
    assert {verdict["fn"] for verdict in score.detail["fields"].values()} == {1}


def test_a_reply_that_is_a_list_misses_every_field(reply) -> None:
    assert judged(Fields(fields=HOW), reply('[{"date": 1}]', GOLD)).reason == "expected an object of fields, got a list"


def test_gold_that_is_no_object_is_the_scorers_fault(reply) -> None:
    assert isinstance(Fields().score(reply("{}", "refund")), Unscored)


def test_what_cannot_be_normalised_is_compared_as_text_and_says_so(reply) -> None:
    score = judged(Fields(fields={"date": "date"}), reply('{"date": "soon"}', {"date": "2026-03-14"}))
    assert score.reason == ('date: expected 2026-03-14, got soon; compared as text: "soon" is not a whole date')


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "fields is empty"),
        ({"date": "dat"}, 'date: "dat" is no comparison'),
        ({"n": "list:set:mony"}, r"did you mean money\?"),
        ({"n": ("money", "date")}, "cannot be combined"),
        ({"n": "phone:Germany"}, "needs a country"),
    ],
)
def test_comparisons_that_do_not_exist_are_refused_in_words(fields, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fields(fields=fields)


def test_verdicts_are_values() -> None:
    assert compare_field("exact", 1, 1) == FieldVerdict("right", tp=1)
