from typing import Any

import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.scores.text import Exact, Normalized, OneOf


def judged(scorer: Any, evidence: Any) -> Score:
    score = scorer.score(evidence)
    assert isinstance(score, Score)
    return score


@pytest.mark.parametrize(
    ("text", "passed", "reason"),
    [
        ("refund", True, "right"),
        ("Refund", False, "expected refund, got Refund"),
        ("refund\n", False, "expected refund, got refund\\n"),
        ("", False, "expected refund, got nothing"),
    ],
)
def test_exact_compares_character_by_character(reply, text: str, passed: bool, reason: str) -> None:
    score = judged(Exact(), reply(text, "refund"))
    assert (score.passed, score.value, score.reason) == (passed, float(passed), reason)


def test_exact_compares_a_number_gold_with_the_text_json_would_write(reply) -> None:
    assert judged(Exact(), reply("42", 42)).passed
    assert judged(Exact(), reply("true", True)).passed
    assert not judged(Exact(), reply("1", True)).passed


def test_exact_compares_json_as_values(reply) -> None:
    scorer = Exact(take="json")
    assert judged(scorer, reply('{"b": [2.0], "a": 1}', {"a": 1, "b": [2]})).passed
    score = judged(Exact(of="n"), reply('{"n": "5"}', {"n": 5}))
    assert score.reason == 'expected 5, got "5"'


def test_normalized_ignores_case_spacing_typography_and_punctuation_by_default(reply) -> None:
    assert judged(Normalized(), reply("  “Refund  the MUG”! ", "refund the mug")).passed
    assert not judged(Normalized(), reply("refund the cup", "refund the mug")).passed


def test_normalized_by_a_named_normaliser(reply) -> None:
    scorer = Normalized(how="money")
    assert judged(scorer, reply("24,90 €", "EUR 24.90")).passed
    score = judged(scorer, reply("about a tenner", "EUR 24.90"))
    assert not score.passed
    assert score.reason.endswith('compared as text: "about a tenner" is not an amount of money')


def test_one_of_takes_its_own_options_or_those_of_the_case(reply) -> None:
    assert judged(OneOf(options=("yes", "no")), reply("yes")).passed
    assert judged(OneOf(), reply("Paris", ["Paris", "Lutetia"])).passed
    assert judged(OneOf(how="case"), reply("PARIS", ["Paris", "Lutetia"])).passed
    assert judged(OneOf(), reply("Rome", ["Paris", "Lutetia"])).reason == 'expected one of [Paris, Lutetia], got "Rome"'
    assert judged(OneOf(of="n"), reply('{"n": 5.0}', {"n": [4, 5]})).passed


def test_one_of_permits_nothing_only_where_null_is_an_option(reply) -> None:
    assert judged(OneOf(of="n"), reply("{}", {"n": [None, 5]})).passed
    assert not judged(OneOf(of="n"), reply("{}", {"n": [5]})).passed
    assert isinstance(OneOf(of="n").score(reply("{}", {"n": []})), Unscored)


@pytest.mark.parametrize("make", [lambda: Normalized(how="mony"), lambda: OneOf(how=("mony",))])
def test_an_unknown_normaliser_is_refused_at_once(make) -> None:
    with pytest.raises(ValueError, match=r"did you mean money\?"):
        make()


def test_reasons_hold_no_control_characters_and_little_of_the_reply(reply) -> None:
    score = judged(Exact(), reply("\x1b[2J" + "spam " * 1000, "refund"))
    assert score.reason.isprintable()
    assert len(score.reason) < 200
