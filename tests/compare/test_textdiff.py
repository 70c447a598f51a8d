"""The difference of two texts: by lines, by words, as JSON, at a bounded cost."""

import random
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.compare.textdiff import Diff, Gap, Row, diff, wanted_diff

LINES = ["", "a", "b b", "the quick fox", "the slow fox", "{", "x\ty"]
lines = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join)


def side(found: Diff, which: str) -> str:
    """The text of one side; rows of one number are one line."""
    numbered = [(getattr(row, f"{which}_number"), getattr(row, which)) for row in found.rows]
    lines = groupby((line for line in numbered if line[0] is not None), key=lambda line: line[0])
    return "\n".join("".join(piece.text for _, pieces in line for piece in pieces) for _, line in lines)


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


def test_texts_made_to_be_slow_are_compared_whole() -> None:
    draw = random.Random(1)
    for join, count in (("\n", 5_000), (" ", 20_000), ("", 40_000), (",\n", 20_000)):
        left, right = (join.join(draw.choices("abc", k=count)) for _ in range(2))
        found = diff(left, right)
        assert (side(found, "left"), side(found, "right")) == (left, right)
        assert not found.same


def test_the_same_word_over_and_over_is_compared_by_its_ends() -> None:
    found = diff("0, " * 17_000, "0, " * 9_000 + "1, " + "0, " * 8_000)
    assert sum(row.mark != "same" for row in found.rows) <= 3


def test_a_line_beyond_any_screen_takes_several_rows_of_one_number() -> None:
    sentences = [f"This is sentence number {index} of a long answer. " for index in range(400)]
    left, right = "".join(sentences), "".join([*sentences[:200], "Here is one more. ", *sentences[200:]])
    found = diff(left, right)
    assert {row.left_number for row in found.rows} <= {1, None}
    assert max(len(piece.text) for row in found.rows for piece in row.left) <= 400
    assert ["".join(piece.text for piece in row.right) for row in found.rows if row.mark != "same"]
    assert (side(found, "left"), side(found, "right")) == (left, right)
    assert len([row for row in found.rows if row.mark != "same"]) <= 2


def test_a_line_without_any_blank_is_cut_too() -> None:
    found = diff("x" * 3_000_000, "y", limit=20)
    assert found.truncated and sum(len(piece.text) for row in found.rows for piece in row.left) <= 20_000


def test_replaced_lines_are_paired_with_those_most_alike() -> None:
    found = diff("alpha beta gamma\nthe end of it", "a line of its own\nalpha beta delta\nthe end of them")
    assert [row.mark for row in found.rows] == ["added", "changed", "changed"]
    assert [changed(row, "right") for row in found.rows] == [["a line of its own"], ["delta"], ["them"]]


def test_lines_with_little_in_common_are_marked_whole() -> None:
    (row,) = diff("We are sorry, there is nothing to be done.", "Refunds, if any, take ten days to be paid.").rows
    assert [len(row.left), len(row.right)] == [1, 1] and row.left[0].changed


def test_ideographs_are_words_of_their_own() -> None:
    (row,) = diff("您的订单已发货谢谢", "您的订单已取消谢谢").rows
    assert (changed(row, "left"), changed(row, "right")) == (["发货"], ["取消"])


def test_lone_surrogates_are_letters_like_others() -> None:
    (row,) = diff("a \ud800 b", "a \udc00 b").rows
    assert (changed(row, "left"), changed(row, "right")) == (["\ud800"], ["\udc00"])


@given(lines, lines)
def test_what_is_not_marked_reads_the_same_on_both_sides(left: str, right: str) -> None:
    for row in diff(left, right).rows:
        kept = [[piece.text for piece in side if not piece.changed] for side in (row.left, row.right)]
        assert "".join(kept[0]) == "".join(kept[1])
        if row.mark == "same":
            assert row.left == row.right
        elif row.mark != "changed":
            assert all(piece.changed for piece in (*row.left, *row.right))
        else:
            assert changed(row, "left") or changed(row, "right")


@given(lines, lines, st.integers(0, 4))
def test_folding_hides_only_what_is_the_same_and_counts_it(left: str, right: str, context: int) -> None:
    found = diff(left, right)
    opened = [
        row
        for item in found.folded(context)
        for row in (found.rows[item.start : item.start + item.count] if isinstance(item, Gap) else (item,))
    ]
    assert tuple(opened) == found.rows
    gaps = [item for item in found.folded(context) if isinstance(item, Gap)]
    assert all(row.mark == "same" for gap in gaps for row in found.rows[gap.start : gap.start + gap.count])


def test_a_comparison_nobody_wants_any_more_ends_without_a_result() -> None:
    asked = iter([False] * 3 + [True] * 10_000)
    left, right = ("\n".join(f"{word} line {at}" for at in range(900)) for word in ("one", "other"))
    assert wanted_diff(left, right, lambda: next(asked)) is None
    assert sum(1 for _ in asked) == 9_999
    assert wanted_diff(left, right, lambda: False) == diff(left, right)


def test_empty_texts() -> None:
    assert diff("", "").same
    assert [row.mark for row in diff("", "a").rows] == ["changed"]
