"""The Inbox view: what went wrong in production on one side, the redacted conversation of one on the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from evaltui.tui.actions import bindings
from evaltui.tui.inbox_add import InboxAdd
from evaltui.tui.inbox_head import Tabs
from evaltui.tui.inbox_import import InboxImport
from evaltui.tui.inbox_item import ItemPane
from evaltui.tui.inbox_reading import FILTER_HINT, FILTER_WORDS, conversation, keys_alike, page, wrong
from evaltui.tui.inbox_ways import InboxWays
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from evaltui.domain.inbox import InboxLine
    from evaltui.loop.item_view import ItemView

KEPT: Final = 16  # conversations that are held


class InboxView(InboxWays, InboxAdd, InboxImport):
    """Items newest first, or their groups; the conversation of the one under the cursor stands beside them."""

    NAME = "inbox"
    TAB = "inbox"
    BINDINGS = bindings("inbox")
    AUTO_FOCUS = "#inbox"
    DEFAULT_CSS = """
    InboxView #split { height: 1fr; }
    InboxView #left { width: 1fr; border-right: solid $border-blurred; }
    InboxView #right { width: 1fr; }
    InboxView.-narrow #split { layout: vertical; }
    InboxView.-narrow #left { width: 100%; height: 2fr; border-right: none; }
    InboxView.-narrow #right { width: 100%; height: 3fr; border-top: solid $border-blurred; }
    InboxView.-zoomed #left { display: none; }
    InboxView.-zoomed #right { border-top: none; width: 100%; height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._line: InboxLine | None = None
        self._talks: dict[tuple[int, bool], ItemView] = {}

    def body(self) -> ComposeResult:
        yield Tabs()
        yield FilterBar(words=FILTER_WORDS, check=wrong, hint=FILTER_HINT)
        with Horizontal(id="split"):
            with Vertical(id="left"):
                yield RowList(empty="…", id="inbox")
            yield ItemPane(id="right")

    @property
    def pane(self) -> ItemPane:
        return self.query_one(ItemPane)

    @property
    def line(self) -> "InboxLine | None":
        return self._line

    # The item under the cursor

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.show_item()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.go_in()

    def on_descendant_focus(self) -> None:
        """Whoever goes into a conversation sees all of it."""
        if self.inside and not self.pane.whole:
            self.show_item()

    def show_item(self) -> None:
        self.later(self._shown, "item", exclusive=True)

    async def _shown(self) -> None:
        current = self.rows.current
        key = await self._key_of(current)
        if self.rows.current != current:
            return
        self._line = line = page(self.desk.store, [key])[0] if key is not None else None
        if line is None:
            self.pane.clear()
        else:
            talk = await self._talk(line, whole=self.inside)
            if self._line is line:
                self.pane.show(line, talk)
        self.show_frame()

    async def _key_of(self, current: object) -> int | None:
        """An item itself; of a group the newest."""
        if isinstance(current, str):
            keys = await self.desk.read(keys_alike, self.asked, current)
            return keys[0] if len(keys) else None
        return current if isinstance(current, int) else None

    async def _talk(self, line: "InboxLine", *, whole: bool) -> "ItemView":
        known = self._talks.get((line.key, whole))
        if known is None:
            known = self._talks[line.key, whole] = await self.desk.read(conversation, line, whole=whole)
            while len(self._talks) > KEPT:
                del self._talks[next(iter(self._talks))]
        return known

    def go_in(self) -> None:
        """Into what is under the cursor: a group's items, an item's conversation."""
        if not self.into_group() and self._line is not None:
            self.pane.talk.focus()

    # Acts

    async def chosen(self) -> "Sequence[InboxLine]":
        from evaltui.loop.inbox import inbox_lines

        current = self.rows.current
        if isinstance(current, str):
            keys = await self.desk.read(keys_alike, self.asked, current)
            return await self.desk.read(inbox_lines, keys)
        if self.marked:
            return await self.desk.read(inbox_lines, self.marked)
        return [self._line] if self._line else []

    async def acted(self, words: str, *, on: bool) -> None:
        at = await self.following(without=self.marked) if on else None
        if on:
            self.rows.clear_marks()
        await self.list_again(at=at)
        self.say(words)

    def action_back(self) -> None:
        """Out of the conversation, the marks, the group, the filter; then as everywhere."""
        if self.inside:
            self.action_zoom_out()
        elif self.rows.clear_marks():
            return
        elif self.group is not None:
            self.turn_to("groups")
        elif self.bar.text:
            self.bar.set_text("")
            self.relist()
        else:
            super().action_back()


def make() -> InboxView:
    """The view, for the app."""
    return InboxView()
