"""Owns a sheet on the screen: laid out for the width there is, in a thread where it is long, and drawn line by line."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evaltui.compare.textdiff import Diff, Gap
from evaltui.tui.look import Look, look_of
from evaltui.tui.safe import plain
from evaltui.tui.widgets import ink
from evaltui.tui.widgets.sheet import Item, Mode, Shape, Sheet, arrange, digits

NARROW = 100
"""Columns of a terminal in which both sides do not stand beside each other any more."""
TIGHT = 76
"""Cells of the widget below which they do not either."""
_AT_ONCE = 800  # rows that are laid out without a thread: it takes no longer than the thread's own delay
_KEPT = 2_000  # lines kept as they were drawn
_ABOVE = 3  # lines shown above a change that was jumped to


@dataclass(frozen=True, slots=True)
class Manner:
    """How a diff is shown beside what it holds: the names of its sides, whether its numbers mean anything."""

    left: str = ""
    right: str = ""
    single: bool = False
    numbers: bool = True
    same: str = " "


class SheetView(ScrollView, can_focus=True, inherit_bindings=False):
    """What the first line says, then what is in view of a diff."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    SheetView { height: 1fr; width: 1fr; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Laid(Message):
        """A thread is done; of the widget with itself."""

        sheet: Sheet
        laying: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.wrap = True
        self._manner = Manner()
        self._words = ""
        self._diff: Diff | None = None
        self._opened: set[int] | None = set()
        self._sheet: Sheet | None = None
        self._fresh = True
        self._strips: dict[tuple[int, int], Strip] = {}
        self._ground: tuple[Style, Look] | None = None
        self._pens: dict[str, Style] = {}
        self._laying = 0
        self._change = 0
        self._left_at = -1

    # Laying out

    def on_resize(self) -> None:
        """What is at the top stays there."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Another theme: everything is drawn anew."""
        self._strips.clear()
        super().notify_style_update()

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    @property
    def _mode(self) -> Mode:
        if self._manner.single:
            return "single"
        narrow = self.app.size.width < NARROW or self.scrollable_content_region.width < TIGHT
        return "unified" if narrow else "split"

    def _put(self, manner: Manner, diff: Diff | None, words: str = "") -> None:
        """Something else, from its first change on; without a diff only words."""
        self._manner, self._diff, self._words = manner, diff, words
        self._fresh, self._change, self._left_at = True, 0, -1
        self._opened = set() if self._opened is not None else None
        if diff is None:
            self._sheet, self.virtual_size = None, Size(0, 0)
        self._arrange()
        self.refresh()

    def _arrange(self) -> None:
        diff, width = self._diff, self.scrollable_content_region.width
        if diff is None or width < 1:
            return
        manner = self._manner
        shape = Shape(width, self._mode, self.wrap, digits(diff) if manner.numbers else 0, manner.same)
        make = partial(arrange, diff, self._opened and set(self._opened), shape)
        if len(diff.rows) <= _AT_ONCE:
            self._laying += 1
            self._lay(make())
            return
        self._laying += 1
        laying = self._laying

        def lay() -> None:
            self.post_message(self.Laid(make(), laying))

        self.run_worker(lay, thread=True, group="laying", exclusive=True, exit_on_error=False)

    def on_sheet_view_laid(self, event: Laid) -> None:
        """What was laid out in a thread is shown, unless the width or the folds are others by now."""
        event.stop()
        if event.laying == self._laying:
            self._lay(event.sheet)

    def _lay(self, sheet: Sheet) -> None:
        top = None if self._fresh else self._top()
        self._sheet, self._fresh = sheet, False
        self._strips.clear()
        self.virtual_size = Size(self._virtual_width(sheet), sheet.height + 1)
        if top is None:
            self.scroll_to(0, 0, animate=False)
            self._look_at(0, only_if_hidden=True)
        else:
            self.scroll_to(y=self._line_of(sheet, *top), animate=False)
        self.refresh()

    def _virtual_width(self, sheet: Sheet) -> int:
        hidden = 0 if self.wrap else max(0, sheet.widest - sheet.shape.room)
        return sheet.shape.width + hidden

    def _top(self) -> tuple[int, int] | None:
        """The numbers of the row at the top: they say where it is whatever is folded."""
        sheet, diff = self._sheet, self._diff
        if sheet is None or diff is None or not sheet.items:
            return None
        return _numbers(diff, sheet.items[min(sheet.at(self.scroll_offset.y)[0], len(sheet.items) - 1)], 0)

    def _line_of(self, sheet: Sheet, left: int, right: int) -> int:
        diff = self._diff
        for item, start in zip(sheet.items, sheet.starts, strict=False):
            left_number, right_number = _numbers(diff, item, -1) if diff else (0, 0)
            if (left and left_number >= left) or (right and right_number >= right):
                return start
        return 0

    def _current(self, sheet: Sheet) -> int:
        """The change that was jumped to last, or the last one above the line a jump goes to."""
        if self.scroll_offset.y == self._left_at:
            return self._change
        line = self.scroll_offset.y + _ABOVE
        return sum(sheet.starts[stop] <= line for stop in sheet.stops) - 1

    def _look_at(self, change: int, *, only_if_hidden: bool = False) -> None:
        sheet = self._sheet
        if sheet is None or not sheet.stops:
            return
        line = sheet.starts[sheet.stops[change]]
        if not only_if_hidden or line >= self._page:
            self.scroll_to(y=max(0, line - _ABOVE), animate=False)
        self._change, self._left_at = change, self.scroll_offset.y
        self.refresh()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view, in the look of now: asked once for all of them, for it costs more than drawing one."""
        ground = self.rich_style, look_of(self.app)
        if ground != self._ground:
            self._ground, self._pens = ground, {}
            self._strips.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The names of the sides, then what is in view."""
        sheet = self._sheet
        if y == 0 or sheet is None:
            return self._head() if y == 0 else self._said(y)
        line, x = y - 1 + self.scroll_offset.y, self.scroll_offset.x
        if line >= sheet.height:
            return Strip.blank(sheet.shape.width, self._style("text"))
        if (line, x) not in self._strips:
            self._draw(sheet, sheet.at(line)[0], x)
        return self._strips[line, x]

    def _draw(self, sheet: Sheet, item: int, x: int) -> None:
        if len(self._strips) >= _KEPT:
            self._strips.clear()
        for below, strip in enumerate(ink.lines(sheet, item, x, self._style)):
            self._strips[sheet.starts[item] + below, x] = strip

    def _head(self) -> Strip:
        width = self.scrollable_content_region.width
        shape = self._sheet.shape if self._sheet else Shape(width, self._mode, wrap=True, digits=2)
        return ink.head(
            (self._manner.left, self._manner.right), self._note(), shape, self._style, focused=self.has_focus
        )

    def _note(self) -> str:
        sheet = self._sheet
        if sheet is None or self._manner.single:
            return ""
        return f"{self._change + 1} of {len(sheet.stops)}" if sheet.stops else "no difference"

    def _said(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        words = plain(self._words) if y == 2 else ""
        return Strip([Segment(set_cell_size(f" {words}", width), self._style("muted"))], width)

    def _style(self, role: str) -> Style:
        style = self._pens.get(role)
        if style is None:
            base, look = self._ground or (self.rich_style, look_of(self.app))
            style = self._pens[role] = base + look[role]
        return style


def _numbers(diff: Diff, item: Item, of: int) -> tuple[int, int]:
    """Of a row, or of the first (0) or last (-1) row that a gap hides; 0 where a side has none."""
    row = diff.rows[item.start : item.start + item.count][of] if isinstance(item, Gap) else item
    return row.left_number or 0, row.right_number or 0
