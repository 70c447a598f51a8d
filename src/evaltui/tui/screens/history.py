"""The History view: the score over all runs of an evalset, which became the baseline, and whether it moves."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from evaltui.tui.actions import bindings
from evaltui.tui.view import View
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.paper import Paper, Row
from evaltui.tui.widgets.row_keys import Moved, MoveKeys

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.trend import History
    from evaltui.store.database import Store

NEWEST = 50  # runs that are looked back on
EMPTY = "No run of this evalset yet."


class HistoryView(MoveKeys, View):
    """Releases of the evalset that is looked at."""

    NAME = "history"
    TAB = "history"
    BINDINGS = bindings("history")
    AUTO_FOCUS = "#releases"
    DEFAULT_CSS = """
    HistoryView #chart { height: 62%; min-height: 14; max-height: 24; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: History | None = None

    def body(self) -> ComposeResult:
        chart = Paper(id="chart")
        chart.can_focus = False
        yield chart
        yield Paper(id="releases")

    @property
    def paper(self) -> Paper:
        return self.query_one("#releases", Paper)

    @property
    def chart(self) -> Paper:
        return self.query_one("#chart", Paper)

    def crumbs(self) -> list[Span]:
        return [(self.subject.run.evalset, "text"), ("history", "strong")] if self.subject else [("History", "muted")]

    def state(self) -> list[Span]:
        trend = self._seen.trend if self._seen else None
        if trend is None:
            return []
        from evaltui.tui.history_page import DIRECTIONS

        glyph, role = DIRECTIONS[trend.direction]
        return [(f"{glyph} {trend.direction}", role)]

    async def load(self) -> None:
        """The releases at once, their trend when every case of them was read."""
        subject = self.subject
        if subject is None:
            self._seen = None
            self.chart.show(lambda *_: [Row(), Row(((f"  {EMPTY}", "muted"),))])
            return
        releases = await self.desk.work(_releases)
        found = await self.desk.read(releases, subject.run.evalset, NEWEST)
        if not self._same(found):
            fresh = self._seen is None or self._seen.evalset != found.evalset
            self._seen = found
            self._show(top=fresh)
            self.later(partial(self._find_trend, found), "trend")
        else:
            self._show()

    def _same(self, found: "History") -> bool:
        return self._seen is not None and self._seen.releases == found.releases

    async def _find_trend(self, found: "History") -> None:
        from dataclasses import replace

        from evaltui.loop.trend import trend_of

        trend = await self.desk.read(trend_of, found)
        if self._seen is found:
            self._seen = replace(found, trend=trend)
            self._show()
            self.show_frame()

    def _show(self, *, top: bool = False) -> None:
        from evaltui.tui.history_page import Page

        if self._seen is not None and self.subject is not None:
            page = Page(self._seen, self.subject.run.id)
            self.paper.show(page.rows, top=top)
            self.chart.show(lambda width, height, _: page.head(width, height, self.paper.current))

    @property
    def run_here(self) -> "Run | None":
        """The run under the cursor."""
        releases = self._seen.releases if self._seen else ()
        return next((release.run for release in releases if release.run.id == self.paper.current), None)

    def on_paper_moved(self, event: Paper.Moved) -> None:
        event.stop()
        self.chart.again()

    def on_paper_chosen(self, event: Paper.Chosen) -> None:
        event.stop()
        self.later(self._open)

    # Actions

    def can_open(self) -> bool | None:
        return True if self._seen else None

    def action_open(self) -> None:
        """The gate of the run under the cursor."""
        self.later(self._open)

    async def _open(self) -> None:
        if (run := self.run_here) is not None:
            self.evaltui.choose(run)
            await self.evaltui.action_go_gate()

    def can_pin(self) -> bool | None:
        return True if self._seen else None

    def action_pin(self) -> None:
        """Hold what is looked at against the run under the cursor; again: against the baseline."""
        run, subject = self.run_here, self.subject
        if run is None or subject is None:
            return
        pinned = subject.against.id if subject.pinned and subject.against else None
        self.evaltui.pin(None if pinned == run.id else run)
        self.say("held against the baseline again" if pinned == run.id else f"run {run.id} is pinned")

    def action_copy(self) -> None:
        if self._seen is not None:
            self.evaltui.copy(self._seen.trend.words if self._seen.trend else self._seen.evalset, "the trend")

    def action_copy_command(self) -> None:
        if self._seen is not None:
            self.evaltui.copy(f"evaltui history {self._seen.evalset}", "the command")

    @property
    def moved(self) -> Moved:
        return self.paper


def _releases() -> "Callable[[Store, str, int], History]":
    """Imported in a thread, with the page: together they bring the gate's arithmetic along."""
    import evaltui.tui.history_page  # noqa: F401
    from evaltui.loop.trend import releases

    return releases


def make() -> HistoryView:
    return HistoryView()
