"""Owns a page of lines laid out for its width, on which a cursor walks over those lines that lead somewhere."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evaltui.tui.look import Look, look_of
from evaltui.tui.widgets.columns import Cell, sized


@dataclass(frozen=True, slots=True)
class Row:
    """A line; with a key it leads somewhere: the cursor may stand on it, or (`link`) only a click enters it."""

    line: Cell = ()
    key: Hashable = None
    link: bool = False


Layout = Callable[[int, int, Hashable], Sequence[Row]]
"""From width, height and the key under the cursor to the rows of a page."""


def _nothing(_width: int, _height: int, _key: Hashable) -> Sequence[Row]:
    return ()


class Paper(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines of one layout. It binds no key: the view that holds it calls `move`, `choose` and their like."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Paper { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Moved(Message):
        """The cursor stands on another line."""

        paper: "Paper"
        key: Hashable

    @dataclass
    class Chosen(Message):
        """A line was entered."""

        paper: "Paper"
        key: Hashable

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._layout: Layout = _nothing
        self._rows: Sequence[Row] = ()
        self._stops: list[int] = []
        self._stop = 0

    @property
    def current(self) -> Hashable:
        """The key under the cursor; None where the cursor has nowhere to stand."""
        return self._rows[self._stops[self._stop]].key if self._stops else None

    def show(self, layout: Layout, *, top: bool = False) -> None:
        """Another page; the cursor stays on its key where that is still there, else goes to the first line it can."""
        held = None if top else self.current
        self._layout = layout
        self._lay(held)

    def again(self) -> None:
        """The same page of other things: lay it out anew."""
        self._lay(self.current)

    def move(self, by: int) -> None:
        """To the next line that leads somewhere, or scroll where there is none."""
        if not self._stops or not 0 <= self._stop + by < len(self._stops):
            self._scroll(self.scroll_offset.y + by)
        if self._stops:
            self._go(self._stop + by)

    def page(self, by: float) -> None:
        """A screen down or up."""
        height = max(1, self._height - 1)
        self._scroll(self.scroll_offset.y + int(by * height))
        if self._stops:
            first, last = self.scroll_offset.y, self.scroll_offset.y + self._height
            seen = [at for at, line in enumerate(self._stops) if first <= line < last]
            self._go((seen[-1] if by > 0 else seen[0]) if seen else self._stop, reveal=False)

    def home(self) -> None:
        """To the first line."""
        self._scroll(0)
        self._go(0, reveal=False)

    def end(self) -> None:
        """To the last line that leads somewhere, and to the end."""
        self._go(len(self._stops) - 1)
        self._scroll(len(self._rows))

    def choose(self) -> None:
        """Enter the line under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def render_line(self, y: int) -> Strip:
        """A line, lit where the cursor is."""
        width, at = self.scrollable_content_region.width, y + self.scroll_offset.y
        look, base = look_of(self.app), self.rich_style
        if at >= len(self._rows):
            return Strip.blank(width, base)
        over = look["cursor"] if self._stops and at == self._stops[self._stop] else None
        return _drawn(self._rows[at].line, width, look, base, over)

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self.refresh()

    def on_resize(self) -> None:
        """Lines are laid out for the width of now."""
        self._lay(self.current)

    def on_click(self, event: events.Click) -> None:
        """The first click moves the cursor, another on the same line enters it."""
        place = event.get_content_offset(self)
        line = place.y + self.scroll_offset.y if place else -1
        if 0 <= line < len(self._rows) and self._rows[line].link:
            self.post_message(self.Chosen(self, self._rows[line].key))
        if line not in self._stops:
            return
        if self._stops.index(line) == self._stop and event.chain > 1:
            self.choose()
        self._go(self._stops.index(line))

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def _lay(self, held: Hashable) -> None:
        width, height = self.scrollable_content_region.size
        if width <= 0 or height <= 0:
            return
        self._rows = self._layout(width, height, held)
        self._stops = [at for at, row in enumerate(self._rows) if row.key is not None and not row.link]
        keys = [self._rows[at].key for at in self._stops]
        self._stop = keys.index(held) if held in keys else 0
        self.virtual_size = Size(0, len(self._rows))
        self._reveal()
        self.refresh()

    def _go(self, stop: int, *, reveal: bool = True) -> None:
        before, self._stop = self.current, max(0, min(stop, len(self._stops) - 1))
        if self.current != before:
            self.again()
            self.post_message(self.Moved(self, self.current))
        if reveal:
            self._reveal()

    def _reveal(self) -> None:
        """The cursor's line, with the beginning of the page where both fit."""
        if not self._stops or self._height <= 0:
            return
        line, top = self._stops[self._stop], self.scroll_offset.y
        if line < top or (line < self._height and self._stop == 0):
            self._scroll(0 if line < self._height else line - 1)
        elif line >= top + self._height:
            self._scroll(line - self._height + 2)

    def _scroll(self, y: int) -> None:
        y = max(0, min(y, len(self._rows) - self._height))
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, force=True, immediate=True)


def _drawn(line: Cell, width: int, look: Look, base: Style, over: Style | None) -> Strip:
    spans = sized(line, width)
    segments = [Segment(text, _style(look, base, role, over)) for text, role in spans if text]
    return Strip(segments).adjust_cell_length(width, base if over is None else base + over)


def _style(look: Look, base: Style, role: str, over: Style | None) -> Style:
    style = base + look[role] if role else base
    return style if over is None else style + over
