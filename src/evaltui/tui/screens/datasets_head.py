"""What stands above and beside the cases of the Datasets view: which evalset it is, and what is known of it."""

from collections.abc import Iterator, Sequence

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from evaltui.gate.words import count, percent
from evaltui.loop.browse import Slice
from evaltui.loop.health import Health, Power
from evaltui.tui.look import look_of
from evaltui.tui.widgets.columns import Span, sized
from evaltui.tui.widgets.frame import Line

BAR = 8
STRIP = 2
"""Lines of the panel where it stands above the list."""
Spans = tuple[Span, ...]
INDENT: Span = (" ", "")


class Evalsets(Line):
    """The evalsets of the project, the one that is looked at marked; the order of the cases at the right."""

    ROLE = "text"

    class Picked(Message):
        """Another evalset was clicked on."""

        def __init__(self, run_id: int) -> None:
            super().__init__()
            self.run_id = run_id

    def __init__(self) -> None:
        super().__init__()
        self._sets: Sequence[tuple[str, int, int]] = ()
        self._here, self._order = "", ""

    def show(self, sets: Sequence[tuple[str, int, int]], here: str, order: str) -> None:
        """Each one's name, newest run and number of cases."""
        self._sets, self._here, self._order = sets, here, order
        self.refresh()

    def left(self) -> Sequence[Span]:
        return [span for name, _, cases in self._sets for span in self._tab(name, cases)]

    def right(self) -> Sequence[Span]:
        return [(f"{self._order} ", "muted")] if self._order else []

    def on_click(self, event: events.Click) -> None:
        """To the evalset under the pointer."""
        x = 0
        for name, run_id, cases in self._sets:
            x += sum(len(text) for text, _ in self._tab(name, cases))
            if event.x < x:
                self.post_message(self.Picked(run_id))
                return

    def _tab(self, name: str, cases: int) -> Spans:
        role = "strong" if name == self._here else "muted"
        return ((" ▸" if name == self._here else "  ", "accent"), (f"{name} ", role), (f"{cases:,} ", "muted"))


class HealthPanel(Widget):
    """What is known of the evalset: beside the list, or in two lines above it where there is little room."""

    DEFAULT_CSS = "HealthPanel { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self._health: Health | None = None
        self._found: Sequence[Spans] = ()
        self._otherwise = "counting …"

    def show(self, health: Health | None, otherwise: str = "counting …") -> None:
        """None: nothing is known of its runs, and `otherwise` says why."""
        self._health, self._otherwise = health, otherwise
        self.refresh()

    def found(self, lines: Sequence[Spans]) -> None:
        """What its files say, in a few lines."""
        self._found = lines
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of words."""
        look, base, width = look_of(self.app), self.rich_style, self.size.width
        lines = self._lines()
        spans = sized(lines[y], width) if y < len(lines) else []
        parts = [Segment(text, base + look[role] if role else base) for text, role in spans]
        return Strip(parts).adjust_cell_length(width, base)

    def _lines(self) -> list[Spans]:
        if self._health is None:
            return [(INDENT, (self._otherwise, "muted")), (), *_findings(self._found)]
        if self.size.height <= STRIP:
            return list(_strip(self._health))
        return list(_panel(self._health, self._found, self.size.height))


def _strip(seen: Health) -> Iterator[Spans]:
    drop = _power(seen.power) if seen.power is None else _power(seen.power)[:1]
    yield (INDENT, *_made_of(seen), (" · smallest drop it shows ", "muted"), *drop)
    parts = [span for part in _steady(seen) for span in (*part, ("  ", ""))]
    yield (INDENT, (f"{_runs(seen)}: ", "muted"), *parts)


def _findings(found: Sequence[Spans]) -> Iterator[Spans]:
    if found:
        yield (INDENT, ("Health of the files", "title"))
        yield from ((INDENT, *line) for line in found)
        yield ()


def _panel(seen: Health, found: Sequence[Spans], height: int) -> Iterator[Spans]:
    yield (INDENT, *_made_of(seen))
    yield ()
    yield (INDENT, (_runs(seen), "title"))
    yield from ((INDENT, *part) for part in _steady(seen))
    yield ()
    yield (INDENT, ("Smallest drop it shows", "title"))
    yield (INDENT, *_power(seen.power))
    yield from ((INDENT, *part) for part in _more(seen.power, seen.cases))
    yield ()
    told = list(_findings(found))
    yield from told
    yield from _tags(seen, height - 10 - len(list(_steady(seen))) - len(told))


def _made_of(seen: Health) -> Spans:
    groups = f" · {count(seen.groups, 'group')}" if seen.groups else ""
    critical: Spans = ((" · ", "muted"), (f"◆ {seen.critical:,} critical", "critical")) if seen.critical else ()
    return ((count(seen.cases, "case"), "strong"), *critical, (groups, "muted"))


def _runs(seen: Health) -> str:
    return "The last run" if len(seen.runs) == 1 else f"The last {len(seen.runs)} runs"


def _steady(seen: Health) -> Iterator[Spans]:
    """What the cases say: one that always comes out alike tells nothing new."""
    yield (("✓", "pass"), (f" {seen.always_pass:,}", "text"), (" always pass", "muted"))
    yield (("✗", "fail"), (f" {seen.always_fail:,}", "text"), (" always fail", "muted"))
    if len(seen.runs) > 1:
        yield (("~", "change"), (f" {seen.flips:,}", "text"), (" both ways", "muted"))
    if seen.unknown:
        yield (("!", "unsure"), (f" {seen.unknown:,}", "text"), (" without a score", "muted"))


def _power(power: Power | None) -> Spans:
    if power is None:
        return (("known once there are two runs", "muted"),)
    return (
        (f"{100 * power.drop:.1f} points", "strong"),
        (", four times in five", "muted"),
    )


def _more(power: Power | None, cases: int) -> Iterator[Spans]:
    if power is None:
        return
    if power.margin > 0 and power.needed <= cases:
        yield (("✓", "pass"), (f" enough to certify {percent(power.margin)}", "muted"))
    elif power.margin > 0:
        yield ((f"{percent(power.margin)} would take about {power.needed:,.0f} cases", "muted"),)
    yield ((f"judged by what differs from run {power.against}", "muted"),)


def _untagged(seen: Health) -> str:
    return f"{seen.untagged:,} without a tag"


def _tags(seen: Health, room: int) -> Iterator[Spans]:
    """How many cases each tag covers, and what share of them passes."""
    yield (INDENT, (f"{'Tags':<18}", "title"), (f"{'cases':>6}  {'pass':>5}", "muted"))
    most = max((each.n for each in seen.tags), default=0) or 1
    shown = seen.tags[: max(1, room - bool(seen.untagged) - 1)]
    yield from (_tag(each, most) for each in shown)
    if more := len(seen.tags) - len(shown):
        yield (INDENT, (f"and {count(more, 'more tag')}", "muted"))
    if seen.untagged:
        yield (INDENT, (_untagged(seen), "unsure"))


def _tag(each: Slice, most: int) -> Spans:
    rate = each.after_rate
    role = "muted" if rate is None else "pass" if rate == 1 else "text" if rate >= 0.5 else "fail"
    filled = max(1, round(BAR * each.n / most))
    name = tuple(sized((each.tag, "text"), 17))
    bar = (("▪" * filled, "accent"), (" " * (BAR - filled), ""))
    return (
        INDENT,
        *name,
        (f"{each.n:>7,}  ", "text"),
        (f"{'' if rate is None else f'{100 * rate:.0f} %':>5} ", role),
        *bar,
    )
