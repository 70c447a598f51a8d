"""A list as a person works with it."""

import random
from collections.abc import Sequence

import pytest
from rich.color import Color as RichColor
from tests.tui.widgets.hall import COLUMNS, Hall, cells, numbers, seen
from textual.pilot import Pilot

from evaltui.tui.look import THEMES
from evaltui.tui.widgets.rows import Cell, Column, ListOf, RowList

MANY = 100_000


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cursor does is told without a pause, so that nothing here waits for a clock."""
    monkeypatch.setattr(RowList, "PACE", 0.0)
    monkeypatch.setattr(RowList, "BEAT", 0.0)


class Counted(ListOf[int]):
    """Remembers which rows were asked for."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__(COLUMNS, rows, key=lambda row: row, cells=cells)
        self.asked: list[tuple[int, int]] = []

    def cells(self, start: int, stop: int) -> Sequence[Sequence[Cell]]:
        self.asked.append((start, stop))
        return super().cells(start, stop)


def test_the_last_of_a_hundred_thousand_rows_is_one_key_away_and_only_its_page_is_read() -> None:
    source = Counted(range(MANY))

    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("G")
        await pilot.pause()
        assert hall.list.current == MANY - 1
        assert "case 99999" in hall.lines()[-1]
        assert {start // 64 for start, _ in source.asked} == {0, (MANY - 1) // 64}
        await pilot.press("g")
        await pilot.pause()
        assert "case 0" in hall.lines()[1]

    seen(source, story)


def test_the_header_stays_while_rows_scroll_and_tells_the_order() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        hall.list.show(numbers(range(500)), sort=("value", True))
        await pilot.press("G")
        await pilot.pause()
        assert "case" in hall.lines()[0]
        assert "value▾" in hall.lines()[0]
        hall.list.show(numbers(range(500)), sort=("case", False))
        await pilot.pause()
        assert "case ▴" in hall.lines()[0]

    seen(numbers(range(500)), story)


def test_j_k_and_pages_move_and_stop_at_both_ends() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("k")
        assert hall.list.cursor == 0
        await pilot.press("j", "j", "k")
        assert hall.list.cursor == 1
        await pilot.press("ctrl+d")
        assert hall.list.cursor == 11
        await pilot.press("ctrl+u", "ctrl+u")
        assert hall.list.cursor == 0
        await pilot.press("G", "j", "ctrl+d")
        assert hall.list.cursor == 199

    seen(numbers(range(200)), story)


def test_the_cursor_stays_on_its_row_and_the_row_on_its_line_when_rows_come_and_go() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        hall.list.jump(50)
        await pilot.press("k", "k")
        await pilot.pause()
        line = hall.line_of("case 48")
        hall.list.show(numbers([*range(-30, 0), *range(100)]))
        await pilot.pause()
        assert hall.list.current == 48
        assert hall.list.cursor == 78
        assert hall.line_of("case 48") == line

    seen(numbers(range(100)), story)


def test_when_its_row_is_gone_the_cursor_is_on_the_one_that_followed_else_that_came_before() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        hall.list.jump(5)
        hall.list.show(numbers([1, 2, 7, 8]))
        assert hall.list.current == 7
        hall.list.show(numbers([1, 2]))
        assert hall.list.current == 2
        hall.list.show(numbers([20, 21]))
        assert hall.list.current == 21
        hall.list.show(numbers([]))
        assert hall.list.current is None
        hall.list.show(numbers([1]))
        assert hall.list.current == 1

    seen(numbers(range(10)), story)


def test_a_list_scrolled_with_the_wheel_stays_where_it_is_when_rows_change() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        hall.list.scroll_to(y=60, animate=False, immediate=True)
        await pilot.pause()
        hall.list.show(numbers(range(101)))
        await pilot.pause()
        assert "case 60" in hall.lines()[1]
        await pilot.press("j")
        await pilot.pause()
        assert hall.line_of("case 1 ") > 0

    seen(numbers(range(100)), story)


def test_another_question_starts_at_the_top() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("G")
        hall.list.show(numbers(range(50, 300)), top=True)
        await pilot.pause()
        assert hall.list.current == 50
        assert "case 50" in hall.lines()[1]

    seen(numbers(range(100)), story)


def test_marks_are_of_rows_not_of_places_and_those_of_gone_rows_go() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("space", "space", "j", "space")
        assert hall.list.marks == {0, 1, 3}
        await pilot.pause()
        assert [line[0] for line in hall.lines()[1:6]] == ["●", "●", " ", "●", " "]
        hall.list.show(numbers([3, 1, 9]))
        await pilot.pause()
        assert hall.list.marks == {1, 3}
        assert [line[0] for line in hall.lines()[1:4]] == ["●", "●", " "]
        hall.list.jump(1)
        await pilot.press("space")
        assert hall.list.marks == {3}
        assert hall.list.clear_marks()
        assert not hall.list.clear_marks()

    seen(numbers(range(10)), story)


def test_a_range_follows_the_cursor_back_and_forth_until_it_is_closed() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("space", "j", "j", "v", "j", "j")
        assert hall.list.marks == {0, 3, 4, 5}
        await pilot.press("k", "k", "k")
        assert hall.list.marks == {0, 2, 3}
        await pilot.press("v", "j", "j", "j")
        assert hall.list.marks == {0, 2, 3}

    seen(numbers(range(10)), story)


def test_headings_are_passed_over_and_never_marked_and_the_first_one_is_shown() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        assert hall.list.current == 1
        await pilot.press("v", "j", "j", "j", "j", "j")
        assert 5 not in hall.list.marks
        assert hall.list.current == 7
        await pilot.press("G", "g")
        await pilot.pause()
        assert hall.list.current == 1
        assert "case 0" not in hall.lines()[2]
        assert hall.lines()[1].startswith(" ✗  case 0")

    seen(numbers(range(100), heading=lambda row: row % 5 == 0), story)


def test_enter_chooses_and_so_does_a_second_click_on_the_same_row() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("j", "enter")
        assert hall.chosen == [1]
        await pilot.click(RowList, offset=(8, 5))
        assert hall.list.current == 4
        assert hall.chosen == [1]
        await pilot.click(RowList, offset=(12, 5))
        assert hall.chosen == [1, 4]
        await pilot.press("j", "k")
        await pilot.click(RowList, offset=(8, 5))
        assert hall.chosen == [1, 4]
        await pilot.click(RowList, offset=(8, 0))
        assert hall.list.current == 4

    seen(numbers(range(100)), story)


def test_many_moves_in_a_row_are_told_as_few_and_the_last_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RowList, "PACE", 0.05)

    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        for _ in range(100):
            hall.list.move(1)
        while hall.told_moves[-1:] != [100]:
            await pilot.pause(0.01)
        assert len(hall.told_moves) <= 3

    seen(numbers(range(1000)), story)


