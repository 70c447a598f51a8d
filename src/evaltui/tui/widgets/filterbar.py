"""Owns the line a list is filtered in: typed terms, terms in force as chips, what is wrong with them, former ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from evaltui.tui.widgets.chips import Chips, Under, terms_of
from evaltui.tui.widgets.filter_input import FilterInput

Check = Callable[[str], str | None]


class FilterBar(Vertical):
    """Not there until `open`; one line of chips while a filter holds. `check` says what is wrong with a text."""

    DEFAULT_CSS = """
    FilterBar { height: auto; display: none; background: $panel; }
    FilterBar.-open, FilterBar.-held { display: block; }
    FilterBar > Horizontal { height: 1; }
    FilterBar FilterInput, FilterBar Under { display: none; }
    FilterBar.-open FilterInput, FilterBar.-open Under { display: block; }
    """
    REST: ClassVar[float] = 0.12
    """Seconds without a key until what was typed is applied."""

    @dataclass
    class Changed(Message):
        """Another filter holds. It parses, or is empty."""

        bar: "FilterBar"
        text: str

        @property
        def control(self) -> "FilterBar":
            """The bar it was typed in."""
            return self.bar

    @dataclass
    class Closed(Message):
        """Typing ended; `text` holds."""

        bar: "FilterBar"
        text: str

        @property
        def control(self) -> "FilterBar":
            """The bar it was typed in."""
            return self.bar

    def __init__(
        self, *, words: Sequence[str] = (), check: Check = lambda _: None, hint: str = "", **more: Any
    ) -> None:
        super().__init__(**more)
        self.is_open = False
        self._words, self._check, self._hint = tuple(words), check, hint
        self._terms: list[str] = []
        self._applied = self._former = ""
        self._rest: Timer | None = None
        self._came_from: Widget | None = None

    @property
    def text(self) -> str:
        """The filter that holds."""
        return self._applied

    def compose(self) -> ComposeResult:
        """A line to type in, and a line under it for what is wrong."""
        with Horizontal():
            yield Chips()
            yield FilterInput(self._words)
        yield Under(self._hint)

    def on_mount(self) -> None:
        """Chips of a filter that was set before."""
        self._draw()

    def open(self) -> None:
        """Ready to type another term."""
        if not self.is_open:
            self.is_open, self._former, self._came_from = True, self._applied, self.screen.focused
            self._draw()
        self._input.focus()

    def set_text(self, text: str) -> None:
        """Another filter, not typed here; nothing is said of it."""
        self._applied, self._terms = text, terms_of(text)
        if self.is_mounted:
            self._input.value = ""
            self._draw()

    def say(self, words: str) -> None:
        """Quiet words behind the chips, such as how many rows there are."""
        self.query_one(Chips).say(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typed: applied once the fingers rest, if it parses."""
        event.stop()
        if self.is_open:
            self._judge()
            if self._rest is not None:
                self._rest.stop()
            self._rest = self.set_timer(self.REST, self._apply)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: it holds. What does not parse is not left behind."""
        event.stop()
        if self._judge() is not None:
            return
        self._apply()
        self._input.remember(self._applied)
        self._close()

    def on_filter_input_restored(self, event: FilterInput.Restored) -> None:
        """Esc: the filter from before holds again; what was typed can be had back with ↑."""
        event.stop()
        self._input.remember(self._typed)
        self._hold(self._former)
        self._close()

    def on_filter_input_cleared(self, event: FilterInput.Cleared) -> None:
        """Everything, or the last chip, is taken away."""
        event.stop()
        self._terms = [] if event.everything else self._terms[:-1]
        self._draw()
        self._judge()
        self._apply()

    def on_filter_input_recalled(self, event: FilterInput.Recalled) -> None:
        """A former filter stands in the line instead of the chips."""
        event.stop()
        self._terms = []
        self._draw()

    def on_descendant_blur(self) -> None:
        """Somebody clicked elsewhere: what parses holds. A terminal that merely lost the focus changes nothing."""
        if self.is_open and self.app.app_focus and self.screen.focused is not self._input:
            self._apply()
            self._close(back=False)

    @property
    def _input(self) -> FilterInput:
        return self.query_one(FilterInput)

    @property
    def _typed(self) -> str:
        return " ".join([*self._terms, self._input.value]).strip()

    def _judge(self) -> str | None:
        wrong = self._check(self._typed) if self._typed else None
        self.query_one(Under).problem(wrong)
        return wrong

    def _apply(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        if self.is_open and self._judge() is None:
            self._hold(self._typed)

    def _hold(self, text: str) -> None:
        if text != self._applied:
            self._applied = text
            self.post_message(self.Changed(self, text))

    def _close(self, *, back: bool = True) -> None:
        self.is_open = False
        self.set_text(self._applied)
        if self._rest is not None:
            self._rest.stop()
        if back:
            self.screen.set_focus(self._came_from if self._came_from and self._came_from.is_attached else None)
        self.post_message(self.Closed(self, self._applied))

    def _draw(self) -> None:
        self.set_class(self.is_open, "-open")
        self.set_class(bool(self._terms), "-held")
        self.query_one(Chips).show(self._terms, typing=self.is_open)
        self.query_one(Under).problem(None)
