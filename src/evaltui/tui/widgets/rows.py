"""Owns the list every view is built on: a hundred thousand rows, one cursor that stays on its row, marks."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evaltui.tui.look import look_of
from evaltui.tui.widgets.columns import Cell, Column, Span
from evaltui.tui.widgets.marks import Marks
from evaltui.tui.widgets.pace import Pace
from evaltui.tui.widgets.row_source import EMPTY, ListOf, Pages, RowSource, landing, survivor
from evaltui.tui.widgets.row_strips import RowPainter, Words, lines_of

__all__ = ["Cell", "Column", "ListOf", "RowList", "RowSource", "Span", "Words"]


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a source. It binds no key: the view that holds it calls `move`, `choose`, `mark` and their like."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowList { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """
    PACE: ClassVar[float] = 0.08
    """Seconds between two `Moved`, however fast a key repeats."""
    BEAT: ClassVar[float] = 0.1
    """Seconds between two repaints asked for through `refresh_soon`."""

    @dataclass
    class Said(Message):
        """Something happened in a list."""

        rows: "RowList"

        @property
        def control(self) -> "RowList":
            """The list it happened in."""
            return self.rows

    @dataclass
    class Moved(Said):
        """The cursor came to rest on another row, or on none."""

        key: Hashable | None
        index: int

    @dataclass
    class Chosen(Said):
        """A row was entered."""

        key: Hashable

    @dataclass
    class Marked(Said):
        """Other rows are marked than before."""

        count: int

    def __init__(self, source: RowSource = EMPTY, *, empty: Words = "", lit: bool = False, **words: Any) -> None:
        super().__init__(**words)
        self.source = source
        self.cursor = 0
        self.lit = lit  # the cursor looks focused although the keys come from elsewhere
        self.sort: tuple[str, bool] | None = None
        self._held: Hashable | None = None
        self._top = 0  # lines of header
        self._empty = lines_of(empty)
        self._marks = Marks()
        self._pages = Pages(source)
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
        self._painter: RowPainter | None = None
        self._armed: Hashable | None = None
        self._said: object = self
        self._saying = Pace(self, self.PACE, self._say)
        self._beating = Pace(self, self.BEAT, lambda: self.show(self.source, sort=self.sort))

    @property
    def current(self) -> Hashable | None:
        """The key of the row under the cursor."""
        return self._held

    @property
    def marks(self) -> set[Hashable]:
        """The keys of the marked rows."""
        return self._marks.keys

    @property
    def ranging(self) -> bool:
        """Whether moving marks."""
        return self._marks.ranging

    def say_empty(self, words: Words) -> None:
        """What is shown while there is no row."""
        self._empty = lines_of(words)
        self.refresh()

    def show(self, source: RowSource, *, sort: tuple[str, bool] | None = None, top: bool = False) -> None:
        """Another source, or the same one changed: the cursor stays on its row, and that row on its line."""
        line = self.cursor - self.scroll_offset.y
        seen = 0 <= line < self._height
        place = 0 if top else survivor(self.source, source, self.cursor, self._held)
        self.source, self.sort, self._pages = source, sort, Pages(source)
        self._strips.clear()
        self._painter = None
        self._marks.prune(source)
        self._measure()
        self._put(landing(source, place, 1))
        if seen or top:
            self._scroll(0 if top else self.cursor - line)
            self._reveal(0)
        self.refresh()

    def refresh_soon(self) -> None:
        """The source changed: read and draw it again, ten times a second at most."""
        self._beating.soon()

    def move(self, by: int) -> None:
        """The cursor goes down, or up."""
        self._go(self.cursor + by, 1 if by > 0 else -1)

    def page(self, by: float) -> None:
        """The cursor goes so many screens down or up."""
        self.move(int(by * max(1, self._height - 1)) or (1 if by > 0 else -1))

    def home(self) -> None:
        """The cursor goes to the first row."""
        self._go(0, 1)

    def end(self) -> None:
        """The cursor goes to the last row."""
        self._go(len(self.source) - 1, -1)

    def jump(self, key: Hashable) -> bool:
        """The cursor goes to a row, if it is here."""
        place = self.source.index(key)
        if place is not None:
            self._go(place, 1)
        return place is not None

    def choose(self) -> None:
        """Enters the row under the cursor."""
        if self._held is not None:
            self.post_message(self.Chosen(self, self._held))

    def mark(self) -> None:
        """Marks the row under the cursor, or no longer, and goes down. An open range ends and stays marked."""
        if self._held is None:
            return
        if self._marks.ranging:
            self._marks.close()
        elif not self.source.heading(self.cursor):
            self._marks.toggle(self._held)
        self._marks_changed()
        self.move(1)

    def mark_range(self) -> None:
        """Moving marks from here on, or no longer."""
        if self._marks.ranging:
            self._marks.close()
        elif self._held is not None and not self.source.heading(self.cursor):
            self._marks.open(self._held)
        self._marks_changed()

    def clear_marks(self) -> bool:
        """Nothing is marked; says whether something was."""
        held = self._marks.clear()
        if held:
            self._marks_changed()
        return held

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view, drawn in the look and width of now."""
        look, width = look_of(self.app), self.scrollable_content_region.width
        if self._painter is None or self._painter.look is not look or self._painter.width != width:
            self._painter = RowPainter(look, self.rich_style, self.source.columns, width)
            self._strips.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The header, a row, or a line of nothing."""
        painter = self._painter
        if painter is None:
            return Strip.blank(self.size.width, self.rich_style)
        if y < self._top:
            return painter.header(self.sort)
        if not len(self.source):
            return painter.words(self._empty, y - self._top, self._height)
        index = y - self._top + self.scroll_offset.y
        return self._row(painter, index) if index < len(self.source) else painter.blank()

    def notify_style_update(self) -> None:
        """Another theme: nothing drawn is valid."""
        super().notify_style_update()
        self._painter = None

    def on_mount(self) -> None:
        """What was given is shown."""
        self.show(self.source, sort=self.sort)

    def on_resize(self) -> None:
        """The cursor stays in view."""
        self._measure()
        self._reveal(0)

    def on_focus(self) -> None:
        """The cursor is lit."""
        self._redraw(self.cursor)

    def on_blur(self) -> None:
        """The cursor is dimmed."""
        self._redraw(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """The first click moves the cursor, another on the same row enters it."""
        place = event.get_content_offset(self)
        index = place.y - self._top + self.scroll_offset.y if place and place.y >= self._top else len(self.source)
        if index >= len(self.source):
            return
        again = self._armed is not None and self._armed == self._held == self.source.key(index)
        self._go(index, 1, margin=0)
        self._armed = self._held
        if again:
            self.choose()

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height - self._top

    def _row(self, painter: RowPainter, index: int) -> Strip:
        marked = bool(self.marks) and self.source.key(index) in self.marks
        lit = index == self.cursor and (1 + (self.lit or self.has_focus))
        strip = self._strips.get(known := (index, marked, lit))
        if strip is None:
            over = (None, painter.look["cursor_blur"], painter.look["cursor"])[lit]
            cells = self._pages[index]
            heading = self.source.heading(index)
            strip = painter.heading(cells, over) if heading else painter.row(cells, marked=marked, over=over)
            self._strips[known] = strip
        return strip

    def _go(self, index: int, direction: int, margin: int = 2) -> None:
        if not len(self.source):
            return
        left = self.cursor
        self._put(landing(self.source, index, direction))
        if self._marks.ranging:
            self._marks.stretch(self.source, self.cursor)
            self._marks_changed()
        self._redraw(left)
        self._redraw(self.cursor)
        self._reveal(margin)

    def _put(self, index: int) -> None:
        self.cursor, self._armed = index, None
        self._held = self.source.key(index) if index < len(self.source) else None
        if self._held != self._said:
            self._saying.soon()

    def _redraw(self, index: int) -> None:
        y = index + self._top - self.scroll_offset.y
        self.refresh(Region(0, y, max(1, self.size.width), 1))

    def _measure(self) -> None:
        titled = any(column.title for column in self.source.columns)
        self._top = int(titled and self.scrollable_content_region.height > 1)
        self.virtual_size = Size(0, len(self.source) + self._top)

    def _reveal(self, margin: int) -> None:
        height = self._height
        margin = max(0, min(margin, (height - 1) // 2))
        named = int(height > 1 and 0 < self.cursor < len(self.source) and self.source.heading(self.cursor - 1))
        top = max(self.scroll_offset.y, self.cursor + margin - height + 1)
        if height > 0:
            self._scroll(min(top, self.cursor - max(margin, named)))

    def _scroll(self, y: int) -> None:
        y = max(0, min(y, len(self.source) - self._height))
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def _marks_changed(self) -> None:
        self.refresh()
        self.post_message(self.Marked(self, len(self.marks)))

    def _say(self) -> None:
        if self._held != self._said:
            self._said = self._held
            self.post_message(self.Moved(self, self._held, self.cursor))
