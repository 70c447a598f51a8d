"""The Datasets view: the cases of an evalset, what became of each in the last runs, and what the set can tell."""

import shlex
from collections.abc import Sequence
from functools import partial
from importlib import import_module

from textual.app import ComposeResult
from textual.containers import Container

from evaltui.domain.problem import Problem
from evaltui.domain.query import VALUES, WORDS, Query, parse
from evaltui.domain.run import Run
from evaltui.loop.browse import SORTS, Index, browse
from evaltui.loop.health import DatasetLine, dataset_lines, evalsets, health, recent
from evaltui.loop.places import Place, lost, place_of
from evaltui.store.database import Store
from evaltui.store.runs import run as run_by_id
from evaltui.tui.actions import bindings
from evaltui.tui.gold_keys import GoldKeys
from evaltui.tui.look import STATE
from evaltui.tui.screens.datasets_head import Evalsets, HealthPanel
from evaltui.tui.screens.datasets_health import FilesHealth
from evaltui.tui.screens.datasets_rows import cases_of, nothing
from evaltui.tui.subject import Subject
from evaltui.tui.widgets.changed import Changed
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.row_keys import RowKeys
from evaltui.tui.widgets.rows import RowList

ORDERS = tuple(name for name in SORTS if name != "drop")
SIDE = 100  # cells from which there is room for a panel beside the list


