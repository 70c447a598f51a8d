"""Owns how one line of a list is drawn: its header, a row, a heading, the words where there is no row."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from evaltui.tui.look import Look
from evaltui.tui.widgets.columns import GAP, Cell, Column, Fitted, Span, fit, sized, spans_of

GUTTER = 2
Words: TypeAlias = str | Sequence[Cell]


class RowPainter:
    """Draws lines of one width in one look; nothing it draws is without a style."""

    def __init__(self, look: Look, base: Style, columns: Sequence[Column], width: int) -> None:
        self.look, self.base, self.width = look, base, width
        self.fitted = fit(columns, max(0, width - GUTTER))

    def header(self, sort: tuple[str, bool] | None) -> Strip:
        """The titles, with ▾ or ▴ at the column the rows are sorted by."""
        spans: list[Span] = [(" " * GUTTER, "header")]
        for fitted in self.fitted:
            title = titled(fitted, sort)
            spans += [*sized((title, "header"), fitted.width, fitted.column.align), (" " * GAP, "")]
        return self._strip(spans, self.look["header"])

    def row(self, cells: Sequence[Cell], *, marked: bool, over: Style | None) -> Strip:
        """One row; `over` is the style of the cursor where the cursor is."""
        spans: list[Span] = [("● " if marked else "  ", "mark")]
        for fitted in self.fitted:
            spans += [*self._cell(cells, fitted), (" " * GAP, "")]
        return self._strip(spans, Style.null(), over)

    def heading(self, cells: Sequence[Cell], over: Style | None) -> Strip:
        """The name of a group, over the whole width whatever the columns are."""
        spans = [span for cell in cells for span in (*spans_of(cell), ("  ", ""))]
        return self._strip([(" ", ""), *sized(tuple(spans), max(0, self.width - 1))], self.look["header"], over)

    def words(self, lines: Sequence[Cell], line: int, height: int) -> Strip:
        """Line `line` of `height` of some words in the middle of the list."""
        place = line - max(0, (height - len(lines)) // 2)
        if not 0 <= place < len(lines):
            return self.blank()
        spans = sized(lines[place], self.width)
        free = len(spans[-1][0]) if spans and not spans[-1][0].strip() else 0
        return self._strip([(" " * (free // 2), ""), *spans], Style.null())

    def blank(self) -> Strip:
        """A line of nothing."""
        return self._strip([], Style.null())

    def _cell(self, cells: Sequence[Cell], fitted: Fitted) -> list[Span]:
        cell = cells[fitted.index] if fitted.index < len(cells) else ()
        return sized(cell, fitted.width, fitted.column.align)

    def _strip(self, spans: Iterable[Span], under: Style, over: Style | None = None) -> Strip:
        base = self.base + under
        segments = [Segment(text, self._style(base, role, over)) for text, role in spans if text]
        return Strip(segments).adjust_cell_length(self.width, base if over is None else base + over)

    def _style(self, base: Style, role: str, over: Style | None) -> Style:
        style = base + self.look[role] if role else base
        return style if over is None else style + over


def titled(fitted: Fitted, sort: tuple[str, bool] | None) -> str:
    """The title of a column, with ▾ (falling) or ▴ at the one the rows are sorted by, in whatever room there is."""
    title = fitted.column.title
    if not sort or not title or sort[0] != title:
        return title
    mark = "▾" if sort[1] else "▴"
    if len(title) + 2 <= fitted.width:
        return f"{title} {mark}"
    return f"{title[: fitted.width - 1]}{mark}"


def lines_of(words: Words) -> list[Cell]:
    """Words as lines: the first one to be read, the others quieter."""
    if not isinstance(words, str):
        return list(words)
    return [(line, "muted" if place else "text") for place, line in enumerate(words.splitlines())]
