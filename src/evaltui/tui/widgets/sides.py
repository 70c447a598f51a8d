"""Owns two texts side by side, in step because one view draws both; one below the other where there is little room."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual import events
from textual.message import Message
from textual.worker import Worker, WorkerState

from evaltui.compare.textdiff import Diff, Gap, wanted_diff
from evaltui.tui.widgets.sheet import text_rows
from evaltui.tui.widgets.sheet_view import Manner, SheetView

Make = Callable[[Callable[[], bool]], Diff | None]
"""What is done in a thread: given a function that says whether the result is no longer wanted."""


class Sides(SheetView):
    """Two texts and what differs, or a single text. Line 1 names the sides and says which change is looked at.

    It binds no key: the view that holds it calls `move`, `next_change`, `open_gap` and their like.
    """

    @dataclass
    class Made(Message):
        """A thread is done; of the widget with itself."""

        diff: Diff
        asked: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._next = Manner()
        self._asked = 0

    # What is shown

    def show(self, diff: Diff, left: str = "", right: str = "", *, numbers: bool = True, same: str = " ") -> None:
        """A finished diff, from its first change on; `same` marks the rows that do not differ."""
        self._begin(Manner(left, right, numbers=numbers, same=same))
        self._put(self._next, diff)

    def show_text(self, title: str, text: str) -> None:
        """A single text."""
        self._begin(Manner(title, single=True))
        self._compute(lambda _: text_rows(text))

    def compare(self, before: str, after: str, left: str = "", right: str = "") -> None:
        """The diff of two texts, made in a thread; what was shown stays until it is there, or something else is."""
        self.make(partial(wanted_diff, before, after), left, right)

    def make(self, work: Make, left: str = "", right: str = "", *, numbers: bool = True, same: str = " ") -> None:
        """As `compare`; `work` is asked for the diff in a thread and told how to find out whether it still matters."""
        self._begin(Manner(left, right, numbers=numbers, same=same))
        self._compute(work)

    def say(self, words: str) -> None:
        """Nothing but a sentence: why there is nothing to see."""
        self._begin(Manner(single=True))
        self._put(self._next, None, words)

    @property
    def changes(self) -> int:
        """How many places differ."""
        return len(self._sheet.stops) if self._sheet and not self._manner.single else 0

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

    def on_unmount(self) -> None:
        """Nobody waits for what is still being made."""
        self._asked += 1

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of ours is said where the texts would be."""
        event.stop()
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            self.say(f"A fault of evaltui itself, this cannot be shown: {type(error).__name__}: {error}")

    def on_sides_made(self, event: Made) -> None:
        """What was made in a thread is shown, unless something else is wanted by now."""
        event.stop()
        if event.asked == self._asked:
            self._put(self._next, event.diff)

    def _begin(self, manner: Manner) -> None:
        self._asked += 1
        self._next = manner

    def _compute(self, work: Make) -> None:
        asked = self._asked

        def made() -> None:
            diff = work(lambda: self._asked != asked)
            if diff is not None:
                self.post_message(self.Made(diff, asked))

        self.run_worker(made, thread=True, group="making", exclusive=True, exit_on_error=False)

    def _open(self, gap: Gap) -> bool:
        if self._opened is not None:
            self._opened.add(gap.start)
            self._arrange()
        return True
