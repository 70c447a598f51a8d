"""The three lines around every view: breadcrumb with the views, status line, footer with the keys that work now."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from evaltui.tui.actions import VIEWS
from evaltui.tui.look import Look
from evaltui.tui.safe import plain

Span = tuple[str, str]
"""A text and the role it is drawn in; whoever draws it makes the text safe."""

GAP: Span = ("  ", "muted")


class Line(Widget):
    """One line: spans from the left, spans at the right end; what does not fit on the left is cut."""

    DEFAULT_CSS = "Line { height: 1; width: 100%; }"
    ROLE = "header"

    def left(self) -> Sequence[Span]:
        """Drawn from the left edge."""
        return ()

    def right(self) -> Sequence[Span]:
        """Drawn at the right edge; it yields to the left side when there is no room."""
        return ()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        ground = self.rich_style + self.look[self.ROLE]
        left = _drawn(self.left(), self.look, ground)
        right = _drawn(self.right(), self.look, ground)
        room = width - left.cell_length - right.cell_length
        if room < 1:
            return left.adjust_cell_length(width, ground)
        return Strip.join([left, Strip([Segment(" " * room, ground)]), right])

    @property
    def look(self) -> Look:
        look: Look = self.app.look  # type: ignore[attr-defined]
        return look


def _drawn(spans: Sequence[Span], look: Look, ground: Style) -> Strip:
    return Strip([Segment(plain(text, 400), ground + look[role]) for text, role in spans if text])


class Breadcrumb(Line):
    """Where one is, and the other views with their keys; with their names too where there is room."""

    ROLE = "header"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._crumbs: list[Span] = []
        self._state: list[Span] = []

    def show(self, crumbs: list[Span], state: list[Span]) -> None:
        """The way here, and the state of what is looked at."""
        self._crumbs, self._state = crumbs, state
        self.refresh()

    def left(self) -> Sequence[Span]:
        """The state is never cut; what the run is held against goes first."""
        crumbs = len(self._crumbs)
        while crumbs > 2 and _cells(self._way(crumbs)) > self.size.width:
            crumbs -= 1
        return self._way(crumbs)

    def _way(self, crumbs: int) -> list[Span]:
        return [(" evaltui ", "title"), *_joined(self._crumbs[:crumbs]), ("  ", "muted"), *self._state]

    def right(self) -> Sequence[Span]:
        here = getattr(self.screen, "TAB", "")
        named = list(self._tabs(here, wide=True))
        fits = _cells(named) + _cells(self.left()) < self.size.width
        return named if fits else list(self._tabs(here, wide=False))

    def _tabs(self, here: str, *, wide: bool) -> Iterator[Span]:
        for name, (key, title) in VIEWS.items():
            yield (f" {key}", "key" if name != here else "accent")
            if wide or name == here:
                yield (f" {title}", "strong" if name == here else "muted")
        yield (" ", "muted")


def _cells(spans: Sequence[Span]) -> int:
    return sum(cell_len(plain(text, 400)) for text, _ in spans)


def _joined(crumbs: list[Span]) -> Iterator[Span]:
    for crumb in crumbs:
        yield ("› ", "muted")
        yield (f"{crumb[0]} ", crumb[1])


class StatusLine(Line):
    """Errors until they are read, then quiet words; at the right what this process is running."""

    ROLE = "text"

    def __init__(self) -> None:
        super().__init__()
        self._problems: list[str] = []
        self._words = ""
        self._meanwhile = ""
        self._work = ""

    def problem(self, words: str) -> None:
        """Stays until it is read; the same again is not said twice."""
        if words not in self._problems:
            self._problems.append(words)
        self.refresh()

    def say(self, words: str) -> None:
        """Quiet words, until the next ones."""
        self._words = words
        self.refresh()

    def meanwhile(self, words: str) -> None:
        """Over the quiet words until it is done."""
        self._meanwhile = words
        self.refresh()

    def work(self, words: str) -> None:
        """What goes on in the background."""
        if words != self._work:
            self._work = words
            self.refresh()

    def read(self) -> bool:
        """The first problem was read; whether there was one."""
        had = bool(self._problems)
        self._problems = self._problems[1:]
        self.refresh()
        return had

    def left(self) -> Sequence[Span]:
        words = self._meanwhile or self._words
        if not self._problems:
            return [(f" {words}", "muted")] if words else []
        more = f" ({len(self._problems)} messages)" if len(self._problems) > 1 else ""
        return [(" ! ", "fail"), (self._problems[0], "fail"), (more, "muted"), ("  esc ", "key"), ("read", "muted")]

    def right(self) -> Sequence[Span]:
        return [(f"{self._work} ", "accent")] if self._work else []


class KeysLine(Line):
    """The keys of the focused view or widget, as many as there is room for; the way to all of them always."""

    ROLE = "header"

    def left(self) -> Sequence[Span]:
        asked = getattr(self.screen, "hints", None)
        hints = list(asked()) if asked else []
        room = self.size.width
        return [span for hint in _fitting(hints, room) for span in (*_hint(hint), GAP)]


def _hint(hint: tuple[str, str]) -> tuple[Span, Span]:
    return (f" {hint[0]}", "key"), (f" {hint[1]}", "muted")


def _fitting(hints: list[tuple[str, str]], room: int) -> list[tuple[str, str]]:
    """The last two (help, quit) always; of the others the first ones that fit."""
    tail = hints[-2:]
    left = room - sum(map(_width, tail))
    kept: list[tuple[str, str]] = []
    for hint in hints[:-2]:
        left -= _width(hint)
        if left < 0:
            break
        kept.append(hint)
    return [*kept, *tail]


def _width(hint: tuple[str, str]) -> int:
    return cell_len(hint[0]) + cell_len(hint[1]) + 4
