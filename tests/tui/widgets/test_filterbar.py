"""The filter line as a person works with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

import pytest
from tests.tui.widgets.hall import numbers
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from evaltui.tui.look import register
from evaltui.tui.widgets.chips import terms_of
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.rows import RowList


def check(text: str) -> str | None:
    return next((f'unknown word "{term}"' for term in terms_of(text) if term.startswith("x")), None)


class Room(App[None]):
    BINDINGS: ClassVar = [("slash", "filter")]

    def __init__(self) -> None:
        super().__init__()
        register(self)
        self.said: list[tuple[str, str]] = []
        self.list = RowList(numbers(range(20)))

    def compose(self) -> ComposeResult:
        yield FilterBar(words=("broke", "tag:", "tool:"), check=check, hint="broke fixed · tag:")
        yield self.list

    def on_mount(self) -> None:
        self.list.focus()

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def action_filter(self) -> None:
        self.bar.open()

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        self.said.append(("changed", event.text))

    def on_filter_bar_closed(self, event: FilterBar.Closed) -> None:
        self.said.append(("closed", event.text))

    def lines(self) -> list[str]:
        return ["".join(part.text for part in strip) for strip in self.screen._compositor.render_strips()]


def told(story: Callable[[Room, "Pilot[None]"], Awaitable[None]], size: tuple[int, int] = (60, 12)) -> Room:
    room = Room()

    async def run() -> None:
        async with room.run_test(size=size) as pilot:
            await pilot.pause()
            await story(room, pilot)

    asyncio.run(run())
    return room


async def typed(pilot: "Pilot[None]", text: str) -> None:
    await pilot.press(*["space" if char == " " else char for char in text])
    await pilot.pause()


async def rested(room: Room, pilot: "Pilot[None]", text: str) -> None:
    """Until the fingers have rested long enough for `text` to hold."""
    while room.bar.text != text:
        await pilot.pause(0.01)


def test_it_is_not_there_until_it_is_opened_and_gone_when_nothing_is_filtered() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        assert "/" not in room.lines()[0]
        await pilot.press("slash")
        await pilot.pause()
        assert room.lines()[0].startswith(" /")
        assert "broke fixed · tag:" in room.lines()[1]
        await pilot.press("enter")
        await pilot.pause()
        assert "/" not in room.lines()[0]
        assert room.focused is room.list

    assert told(story).said == [("closed", "")]


def test_what_is_typed_holds_once_the_fingers_rest_and_stays_as_chips() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        await typed(pilot, "broke tag:a")
        await rested(room, pilot, "broke tag:a")
        await pilot.press("enter")
        await pilot.pause()
        room.bar.say("3 of 20")
        await pilot.pause()
        assert room.lines()[0].split() == ["/", "broke", "tag:a", "3", "of", "20"]

    said = told(story).said
    assert said[-2:] == [("changed", "broke tag:a"), ("closed", "broke tag:a")]
    assert len(said) <= 4


def test_the_next_term_is_typed_behind_the_chips_and_backspace_takes_the_last_one() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        room.bar.set_text('broke tag:"a b"')
        await pilot.press("slash")
        await typed(pilot, "q")
        assert room.lines()[0].split() == ["/", "broke", 'tag:"a', 'b"', "q"]
        await pilot.press("backspace", "backspace")
        await rested(room, pilot, "broke")
        assert room.lines()[0].split() == ["/", "broke"]
        await pilot.press("ctrl+u")
        await rested(room, pilot, "")
        assert room.lines()[0].split() == ["/"]

    told(story)


def test_what_does_not_parse_is_explained_under_it_and_never_holds() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        await typed(pilot, "xyz")
        assert '! unknown word "xyz"' in room.lines()[1]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(room.focused, Input)
        assert room.said == []
        await pilot.press("ctrl+u")
        await typed(pilot, "ok")
        await pilot.press("enter")

    assert told(story).said == [("changed", "ok"), ("closed", "ok")]


def test_escape_restores_the_filter_from_before_and_the_typed_one_is_had_back() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        room.bar.set_text("broke")
        await pilot.press("slash")
        await typed(pilot, "tag:a")
        await rested(room, pilot, "broke tag:a")
        await pilot.press("escape")
        await pilot.pause()
        assert room.bar.text == "broke"
        assert room.focused is room.list
        await pilot.press("slash", "up")
        await rested(room, pilot, "broke tag:a")
        await pilot.press("down")
        await rested(room, pilot, "")

    assert ("changed", "broke") in told(story).said


def test_known_words_are_completed_with_tab_also_behind_a_not() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        await typed(pilot, "a !to")
        while room.query_one("FilterInput")._suggestion == "":
            await pilot.pause(0.01)
        await pilot.press("tab")
        assert room.query_one(Input).value == "a !tool:"

    told(story)


def test_a_click_elsewhere_keeps_what_parses() -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        await pilot.press("slash")
        await typed(pilot, "ok")
        await pilot.click(RowList, offset=(5, 3))
        await pilot.pause()
        assert not room.bar.is_open
        assert room.focused is room.list

    assert told(story).said == [("changed", "ok"), ("closed", "ok")]


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (60, 16), (200, 50)])
def test_it_fits_any_terminal_and_hostile_terms_do_nothing(size: tuple[int, int]) -> None:
    async def story(room: Room, pilot: Pilot[None]) -> None:
        room.bar.set_text("[red]\x1b[2J " + "日本" * 80 + " a\u202eb")
        await pilot.press("slash")
        await pilot.pause()
        strips = room.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {size[0]}
        assert all(part.text.isprintable() for strip in strips for part in strip)

    told(story, size)


@pytest.mark.parametrize(
    ("text", "terms"), [("a  b", ["a", "b"]), ('tag:"a b" !"c', ['tag:"a b"', '!"c']), ("", []), ('""', ['""'])]
)
def test_terms_are_parted_at_blanks_outside_quotes(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms
