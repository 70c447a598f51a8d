"""The lines of the Compare view that say what is looked at: counts and estimate, the case, its tabs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip

from evaltui.compare.alignment import first_divergence
from evaltui.domain.verdict import Estimate, Evidence, Graded
from evaltui.gate.words import count, percent, points
from evaltui.loop.browse import CaseLine
from evaltui.loop.case_pair import CasePair, answer, trajectory
from evaltui.loop.reasons import Said
from evaltui.store.scores import ScoreRow
from evaltui.tui.look import STATE
from evaltui.tui.safe import plain
from evaltui.tui.screens.compare_rows import value_words
from evaltui.tui.view import state_span
from evaltui.tui.widgets.frame import Line, Span

TABS: Final = ("output", "trajectory", "reasons", "prompt", "tags")
KINDS = ("broke", "unresolved", "changed", "fixed", "new", "gone", "same", "fail", "pass")
PROVES: Final[Mapping[Evidence, Span]] = {
    "regression": ("worse", "fail"),
    "improvement": ("better", "pass"),
    "no_worse_than_margin": ("no worse than allowed", "pass"),
    "inconclusive": ("could be chance", "unsure"),
}
MOST_SAID = 2  # scorers whose words stand above the texts


class Words(Line):
    """Spans at the left, and at the right the first of some that there is room for."""

    ROLE = "text"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._left: Sequence[Span] = ()
        self._rights: Sequence[Sequence[Span]] = ()

    def show(self, left: Sequence[Span], *rights: Sequence[Span]) -> None:
        """Other spans; the widest of `rights` first."""
        self._left, self._rights = left, rights
        self.refresh()

    def left(self) -> Sequence[Span]:
        """As many as there is room for; the last one ends with an ellipsis where it is cut."""
        kept: list[Span] = []
        room = self.size.width
        for text, role in self._left:
            shown = plain(text, 400)
            if (cells := cell_len(shown)) > room:
                return [*kept, (f"{set_cell_size(shown, max(0, room - 1))}…" if room else "", role)]
            kept.append((shown, role))
            room -= cells
        return kept

    def right(self) -> Sequence[Span]:
        room = self.size.width - sum(cell_len(plain(text, 400)) for text, _ in self._left)
        return next((spans for spans in self._rights if sum(cell_len(text) for text, _ in spans) < room), ())


class Title(Words):
    """What everything below is about."""

    ROLE = "header"


class CaseHead(Vertical):
    """Which case, what became of it, and what the scorers that changed their minds say."""

    DEFAULT_CSS = "CaseHead { height: auto; }  CaseHead > Words.-none { display: none; }"

    def compose(self) -> ComposeResult:
        yield Title()
        for _ in range(1 + MOST_SAID):
            yield Words()

    def show(self, line: CaseLine, pair: CasePair) -> None:
        """Another case."""
        said = [one for one in pair.said if _turned(one) or _failed(one.after)][:MOST_SAID]
        spans: list[list[Span]] = [[*_name(line)], [*_became(line, pair)], *([*_said(one)] for one in said)]
        self._fill(spans)

    def clear(self) -> None:
        """No case."""
        self._fill([])

    def _fill(self, lines: list[list[Span]]) -> None:
        for words, shown in zip(self.query(Words), [*lines, *([[]] * (2 + MOST_SAID))], strict=False):
            words.show(shown)
            words.set_class(not shown, "-none")


class Tabs(Line):
    """The names of what can be looked at of a case."""

    class Picked(Message):
        """A name was clicked on."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._at = TABS[0]
        self._differ: frozenset[str] = frozenset()

    def show(self, at: str, differ: frozenset[str]) -> None:
        """Another one is looked at; `differ` are those in which there is a difference to see."""
        self._at, self._differ = at, differ
        self.refresh()

    def left(self) -> Sequence[Span]:
        return [(" ", "header"), *((self._label(name), self._role(name)) for name in TABS)]

    def right(self) -> Sequence[Span]:
        return [("[ ]", "key"), (" tabs ", "header")]

    def render_line(self, y: int) -> Strip:
        """The one that is looked at stands out whatever the colours are."""
        strip, start = super().render_line(y), 1 + sum(len(self._label(name)) for name in TABS[: TABS.index(self._at)])
        end = min(start + len(self._label(self._at)), strip.cell_length)
        if start >= end:
            return strip
        chosen = self.look["title"] + self.look["cursor"]
        here = [Segment(part.text, (part.style or Style.null()) + chosen) for part in strip.crop(start, end)]
        return Strip.join([strip.crop(0, start), Strip(here), strip.crop(end)])

    def _label(self, name: str) -> str:
        return f" {name}{'~' if name in self._differ else ' '} "

    def _role(self, name: str) -> str:
        return "cursor" if name == self._at else "text" if name in self._differ else "muted"

    def on_click(self, event: events.Click) -> None:
        """The name under the mouse."""
        end = 1
        for name in TABS:
            end += len(self._label(name))
            if event.x < end:
                self.post_message(self.Picked(name))
                return


