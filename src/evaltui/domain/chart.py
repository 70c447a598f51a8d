"""Owns charts made of text: a canvas of cells, an interval on a line of numbers, points over time.

Whoever shows them gives the roles their colours, or leaves them out: a chart can be read without.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil, floor
from operator import itemgetter

Span = tuple[str, str]
"""A text and the role it plays."""
Line = tuple[Span, ...]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_ROWS = (0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2)
_DOTS = "⠁⠂⠄⡀"
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


class Canvas:
    """Cells that are written once or over one another; what lies outside is lost."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._cells: list[list[Span]] = [[(" ", "text")] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, role: str = "text") -> None:
        """From left to right, each character one cell."""
        for at, character in enumerate(text, x):
            if 0 <= at < self.width and 0 <= y < self.height:
                self._cells[y][at] = (character, role)

    def free(self, x: int, y: int, width: int = 1) -> bool:
        """Whether all these cells are there and blank."""
        inside = x >= 0 and x + width <= self.width and 0 <= y < self.height
        return inside and all(cell[0] == " " for cell in self._cells[y][x : x + width])

    def lines(self) -> tuple[Line, ...]:
        """Each row as spans; neighbours of one role are one span."""
        return tuple(tuple(_joined(row)) for row in self._cells)


def _joined(row: list[Span]) -> Iterable[Span]:
    for role, cells in groupby(row, key=itemgetter(1)):
        yield "".join(cell[0] for cell in cells), role


def text_of(line: Line) -> str:
    """A line without its roles."""
    return "".join(text for text, _ in line).rstrip()


