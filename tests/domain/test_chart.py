"""Charts made of text."""

from itertools import pairwise

import pytest

from evaltui.domain.chart import Difference, Point, Scale, bar, difference_chart, points_that_fit, text_of, timeline


def drawn(points: list[Point], line: list[float | None] | None = None, width: int = 60, height: int = 12) -> list[str]:
    return [text_of(row) for row in timeline(points, line or [None] * len(points), width, height)]


def test_a_bar_is_exact_to_an_eighth_of_a_cell() -> None:
    assert [bar(share, 2) for share in (0, 0.25, 0.5, 0.5625, 1, 7)] == ["", "▌", "█", "█▏", "██", "██"]


def test_a_scale_keeps_what_lies_outside_at_its_ends_and_has_round_ticks() -> None:
    scale = Scale(0.72, 0.98, 20)
    assert (scale.at(0.1), scale.at(0.72), scale.at(0.98), scale.at(2)) == (0, 0, 19, 19)
    assert scale.ticks(7) == pytest.approx([0.75, 0.8, 0.85, 0.9, 0.95])


def test_a_difference_shows_its_interval_beside_no_change_and_the_limit() -> None:
    axis, interval, legend = map(text_of, difference_chart(Difference(-0.01, -0.05, 0.03, -0.04, -0.02), 80))
    assert axis.startswith("points") and "−4" in axis and "+2" in axis
    assert interval.index("┣") < interval.index("╋") < interval.index("┊") < interval.index("●") < interval.index("┫")
    assert interval.count("┿") == 1
    assert "limit −2.0" in legend and "no change" in legend


def test_no_two_words_below_a_difference_touch() -> None:
    legend = text_of(difference_chart(Difference(-0.04, -0.19, 0.11, -0.16), 66)[2])
    assert "−4.0 " in legend and " no change" in legend and "floor −16.0" in legend
    for value in range(-300, 300, 7):
        legend = text_of(difference_chart(Difference(value / 1000, -0.31, 0.31, -0.2, -0.02), 60)[2])
        words = legend.replace("no change", "nochange").replace("floor ", "floor").replace("limit ", "limit").split()
        assert all(word in ("nochange", f"{value / 10:+.1f}".replace("-", "−"), "0.0") or word[:5] in ("floor", "limit")
                   for word in words), legend  # fmt: skip


@pytest.mark.parametrize("width", [20, 40, 79, 200])
@pytest.mark.parametrize("value", [-0.9, 0.0, 0.004, 0.7])
def test_a_difference_fits_any_width(value: float, width: int) -> None:
    lines = difference_chart(Difference(value, value - 0.001, value + 0.001, value), width)
    assert [sum(len(text) for text, _ in line) for line in lines] == [width] * 3


def test_points_stand_in_the_order_of_their_scores_with_their_intervals() -> None:
    rows = drawn([Point("1", 0.6, 0.5, 0.7), Point("2", 0.9, 0.85, 0.95, "★")])
    heights = {glyph: next(at for at, row in enumerate(rows) if glyph in row) for glyph in "●★"}
    assert heights["★"] < heights["●"]
    assert rows[-2].split() == ["1", "2"] and rows[-1].split() == ["60.0", "90.0"]


def test_a_line_is_drawn_where_nothing_else_is() -> None:
    rows = drawn([Point(str(n), 0.5 + n / 10) for n in range(4)], [0.5, 0.6, 0.7, 0.8])
    assert sum(row.count(dot) for row in rows for dot in "⠁⠂⠄⡀") > 6
    assert sum(row.count("●") for row in rows) == 4


def test_a_release_without_a_score_leaves_a_gap_and_no_release_at_all_is_said() -> None:
    assert drawn([Point("1", 0.5), Point("2", None)])[-1].split() == ["50.0", "–"]
    assert drawn([Point("1", None)]) == ["no release has a score yet"]


def test_as_many_points_as_fit_are_drawn_at_any_size() -> None:
    for width in (12, 60, 120, 300):
        many = points_that_fit(width)
        rows = drawn([Point(str(n), n / many) for n in range(many)], width=width, height=3)
        assert max(map(len, rows)) <= max(width, 12)


def test_the_rows_are_round_numbers_and_one_wild_release_does_not_flatten_the_others() -> None:
    wild = Point("2", 0.1, 0.0, 0.9, "○", apart=True)
    rows = drawn([Point("1", 0.8, 0.77, 0.83), wild, Point("3", 0.82, 0.79, 0.85)], height=13)
    named = [int(row.split()[0]) for row in rows if row.split()[1:2] == ["%"]]
    assert named == sorted(named, reverse=True) and {a - b for a, b in pairwise(named)} == {2}
    assert named[-1] >= 74 and named[0] <= 88


def test_the_release_in_focus_is_pointed_at() -> None:
    rows = [text_of(row) for row in timeline([Point("7", 0.5), Point("8", 0.6)], [None, None], 60, 12, "8")]
    assert rows[-3].index("▲") == rows[-2].index("8")
