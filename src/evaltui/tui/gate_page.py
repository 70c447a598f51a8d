"""Owns how the Gate view is laid out: the verdict first, then what decided it, then how sure that is."""

import json
import textwrap
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len

from evaltui.domain.chart import Difference, bar, difference_chart
from evaltui.domain.verdict import Deciding, Estimate
from evaltui.gate.metric import title
from evaltui.gate.words import count, percent
from evaltui.loop.gate_view import Act, CheckView, GateView, Stage
from evaltui.tui.gate_leaks import leak_rows
from evaltui.tui.look import STATE
from evaltui.tui.widgets.big import big
from evaltui.tui.widgets.columns import Cell, Span, sized, spans_of
from evaltui.tui.widgets.paper import Row

MARGIN: Final = 2
WIDE: Final = 104  # columns from which two things stand side by side
VERDICTS: Final[Mapping[Stage, tuple[str, str, str]]] = {
    "pass": ("✓", "PASS", "pass"),
    "fail": ("✗", "BLOCKED", "fail"),
    "incomplete": ("…", "INCOMPLETE", "unsure"),
    "baseline": ("★", "BASELINE", "accent"),
    "first": ("…", "FIRST RUN", "accent"),
    "unfinished": ("▸", "UNFINISHED", "accent"),
}
"""What a stage is called, loudly."""
KINDS: Final = ("fixed", "broke", "changed", "same", "new", "gone", "unresolved")


