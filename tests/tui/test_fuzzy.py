"""What a few typed letters find."""

from hypothesis import given
from hypothesis import strategies as st

from evaltui.tui.fuzzy import best, match


def names(query: str, *known: str) -> list[str]:
    return [name for name, _ in best(query, [(name, "", name) for name in known])]


def test_a_word_is_better_than_a_part_and_a_part_better_than_scattered_letters() -> None:
    assert names("run", "r_u_n", "prune", "go to run") == ["go to run", "prune", "r_u_n"]


def test_the_name_itself_is_best_and_equals_keep_their_order() -> None:
    assert names("run", "run 12", "run", "run 11") == ["run", "run 12", "run 11"]


def test_all_words_must_be_found_in_any_order() -> None:
    assert names("light theme", "theme light", "theme dark", "lightning") == ["theme light"]


def test_found_letters_are_told() -> None:
    assert match("go gt", "go to Gate") is not None
    assert match("gate", "go to Gate") == (3.0 * 4, (6, 7, 8, 9))


def test_a_description_counts_only_for_whole_parts_and_less_than_a_name() -> None:
    found = best("cost", [("run", "what it costs is shown", "run"), ("cost", "", "cost"), ("cancel", "c o s t", "x")])
    assert [thing for thing, _ in found] == ["cost", "run"]


@given(st.text(max_size=12), st.text(max_size=60))
def test_letters_lie_in_the_name_whatever_is_typed(query: str, name: str) -> None:
    found = match(query, name)
    assert found is None or all(0 <= letter < len(name) for letter in found[1])
