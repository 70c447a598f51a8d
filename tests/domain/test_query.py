"""The language in which lists of cases are filtered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.domain.problem import Problem
from evaltui.domain.query import MOST_CHARACTERS, NUMBERS, VALUES, WORDS, Query, Term, parse
from evaltui.evalsets.filters import Filter, parse_filter


def terms(text: str) -> tuple[Term, ...]:
    query = parse(text)
    assert isinstance(query, Query), query
    return query.terms


@pytest.mark.parametrize("word", WORDS)
def test_every_word_that_stands_alone_can_be_negated_and_taken_literally(word: str) -> None:
    field, value = WORDS[word]
    assert terms(word) == (Term(word, field, value),)
    assert terms(f"!{word}") == (Term(f"!{word}", field, value, negated=True),)
    assert terms(f'"{word}"') == (Term(f'"{word}"', "text", word),)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_stands_behind_a_colon_with_its_blanks_in_quotes(name: str) -> None:
    assert terms(f'{name}:"a b" !{name}:c*') == (
        Term(f'{name}:"a b"', name, "a b"),
        Term(f"!{name}:c*", name, "c*", negated=True),
    )


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "="])
def test_a_number_is_compared(name: str, operator: str) -> None:
    assert terms(f"{name}{operator}0.5") == (Term(f"{name}{operator}0.5", name, "0.5", operator, 0.5),)


def test_money_and_shares_are_written_as_people_write_them() -> None:
    assert [term.number for term in terms("cost>$0.10 value<80% drop>=-.5")] == [0.1, 0.8, -0.5]


def test_words_without_a_meaning_are_text_and_quotes_take_anything_as_text() -> None:
    found = terms('refund "cost>1 and tag:x" a"b c"d "tag:x"')
    assert [(term.field, term.value) for term in found] == [
        ("text", "refund"), ("text", "cost>1 and tag:x"), ("text", "ab cd"), ("text", "tag:x"),
    ]  # fmt: skip


def test_an_empty_filter_takes_every_case() -> None:
    assert parse("  ") == Query("  ")


@pytest.mark.parametrize(
    ("text", "word", "says"),
    [
        ("tga:refund", '"tga:refund"', 'did you mean "tag"?'),
        ("latency>3", '"latency>3"', "double quotes"),
        ("cots>3", '"cots>3"', 'did you mean "cost"?'),
        ("broke tag:", '"tag:"', "a value is missing after tag:"),
        ("cost:3", '"cost:3"', "write cost>0.01"),
        ("tag>3", '"tag>3"', "write tag:TAG"),
        ("cost>much", '"cost>much"', "write cost>0.01"),
        ("cost>", '"cost>"', "is no number"),
        ("cost>nan", '"cost>nan"', "is no number"),
        ("cost>1e999", '"cost>1e999"', "is no number"),
        ("!", '"!"', "a word is empty"),
        ('""', '""""', "a word is empty"),
        ('group:"x', '"group:"x"', "never closed"),
        ("id:" + "*a" * 7, '"id:*a*a*a*a*a*a*a"', "at most 6 stars"),
    ],
)
def test_a_word_that_is_none_is_explained_with_what_is_allowed(text: str, word: str, says: str) -> None:
    problem = parse(text)
    assert isinstance(problem, Problem)
    assert says in str(problem)
    assert word == problem.found
    assert "tag:TAG" in problem.allowed and "cost>0.01" in problem.allowed


def test_a_filter_of_any_length_is_refused_before_it_is_read() -> None:
    problem = parse("x " * MOST_CHARACTERS)
    assert isinstance(problem, Problem) and "at most 1,000 characters" in str(problem)


def test_a_misspelt_word_is_text_and_says_what_it_may_have_meant() -> None:
    assert parse("regresed").hint == '"regresed" is taken as text; did you mean "regressed"?'
    assert [parse(text).hint for text in ("broke", "refund", '"regresed"', "")] == [""] * 4


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser_and_what_only_takes_is_taken_here(text: str) -> None:
    query = parse(text)
    if isinstance(query, Problem):
        assert str(query)
    only = parse_filter(text)
    if isinstance(only, Filter) and isinstance(query, Query):
        assert len(query.terms) == len(only.terms)


@pytest.mark.parametrize("text", ["tag:refund !critical", "id:refund-* cases:a,b", 'group:"double charge" und-1'])
def test_filters_of_only_mean_the_same_here(text: str) -> None:
    only = parse_filter(text)
    assert isinstance(only, Filter)
    assert [(t.field, t.value, t.negated) for t in terms(text)] == [(t.kind, t.value, t.negated) for t in only.terms]
