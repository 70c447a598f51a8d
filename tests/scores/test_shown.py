"""Reasons are shown in terminals, and models are hostile."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.scores.shown import contrast, nearest, plain, shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("5", '"5"'),
        (5, "5"),
        (None, "null"),
        ({"a": [1, True]}, '{"a": [1, true]}'),
        ("a\x1b[31mred", '"a\\u001b[31mred"'),
        ("left\u202eright", '"left\\u202eright"'),
        ("line\nbreak", '"line\\nbreak"'),
        ("\x7f", '"\\u007f"'),
        ("Zürich €", '"Zürich €"'),
    ],
)
def test_a_value_is_shown_as_json_with_nothing_invisible(value: Any, words: str) -> None:
    assert shown(value) == words


@given(st.text(st.characters(), max_size=300))
def test_no_text_breaks_the_line_or_the_length(text: str) -> None:
    for words in (shown(text), plain(text)):
        assert len(words) <= 80
        assert words.isprintable()
        assert not set(words) & {"\n", "\r", "\x1b", "\u202e", "\u2028", "\x00"}


def test_a_value_nested_without_end_is_named_and_not_shown() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a list too deep to show"


def test_quotes_appear_only_where_two_values_would_look_alike() -> None:
    assert contrast("2026-03-14", "14.03.2026") == "expected 2026-03-14, got 14.03.2026"
    assert contrast(5, "5") == 'expected 5, got "5"'


def test_a_near_miss_is_suggested_and_a_far_one_is_not() -> None:
    assert nearest("refnd", ["refund", "cancel"]) == "; did you mean refund?"
    assert nearest("zebra", ["refund", "cancel"]) == ""
