"""Owns how one line of a sheet is drawn: numbers, mark, text with its changed words, and the line between two sides."""

from collections.abc import Callable, Iterator

from rich.cells import cell_len, set_cell_size, split_text
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from evaltui.compare.textdiff import Gap
from evaltui.tui.safe import plain
from evaltui.tui.widgets.sheet import Drawn, Shape, Sheet, Spans

Styles = Callable[[str], Style]
"""The whole style of a role, background included."""


def lines(sheet: Sheet, item: int, x: int, styles: Styles) -> list[Strip]:
    """All lines of an item, scrolled to the right by x cells."""
    row, width = sheet.items[item], sheet.shape.width
    if isinstance(row, Gap):
        return [_gap(row, width, styles)]
    return [Strip(_columns(drawn, sheet.shape, x, styles), width) for drawn in sheet.lines(item)]


def head(titles: tuple[str, str], note: str, shape: Shape, styles: Styles, *, focused: bool) -> Strip:
    """The names of the sides, and a note at the right end."""
    style = styles("header") + (styles("title").without_color if focused else Style())
    left, right = (plain(title, 200) for title in titles)
    if shape.mode == "split":
        text = f"{_fit(f' - {left}', shape.half)} {f' + {right}'}"
    else:
        text = f" - {left} → + {right}" if shape.mode == "unified" else f" {left}"
    note = f" {note} " if note else ""
    room = max(0, shape.width - cell_len(note))
    return Strip([Segment(_fit(text, room), style), Segment(set_cell_size(note, shape.width - room), styles("header"))])


def _gap(gap: Gap, width: int, styles: Styles) -> Strip:
    words = f" {gap.count:,} lines are the same · enter shows them "
    left = max(0, (width - len(words)) // 2)
    parts = [Segment("┄" * left, styles("rule")), Segment(words[:width], styles("muted"))]
    rest = max(0, width - left - len(words))
    return Strip([*parts, Segment("┄" * rest, styles("rule"))], width)


def _columns(drawn: tuple[Drawn | None, ...], shape: Shape, x: int, styles: Styles) -> Iterator[Segment]:
    if shape.mode != "split":
        yield from _side(drawn[0], shape, shape.width, x, styles)
        return
    yield from _side(drawn[0], shape, shape.half, x, styles)
    yield Segment("│", styles("rule"))
    yield from _side(drawn[1], shape, shape.width - shape.half - 1, x, styles)


def _side(drawn: Drawn | None, shape: Shape, width: int, x: int, styles: Styles) -> Iterator[Segment]:
    if drawn is None:
        yield Segment(" " * width, styles("text"))
        return
    numbers = [f"{'' if number is None else number:>{shape.digits}} " for number in drawn.numbers]
    gutter = ("".join(numbers) if shape.digits else " ")[:width]
    yield Segment(gutter, styles("muted"))
    mark = f"{drawn.glyph} "[: min(shape.gutter - len(gutter), width - len(gutter))]
    yield Segment(mark, styles(drawn.role if drawn.role != "text" else "muted"))
    yield from _text(drawn, max(0, width - len(gutter) - len(mark)), x, styles)


def _text(drawn: Drawn, room: int, x: int, styles: Styles) -> Iterator[Segment]:
    plain_style, used = styles(drawn.role), 0
    word_style = _of_words(drawn, styles)
    for text, changed in _from(drawn.spans, x):
        cells = cell_len(text)
        if used + cells > room:
            text = set_cell_size(text, room - used)  # noqa: PLW2901
            cells = room - used
        if text:
            yield Segment(text, word_style if changed else plain_style)
        used += cells
        if used >= room:
            return
    yield Segment(" " * (room - used), plain_style)


def _of_words(drawn: Drawn, styles: Styles) -> Style:
    """Changed words stand out of their line; a line that is new as a whole does by its ground, where it has one."""
    own = styles(drawn.role)
    if drawn.role == "text" or not (drawn.partly or own == styles("text")):
        return own
    return styles(f"{drawn.role}_word")


def _from(found: Spans, x: int) -> Iterator[tuple[str, bool]]:
    """What is left of the spans behind x cells."""
    for text, changed in found:
        cells = cell_len(text)
        if x < cells:
            yield (split_text(text, x)[1] if x else text), changed
        x = max(0, x - cells)


def _fit(text: str, width: int) -> str:
    """Cut with an ellipsis, or padded."""
    return set_cell_size(text if cell_len(text) <= width else f"{set_cell_size(text, max(0, width - 1))}…", width)
