"""Owns which items or groups the inbox lists: their filter, their order, and the next open one."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from evaltui.tui.inbox_head import TABS, Tabs
from evaltui.tui.inbox_reading import Asked, Listed, grouped, listed, next_open, page
from evaltui.tui.inbox_rows import ItemRows
from evaltui.tui.inbox_words import counted, group_rows, nothing
from evaltui.tui.view import View
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.row_keys import RowKeys
from evaltui.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from evaltui.domain.inbox import InboxGroup, InboxLine


class InboxList(RowKeys, View):
    """Mixed into the inbox view, which shows the item under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.tab, self.order, self.turned = TABS[0], "newest", False
        self.group: InboxGroup | None = None
        self.listed: Listed | None = None
        self.groups: Sequence[InboxGroup] | None = None

    @property
    def rows(self) -> RowList:
        return self.query_one("#inbox", RowList)

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    @property
    def marked(self) -> list[int]:
        """The marked items."""
        return [key for key in self.rows.marks if isinstance(key, int)]

    @property
    def asked(self) -> Asked:
        """What is listed now."""
        return Asked(self.bar.text, self.group.signature if self.group else "", self.order, self.turned)

    @property
    def line(self) -> "InboxLine | None":
        """The item that is looked at."""
        raise NotImplementedError

    def show_item(self) -> None:
        """Another item is under the cursor, or something was done to it."""
        raise NotImplementedError

    def crumbs(self) -> list[Span]:
        return [("Inbox", "text"), *([("one group", "muted")] if self.group else [])]

    def state(self) -> list[Span]:
        return counted(self.listed.index.counts) if self.listed else []

    # How it comes and changes

    async def load(self) -> None:
        if self.desk.exists:
            await self.list_again()
        else:
            self.rows.say_empty(nothing("", 0))

    async def list_again(self, *, top: bool = False, at: object = None) -> None:
        """As it is now; the cursor goes to the first row, or to one by its key, or stays."""
        asked = self.asked
        if self.tab == "groups":
            self.groups = await self.desk.read(grouped, asked.text)
        found = await self.desk.read(listed, asked)
        if asked != self.asked:
            return
        self.listed = found
        self.rows.say_empty(nothing(asked.text, found.index.total, found.hint))
        items = ItemRows(found.index.keys, self._page)
        self.rows.show(items if self.tab == "items" else group_rows(self.groups or ()), top=top)
        if at is not None:
            self.rows.jump(at)
        self._show_tabs(found)
        self.show_frame()
        self.show_item()
        if self.tab == "items":
            self.later(partial(self._group, asked), "groups", exclusive=True)

    async def _group(self, asked: Asked) -> None:
        """To count the groups takes longer than the list, and comes after it."""
        found = await self.desk.read(grouped, asked.text)
        if asked == self.asked and self.listed is not None:
            self.groups = found
            self._show_tabs(self.listed)

    def _show_tabs(self, found: Listed) -> None:
        from evaltui.loop.inbox import SORTS

        which = "" if self.bar.text else "open failures, "
        order = f"{which}{SORTS[self.order]}{', turned round' if self.turned else ''}" if self.tab == "items" else ""
        group = (self.group.reason, self.group.words) if self.group else None
        sizes = (len(found.index), *(() if self.groups is None else (len(self.groups),)))
        self.query_one(Tabs).show(self.tab, sizes, order, group)

    def _page(self, keys: Sequence[int]) -> "Sequence[InboxLine]":
        return page(self.desk.store, keys)

    def relist(self, at: object = None) -> None:
        """Other rows are wanted."""
        self.later(partial(self.list_again, top=True, at=at), "list", exclusive=True)

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Other items are wanted."""
        event.stop()
        self.relist()

    def on_tabs_picked(self, event: Tabs.Picked) -> None:
        """The other list."""
        event.stop()
        self.turn_to(event.tab)

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        """How many are marked."""
        event.stop()
        self.say(f"{event.count:,} marked" if event.count else "")
        self.show_frame()

    # Keys

    def action_filter(self) -> None:
        self.bar.open()

    def action_sort(self) -> None:
        from evaltui.loop.inbox import SORTS

        orders = tuple(SORTS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.relist()

    def action_reverse(self) -> None:
        self.turned = not self.turned
        self.relist()

    def action_next_tab(self) -> None:
        self.turn_to(TABS[(TABS.index(self.tab) + 1) % len(TABS)])

    def action_previous_tab(self) -> None:
        self.turn_to(TABS[TABS.index(self.tab) - 1])

    def turn_to(self, tab: str) -> None:
        """The other list; out of a group to where it stands among the others."""
        if tab != self.tab:
            group, self.tab, self.group = self.group, tab, None
            self.rows.clear_marks()
            self.relist(group.signature if group else None)

    def into_group(self) -> bool:
        """The items of the group under the cursor; whether there is one."""
        groups = self.groups or () if self.tab == "groups" else ()
        group = next((one for one in groups if one.signature == self.rows.current), None)
        if group is not None:
            self.tab, self.group = "items", group
            self.relist()
        return group is not None

    def can_mark(self) -> bool | None:
        return True if self.tab == "items" else None

    can_range = can_mark

    def go_open(self, by: int) -> None:
        """To the next open failure (-1: the previous one)."""
        self.later(partial(self._gone, by), "open", exclusive=True)

    async def _gone(self, by: int) -> None:
        if self.tab == "groups" or self.listed is None:
            self.rows.move(by)
            return
        key = await self.following(by)
        if key is None:
            self.say("nothing open further down" if by > 0 else "nothing open further up")
        else:
            self.rows.jump(key)

    async def following(self, by: int = 1, without: Sequence[int] = ()) -> int | None:
        """The next open item from the cursor on."""
        if self.tab == "groups" or self.listed is None:
            return None
        return await self.desk.read(next_open, self.listed.index.keys, self.rows.cursor, by, without)
