"""Text normalisers, yes and no, telephone numbers, and all of them by name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.scores.normalize.kinds import NotNormal
from evaltui.scores.normalize.registry import NORMALISERS, match, name_problems, normalize
from evaltui.scores.normalize.text import TEXT

ALL_TEXT = tuple(TEXT)


@pytest.mark.parametrize(
    ("names", "left", "right"),
    [
        (["case"], "Straße", "STRASSE"),
        (["space"], " a\n\tb ", "a b"),
        (["unicode"], "“It’s” – ﬁne", '"It\'s" - fine'),
        (["unicode"], "zero\u200bwidth", "zerowidth"),
        (["accents"], "Café", "Cafe"),
        (["punctuation", "space"], "Well, don't!", "Well dont"),
        (["space", "punctuation", "case"], "A-B", "a b"),
        (["boolean"], "Ja", True),
        (["boolean"], "false", 0),
        (["phone:DE"], "030 123456", "+49 30 123456"),
        (["phone"], "+49 (30) 12 34 56", "+4930123456"),
        (["unicode", "money"], "２４.90 €", "EUR 24.90"),
        (["case"], 5, "5"),
    ],
)
def test_two_writings_of_one_value_are_equal(names: list[str], left: Any, right: Any) -> None:
    assert normalize(left, names) == normalize(right, names)
    assert match(left, right, names).equal


@pytest.mark.parametrize(
    ("names", "left", "right"),
    [
        (["punctuation", "space"], "3.14", "314"),
        (["punctuation", "space"], "-5", "5"),
        (["punctuation", "space"], "50%", "50"),
        (["punctuation", "space"], "C#", "C"),
        (["case"], "Café", "Cafe"),
        (["boolean"], "yes", "no"),
        (["phone:DE"], "030 123456", "030 123457"),
    ],
)
def test_two_values_stay_two(names: list[str], left: Any, right: Any) -> None:
    assert not match(left, right, names).equal


@given(st.text(max_size=60), st.sets(st.sampled_from(ALL_TEXT), min_size=1))
def test_normalising_twice_changes_nothing(text: str, names: set[str]) -> None:
    once = normalize(text, names)
    assert normalize(once, names) == once


@given(st.text(max_size=30), st.permutations(ALL_TEXT))
def test_the_order_of_names_does_not_count(text: str, names: list[str]) -> None:
    assert normalize(text, names) == normalize(text, ALL_TEXT)


@pytest.mark.parametrize("name", ["boolean", "phone", "phone:DE", "number", "money", "date"])
@given(text=st.text(max_size=30))
def test_whatever_is_read_is_read_the_same_again(name: str, text: str) -> None:
    once = normalize(text, [name])
    if not isinstance(once, NotNormal):
        assert normalize(once, [name]) == once


def test_a_value_that_cannot_be_normalised_is_compared_as_text_and_says_so() -> None:
    found = match("To be confirmed", "to be  CONFIRMED", ["date"])
    assert found.equal
    assert found.note == 'compared as text: "to be  CONFIRMED" is not a whole date'
    assert match("2026-03-14", "banana", ["date"]).note == 'compared as text: "banana" is not a whole date'


def test_lists_and_objects_are_compared_as_values_where_text_is_due() -> None:
    assert match([1], [1.0], ["case"]).equal
    assert not match({"a": 1}, "a", ["case"]).equal


def test_every_normaliser_says_in_one_sentence_what_it_does() -> None:
    assert set(NORMALISERS) == {*ALL_TEXT, "number", "number-eu", "money", "date", "date-us", "phone", "boolean"}
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in NORMALISERS.values())


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["mony"], "did you mean money?"),
        (["date:us"], "date takes nothing after a colon"),
        (["money:EURO"], "needs an ISO currency such as EUR"),
        (["phone:Germany"], "needs a country such as DE"),
        (["money", "date"], "money and date cannot be combined: name one"),
    ],
)
def test_names_that_cannot_be_used_are_refused_in_words(names: list[str], words: str) -> None:
    assert words in " ".join(name_problems(names))


def test_good_names_have_no_problem() -> None:
    assert name_problems(["case", "unicode", "phone:CH"]) == []


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_ascii_text_is_normalised_as_all_text_is(text: str) -> None:
    assert normalize(f"{text} é", ["punctuation"]) == f"{normalize(text, ['punctuation'])} é"


@given(st.text("ab'-.,:/ 12_", max_size=12), st.sets(st.sampled_from(ALL_TEXT), min_size=1))
def test_marks_inside_numbers_and_words_are_settled_at_once(text: str, names: set[str]) -> None:
    once = normalize(text, names)
    assert normalize(once, names) == once
