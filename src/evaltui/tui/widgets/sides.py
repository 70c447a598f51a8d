"""Owns two texts side by side, in step because one view draws both; one below the other where there is little room."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evaltui.compare.textdiff import Diff, Gap, wanted_diff
from evaltui.tui.look import look_of
from evaltui.tui.safe import plain
from evaltui.tui.widgets import ink
from evaltui.tui.widgets.sheet import Mode, Shape, Sheet, arrange, digits, text_rows

NARROW = 100
"""Cells below which both sides do not fit beside each other."""
_AT_ONCE = 800  # rows that are laid out without a thread: it takes no longer than the thread's own delay
_KEPT = 2_000  # lines kept as they were drawn
_ABOVE = 3  # lines shown above a change that was jumped to


class Sides(ScrollView, can_focus=True, inherit_bindings=False):
    """Two texts and what differs, or a single text. Line 1 names the sides and says which change is looked at.

    It binds no key: the view that holds it calls `move`, `next_change`, `open_gap` and their like.
    """

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = "Sides { height: 1fr; width: 1fr; scrollbar-gutter: stable; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.wrap = True
        self._titles = ("", "")
        self._pending = (self._titles, False)
        self._words = ""
        self._diff: Diff | None = None
        self._single = False
        self._opened: set[int] | None = set()
        self._sheet: Sheet | None = None
        self._strips: dict[tuple[int, int], Strip] = {}
        self._digits, self._same = 2, " "
        self._asked = 0
        self._change = 0
        self._left_at = -1

    # What is shown

    def show(
        self, diff: Diff, left_title: str = "", right_title: str = "", *, numbers: bool = True, same: str = " "
    ) -> None:
        """A finished diff, from its first change on; `same` marks the rows that do not differ."""
        self._begin((left_title, right_title), single=False)
        self._take(diff, numbers=numbers, same=same)

    def show_text(self, title: str, text: str) -> None:
        """A single text."""
        self._begin((title, ""), single=True)
        self._compute(lambda _: text_rows(text))

    def compare(self, left: str, right: str, left_title: str = "", right_title: str = "") -> None:
        """The diff of two texts, made in a thread; what was shown stays until it is there, or something else is."""
        self._begin((left_title, right_title), single=False, keep=True)
        self._compute(partial(wanted_diff, left, right))

    def say(self, words: str) -> None:
        """Nothing but a sentence: why there is nothing to see."""
        self._begin(("", ""), single=True)
        self._words = words
        self.virtual_size = Size(0, 0)
        self.refresh()

    @property
    def changes(self) -> int:
        """How many places differ."""
        return len(self._sheet.stops) if self._sheet and not self._single else 0

    # What a person does

    def next_change(self, by: int = 1) -> bool:
        """Bring the next (-1: previous) change into view; False where there is none."""
        sheet = self._sheet
        if sheet is None or not sheet.stops:
            return False
        wanted = self._current(sheet) + by
        self._look_at(min(max(wanted, 0), len(sheet.stops) - 1))
        return 0 <= wanted < len(sheet.stops)

    def open_gap(self) -> bool:
        """Show the lines of the first gap in view; False where there is none."""
        sheet = self._sheet
        if sheet is None or self._opened is None:
            return False
        top, last = self.scroll_offset.y, min(self.scroll_offset.y + self._page, sheet.height)
        items = (sheet.items[at] for at in range(sheet.at(top)[0], sheet.at(max(top, last - 1))[0] + 1))
        gap = next((item for item in items if isinstance(item, Gap)), None)
        return gap is not None and self._open(gap)

    def toggle_folds(self) -> bool:
        """Show all lines, or only those around changes; True when all are shown."""
        self._opened = set() if self._opened is None else None
        self._arrange()
        return self._opened is None

    def toggle_wrap(self) -> bool:
        """Break long lines or let them run out of view; True when they are broken."""
        self.wrap = not self.wrap
        self._arrange()
        return self.wrap

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)

    def page(self, by: float) -> None:
        """Scroll by (parts of) screens."""
        self.move(round(by * self._page))

    def home(self) -> None:
        """To the first line."""
        self.scroll_to(y=0, animate=False)

    def end(self) -> None:
        """To the last line."""
        self.scroll_to(y=self.max_scroll_y, animate=False)

    def shift(self, by: int) -> None:
        """To the right (-: left), where lines run out of view."""
        self.scroll_to(x=self.scroll_offset.x + by, animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click opens a gap."""
        line = event.y - 1 + self.scroll_offset.y
        if self._sheet and event.y and line < self._sheet.height:
            item = self._sheet.items[self._sheet.at(line)[0]]
            if isinstance(item, Gap):
                self._open(item)

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
        if self._single:
            return "single"
        return "unified" if self.scrollable_content_region.width < NARROW else "split"

    def _begin(self, titles: tuple[str, str], *, single: bool, keep: bool = False) -> None:
        self._asked += 1
        self._pending = (titles, single)
        if not keep:
            self._titles, self._single = titles, single
            self._diff, self._sheet, self._words = None, None, ""
            self._strips.clear()

    def _compute(self, make: Callable[[Callable[[], bool]], Diff | None]) -> None:
        asked = self._asked

        def work() -> None:
            made = make(lambda: self._asked != asked)
            if made is not None and self._asked == asked and self.is_attached:
                self.app.call_from_thread(self._take, made, asked)

        self.run_worker(work, thread=True, group="sides", exclusive=True)

    def _take(self, diff: Diff, asked: int | None = None, *, numbers: bool = True, same: str = " ") -> None:
        if asked not in (None, self._asked):
            return
        self._digits, self._same = digits(diff) if numbers else 0, same
        (self._titles, self._single), self._words = self._pending, ""
        self._diff, self._opened = diff, set() if self._opened is not None else None
        self._sheet, self._change, self._left_at = None, 0, -1
        self._arrange()

    def _arrange(self) -> None:
        diff, width = self._diff, self.scrollable_content_region.width
        if diff is None or width < 1:
            return
        shape = Shape(width, self._mode, self.wrap, self._digits, self._same)
        make = partial(arrange, diff, self._opened and set(self._opened), shape)
        if len(diff.rows) <= _AT_ONCE:
            self._lay(make())
            return
        self._asked += 1
        asked = self._asked

        def work() -> None:
            sheet = make()
            if self._asked == asked and self.is_attached:
                self.app.call_from_thread(self._lay, sheet)

        self.run_worker(work, thread=True, group="sides", exclusive=True)

    def _lay(self, sheet: Sheet) -> None:
        top = self._top()
        self._sheet = sheet
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
        sheet = self._sheet
        if sheet is None or not sheet.items:
            return None
        item = sheet.items[min(sheet.at(self.scroll_offset.y)[0], len(sheet.items) - 1)]
        return (item.start + 1, 0) if isinstance(item, Gap) else (item.left_number or 0, item.right_number or 0)

    @staticmethod
    def _line_of(sheet: Sheet, left: int, right: int) -> int:
        for item, start in zip(sheet.items, sheet.starts, strict=False):
            if isinstance(item, Gap):
                continue
            if (left and (item.left_number or 0) >= left) or (right and (item.right_number or 0) >= right):
                return start
        return 0

    def _open(self, gap: Gap) -> bool:
        if self._opened is not None:
            self._opened.add(gap.start)
            self._arrange()
        return True

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

    def render_line(self, y: int) -> Strip:
        """The names of the sides, then what is in view."""
        sheet = self._sheet
        if y == 0 or sheet is None:
            return self._head() if y == 0 else self._said(y)
        line, x = y - 1 + self.scroll_offset.y, self.scroll_offset.x
        if (line, x) not in self._strips:
            if len(self._strips) >= _KEPT:
                self._strips.clear()
            self._strips[line, x] = ink.line(sheet, line, x, self._style)
        return self._strips[line, x]

    def _head(self) -> Strip:
        width = self.scrollable_content_region.width
        shape = self._sheet.shape if self._sheet else Shape(width, self._mode, wrap=True, digits=2)
        return ink.head(self._titles, self._note(), shape, self._style, focused=self.has_focus)

    def _note(self) -> str:
        sheet = self._sheet
        if sheet is None or self._single:
            return ""
        return f"{self._change + 1} of {len(sheet.stops)}" if sheet.stops else "no difference"

    def _said(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        words = plain(self._words) if y == 2 else ""
        return Strip([Segment(set_cell_size(f" {words}", width), self._style("muted"))], width)

    def _style(self, role: str) -> Style:
        return self.rich_style + look_of(self.app)[role]