def test_nothing_is_told_of_a_reload_that_left_the_cursor_on_its_row() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("j", "j")
        await pilot.pause()
        told = list(hall.told_moves)
        hall.list.show(numbers(range(5)))
        await pilot.pause()
        assert hall.told_moves == told
        hall.list.show(numbers([]))
        await pilot.pause()
        assert hall.told_moves == [*told, None]

    seen(numbers(range(10)), story)


def test_an_empty_list_says_what_to_do_next_in_its_middle() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("j", "G", "enter", "space", "v", "ctrl+d")
        await pilot.pause()
        shown = [line.strip() for line in hall.lines() if line.strip()]
        assert shown[1:] == ["No run yet.", "press r to run"]
        hall.list.say_empty("Nothing matches.")
        await pilot.pause()
        assert hall.line_of("Nothing matches.") > 0

    seen(numbers([]), story, empty="No run yet.\npress r to run")


HOSTILE = [
    "\x1b[2J\x1b]0;x\x07",
    "[red]x[/x]",
    "日本語" * 40,
    "👨‍👩‍👧" * 30,
    "\u202eabc",
    "a\nb\r\nc",
    "\ud800",
    "",
    "x" * 100_000,
]


def test_hostile_cells_leave_every_line_as_wide_as_the_list_and_act_on_nothing() -> None:
    columns = (Column("a\x1b[2J", 9, flex=1), Column("b", 5, align="right"))
    source = ListOf(
        columns, HOSTILE * 3, key=str, cells=lambda row: ((row, "text"), ((row, "fail"), (row, "pass"))),
        heading=lambda row: row == HOSTILE[0],
    )  # fmt: skip

    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        await pilot.press("j", "j", "j")
        await pilot.pause()
        strips = hall.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {60}
        assert all(part.text.isprintable() or "\u200d" in part.text for strip in strips for part in strip)
        assert not any(part.style.meta.get("@click") or part.style.link for strip in strips for part in strip)

    seen(source, story, size=(60, 30))


