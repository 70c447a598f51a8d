"""Owns how the terms of a filter are shown: apart, as chips, and what is wrong with the one being typed."""

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from evaltui.tui.look import look_of
from evaltui.tui.safe import plain
from evaltui.tui.widgets.columns import Span, sized

_TERM = re.compile(r'(?:"[^"]*"?|[^\s"])+')


def terms_of(text: str) -> list[str]:
    """The terms of a filter; quotes hold blanks."""
    return _TERM.findall(text)


class Spans(Widget):
    """One line of spans, cut at the right."""

    DEFAULT_CSS = "Spans { height: 1; }"

    def spans(self) -> Sequence[Span]:
        """What is drawn."""
        return ()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        look, base = look_of(self.app), self.rich_style
        spans = sized(tuple(self.spans()), self.size.width) if y == 0 else []
        parts = [Segment(text, base + look[role] if role else base) for text, role in spans]
        return Strip(parts).adjust_cell_length(self.size.width, base)


class Chips(Spans):
    """The terms that hold. Once nobody types, the whole line, with quiet words at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._terms: list[str] = []
        self._typing = False
        self._words = ""

    def show(self, terms: list[str], *, typing: bool) -> None:
        """These terms; while somebody types only as wide as they are."""
        self._terms, self._typing = terms, typing
        wide = sum(cell_len(text) for text, _ in self.spans())
        self.styles.width = min(wide, max(3, self.app.size.width * 2 // 3)) if typing else "1fr"
        self.refresh()

    def say(self, words: str) -> None:
        """Quiet words."""
        self._words = words
        self.refresh()

    def spans(self) -> Sequence[Span]:
        """A slash, the chips, the words."""
        chips = [span for term in self._terms for span in ((f" {plain(term, 200)} ", "cursor"), (" ", ""))]
        words = [] if self._typing or not self._words else [(f" {self._words}", "muted")]
        return [(" / ", "key"), *chips, *words]


class Under(Spans):
    """Under the line that is typed in: what is wrong, else what can be typed."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._wrong: str | None = None

    def problem(self, wrong: str | None) -> None:
        """What is wrong now, if anything."""
        self._wrong = wrong
        self.refresh()

    def spans(self) -> Sequence[Span]:
        """One or the other."""
        return [(f" ! {self._wrong}", "fail")] if self._wrong else [(f"   {self._hint}", "muted")]
