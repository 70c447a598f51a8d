import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.scores.phrases import Contains, Excludes

MUST = {"must": ["FW-48213", "five days"], "must_not": ["refunded"]}


def test_contains_wants_every_phrase_whatever_the_case_and_spacing(reply) -> None:
    score = Contains(expected="must").score(reply("Order fw-48213 takes FIVE\n days.", MUST))
    assert score == Score(1.0, True, "holds all 2")


def test_contains_names_the_first_phrase_that_lacks_and_gives_the_share(reply) -> None:
    score = Contains(expected="must").score(reply("It takes five days.", MUST))
    assert score == Score(0.5, False, 'lacks "FW-48213"', {"lacking": ["FW-48213"]})


def test_excludes_names_the_phrase_it_holds(reply) -> None:
    assert Excludes(expected="must_not").score(reply("We have REFUNDED you.", MUST)) == Score(
        0.0, False, 'holds "refunded"', {"present": ["refunded"]}
    )
    assert Excludes(expected="must_not").score(reply("We will look.", MUST)) == Score(1.0, True, "holds none of 1")


def test_phrases_of_the_scorer_need_no_gold(reply) -> None:
    scorer = Contains(phrases="sorry")
    assert scorer.applies(reply("x").case)
    assert scorer.score(reply("We are sorry.")) == Score(1.0, True, "holds all 1")


def test_a_part_of_a_json_reply_is_searched(reply) -> None:
    evidence = reply('{"reply": "FW-48213 in five days", "note": "refunded"}', MUST)
    assert Contains(of="reply", expected="must").score(evidence) == Score(1.0, True, "holds all 2")
    assert Excludes(of="reply", expected="must_not").score(evidence) == Score(1.0, True, "holds none of 1")


def test_excludes_fails_where_there_is_nothing_to_look_in(reply) -> None:
    assert Excludes(of="reply", expected="must_not").score(reply("{}", MUST)) == Score(
        0.0, False, "the answer holds no text to look in"
    )


@pytest.mark.parametrize("gold", [None, []])
def test_a_case_that_names_no_phrase_is_not_judged(reply, gold) -> None:
    assert not Contains(expected="must").applies(reply("x", {"must": gold}).case)


@pytest.mark.parametrize("gold", [[5], [""], {"a": 1}])
def test_gold_that_is_no_phrase_is_the_scorers_fault(reply, gold) -> None:
    assert isinstance(Contains(expected="must").score(reply("x", {"must": gold})), Unscored)


@pytest.mark.parametrize("phrases", ["", " ", (), ("a", "")])
def test_a_blank_phrase_is_refused_since_every_text_holds_it(phrases) -> None:
    with pytest.raises(ValueError, match="blank phrase"):
        Excludes(phrases=phrases)