def bar(share: float, width: int) -> str:
    """A bar of `share` of the width, to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` on cells 0 to `size` - 1."""

    low: float
    high: float
    size: int

    def at(self, value: float) -> int:
        """The nearest cell, at an end for what lies outside."""
        share = (value - self.low) / (self.high - self.low)
        return min(max(round(share * (self.size - 1)), 0), self.size - 1)

    def ticks(self, most: int) -> list[float]:
        """Round numbers in the range, at most so many."""
        step = next((step for step in _STEPS if (self.high - self.low) / step <= most - 1), _STEPS[-1])
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [round(number * step, 6) for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Difference:
    """What there is to draw of a difference: shares in [-1, 1]; `limit` is a drop that is tolerated."""

    value: float
    low: float
    high: float
    floor: float | None = None
    limit: float | None = None


def difference_chart(seen: Difference, width: int) -> tuple[Line, ...]:
    """Three lines: numbers in points, the interval on its axis, and what its marks are."""
    known = [seen.low, seen.high, 0.0, seen.limit if seen.limit is not None else 0.0]
    pad = max(max(known) - min(known), 0.01) * 0.12
    scale, canvas = Scale(min(known) - pad, max(known) + pad, width), Canvas(width, 3)
    _axis(canvas, scale)
    canvas.put(0, 1, "┄" * width, "rule")
    _interval(canvas, scale, seen)
    _legend(canvas, scale, seen)
    return canvas.lines()


def _axis(canvas: Canvas, scale: Scale) -> None:
    unit = "points"
    canvas.put(0, 0, unit, "muted")
    for tick in scale.ticks(max(canvas.width // 10, 3)):
        words = _signed(tick).removesuffix(".0")
        start = scale.at(tick) - len(words) // 2
        if canvas.free(start - 1, 0, len(words) + 2) or (start == 0 and canvas.free(0, 0, len(words) + 1)):
            canvas.put(start, 0, words, "muted")


def _interval(canvas: Canvas, scale: Scale, seen: Difference) -> None:
    role = "pass" if seen.low > 0 else "fail" if seen.high < 0 else "strong"
    low, high = scale.at(seen.low), scale.at(seen.high)
    canvas.put(low, 1, "━" * (high - low + 1), role)
    if seen.limit is not None:
        canvas.put(scale.at(seen.limit), 1, "┊", "fail")
    canvas.put(scale.at(0), 1, "┿" if low < scale.at(0) < high else "│", "text")
    canvas.put(low, 1, "┣", role)
    canvas.put(high, 1, "┫", role)
    if seen.floor is not None and low < scale.at(seen.floor) < high:
        canvas.put(scale.at(seen.floor), 1, "╋", role)
    canvas.put(scale.at(seen.value), 1, "●", role)


def _legend(canvas: Canvas, scale: Scale, seen: Difference) -> None:
    """What matters most comes first, below its place or beside it; what finds no room is left out."""
    notes = [(seen.value, _signed(seen.value), "strong"), (0.0, "no change", "muted")]
    notes += [(seen.limit, f"limit {_signed(seen.limit)}", "fail")] if seen.limit is not None else []
    notes += [(seen.floor, f"floor {_signed(seen.floor)}", "muted")] if seen.floor is not None else []
    for value, words, role in notes:
        starts = (scale.at(value) - before for before in (len(words) // 2, 0, len(words) - 1))
        inside = (min(max(start, 0), canvas.width - len(words)) for start in starts)
        free = (start for start in inside if _apart(canvas, start, len(words)))
        if (start := next(free, None)) is not None:
            canvas.put(start, 2, words, role)


def _apart(canvas: Canvas, start: int, length: int) -> bool:
    """There is room in the legend, and a blank on either side."""
    first, end = max(start - 1, 0), min(start + length + 1, canvas.width)
    return start >= 0 and canvas.free(first, 2, end - first)


def _signed(share: float) -> str:
    size = f"{abs(100 * share):.1f}"
    return size if size == "0.0" else f"{'−' if share < 0 else '+'}{size}"


@dataclass(frozen=True, slots=True)
class Point:
    """One release: a score with its interval; `glyph` and `role` say what became of it, `label` names it."""

    label: str
    score: float | None
    low: float | None = None
    high: float | None = None
    glyph: str = "●"
    role: str = "text"
    apart: bool = False


_LEFT = 8  # columns for the numbers beside the plot


def points_that_fit(width: int) -> int:
    """How many points there is room for, side by side."""
    return max((width - _LEFT) // 4, 1)


def timeline(
    points: Sequence[Point], line: Sequence[float | None], width: int, height: int, focus: str = ""
) -> tuple[Line, ...]:
    """Scores over releases with their intervals; `line` is a second value for each point, drawn through.

    The last two rows name the points and their scores; `focus` is the name to point at. Give no more than fit.
    """
    known = _known([point for point in points if not point.apart]) or _known(points)
    if not known:
        return ((("no release has a score yet", "muted"),),)
    rows = max(height - 3, 3)
    scale, pitch = _range(known, rows), min(max((width - _LEFT) // len(points), 4), 14)
    canvas = Canvas(min(width, _LEFT + pitch * len(points)), rows + 3)
    _grid(canvas, scale, rows)
    for at, point in enumerate(points):
        _draw(canvas, scale, point, _LEFT + pitch * at + pitch // 2, rows)
    _through(canvas, scale, line, pitch, rows)
    for at, point in enumerate(points):
        _name(canvas, point, _LEFT + pitch * at, pitch, rows, focused=point.label == focus)
    return canvas.lines()


def _known(points: Sequence[Point]) -> list[float]:
    return [value for point in points for value in (point.score, point.low, point.high) if value is not None]


def _range(known: Sequence[float], rows: int) -> Scale:
    """Every row a round step, all of them in [0, 1] where they can be, and what is known in the middle."""
    low, high = min(known), max(known)
    step = next((step for step in _ROWS if floor(low / step) + rows - 1 >= ceil(high / step - 1e-9)), 0.5)
    spare = rows - 1 - (ceil(high / step - 1e-9) - floor(low / step + 1e-9))
    first = floor(low / step + 1e-9) - spare // 2
    first = max(min(first, round(1 / step) - rows + 1), 0)
    return Scale(first * step, (first + rows - 1) * step, rows)


def _grid(canvas: Canvas, scale: Scale, rows: int) -> None:
    for y in range(rows):
        canvas.put(_LEFT - 2, y, "│", "rule")
    for tick in _rows_named(scale):
        y = rows - 1 - scale.at(tick)
        canvas.put(0, y, f"{100 * tick:3.0f} %", "muted")
        canvas.put(_LEFT - 2, y, "┤", "rule")
    canvas.put(_LEFT - 2, rows, "└" + "─" * (canvas.width - _LEFT + 1), "rule")


def _rows_named(scale: Scale) -> list[float]:
    """Round numbers that lie on rows, two rows apart at least, as many as that allows."""
    row = (scale.high - scale.low) / (scale.size - 1)
    for step in _STEPS[3:]:
        if step / row > 1.5 and abs(step / row - round(step / row)) < 1e-6:
            first, last = ceil(scale.low / step - 1e-9), floor(scale.high / step + 1e-9)
            return [round(number * step, 6) for number in range(first, last + 1) if number * step <= 1]
    return [scale.low]


def _draw(canvas: Canvas, scale: Scale, point: Point, x: int, rows: int) -> None:
    if point.score is None:
        return
    if point.low is not None and point.high is not None:
        top, end = rows - 1 - scale.at(point.high), rows - 1 - scale.at(point.low)
        for y in range(top, end + 1):
            canvas.put(x, y, "╷" if y == top else "╵" if y == end else "│", "rule" if point.apart else "muted")
    canvas.put(x, rows - 1 - scale.at(point.score), point.glyph, "muted" if point.apart else point.role)


def _through(canvas: Canvas, scale: Scale, line: Sequence[float | None], pitch: int, rows: int) -> None:
    """Dots between the points' columns, where nothing else is."""
    for at, (one, two) in enumerate(pairwise(line)):
        for step in range(1, pitch):
            if one is None or two is None:
                break
            y, dot = _dot(scale, one + (two - one) * step / pitch, rows)
            x = _LEFT + pitch * at + pitch // 2 + step
            if canvas.free(x, y):
                canvas.put(x, y, dot, "accent")


def _dot(scale: Scale, value: float, rows: int) -> tuple[int, str]:
    """A row and a dot in it, to a quarter of a row."""
    exact = (rows - 1) * (1 - (value - scale.low) / (scale.high - scale.low)) + 0.5
    row = min(max(int(exact), 0), rows - 1)
    return row, _DOTS[min(max(int((exact - row) * 4), 0), 3)]


def _name(canvas: Canvas, point: Point, x: int, pitch: int, rows: int, *, focused: bool) -> None:
    role = "key" if focused else "muted" if point.apart else "text"
    if focused:
        canvas.put(x + pitch // 2, rows, "▲", role)
    canvas.put(x + pitch // 2 - len(point.label) // 2, rows + 1, point.label[: pitch - 1], role)
    score = "–" if point.score is None else f"{100 * point.score:.1f}" if pitch > 5 else f"{100 * point.score:.0f}"
    canvas.put(x + pitch // 2 - len(score) // 2, rows + 2, score, role if focused else "muted")
