"""Owns how the History view is laid out: in words whether the score moves, the releases drawn, then each of them."""

import textwrap
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evaltui.domain.chart import points_that_fit, timeline
from evaltui.gate.metric import title
from evaltui.gate.words import count, percent
from evaltui.loop.trend import History, Release, drawn
from evaltui.tui.look import STATE
from evaltui.tui.widgets.columns import Cell, Column, Fitted, Span, fit, sized
from evaltui.tui.widgets.paper import Row

MARGIN: Final = 2
LOW: Final = 18  # lines of the upper half below which only the trend is said
DIRECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "rising": ("↗", "pass"),
    "falling": ("↘", "fail"),
    "plateau": ("→", "change"),
    "small change": ("→", "change"),
    "cannot tell": ("?", "unsure"),
    "saturated": ("=", "unsure"),
    "too few": ("…", "muted"),
}
"""How each direction is marked, and its role."""
COLUMNS: Final = (
    Column("run", 5, align="right"),
    Column("state", 12),
    Column("score", 7, align="right"),
    Column("95 % interval", 13, drop=3),
    Column("when", 12, drop=2),
    Column("agent", 14, flex=1, drop=1),
    Column("", 20, flex=8),
)


@dataclass(frozen=True, slots=True)
class Page:
    """The history with its trend, or without while that is not known; `looked_at` is the run of the other views."""

    history: History
    looked_at: int | None = None

    def head(self, width: int, height: int, focus: Hashable) -> Sequence[Row]:
        """The trend in words, the chart with an arrow to the run in focus, and the titles of the list."""
        inner = max(width - 2 * MARGIN, 20)
        words = list(self._words(inner, low=height < LOW))
        chart = [Row(line) for line in self._chart(inner, max(height - len(words) - 2, 6), focus)]
        titles = [sized((one.column.title, "header"), one.width, one.column.align) for one in fit(COLUMNS, inner)]
        rows = (*words, *chart, Row(), Row(tuple(_joined(titles, "header"))))
        return [Row(((" " * MARGIN, ""), *sized(row.line, inner))) for row in rows]

    def rows(self, width: int, _height: int, _key: Hashable) -> Sequence[Row]:
        """The releases, newest first."""
        inner = max(width - 2 * MARGIN, 20)
        fitted = fit(COLUMNS, inner)
        return [self._row(release, fitted) for release in reversed(self.history.releases)]

    def _words(self, width: int, *, low: bool) -> Iterator[Row]:
        if not low:
            yield Row()
        found = self.history
        trend, many = found.trend, count(len(found.releases), "run")
        glyph, role = DIRECTIONS[trend.direction] if trend else ("…", "muted")
        words = trend.words if trend else "looking at every case of every run …"
        first, *more = textwrap.wrap(words, width - 4)
        yield Row((("▌ ", role), (f"{glyph} ", role), (first, "strong")))
        yield from (Row((("▌   ", role), (line, "strong"))) for line in more)
        if low:
            return
        scope = f" · {count(trend.cases, 'case')} in all of {trend.releases}" if trend and trend.cases else ""
        yield Row((("▌ ", role), (f"{title(found.metric)} of {found.evalset} over {many}{scope}", "muted")))
        yield Row()

    def _chart(self, width: int, height: int, focus: Hashable) -> Sequence[Cell]:
        """As many as fit, the newest or those around the focus."""
        releases, most = self.history.releases, points_that_fit(width)
        at = next((at for at, release in enumerate(releases) if release.run.id == focus), len(releases) - 1)
        last = max(min(len(releases), at + most // 2 + 1), min(most, len(releases)))
        return timeline(*drawn(self.history, releases[max(last - most, 0) : last]), width, height, str(focus))

    def _row(self, release: Release, fitted: Sequence[Fitted]) -> Row:
        cells = self._cells(release)
        parts = [sized(cells[one.index], one.width, one.column.align) for one in fitted]
        return Row(((" " * MARGIN, ""), *_joined(parts)), release.run.id)

    def _cells(self, release: Release) -> tuple[Cell, ...]:
        run, here = release.run, release.run.id == self.looked_at
        interval = "" if release.low is None or release.high is None else _span(release.low, release.high)
        score = percent(release.score) if release.score is not None else "–"
        return (
            (f"{'▸ ' if here else ''}{run.id}", "strong" if here else "text"),
            _state(release),
            (score, "muted" if release.apart else "strong"),
            (interval, "muted"),
            (f"{run.created_at.astimezone():%d %b %H:%M}", "muted"),
            (run.agent, "text"),
            _about(release),
        )


def _state(release: Release) -> Span:
    kind = release.verdict or "running"
    if release.promotions:
        kind = "baseline"
    glyph, word, role = STATE.get(kind, STATE["incomplete"])
    return f"{glyph} {'unfinished' if kind == 'running' else word}", role


def _about(release: Release) -> Cell:
    """Who promoted it and why, else why it stands apart."""
    spans: list[Span] = []
    for promotion in release.promotions:
        why = promotion.note or (f"forced: {promotion.forced}" if promotion.forced else "")
        spans += [("★ ", "accent"), (f"{why} · " if why else "", "text"), (promotion.who, "muted")]
        spans += [(f", {promotion.at[:10]}  ", "muted")]
    spans += [(f"~ {release.rescored}", "change")] if release.rescored else []
    return tuple(spans) if spans else ((f"○ {release.apart}" if release.apart else "", "muted"),)


def _span(low: float, high: float) -> str:
    return f"{100 * low:.1f}–{100 * high:.1f}"


def _joined(parts: Sequence[Sequence[Span]], gap: str = "") -> Iterator[Span]:
    for at, part in enumerate(parts):
        if at:
            yield "  ", gap
        yield from ((text, role or gap) for text, role in part)