@dataclass(frozen=True, slots=True)
class Page:
    """`counts` come later than the verdict, or never; `keys` say which key does what comes next."""

    view: GateView
    counts: Mapping[str, int] | None = None
    keys: Mapping[Act, str] = field(default_factory=dict)

    def __call__(self, width: int, height: int, key: Hashable) -> Sequence[Row]:
        """The rows for a place of this size, the cursor being on `key`: at ease where they fit, else close together."""
        inner = max(width - 2 * MARGIN, 20)
        rows = self._rows(inner, height, key, low=False)
        if len(rows) > height:
            rows = self._rows(inner, height, key, low=True)
        return [_inset(row, inner) for row in rows]

    def _rows(self, width: int, height: int, key: Hashable, *, low: bool) -> Sequence[Row]:
        above = [
            *self._verdict(width, low=low),
            *(self._next(width) if low else ()),
            Row(),
            *self._checks(width, low=low),
        ]
        below = [*self._evidence(width, low=low), *(() if low else (Row(), *self._next(width)))]
        room = height - len(above) - len(below) - 1
        check = self.check(key)
        cases = [*_cases(check, width, max(room, 4)), *([Row()] if room > 4 else [])] if check else []
        return *above, *cases, *below

    def check(self, key: Hashable) -> CheckView | None:
        """The check that a key is of, else the first one."""
        name = key[1] if isinstance(key, tuple) else None
        return next((check for check in self.view.checks if check.name == name), next(iter(self.view.checks), None))

    def _verdict(self, width: int, *, low: bool) -> Iterator[Row]:
        glyph, word, role = VERDICTS[self.view.stage]
        if low:
            yield Row((("▌ ", role), (f"{glyph} {word}", role), (self._about_short(), "muted")))
        else:
            yield Row()
            yield from (Row((("▌ ", role), (line, role))) for line in big(f"{glyph} {word}"))
            yield Row((("▌", role),))
        for line in _wrapped(self.view.headline, width - 2):
            yield Row((("▌ ", role), (line, "strong")))
        if not low:
            yield from (Row((("▌ ", role), (line, "muted"))) for line in (*self._about(), *self._notes(width - 2)))

    def _about_short(self) -> str:
        against = self.view.against
        return f"   run {self.view.run.id}" + (f" against run {against.id}" if against else "")

    def _about(self) -> Iterator[str]:
        run, against, promotion = self.view.run, self.view.against, self.view.promotion
        parts = [f"run {run.id}", run.agent, run.model, f"{run.created_at.astimezone():%d %b %H:%M}"]
        parts += [f"held against run {against.id}, {against.agent}"] if against else []
        parts += [f"asked only {run.only}"] if run.only else []
        yield " · ".join(parts)
        if promotion:
            yield f"★ the baseline, promoted by {promotion.who}{f': {promotion.note}' if promotion.note else ''}"

    def _notes(self, width: int) -> Iterator[str]:
        for note in self.view.verdict.notes if self.view.verdict else ():
            yield from _wrapped(note, width)

    def _checks(self, width: int, *, low: bool) -> Iterator[Row]:
        """Where there is little room, a set without a leak needs no line for that."""
        if not self.view.checks:
            return
        yield _heading("checks", (), width)
        for check in self.view.checks:
            if low and check.name == "leakage" and check.status == "pass" and not check.cases:
                continue
            glyph, _, role = STATE[check.status]
            many = count(len(check.cases), "case") if check.cases else ""
            many += " broke all the same" if many and check.status == "pass" and check.name == "aggregate" else ""
            room = width - 16 - (cell_len(many) + 4 if many else 0)
            line: list[Span] = [
                (f" {glyph} ", role),
                (f"{check.name:<12} ", "strong" if check.status != "pass" else "text"),
            ]
            line += [(_cut(check.words, room), "text" if check.status != "pass" else "muted")]
            line += [(f"  {many} ›", role)] if many else []
            yield Row(tuple(line), ("check", check.name))
        yield Row()

    def _evidence(self, width: int, *, low: bool) -> Iterator[Row]:
        estimate, view = self.view.estimate, self.view
        if estimate is None:
            yield from self._alone(width)
            return
        rates = list(_rates(view, estimate, min(width, 50)))
        chart = _chart(view, estimate, width - 54 if width >= WIDE else min(width, 90))
        yield _heading("evidence", self._counts(), width)
        if width >= WIDE:
            yield from _beside(rates, chart, 54)
        else:
            yield from (*(() if low else map(Row, rates)), *map(Row, chart))
        if not chart:
            yield from map(Row, rates if low and width < WIDE else ())
        yield from (Row(((line, "text"),)) for line in _wrapped(view.sureness, width))

    def _counts(self) -> list[Span]:
        """What happened to the cases, as far as it is known."""
        estimate = self.view.estimate
        known = {"fixed": estimate.fixed, "broke": estimate.broke} if estimate else {}
        numbers = {kind: self.counts.get(kind, 0) for kind in KINDS} if self.counts else known
        kept = {kind: number for kind, number in numbers.items() if number or kind in known}
        return [span for kind, number in kept.items() for span in _counted(kind, number)]

    def _alone(self, width: int) -> Iterator[Row]:
        """What a run says by itself."""
        where = self.view.standing
        if where is None:
            return
        done = where.progress
        if self.view.stage == "unfinished":
            yield _heading("so far", (), width)
            share = done.scored / done.samples if done.samples else 0.0
            yield Row((*_bar(share, 40, "accent"), (f"  {done.scored:,} of {done.samples:,} samples scored", "text")))
            yield Row(((_states(where.progress), "muted"),))
        else:
            yield _heading("by itself", (), width)
            yield Row(_rate_line("this run", where.metrics, where.passed / max(done.samples, 1), 30))

    def _next(self, width: int) -> Iterator[Row]:
        step = self.view.step
        key = self.keys.get(step.act, "")
        first, *more = _wrapped(step.words, width - 10 - cell_len(key)) or [""]
        lead: list[Span] = [(" next ", "header"), ("  ", "text")]
        lead += [(key, "key"), ("  ", "text")] if key else []
        yield Row((*lead, (first, "strong")))
        yield from (Row(((" " * sum(cell_len(text) for text, _ in lead) + line, "strong"),)) for line in more)


def _inset(row: Row, width: int) -> Row:
    return Row(((" " * MARGIN, ""), *sized(row.line, width)), row.key, row.link) if row.line else row


def _counted(kind: str, number: int) -> tuple[Span, ...]:
    glyph, word, role = STATE[kind]
    return (f" {glyph} ", role), (f"{number:,} ", "text"), (f"{word} ", "muted")


def _heading(words: str, right: Sequence[Span], width: int) -> Row:
    used = sum(cell_len(text) for text, _ in right)
    rest = max(width - cell_len(words) - used - (5 if right else 4), 0)
    line: list[Span] = [("── ", "rule"), (words, "muted"), (f" {'─' * rest}", "rule")]
    return Row((*line, *right, ("─", "rule")) if right else tuple(line))


