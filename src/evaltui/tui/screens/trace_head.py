"""The lines above a trace: which case it is, what the checks said, what decided it and what it cost."""

from collections.abc import Iterator, Sequence
from itertools import chain

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical

from evaltui.loop.tracing import Trace
from evaltui.tui.look import STATE
from evaltui.tui.screens.trace_nodes import check, dollars
from evaltui.tui.view import state_span
from evaltui.tui.widgets.columns import sized
from evaltui.tui.widgets.frame import Line, Span

FEW = 3  # passed checks that are named


class HeadLine(Line):
    """Spans at the left and at the right; where there is no room the right ones go, or if they are `dear` the left ones
    are cut."""

    ROLE = "text"

    def __init__(self, *, dear: bool = False) -> None:
        super().__init__()
        self._dear = dear
        self._left: Sequence[Span] = ()
        self._right: Sequence[Span] = ()

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Other spans."""
        self._left, self._right = left, right
        self.refresh()

    def left(self) -> Sequence[Span]:
        room = self.size.width - _cells(self.right()) - 1
        return [(text, role or "text") for text, role in sized(tuple(self._left), max(1, room))]

    def right(self) -> Sequence[Span]:
        needed = _cells(self._right)
        fits = needed * 2 < self.size.width if self._dear else needed + _cells(self._left) < self.size.width
        return self._right if fits else ()


def _cells(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)


class TraceHead(Vertical):
    """Three lines, and one of nothing."""

    DEFAULT_CSS = "TraceHead { height: 4; }"

    def compose(self) -> ComposeResult:
        yield HeadLine(dear=True)
        yield HeadLine()
        yield HeadLine()

    def show(self, trace: Trace) -> None:
        """What is known of the sample."""
        case, checks, decided = self.query(HeadLine)
        case.show([*_case(trace)], [*_size(trace)])
        checks.show([*_checks(trace)], [*_spent(trace)])
        decided.show([*_decided(trace)])


def state_of(trace: Trace) -> str:
    """The state of a sample, as the look names it."""
    grade = trace.detail.grade
    if grade is None:
        return "incomplete"
    return "unresolved" if grade.passed is None else "pass" if grade.passed else "fail"


def _case(trace: Trace) -> Iterator[Span]:
    case = trace.detail.case
    yield " ", "text"
    yield state_span(state_of(trace))
    yield f"  {case.id}", "strong"
    if case.critical:
        glyph, word, role = STATE["critical"]
        yield f"  {glyph} {word}", role
    if case.tags:
        yield f"  {' '.join(case.tags[:8])}", "muted"


def _size(trace: Trace) -> Iterator[Span]:
    if trace.run.trials > 1:
        yield "[ ", "key"
        yield f"trial {trace.detail.trial} of {trace.run.trials}", "text"
        yield " ]", "key"
        yield "  ", "text"
    replied = sum(turn.replied for turn in trace.turns)
    yield f"{replied:,} turn{'' if replied == 1 else 's'}", "text"
    if trace.stop_reason:
        yield f" · stopped: {trace.stop_reason}", "muted"
    yield " ", "text"


def _checks(trace: Trace) -> Iterator[Span]:
    """Those that did not pass by name, the others too if they are few."""
    scores = sorted(trace.detail.scores, key=lambda score: (bool(score.passed), score.advisory))
    passed = sum(bool(score.passed) for score in scores)
    named = scores if passed <= FEW else scores[: len(scores) - passed]
    yield from chain.from_iterable(((" ", "text"), check(score), (" ", "text")) for score in named)
    if passed > FEW:
        yield f" ✓ {passed} {'others' if named else 'checks'} pass", "pass"
    if not scores:
        yield " no check was asked" if trace.detail.grade else " not scored yet", "muted"


def _spent(trace: Trace) -> Iterator[Span]:
    used = trace.usage
    if used.prompt_tokens or used.output_tokens:
        yield f"{used.prompt_tokens:,} in · {used.output_tokens:,} out", "muted"
    if trace.cost.total:
        yield f" · {dollars(trace.cost.total)}", "muted"
    yield " ", "text"


def _decided(trace: Trace) -> Iterator[Span]:
    found = trace.deciding
    if found is not None and len(trace.turns) > 1:
        yield f" ◂ turn {found.turn}  ", "fail"
        yield found.words, "text"
    elif found is not None:
        yield f" ◂ {found.words}", "fail"
    elif trace.detail.grade is not None:
        yield " every check passed" if trace.detail.scores else "", "muted"
