"""The difference of two texts: by lines, by words, as JSON, at a bounded cost."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.compare.textdiff import Diff, Row, diff

LINES = ["", "a", "b b", "the quick fox", "the slow fox", "{", "x\ty"]
lines = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join)


def side(found: Diff, which: str) -> str:
    rows = [row for row in found.rows if getattr(row, f"{which}_number") is not None]
    return "\n".join("".join(piece.text for piece in getattr(row, which)) for row in rows)


def changed(row: Row, which: str) -> list[str]:
    return [piece.text for piece in getattr(row, which) if piece.changed]


@given(lines, lines)
def test_either_text_can_be_read_back_from_the_rows(left: str, right: str) -> None:
    found = diff(left, right)
    assert (side(found, "left"), side(found, "right")) == (left, right)
    assert found.same == (left == right) and not found.truncated


@given(lines, lines)
def test_lines_are_numbered_without_a_gap(left: str, right: str) -> None:
    for which in ("left", "right"):
        numbers = [getattr(row, f"{which}_number") for row in diff(left, right).rows]
        known = [number for number in numbers if number is not None]
        assert known == list(range(1, len(known) + 1))


def test_within_a_replaced_line_only_the_words_that_differ_are_marked() -> None:
    (row,) = diff("the quick brown fox", "the slow brown fox").rows
    assert row.mark == "changed"
    assert (changed(row, "left"), changed(row, "right")) == (["quick"], ["slow"])


def test_an_added_and_a_removed_line_keep_the_lines_around_them() -> None:
    assert [row.mark for row in diff("a\nb\nc", "a\nc").rows] == ["same", "removed", "same"]
    assert [row.mark for row in diff("a\nc", "a\nb\nc").rows] == ["same", "added", "same"]


def test_json_is_compared_by_content() -> None:
    found = diff('{"b": 1, "a": [1, 2]}', '{"a":[1,3],"b":1}')
    assert found.as_json
    (row,) = [row for row in found.rows if row.mark != "same"]
    assert (changed(row, "left"), changed(row, "right")) == (["2"], ["3"])
    assert diff('{"b": 1, "a": 2}', '{"a":2,"b":1}').same


@pytest.mark.parametrize(("left", "right"), [
    ('{"a": 1}', "not json"), ('{"a": 1, "a": 2}', '{"a": 2}'), ("[NaN]", "[1]"), ("[" * 100_000, "[1]"),
    ("1", "1.0"), ('{"a": ' * 700 + "1" + "}" * 700, "[1]"),
])  # fmt: skip
def test_what_is_not_plainly_json_on_both_sides_is_compared_as_text(left, right) -> None:
    found = diff(left, right)
    assert found.as_json in (False, left.startswith('{"a": {')) and not found.same


def test_one_difference_far_down_a_long_text_is_found() -> None:
    before = [f"line {index}" for index in range(50_000)]
    after = [*before[:40_000], "another line", *before[40_001:]]
    found = diff("\n".join(before), "\n".join(after), limit=5)
    assert found.truncated and len(found.rows) == 11
    (row,) = [row for row in found.rows if row.mark != "same"]
    assert (row.left_number, row.right_number, changed(row, "right")) == (40_001, 40_001, ["another "])


def test_more_differing_lines_than_the_limit_are_cut_and_said_to_be() -> None:
    found = diff("\n".join(f"a{i}" for i in range(100)), "\n".join(f"b{i}" for i in range(300)), limit=20)
    assert found.truncated and not found.same and len(found.rows) <= 40


def test_texts_made_to_be_slow_are_compared_within_the_bounds() -> None:
    draw = random.Random(1)
    noise = ["\n".join(draw.choices("abc", k=5_000)) for _ in range(2)]
    words = [" ".join(draw.choices("abcdefgh", k=20_000)) for _ in range(2)]
    assert diff(*noise).truncated
    assert diff(*words).truncated and diff(words[0][:9_000], words[1][:9_000]).rows[0].mark == "changed"


def test_a_line_beyond_any_screen_is_cut_and_said_to_be() -> None:
    found = diff("x" * 3_000_000, "y")
    assert found.truncated and sum(len(piece.text) for row in found.rows for piece in row.left) <= 20_000


def test_empty_texts() -> None:
    assert diff("", "").same
    assert [row.mark for row in diff("", "a").rows] == ["changed"]
