"""Foreign text becomes lines of a width, whatever it holds, and no further than asked."""

from itertools import islice
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from evaltui.tui.widgets.wrapping import wrapped


@given(st.text(max_size=300), st.integers(2, 40))
def test_no_line_is_wider_than_asked_and_nothing_in_it_moves_anything(text: str, width: int) -> None:
    for line in wrapped(text, width):
        assert cell_len(line) <= width
        assert not any(category(character) in ("Cc", "Cf", "Cs") for character in line.replace("\u200d", ""))


@given(st.text(st.sampled_from("ab 名"), max_size=200), st.integers(2, 40))
def test_no_character_but_blanks_is_lost(text: str, width: int) -> None:
    assert "".join(wrapped(text, width)).replace(" ", "") == text.replace(" ", "")


def test_a_line_breaks_between_words_and_goes_on_at_its_indent() -> None:
    assert list(wrapped("  one two three", 9)) == ["  one two", "  three"]
    assert list(wrapped("aaaa bb\n\ncc", 5)) == ["aaaa", "bb", "", "cc"]
    assert list(wrapped("abcdefgh", 3)) == ["abc", "def", "gh"]


def test_the_beginning_of_a_million_characters_needs_only_the_beginning() -> None:
    assert list(islice(wrapped("word " * 200_000, 10), 2)) == ["word word", "word word"]
