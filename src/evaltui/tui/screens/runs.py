"""The Runs view: every run with its state, and below the list what is known of the one under the cursor."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from evaltui.gate.words import count
from evaltui.tui.actions import bindings
from evaltui.tui.run_acts import RunActs
from evaltui.tui.view import View
from evaltui.tui.widgets.changed import Changed
from evaltui.tui.widgets.columns import Cell, Column, Span
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.lines import Lines
from evaltui.tui.widgets.row_keys import RowKeys
from evaltui.tui.widgets.rows import ListOf, RowList

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.listing import Listed
    from evaltui.loop.monitor import Watched
    from evaltui.tui.driving import Snapshot

COLUMNS = (
    Column("", 1),
    Column("run", 4, align="right"),
    Column("state", 16),
    Column("passed", 15),
    Column("cost", 9, align="right", drop=3),
    Column("started", 12, drop=2),
    Column("evalset", 12, flex=1),
    Column("agent", 15, flex=2),
    Column("model", 12, flex=1, drop=4),
)
MANY = 500
"""Runs that are listed at once."""
TICK = 1.0
"""Seconds between two looks at a run under way: time passes though nothing else does."""
WORDS = ("pass", "fail", "incomplete", "waiting", "canceled", "failed", "scored", "baseline", "live")


class RunsView(RunActs, RowKeys, View):
    """Enter looks at a run in the Gate; everything else is done to the run under the cursor."""

    NAME = "runs"
    TAB = "runs"
    BINDINGS = bindings("runs")
    DEFAULT_CSS = """
    RunsView #under { height: auto; min-height: 6; max-height: 60%; border-top: solid $border-blurred; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[Listed] = ()
        self._costs: dict[tuple[int, int], float | None] = {}
        self._sort, self._reverse = "started", False
        self._watched: Watched | None = None
        self._go_to: int | None = None

    def body(self) -> ComposeResult:
        yield Changed()
        yield FilterBar(words=WORDS, hint="support-desk !fail waiting agent-v2")
        yield RowList(empty="No runs yet.\nr runs an evalset; its cost is shown first.")
        with Vertical(id="under"):
            yield Lines(id="panel")

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    @property
    def listed(self) -> "Listed | None":
        """The row under the cursor."""
        return next((one for one in self._found if one.id == self.rows.current), None)

    @property
    def focused_run(self) -> "Run | None":
        return self.listed.row.run if self.listed else None

    @property
    def watched(self) -> "Watched | None":
        """What is known of the run under the cursor, once it was read."""
        run = self.focused_run
        return self._watched if self._watched is not None and run and self._watched.run.id == run.id else None

    def crumbs(self) -> list[Span]:
        return [(count(len(self._found), "run"), "text")] if self._found else []

    def state(self) -> list[Span]:
        under_way = sum(one.state.kind in ("waiting", "canceling") for one in self._found)
        return [(f"▸ {under_way} under way", "accent")] if under_way else []

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.focus()
        self.evaltui.foreman.listen(self._heard)
        self.set_interval(TICK, self._tick)

    async def load(self) -> None:
        """The list first, then what each run cost, then the panel."""
        if not self.desk.exists:
            return
        from evaltui.loop.listing import listing

        self._found = await self.desk.read(listing, MANY)
        self._show()
        if self._go_to is not None and self.rows.jump(self._go_to):
            self._go_to = None
        await self._look()
        await self._load_costs()

    async def _load_costs(self) -> None:
        from evaltui.loop.costs import spent

        for one in self._found:
            if (known := _version(one)) not in self._costs:
                self._costs[known] = await self.desk.read(spent, one.row.run)
                self.rows.refresh_soon()

    def _show(self) -> None:
        from evaltui.loop.listing import matching, ordered

        shown = ordered(matching(self._found, self.query_one(FilterBar).text), self._sort, reverse=self._reverse)
        source = ListOf(COLUMNS, shown, key=lambda one: one.id, cells=self._cells)
        self.rows.show(source, sort=(self._sort, (self._sort in ("started", "passed")) != self._reverse))
        self.query_one(FilterBar).say(f"{len(shown):,} of {len(self._found):,}")

    def _cells(self, one: "Listed") -> Sequence[Cell]:
        from evaltui.loop.estimate import dollars
        from evaltui.tui.look import STATE
        from evaltui.tui.when import dated

        run, (glyph, word, role) = one.row.run, STATE[one.state.kind]
        version = _version(one)
        cost = dollars(self._costs[version]) if version in self._costs else ""
        return (
            self._place(run.id),
            (str(run.id), "strong"),
            ((f"{glyph} {word}", role), (f" {one.state.detail}" if one.state.detail else "", "muted")),
            _passed(one),
            (cost, "text" if cost != "unknown" else "muted"),
            (dated(run.created_at), "muted"),
            ((run.evalset, "text"), (" part" if run.only else "", "change")),
            ((run.agent, "text"), (" live" if run.engine == "live" else "", "muted")),
            (run.model.removeprefix("claude-"), "muted"),
        )

    def _place(self, run_id: int) -> Span:
        """Whether it is what the other views look at, or what they hold that against."""
        subject = self.subject
        if subject is None:
            return ("", "")
        if subject.run.id == run_id:
            return ("›", "accent")
        pinned = subject.pinned and subject.against is not None and subject.against.id == run_id
        return ("p", "key") if pinned else ("", "")

    def run_started(self, run: "Run") -> None:
        self._go_to = run.id
        self.say(f"Run {run.id} of {run.evalset} is under way.")

    # What is under the cursor

    def on_row_list_moved(self) -> None:
        self.later(self._look, "look", exclusive=True)

    async def _look(self) -> None:
        """Read what is known of the run under the cursor."""
        run = self.focused_run
        if run is None:
            self.query_one("#panel", Lines).show([])
            return
        from evaltui.loop.monitor import monitor

        self._watched = await self.desk.read(monitor, run)
        self._draw()
        self.show_frame()

    def _draw(self) -> None:
        watched = self.watched
        if watched is not None and self.is_current:
            from evaltui.tui.run_panel import panel
            from evaltui.tui.when import now

            snapshot = self.evaltui.foreman.snapshot(watched.run.id)
            self.query_one("#panel", Lines).show(panel(watched, snapshot, now(), self.app.size.width))

    def _heard(self, snapshot: "Snapshot") -> None:
        lists = self.query(RowList)  # none any more while the app is being left
        if self.is_current and lists and snapshot.run.id == lists.first().current:
            self._draw()

    def _tick(self) -> None:
        """Time passes, and who drives a run is not in the database."""
        found = self.watched
        if self.is_current and found is not None and found.under_way:
            from evaltui.store.locks import driver

            self._watched = replace(found, driver=driver(self.desk.path, found.run.id))
            self._draw()

    def on_resize(self) -> None:
        super().on_resize()
        self._draw()

    # What the keys do

    def can_cancel(self) -> bool | None:
        return True if self.listed is not None and not self.listed.row.progress.settled else None

    def can_resume(self) -> bool | None:
        kinds = ("unsent", "waiting", "canceling", "canceled", "failed")
        return True if self.listed is not None and self.listed.state.kind in kinds else None

    def can_promote(self) -> bool | None:
        found = self.listed
        return None if found is None or found.baseline or not found.row.progress.settled else True

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        run = self.focused_run
        if run is not None:
            self.evaltui.choose(run)
            await self.evaltui.show_view("gate")

    def action_filter(self) -> None:
        self.query_one(FilterBar).open()

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        event.stop()
        self._show()

    def action_sort(self) -> None:
        from evaltui.loop.listing import SORTS

        names = list(SORTS)
        self._sort, self._reverse = names[(names.index(self._sort) + 1) % len(names)], False
        self._show()

    def action_reverse(self) -> None:
        self._reverse = not self._reverse
        self._show()

    def action_copy(self) -> None:
        if (run := self.focused_run) is not None:
            self.evaltui.copy(str(run.id), f"run {run.id}")

    def action_copy_command(self) -> None:
        if (run := self.focused_run) is not None:
            self.evaltui.copy(f"evaltui show {run.id}", "the command")


def _version(one: "Listed") -> tuple[int, int]:
    """What a run cost changes with its replies only."""
    at = one.row.progress
    return one.id, at.answered + at.failed


def _passed(one: "Listed") -> Cell:
    row = one.row
    if not row.passed + row.failed:
        return ("–", "muted")
    share = "–" if one.rate is None else f"{100 * one.rate:5.1f} %"
    return (f"{row.passed}/{row.progress.samples}".rjust(7), "text"), (share.rjust(8), "muted")


def make() -> RunsView:
    return RunsView()
