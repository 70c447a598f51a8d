"""How columns share a line, and how a cell is cut to its column."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from evaltui.tui.widgets.columns import GAP, Column, fit, sized

COLUMNS = (
    Column("case", 10, flex=3), Column("tags", 8, flex=1, drop=3), Column("before", 6, drop=1), Column("after", 6),
)  # fmt: skip


def widths(width: int) -> dict[str, int]:
    return {fitted.column.title: fitted.width for fitted in fit(COLUMNS, width)}


def test_what_is_left_is_shared_by_flex() -> None:
    assert widths(76) == {"case": 40, "tags": 18, "before": 6, "after": 6}


def test_the_highest_drop_goes_first_and_zero_never() -> None:
    assert list(widths(34)) == ["case", "before", "after"]
    assert list(widths(20)) == ["case", "after"]
    assert widths(8) == {"case": 8}
    assert widths(0) == {}


@given(st.integers(0, 200))
def test_columns_never_need_more_than_there_is(width: int) -> None:
    fitted = fit(COLUMNS, width)
    assert sum(one.width for one in fitted) + GAP * max(0, len(fitted) - 1) <= width
    assert all(one.width > 0 for one in fitted)


def text(spans: list[tuple[str, str]]) -> str:
    return "".join(part for part, _ in spans)


def test_a_cell_is_padded_on_the_side_it_is_not_aligned_to() -> None:
    assert text(sized(("ab", "text"), 5)) == "ab   "
    assert text(sized(("ab", "text"), 5, "right")) == "   ab"


def test_a_cut_cell_ends_with_an_ellipsis_across_its_spans() -> None:
    assert sized((("abc", "fail"), ("defg", "text")), 5) == [("abc", "fail"), ("d…", "text")]
    assert sized((("abc", "fail"), ("defg", "text")), 3) == [("ab…", "fail")]


def test_wide_characters_are_never_halved() -> None:
    assert text(sized(("日本語", "text"), 4)) == "日 …"
    assert text(sized(("日本語", "text"), 7)) == "日本語 "


def test_the_control_characters_of_a_cell_do_not_act() -> None:
    assert text(sized(("a\x1b[2J\nb", "text"), 9)) == "a␛[2J⏎b  "


@given(st.lists(st.text(st.characters(), max_size=20), max_size=4), st.integers(0, 30))
def test_any_cell_is_exactly_as_wide_as_its_column(parts: list[str], width: int) -> None:
    spans = sized(tuple((part, "text") for part in parts), width)
    assert sum(cell_len(part) for part, _ in spans) == width
