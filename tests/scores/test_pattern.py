import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.scores.pattern import Regex


def test_a_pattern_is_searched_anywhere_or_matched_in_full(reply) -> None:
    assert Regex(pattern=r"FW-\d{5}").score(reply("see FW-48213.")) == Score(1.0, True, 'matches "FW-48213"')
    assert Regex(pattern=r"FW-\d{5}", full=True).score(reply("see FW-48213.")) == Score(
        0.0, False, 'no match of FW-\\d{5} in "see FW-48213."'
    )
    assert Regex(pattern="refund", ignore_case=True).score(reply("REFUND")) == Score(1.0, True, 'matches "REFUND"')


def test_the_pattern_may_stand_in_the_gold(reply) -> None:
    scorer = Regex(of="id", expected="id_pattern")
    assert scorer.score(reply('{"id": "FW-1"}', {"id_pattern": "^FW-"})) == Score(1.0, True, 'matches "FW-"')
    assert not scorer.applies(reply("x", {"other": 1}).case)


def test_an_invalid_pattern_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r'the pattern "\(a" is no regular expression: missing \)'):
        Regex(pattern="(a")


def test_an_invalid_pattern_in_the_gold_is_the_scorers_fault(reply) -> None:
    score = Regex().score(reply("x", "(a"))
    assert isinstance(score, Unscored)
    assert "no regular expression" in score.reason


def test_a_pattern_that_never_ends_is_the_scorers_fault_and_not_a_zero(reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaltui.scores.pattern.TIMEOUT_S", 0.1)
    score = Regex(pattern=r"(a|aa)+$").score(reply("a" * 100 + "b"))
    assert isinstance(score, Unscored)
    assert "simplify it" in score.reason