def _cases(check: CheckView, width: int, room: int) -> Iterator[Row]:
    """The check's cases, as many as there is room for, or what it demands."""
    about = f"{check.name}: {check.demands}" if check.demands else check.name
    yield _heading(about, [(" worst first ", "muted")] if len(check.cases) > 1 else (), width)
    if not check.cases:
        yield from _without_cases(check, width)
        return
    if check.name == "leakage":
        yield from leak_rows(check, width, room)
        return
    shown = check.cases if len(check.cases) <= room - 1 else check.cases[: max(room - 2, 1)]
    names = min(max(cell_len(case.case_id) for case in shown), max(width // 3, 16))
    told = _shared_reason(check.name, shown)
    for case in shown:
        yield Row(
            _case(check, case.case_id, case.reason.removeprefix(told), names, width), ("case", check.name, case.case_id)
        )
    if len(check.cases) > len(shown):
        yield Row(((f"   and {len(check.cases) - len(shown):,} more", "muted"),))


def _without_cases(check: CheckView, width: int) -> Iterator[Row]:
    if check.status == "pass":
        yield Row(((" no case speaks against it", "muted"),))
        return
    yield from (Row(((f" {line}", "text"),)) for line in _wrapped(check.words, width - 1))
    if check.query:
        yield Row(((" open it for the cases that are meant", "muted"),))


def _shared_reason(name: str, shown: Sequence[Deciding]) -> str:
    """What is said of each critical case alike, and by the check's own words already."""
    reasons = {case.reason.partition(": ")[0] for case in shown}
    return f"{reasons.pop()}: " if name == "critical" and len(reasons) == 1 else ""


def _case(check: CheckView, case_id: str, reason: str, names: int, width: int) -> Cell:
    glyph, _, role = STATE["critical" if check.name == "critical" else "broke"]
    room = max(width - names - 5, 8)
    return ((f" {glyph} ", role), (_padded(case_id, names), "text"), ("  ", ""), (reason[: 4 * room], "muted"))


def _rates(view: GateView, estimate: Estimate, width: int) -> Iterator[Cell]:
    """Both numbers as bars."""
    size = max(width - 26, 6)
    sides = (("baseline" if not view.against else f"run {view.against.id}", estimate.baseline, "muted"),
             (f"run {view.run.id}", estimate.candidate, VERDICTS[view.stage][2]))  # fmt: skip
    yield ((title(estimate.metric), "muted"), (f" over {count(estimate.n, 'case')}", "muted"))
    for name, rate, role in sides:
        yield ((f"{name:<9}", "text"), (f"{percent(rate):>8}  ", "strong"), *_bar(rate, size, role))


def _bar(share: float, width: int, role: str) -> tuple[Span, Span]:
    drawn = bar(share, width)
    return (drawn, role), ("·" * (width - len(drawn)), "rule")


def _chart(view: GateView, estimate: Estimate, width: int) -> list[Cell]:
    if estimate.low is None or estimate.high is None:
        return []
    limit = None if view.margin is None else -view.margin
    seen = Difference(estimate.difference, estimate.low, estimate.high, estimate.floor, limit)
    return list(difference_chart(seen, width))


def _beside(left: Sequence[Cell], right: Sequence[Cell], at: int) -> Iterator[Row]:
    for number in range(max(len(left), len(right))):
        first = spans_of(left[number]) if number < len(left) else ()
        second = spans_of(right[number]) if number < len(right) else ()
        used = sum(cell_len(text) for text, _ in first)
        yield Row((*first, (" " * max(at - used, 1), ""), *second))


def _rate_line(name: str, metrics: str | None, otherwise: float, width: int) -> Cell:
    known = json.loads(metrics) if metrics else {}
    rate, low, high = (known.get(f"pass_rate{end}") for end in ("", ".low", ".high"))
    rate = otherwise if rate is None else rate
    span = "" if low is None or high is None else f"   95 % interval {100 * low:.1f}–{100 * high:.1f} %"
    return ((f"{name}  ", "text"), (f"{percent(rate)}  ", "strong"), *_bar(rate, width, "accent"), (span, "muted"))


def _states(done: object) -> str:
    names = (("waiting", "waiting"), ("unplanned", "not sent"), ("failed", "without a reply"))
    return "   ".join(f"{getattr(done, name):,} {words}" for name, words in names if getattr(done, name))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(room - 1, 0)]}…"


def _padded(text: str, width: int) -> str:
    return f"{_cut(text, width):<{width}}"
