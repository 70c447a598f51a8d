"""Owns how one line of an outline is drawn: heads with their numbers at the right, notes, bodies lightly coloured."""

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from evaltui.tui.look import Look
from evaltui.tui.widgets.columns import Span, sized
from evaltui.tui.widgets.nodes import INDENT, Node, Row

GAP = 2
LIT = "unsure"
_JSON = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*"?)|(?P<number>-?\d[\d.eE+-]*|true|false|null)'
)
_JSON_ROLES = {"key": "accent", "string": "text", "number": "change"}


class NodePainter:
    """Draws lines of one width in one look; what `lit` matches stands out of them."""

    def __init__(self, look: Look, base: Style, width: int, lit: re.Pattern[str] | None = None) -> None:
        self.look, self.base, self.width, self._lit = look, base, width, lit

    def head(self, node: Node, depth: int, *, opened: bool, over: Style | None) -> Strip:
        """Fold mark, what it is, and its numbers at the right end, which yield when there is no room."""
        fold = ("▾ " if opened else "▸ ") if node.folds else "  "
        tail = tuple(node.tail())
        used = sum(cell_len(text) for text, _ in tail) + GAP
        room = self.width - used if tail and used * 2 < self.width else self.width
        left = sized(
            ((" " * (INDENT * depth + 1) + fold, "muted"), *node.head(), *(() if opened else node.brief())),
            room - 1 if tail else room,
        )
        right = [(" " * GAP, ""), *sized(tail, used - GAP), (" ", "")] if room < self.width else []
        return self._strip([*left, *right], over)

    def row(self, row: Row, depth: int, *, lit: bool) -> Strip:
        """A line of a body or a note; `lit`: of the node under the cursor."""
        bar = ("│ " if row.kind != "note" else "  ", "accent" if lit else "rule")
        return self._strip([(" " * (INDENT * depth + 1), ""), bar, *_spans(row)], None)

    def blank(self) -> Strip:
        """A line of nothing."""
        return self._strip([], None)

    def words(self, spans: Iterable[Span]) -> Strip:
        """One line of words where there is no node."""
        return self._strip([("  ", ""), *spans], None)

    def _strip(self, spans: Iterable[Span], over: Style | None) -> Strip:
        parts = spans if self._lit is None else (part for span in spans for part in parted(span, self._lit))
        segments = [Segment(text, self._style(role, over)) for text, role in parts if text]
        ground = self.base if over is None else self.base + over
        return Strip(segments).adjust_cell_length(self.width, ground)

    def _style(self, role: str, over: Style | None) -> Style:
        style = self.base + self.look[role] if role else self.base
        return style if over is None else style + over


def parted(span: Span, lit: re.Pattern[str]) -> Iterator[Span]:
    """A span with what matches set apart."""
    text, role = span
    at = 0
    for match in lit.finditer(text):
        yield text[at : match.start()], role
        yield match[0], LIT
        at = match.end()
    yield text[at:], role


def _spans(row: Row) -> Iterator[Span]:
    if row.kind == "json":
        yield from _json(row.text)
    elif row.kind == "text":
        yield row.text, _text_role(row.text)
    else:
        yield row.text, row.role


def _text_role(text: str) -> str:
    """Headings of Markdown stand out, fences step back; all else is as it is."""
    return "strong" if text.startswith("#") else "muted" if text.startswith("```") else "text"


def _json(text: str) -> Iterator[Span]:
    at = 0
    for match in _JSON.finditer(text):
        yield _between(text[at : match.start()])
        yield match[0], _JSON_ROLES[match.lastgroup or "string"]
        at = match.end()
    yield _between(text[at:])


def _between(text: str) -> Span:
    """What is no token is punctuation, or the middle of a text that began further up."""
    return text, "text" if any(map(str.isalnum, text)) else "muted"