def test_any_size_of_terminal_at_any_time_is_survived() -> None:
    dice = random.Random(4)
    sizes = [
        (1, 1),
        (2, 1),
        (1, 40),
        (3, 2),
        (300, 100),
        *((dice.randint(1, 160), dice.randint(1, 50)) for _ in range(9)),
    ]

    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        for size in sizes:
            await pilot.resize_terminal(*size)
            await pilot.press(*dice.choices(["j", "k", "G", "g", "ctrl+d", "ctrl+u", "space", "v"], k=3))
            await pilot.pause()
            strips = hall.screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {size[0]}
            row = hall.list.cursor - hall.list.scroll_offset.y
            assert 0 <= row < max(1, size[1])

    seen(numbers(range(3000), heading=lambda row: row % 50 == 0), story)


def test_every_cell_of_the_screen_has_a_ground_in_every_theme() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        for theme in [theme.name for theme in THEMES if not theme.ansi]:
            hall.theme = theme
            await pilot.pause()
            strips = hall.screen._compositor.render_strips()
            assert all(part.style and part.style.bgcolor for strip in strips for part in strip)

    seen(numbers(range(5)), story)


def cursor_grounds(hall: Hall) -> set[RichColor | None]:
    strip = hall.screen._compositor.render_strips()[1]
    return {part.style.bgcolor for part in strip if part.text.strip()}


def test_another_theme_and_another_focus_redraw_the_cursor() -> None:
    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        dark = cursor_grounds(hall)
        hall.theme = "evaltui-light"
        await pilot.pause()
        light = cursor_grounds(hall)
        assert light != dark
        hall.set_focus(None)
        await pilot.pause()
        assert cursor_grounds(hall) not in (light, dark)

    seen(numbers(range(5)), story)


def test_without_colour_the_cursor_is_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        strips = hall.screen._compositor.render_strips()
        assert all(part.style.reverse for part in strips[1] if part.text.strip())
        assert not any(part.style.reverse for part in strips[2] if part.text.strip())

    seen(numbers(range(5)), story)


class Growing(ListOf[int]):
    """Rows that come while one looks."""

    def grow(self, row: int) -> None:
        self.rows = [*self.rows, row]
        self._places = None


def test_a_hundred_changes_are_a_few_repaints_and_the_last_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RowList, "BEAT", 0.05)
    source = Growing(COLUMNS, [0], key=lambda row: row, cells=cells)
    shown: list[int] = []
    monkeypatch.setattr(
        RowList, "show", lambda self, *_, _show=RowList.show, **more: (shown.append(1), _show(self, source, **more))
    )

    async def story(hall: Hall, pilot: Pilot[None]) -> None:
        before = len(shown)
        for row in range(1, 101):
            source.grow(row)
            hall.list.refresh_soon()
        while hall.list.virtual_size.height != 102:
            await pilot.pause(0.01)
        assert len(shown) - before <= 3
        assert hall.list.current == 0

    seen(source, story)