class DatasetsView(RowKeys, GoldKeys, FilesHealth):
    """The evalset of the run that is looked at."""

    NAME = "datasets"
    TAB = "datasets"
    BINDINGS = bindings("datasets")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (SIDE, "-wide")]
    DEFAULT_CSS = """
    DatasetsView #split { layout: horizontal; height: 1fr; }
    DatasetsView #cases { width: 1fr; }
    DatasetsView #health { width: 46; padding: 0 0 0 1; border-left: solid $border-blurred; }
    DatasetsView.-narrow #split { layout: vertical; }
    DatasetsView.-narrow #health { width: 100%; height: 3; padding: 0; border-left: none;
        border-bottom: solid $border-blurred; dock: top; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.wanted = ""
        self.order, self.turned = "worst", False
        self._index: Index | None = None
        self._run: Run | None = None
        self._past: list[Run] = []
        self._sets: list[tuple[str, int, int]] = []
        self._known_of: object = None

    def body(self) -> ComposeResult:
        words = [*WORDS, *(f"{name}:" for name in VALUES)]
        yield Changed()
        yield Evalsets()
        yield FilterBar(words=words, check=_wrong, hint="fail tag:refund scorer:tone value<0.5 !critical")
        with Container(id="split"):
            yield RowList(id="cases", empty="…")
            with Container(id="health"):
                yield HealthPanel()

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def crumbs(self) -> list[Span]:
        return [(self._run.evalset, "text"), (f"run {self._run.id}", "strong")] if self._run else []

    def state(self) -> list[Span]:
        if self._index is None:
            return []
        counted = ((STATE[name], number) for name, number in self._index.counts.items() if number)
        return [span for (glyph, word, role), number in counted for span in ((f"{glyph} {number:,} {word}  ", role),)]

    async def load(self) -> None:
        subject = self.subject
        if subject is None:
            self.rows.say_empty("No run yet. r runs an evalset; its cases are listed here.")
            self.query_one(HealthPanel).show(None, "nothing was run yet")
            self.look_at_files_of(None)
            return
        other = self._run is None or self._run.id != subject.run.id
        self._run = subject.run
        self._sets, self._past = await self.desk.read(_around, subject.run)
        await self._list(top=other)
        if self.focused is None:
            self.rows.focus()
        if other:
            self.forget_health()
        self.call_after_refresh(self._count_again, subject)  # the rows are seen first

    async def _list(self, *, top: bool = False) -> None:
        run, query = self._run, parse(self.wanted)
        if run is None:
            return
        taken = query if isinstance(query, Query) else Query()
        index = await self.desk.read(browse, run, None, taken, self.order, reverse=self.turned)
        if run != self._run:
            return
        self._index = index
        self.rows.say_empty(nothing(self.wanted, index, taken.hint))
        read = partial(self._page, run, tuple(self._past))
        self.rows.show(cases_of(index, read), top=top)
        self.bar.say(f"{len(index):,} of {index.total:,}" if self.wanted else "")
        order = SORTS[self.order] + (", turned round" if self.turned else "")
        self.query_one(Evalsets).show(self._sets, run.evalset, order)
        self.show_frame()

    def _count_again(self, subject: Subject) -> None:
        """Not where all that is counted is as it was: a run that is driven elsewhere writes twice a second."""
        counts = tuple(self._index.counts.items()) if self._index else ()
        known = (subject, tuple(run.id for run in self._past), counts)
        if known != self._known_of:
            self._known_of = known
            self.later(partial(self._count, subject.run, subject.against), "health", exclusive=True)
            self.look_at_files_of(subject.run)

    async def _count(self, run: Run, against: Run | None) -> None:
        """What every case of every run says takes longer than the list, and comes after it."""
        found = await self.desk.read(health, run, against)
        if run == self._run:
            self.query_one(HealthPanel).show(found)

    def _page(self, run: Run, past: Sequence[Run], keys: Sequence[int]) -> Sequence[DatasetLine]:
        return dataset_lines(self.desk.store, run, past, keys)

    @property
    def case(self) -> str | None:
        """The id of the case under the cursor."""
        key = self.rows.current
        if self._run is None or not isinstance(key, int):
            return None
        found = dataset_lines(self.desk.store, self._run, (), [key])
        return found[0].line.case_id if found else None

    @property
    def gold_case(self) -> tuple[Run, str] | None:
        return (self._run, self.case or "") if self._run is not None and self.case else None

    @property
    def marked_cases(self) -> list[str]:
        """Ids of the marked cases."""
        keys = sorted(key for key in self.rows.marks if isinstance(key, int))
        return [one.line.case_id for one in dataset_lines(self.desk.store, self._run, (), keys)] if self._run else []

    # Events

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Into the case."""
        event.stop()
        self.action_trace()

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        """How many are marked."""
        event.stop()
        self.say(f"{event.count:,} marked" if event.count else "")

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Other cases are wanted."""
        event.stop()
        self.wanted = event.text
        self._list_again()

    def on_evalsets_picked(self, event: Evalsets.Picked) -> None:
        """Another evalset is looked at."""
        event.stop()
        self.later(partial(self._look_at, event.run_id))

    def _list_again(self) -> None:
        self.later(partial(self._list, top=True), "list", exclusive=True)

    async def _look_at(self, run_id: int) -> None:
        found = await self.desk.read(run_by_id, run_id)
        if found is not None:
            self.evaltui.choose(found)

    # Actions

    def can_open(self) -> bool | None:
        return True if self._index else None

    def can_trace(self) -> bool | None:
        return True if self._index else None

    def action_trace(self) -> None:
        """The turns of the case; the next case from there is the next one here."""
        if self._run is not None and (case := self.case) and self.subject is not None:
            view = import_module("evaltui.tui.screens.trace").TraceView
            self.app.push_screen(view(self._run, case, against=self.subject.against, walk=self))

    def move(self, by: int) -> str | None:
        """The id of the next case (-1: the previous one) for who looks at one of them; None at the end."""
        before = self.rows.cursor
        self.rows.move(by)
        return None if self.rows.cursor == before else self.case

    def action_filter(self) -> None:
        self.bar.open()

    def action_sort(self) -> None:
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self._list_again()

    def action_reverse(self) -> None:
        self.turned = not self.turned
        self._list_again()

    def action_next_tab(self) -> None:
        """The next evalset, as its newest run left it."""
        self._turn(1)

    def action_previous_tab(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        names = [name for name, _, _ in self._sets]
        if self._run is not None and len(names) > 1 and self._run.evalset in names:
            place = (names.index(self._run.evalset) + by) % len(names)
            self.later(partial(self._look_at, self._sets[place][1]))

    def can_edit(self) -> bool | None:
        return True if self._index else None

    def action_edit(self) -> None:
        """The case in the file it is written in."""
        if self._run is not None and (case := self.case):
            self.later(partial(self._edit, self._run, case))

    async def _edit(self, run: Run, case: str) -> None:
        place: Place | None = await self.desk.work(lambda: place_of(run, case))
        if place is None:
            self.problem(lost(run, case))
        else:
            self.evaltui.edit(place.file, place.line)

    def action_copy(self) -> None:
        if case := self.case:
            self.evaltui.copy(case, "the id of the case")

    def action_copy_command(self) -> None:
        if self._run is not None and (case := self.case):
            self.evaltui.copy(f"evaltui show {self._run.id} {shlex.quote(case)}", "the command")

    def action_back(self) -> None:
        """Marks go first, then the filter."""
        if self.rows.clear_marks():
            return
        if self.wanted:
            self.bar.set_text("")
            self.wanted = ""
            self._list_again()
        else:
            super().action_back()


def _around(store: Store, run: Run) -> tuple[list[tuple[str, int, int]], list[Run]]:
    return evalsets(store), recent(store, run)


def _wrong(text: str) -> str | None:
    found = parse(text)
    return f"{found.message}{f': {found.hint}' if found.hint else ''}" if isinstance(found, Problem) else None


def make() -> DatasetsView:
    """The view of its mode."""
    return DatasetsView()
