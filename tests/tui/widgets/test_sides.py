"""Two texts side by side: marks, folds, wrapping, changes to jump to, and text that means harm."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from evaltui.compare.textdiff import Diff, Gap, diff
from evaltui.tui.look import register
from evaltui.tui.widgets.sheet import Shape, arrange, text_rows, wrapped
from evaltui.tui.widgets.sides import Sides

Story = Callable[[Sides, "Pilot[Any]"], Awaitable[None]]
LINES = [f"line {number}" for number in range(1, 61)]
BEFORE = "\n".join(LINES)
AFTER = BEFORE.replace("line 20\n", "line twenty\n").replace("line 40\n", "").replace("line 60", "line 60\nthe end")


class Stage(App[None]):
    """The widget alone."""

    def compose(self) -> ComposeResult:
        yield Sides()

    def on_mount(self) -> None:
        self.animation_level = "none"
        register(self)


def told(story: Story, size: tuple[int, int] = (120, 20)) -> None:
    async def run() -> None:
        app = Stage()
        async with app.run_test(size=size) as pilot:
            await story(app.query_one(Sides), pilot)

    asyncio.run(run())


async def seen(sides: Sides, pilot: "Pilot[Any]") -> list[str]:
    """What is on the screen once threads are done."""
    for worker in list(pilot.app.workers):
        with suppress(WorkerCancelled):
            await worker.wait()
    await pilot.pause()
    for worker in list(pilot.app.workers):  # what was made is laid out
        with suppress(WorkerCancelled):
            await worker.wait()
    await pilot.pause()
    return ["".join(part.text for part in strip) for strip in sides.render_lines(sides.size.region)]


def test_both_sides_are_drawn_with_their_numbers_and_what_is_the_same_far_from_a_change_is_folded() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare(BEFORE, AFTER, "run 1", "run 2")
        lines = await seen(sides, pilot)
        assert "- run 1" in lines[0] and "+ run 2" in lines[0] and "1 of 3" in lines[0]
        assert "16 lines are the same" in lines[1]
        assert lines[5].split() == ["20", "~", "line", "20", "│20", "~", "line", "twenty"]
        assert "13 lines are the same" in lines[9]
        removed = next(line for line in lines if "line 40" in line)
        assert removed.split("│")[0].split() == ["40", "-", "line", "40"] and not removed.split("│")[1].strip()

    told(story)


def test_under_100_columns_they_stand_below_each_other() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare(BEFORE, AFTER, "run 1", "run 2")
        lines = await seen(sides, pilot)
        assert [line.split() for line in lines[5:7]] == [["20", "-", "line", "20"], ["20", "+", "line", "twenty"]]
        await pilot.resize_terminal(130, 20)
        assert "│" in (await seen(sides, pilot))[5]

    told(story, (99, 20))


def test_another_size_keeps_what_is_at_the_top_be_it_a_gap() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare(BEFORE, AFTER, "run 1", "run 2")
        for width in (125, 95, 110):
            assert "16 lines are the same" in (await seen(sides, pilot))[1]
            await pilot.resize_terminal(width, 20)
        assert "16 lines are the same" in (await seen(sides, pilot))[1]

    told(story, (120, 20))


def test_changes_are_jumped_to_one_after_the_other_until_there_is_none() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare(BEFORE, AFTER)
        await seen(sides, pilot)
        assert sides.changes == 3
        assert sides.next_change()
        assert any("line 40" in line for line in await seen(sides, pilot))
        assert sides.next_change()
        lines = await seen(sides, pilot)
        assert any("the end" in line for line in lines) and "3 of 3" in lines[0]
        assert not sides.next_change()
        assert sides.next_change(-1) and sides.next_change(-1) and not sides.next_change(-1)
        sides.say("Nothing here.")
        assert not sides.next_change()

    told(story, (120, 8))


def test_a_gap_opens_and_all_of_them_open_and_close() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare(BEFORE, AFTER)
        await seen(sides, pilot)
        sides.home()
        assert sides.open_gap()
        assert any("line 2 " in line for line in await seen(sides, pilot))
        assert sides.toggle_folds()
        assert not any("the same" in line for line in await seen(sides, pilot))
        assert not sides.open_gap()
        assert not sides.toggle_folds()

    told(story, (120, 40))


def test_a_click_opens_a_gap() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare(BEFORE, AFTER)
        assert "the same" in (await seen(sides, pilot))[1]
        await pilot.click(Sides, offset=(10, 1))
        assert "line 1" in (await seen(sides, pilot))[1]

    told(story)


def test_long_lines_wrap_or_run_out_of_view_and_are_scrolled_to() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        words = " ".join(f"word{number}" for number in range(40))
        sides.compare(words, words.replace("word39", "end"))
        assert any("end" in line for line in await seen(sides, pilot))
        assert not sides.toggle_wrap()
        assert not any("end" in line for line in await seen(sides, pilot))
        sides.shift(1_000)
        assert any("end" in line for line in await seen(sides, pilot))

    told(story)


def test_a_text_alone_has_one_column_and_texts_that_are_the_same_say_so() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.show_text("the case", "one\ntwo")
        lines = await seen(sides, pilot)
        assert [line.split() for line in lines[:3]] == [["the", "case"], ["1", "one"], ["2", "two"]]
        sides.compare("one", "one")
        assert "no difference" in (await seen(sides, pilot))[0]

    told(story)


def test_what_was_asked_for_last_is_shown_whatever_is_done_first() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare("a\n" * 30_000, "b\n" * 30_000)
        sides.compare("old", "new")
        assert any("new" in line for line in await seen(sides, pilot))
        sides.compare("a\n" * 30_000, "b\n" * 30_000)
        sides.say("Nothing to compare.")
        assert any("Nothing to compare." in line for line in await seen(sides, pilot))

    told(story)


def test_a_fault_while_something_is_made_is_said_and_ends_nothing() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        def fault(_: object) -> Diff:
            raise ValueError("[/x] unforeseen")

        sides.make(fault)
        with pytest.raises(Exception, match="unforeseen"):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert any("ValueError: [/x] unforeseen" in line for line in await seen(sides, pilot))

    told(story)


def test_two_hundred_kilobytes_are_shown_whole() -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        before = [f"{number} " + "word " * 12 for number in range(3_000)]
        sides.compare("\n".join(before), "\n".join([*before[:2_900], "other", *before[2_901:]]))
        await seen(sides, pilot)
        sides.toggle_folds()
        await seen(sides, pilot)
        sides.end()
        assert any("2999 word" in line for line in await seen(sides, pilot))

    told(story)


@pytest.mark.parametrize("colours", [True, False])
def test_removed_words_are_struck_and_added_ones_underlined_whole_lines_too_where_there_are_no_colours(
    colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")

    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare("the quick fox\nsame\ngone", "the slow fox\nsame")
        await seen(sides, pilot)
        parts = [part for strip in sides.render_lines(sides.size.region) for part in strip if part.style]
        struck = {part.text.strip() for part in parts if part.style and part.style.strike} - {""}
        under = {part.text.strip() for part in parts if part.style and part.style.underline} - {""}
        assert (struck, under) == ({"quick"} if colours else {"quick", "gone"}, {"slow"})

    told(story)


HOSTILE = [
    "[bold]x[/bold]", "[/x]", "\x1b]52;c;eA==\x07", "\x1b[2J", "a\u202eb", "\ud800", "e\u0301\u0301", "\ud55c\uae00",
    "\U0001f469\u200d\U0001f680", "a\tb", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("width", [120, 80, 61])
def test_nothing_in_a_text_leaves_its_place_or_reaches_the_terminal(width: int) -> None:
    async def story(sides: Sides, pilot: Pilot[Any]) -> None:
        sides.compare("\n".join(HOSTILE), "\n".join(f"{line} {line}" for line in HOSTILE), HOSTILE[3], HOSTILE[0])
        lines = await seen(sides, pilot)
        assert {cell_len(line) for line in lines} == {sides.size.width}
        assert all(character.isprintable() or character == "\u200d" for line in lines for character in line)

    told(story, (width, 60))


letters = st.text(st.sampled_from("ab 漢é.\t한"), max_size=60)


@given(letters, st.integers(2, 20))
def test_wrapped_text_is_whole_and_fits(text: str, width: int) -> None:
    lines = wrapped(text.replace("\t", "⇥"), width)
    assert "".join(lines) == text.replace("\t", "⇥")
    assert all(cell_len(line.rstrip()) <= width for line in lines)


texts = st.lists(st.sampled_from(["", "a", "b b", "the quick fox", "the slow fox", "漢字 and more of it"]), max_size=12)


@given(texts, texts, st.sampled_from(["split", "unified"]), st.booleans(), st.integers(12, 60))
def test_every_row_is_as_high_as_it_is_drawn_and_nothing_is_lost(left, right, mode, wrap, width) -> None:
    found = diff("\n".join(left), "\n".join(right))
    sheet = arrange(found, None, Shape(width, mode, wrap, 2))
    drawn = {"left": [], "right": []}
    for at, (item, start, end) in enumerate(zip(sheet.items, sheet.starts[:-1], sheet.starts[1:], strict=True)):
        assert not isinstance(item, Gap)
        lines = sheet.lines(at)
        assert len(lines) == end - start
        for line in lines:
            for column, one in enumerate(line):
                sides = {"removed": ["left"], "added": ["right"]}.get(one.role if one else "", [])
                if one and one.role == "text":
                    sides = ["left", "right"] if mode == "unified" else [("left", "right")[column]]
                for side in sides:
                    drawn[side].append("".join(text for text, _ in one.spans))
    assert ["".join(drawn[side]) for side in ("left", "right")] == ["".join(left), "".join(right)]


def test_a_text_of_its_own_is_cut_into_rows_of_one_number() -> None:
    found = text_rows("short\n" + "a sentence of some length. " * 200)
    assert {row.left_number for row in found.rows} == {1, 2} and len(found.rows) > 10
