"""The Triage view: the failing cases on one side, the difference of one on the other, a key for each verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from evaltui.domain.query import Query, parse
from evaltui.tui.actions import bindings
from evaltui.tui.gold_keys import GoldKeys
from evaltui.tui.triage_acts import TriageActs
from evaltui.tui.triage_case import CasePane
from evaltui.tui.triage_ways import TriageWays
from evaltui.tui.triage_words import FILTER_WORDS, Look, nothing, progress_line, queue_rows, summary, wrong
from evaltui.tui.view import state_span
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.lines import Lines
from evaltui.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from evaltui.domain.finding import Act, Found
    from evaltui.domain.run import Run
    from evaltui.loop.case_pair import CasePair
    from evaltui.loop.triage import Item, Progress, Queue
    from evaltui.store.database import Store
    from evaltui.store.findings import Again

KEPT: Final = 32  # cases whose replies are held, the next one among them


class TriageView(TriageWays, TriageActs, GoldKeys):
    """Every key of a verdict saves, advances, and shows the next case at its first difference."""

    NAME = "triage"
    TAB = "triage"
    BINDINGS = bindings("triage")
    AUTO_FOCUS = "#queue"
    DEFAULT_CSS = """
    TriageView #split { height: 1fr; }
    TriageView #left { width: 2fr; max-width: 60; border-right: solid $border-blurred; }
    TriageView #progress { padding: 0 1; }
    TriageView #right { width: 3fr; }
    TriageView.-narrow #split { layout: vertical; }
    TriageView.-narrow #left { width: 100%; max-width: 100%; height: 2fr; border-right: none; }
    TriageView.-narrow #right { width: 100%; height: 3fr; border-top: solid $border-blurred; }
    TriageView.-zoomed #left { display: none; }
    TriageView.-zoomed #right { border-top: none; width: 100%; height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._queue: Queue | None = None
        self._items: dict[object, Item] = {}
        self._stamp: object = None
        self._found: dict[int, Found] = {}
        self._again: dict[int, Again] = {}
        self._acts = self._missing = 0
        self._at: object = None
        self._summed = False
        self._pairs: dict[int, CasePair] = {}

    def body(self) -> ComposeResult:
        with Horizontal(id="split"):
            with Vertical(id="left"):
                yield FilterBar(words=FILTER_WORDS, check=wrong, hint="open critical tag:refund scorer:route")
                yield Lines(id="progress")
                yield RowList(empty="…", id="queue")
            yield CasePane(id="right")

    # What is looked at

    @property
    def rows(self) -> RowList:
        return self.query_one("#queue", RowList)

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    @property
    def pane(self) -> CasePane:
        return self.query_one(CasePane)

    @property
    def run(self) -> "Run | None":
        return self._queue.run if self._queue else None

    @property
    def gold_case(self) -> "tuple[Run, str] | None":
        return (self.run, self.item.case_id) if self.run and self.item else None

    @property
    def item(self) -> "Item | None":
        return self._items.get(self.rows.current)

    @property
    def progress(self) -> "Progress":
        """How far the judging has come."""
        from evaltui.loop.triage import progress

        return progress(self._items.values(), self._found)

    def known(self, item: "Item") -> "Found | None":
        return self._known_at(item.position)

    def _known_at(self, position: int) -> "Found | None":
        return self._found.get(position)

    def alike(self) -> "Sequence[Item]":
        from evaltui.loop.triage import alike

        item = self.item
        return alike(self._queue, item, self._found) if self._queue and item else ()

    def crumbs(self) -> list[Span]:
        subject = self.subject
        if subject is None:
            return [("Triage", "muted")]
        run, against = subject.run, subject.against
        crumbs: list[Span] = [(run.evalset, "text"), (f"run {run.id}", "strong")]
        how = "pinned" if subject.pinned else "★"
        return crumbs + ([(f"against {how} run {against.id}", "muted")] if against else [])

    def state(self) -> list[Span]:
        if self._queue is None:
            return []
        done = self.progress
        if done.open:
            return [(f"{done.open} to judge", "fail")]
        return [("✓ all judged", "pass") if done.total else state_span("incomplete" if self._missing else "pass")]

    # How it comes and changes

    async def load(self) -> None:
        subject, acts, text = self.subject, self._acts, self.bar.text
        if subject is None:
            self.rows.say_empty("No run yet.\n2 the runs · r starts one")
            return
        read = await self.desk.read(_read, subject.run, subject.against, text, self._stamp)
        if acts == self._acts:  # else what a key did meanwhile is newer than what was read
            self._found = read.found
        self._stamp, self._again, self._missing = read.stamp, read.again, read.missing
        fresh = read.queue is not None and self._take(read.queue, read.total)
        self._redraw()
        if (fresh or self._summed) and self._items and not self.progress.open:
            self._sum_up()
        else:
            self._show()

    def _take(self, waiting: "Queue", total: int) -> bool:
        """Another queue; whether it is of another run."""
        from evaltui.loop.triage import next_open

        fresh = self._queue is None or self._queue.run.id != waiting.run.id
        self._queue, self._pairs = waiting, {}
        self._items = {item.position: item for item in waiting.items}
        self.rows.say_empty(nothing(waiting.run.id, self.bar.text, total, self._missing))
        self.bar.say(f"{len(self._items):,} of {total:,}" if self.bar.text else "")
        self.rows.show(queue_rows(waiting, self._known_at), top=fresh)
        if fresh or not self._items:
            self.pane.clear()
        if fresh and (first := next_open(waiting.items, self._found, None)):
            self.rows.jump(first.position)
        return fresh

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Other cases are wanted."""
        event.stop()
        self.stale()

    def judged(self, found: "dict[int, Found]", act: "Act", *, on: bool, words: str) -> None:
        from evaltui.loop.triage import next_open

        self._found, self._acts = found, self._acts + 1
        here = self.rows.current
        there: Any = here if here in act.positions or not act.positions else act.positions[-1 if on else 0]
        following = next_open(self._queue.items, found, there) if on and self._queue else self._items.get(there)
        self._redraw()
        self.say(words.format(act.words))
        if following is None and on:
            self._sum_up()
            return
        self.rows.jump(there if following is None else following.position)
        self._show()

    def _redraw(self) -> None:
        self.rows.show(self.rows.source)
        self.query_one("#progress", Lines).show(progress_line(self.progress, max(20, self.rows.size.width - 1)))
        self.show_frame()

    def _sum_up(self) -> None:
        self._at, self._summed = self.rows.current, True
        self.later(self._summed_up, "case", exclusive=True)

    async def _summed_up(self) -> None:
        from evaltui.loop.reruns import waiting

        queue = self._queue
        if queue is not None:
            flaky = await self.desk.read(waiting, queue.run)
            lines = summary(queue, self._found, self._again, len(flaky), self.pane.size.width - 34)
            self.pane.show_summary(lines)
            self.show_frame()

    # The case under the cursor

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.key != self._at:
            self._show()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._show()
        self.pane.sides.focus()

    def _show(self) -> None:
        self._at, self._summed = self.rows.current, False
        if self.item is not None:
            self.later(partial(self._shown, self.item), "case", exclusive=True)

    async def _shown(self, item: "Item") -> None:
        queue, pair = self._queue, await self._pair(item)
        if queue is None or self.item is not item:
            return
        group = queue.group_of(item).items
        left = sum(not ((one := self._found.get(other.position)) and one.judged) for other in group)
        known, again = self._found.get(item.position), self._again.get(item.position)
        self.pane.show_case(Look(item, known, pair, group, left, again), queue.against, queue.run)
        self.show_frame()
        await self._fetch_next(queue, item)

    async def _fetch_next(self, queue: "Queue", item: "Item") -> None:
        """The next case is there before its key is pressed."""
        from evaltui.loop.triage import next_open

        following = next_open(queue.items, self._found, item.position)
        if following is not None:
            await self._pair(following)

    async def _pair(self, item: "Item") -> "CasePair":
        from evaltui.loop.case_pair import case_pair

        queue = self._queue
        assert queue is not None  # noqa: S101 - an item is one of its queue
        pair = self._pairs.get(item.position)
        if pair is None:
            pair = await self.desk.read(case_pair, queue.against, queue.run, item.case_id)
            if queue is self._queue:
                self._pairs[item.position] = pair
                while len(self._pairs) > KEPT:
                    del self._pairs[next(iter(self._pairs))]
        return pair


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in the database; `queue` is None where it is as it was.

    `total` counts the cases that fail, `missing` the samples without a score.
    """

    stamp: object
    queue: "Queue | None"
    found: "dict[int, Found]"
    again: "dict[int, Again]"
    missing: int
    total: int = 0


def _read(store: "Store", run: "Run", against: "Run | None", text: str, known: object) -> Read:
    """A filter is applied when it is given, not again with every key: a case that is judged stays where it is."""
    from evaltui.loop.triage import only, queue, stamp
    from evaltui.store.findings import asked_again, findings
    from evaltui.store.runs import standing

    now, found, again = (text, stamp(store, run, against)), findings(store, run.id), asked_again(store, run.id)
    where = standing(store, run.id)
    missing = where.progress.samples - where.passed - where.failed
    if now == known:
        return Read(now, None, found, again, missing)
    waiting = queue(store, run, against)
    total, query = len(waiting.items), parse(text)
    if text and isinstance(query, Query):
        from evaltui.loop.browse import browse

        waiting = only(waiting, set(browse(store, run, against, query).keys))
    return Read(now, waiting, found, again, missing, total)


def make() -> TriageView:
    """The view, for the app."""
    return TriageView()