def differing(pair: CasePair) -> frozenset[str]:
    """The tabs of a case in which its runs differ."""
    before, after = trajectory(pair.before), trajectory(pair.after)
    differ = {
        "output": answer(pair.before) != answer(pair.after),
        "trajectory": bool(first_divergence(before.steps if before else (), after.steps if after else ())),
        "reasons": any(one.changed for one in pair.said),
    }
    return frozenset(name for name, differs in differ.items() if differs)


def counted(counts: Mapping[str, int]) -> Iterator[Span]:
    """How many cases of each kind, those that matter first."""
    shown = [kind for kind in KINDS if counts.get(kind)]
    for place, kind in enumerate(shown):
        glyph, word, role = STATE[kind]
        yield (" " if not place else " · ", "muted")
        yield (f"{glyph} {counts[kind]:,} {word}", role)


def estimated(estimate: Estimate | None) -> list[list[Span]]:
    """The difference with its interval and what it proves, in fewer and fewer words."""
    if estimate is None:
        return []
    word, role = ("not all scored", "unsure") if estimate.unresolved else PROVES[estimate.evidence]
    rates = f"{percent(estimate.baseline)} → {percent(estimate.candidate)}  "
    moved, interval = points(estimate.difference), ""
    if estimate.low is not None and estimate.high is not None:
        low, high = (points(end).removesuffix(" points") for end in (estimate.low, estimate.high))
        interval = f" (95 %: {low} to {high})"
    says = (f"{rates}{moved}{interval}", f"{moved}{interval}", moved)
    return [[(f"{said}  ", "muted"), (word, role), (" ", "muted")] for said in says]


def _name(line: CaseLine) -> Iterator[Span]:
    yield " ", "text"
    yield state_span(line.kind)
    yield f"  {line.case_id}", "title"
    if line.critical:
        glyph, word, role = STATE["critical"]
        yield f"  {glyph} {word}", role
    if line.tags:
        yield f"  {' '.join(line.tags)}", "muted"


def _became(line: CaseLine, pair: CasePair) -> Iterator[Span]:
    yield " ", "text"
    if pair.before is not None or line.before is not None:
        yield from _graded(line.before)
        yield " → ", "muted"
    yield from _graded(line.after)
    if value_words(line):
        yield f"   value {value_words(line)}", "muted"
    if line.turns is not None and line.turns > 1:
        yield f"   {count(line.turns, 'turn')}", "muted"
    if line.cost:
        yield f"   ${line.cost:.4f}", "muted"


def _graded(graded: Graded | None) -> Iterator[Span]:
    if graded is None:
        yield "not run", "muted"
        return
    yield state_span("pass" if graded.all_passed else "fail" if graded.failed else "unresolved")
    if graded.trials > 1:
        yield f" {graded.passed} of {graded.trials}", "muted"


def _said(one: Said) -> Iterator[Span]:
    before, after = one.before, one.after
    row = after or before
    yield " ", "text"
    if before is not None and after is not None and before.passed != after.passed:
        yield f"{_glyph(before)} → ", "muted"
    yield (f"{_glyph(after)} {one.scorer}", _role(after))
    yield f"  {row.reason if row else ''}", "text"


def _glyph(row: ScoreRow | None) -> str:
    return STATE[_state(row)][0]


def _role(row: ScoreRow | None) -> str:
    return STATE[_state(row)][2]


def _state(row: ScoreRow | None) -> str:
    return "gone" if row is None else "unresolved" if row.passed is None else "pass" if row.passed else "fail"


def _turned(one: Said) -> bool:
    """Whether the scorer came to another verdict."""
    return one.before is not None and (one.after is None or one.before.passed != one.after.passed)


def _failed(row: ScoreRow | None) -> bool:
    return row is not None and row.passed is False
