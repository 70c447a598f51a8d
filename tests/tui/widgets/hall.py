"""An app that holds one list and nothing else, and what can be seen of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from evaltui.tui.look import ansi_color, register
from evaltui.tui.widgets.row_keys import RowKeys
from evaltui.tui.widgets.rows import Cell, Column, ListOf, RowList, RowSource

COLUMNS = (
    Column("", 1),
    Column("case", 10, flex=1),
    Column("tags", 8, drop=2),
    Column("value", 6, align="right", drop=1),
)
KEYS = {
    "j": "down", "k": "up", "g": "top", "G": "bottom", "ctrl+d": "page_down", "ctrl+u": "page_up", "enter": "open",
    "space": "mark", "v": "range",
}  # fmt: skip


def cells(row: int) -> Sequence[Cell]:
    return (("✗", "fail"), (f"case {row}", "text"), ("refund", "muted"), (f"{row / 10:.1f}", "text"))


def numbers(rows: Sequence[int], heading: Callable[[int], bool] | None = None) -> ListOf[int]:
    """A source of numbers, each its own key."""
    return ListOf(COLUMNS, rows, key=lambda row: row, cells=cells, heading=heading)


class Hall(RowKeys, App[None]):
    """One list; what it said."""

    BINDINGS: ClassVar = list(KEYS.items())

    def __init__(self, source: RowSource, **options: Any) -> None:
        super().__init__(ansi_color=ansi_color())
        register(self)
        self.list = RowList(source, **options)
        self.told_moves: list[Any] = []
        self.chosen: list[Any] = []

    @property
    def rows(self) -> RowList:
        return self.list

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.focus()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.told_moves.append(event.key)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.chosen.append(event.key)

    def lines(self) -> list[str]:
        return ["".join(part.text for part in strip) for strip in self.screen._compositor.render_strips()]

    def line_of(self, words: str) -> int:
        """The line of the screen that holds `words`, -1 if none."""
        return next((place for place, line in enumerate(self.lines()) if words in line), -1)


Story = Callable[[Hall, "Pilot[None]"], Awaitable[None]]


def seen(source: RowSource, story: Story, size: tuple[int, int] = (60, 12), **options: Any) -> Hall:
    """A story of a list in a terminal of that size."""
    hall = Hall(source, **options)

    async def run() -> None:
        async with hall.run_test(size=size) as pilot:
            await pilot.pause()
            await story(hall, pilot)

    asyncio.run(run())
    return hall
