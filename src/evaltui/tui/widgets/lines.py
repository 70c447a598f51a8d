"""Owns a few lines of spans that stand still: the detail under a list, a banner."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from evaltui.tui.look import look_of
from evaltui.tui.widgets.columns import Cell, sized


class Lines(Widget):
    """Each line is a cell, cut at the right edge; `height: auto` gives as many lines as there are."""

    DEFAULT_CSS = "Lines { height: auto; width: 100%; }"
    ROLE = ""

    def __init__(self, lines: Sequence[Cell] = (), **words: str | None) -> None:
        super().__init__(**words)  # type: ignore[arg-type]
        self._lines = tuple(lines)

    @property
    def lines(self) -> tuple[Cell, ...]:
        """What is shown."""
        return self._lines

    def show(self, lines: Sequence[Cell]) -> None:
        """Other lines; nothing is drawn where they are the same."""
        if (new := tuple(lines)) != self._lines:
            moves = len(new) != len(self._lines)
            self._lines = new
            self.refresh(layout=moves)

    def get_content_height(self, *_: object) -> int:
        return len(self._lines)

    def get_content_width(self, container: object, *_: object) -> int:
        return int(container.width)  # type: ignore[attr-defined]

    def render_line(self, y: int) -> Strip:
        look, width = look_of(self.app), self.size.width
        base = self.rich_style + (look[self.ROLE] if self.ROLE else look["text"])
        if y >= len(self._lines):
            return Strip.blank(width, base)
        spans = sized(self._lines[y], width)
        return Strip([Segment(text, base + look[role] if role else base) for text, role in spans], width)
