"""Foreign text in sentences for a person."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from evaltui.domain.text import did_you_mean, dotted, found, nearest, shown


@given(st.text(alphabet=st.characters()), st.integers(2, 40))
def test_shown_text_is_short_and_holds_nothing_that_moves_or_hides_what_a_terminal_shows(text: str, limit: int) -> None:
    kinds = {unicodedata.category(char) for char in shown(text, limit) if char != "\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"} and len(shown(text, limit)) <= limit


def test_short_plain_text_is_shown_as_it_is() -> None:
    assert shown("Grüße, 24.90 €") == "Grüße, 24.90 €"


def test_controls_bidi_marks_and_surrogates_become_escapes() -> None:
    assert shown("a\x1b\n\u202e\ud800") == r"a\x1b\n\u202e\ud800"


def test_found_values_look_like_json() -> None:
    assert [found(value) for value in ("x", 3, None, [True])] == ['"x"', "3", "null", "[true]"]


def test_the_nearest_name_ignores_case_and_gives_up_on_strangers() -> None:
    assert nearest("Expectd", ["expected", "rubric"]) == "expected"
    assert did_you_mean("zzz", ["expected"]) == ""


def test_a_path_is_written_as_in_code() -> None:
    assert dotted((3, "expected", 0, "route")) == "[3].expected[0].route"
