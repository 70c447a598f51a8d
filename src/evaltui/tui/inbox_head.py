"""Owns the line above the inbox's list: items or groups, which group is looked into, and the order."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from evaltui.tui.inbox_words import reason_span
from evaltui.tui.widgets.columns import sized
from evaltui.tui.widgets.frame import Line, Span

TABS = ("items", "groups")


class Tabs(Line):
    """Which of the two lists is shown, how long each is, and the order at the right."""

    ROLE = "text"

    class Picked(Message):
        """The other list was clicked on."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self) -> None:
        super().__init__()
        self._here, self._order = TABS[0], ""
        self._sizes: tuple[int, ...] = ()
        self._group: tuple[str, str] | None = None

    def show(self, here: str, sizes: tuple[int, ...], order: str, group: tuple[str, str] | None) -> None:
        """`group`: reason and words of the one that is looked into."""
        self._here, self._sizes, self._order, self._group = here, sizes, order, group
        self.refresh()

    def left(self) -> Sequence[Span]:
        spans = [span for place, tab in enumerate(TABS) for span in self._tab(place, tab)]
        if self._group is None:
            return spans
        room = self.size.width - sum(len(text) for text, _ in spans) - len(self._order) - 4
        words = sized((reason_span(self._group[0]), (f" {self._group[1]}", "muted")), max(0, room))
        return [*spans, ("› ", "muted"), *((text, role or "text") for text, role in words)]

    def right(self) -> Sequence[Span]:
        return [(f"{self._order} ", "muted")] if self._order else []

    def on_click(self, event: events.Click) -> None:
        """To the list under the pointer."""
        x = 0
        for place, tab in enumerate(TABS):
            x += sum(len(text) for text, _ in self._tab(place, tab))
            if event.x < x:
                self.post_message(self.Picked(tab))
                return

    def _tab(self, place: int, tab: str) -> tuple[Span, ...]:
        here = tab == self._here
        size = f"{self._sizes[place]:,} " if place < len(self._sizes) else ""
        return ((" ▸" if here else "  ", "accent"), (f"{tab} ", "strong" if here else "muted"), (size, "muted"))
