"""The Compare view: the cases of two runs, worst first, and what is between them."""

from collections.abc import Hashable, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Container

from evaltui.domain.problem import Problem
from evaltui.domain.query import VALUES, WORDS, Query, parse
from evaltui.domain.run import Run
from evaltui.loop.browse import CaseLine, Index, browse, lines
from evaltui.loop.case_pair import CasePair, case_pair
from evaltui.loop.gate_view import gate_view
from evaltui.store.database import Store
from evaltui.tui.actions import bindings
from evaltui.tui.screens.compare_detail import CaseDetail
from evaltui.tui.screens.compare_head import Tabs, Words, counted, estimated
from evaltui.tui.screens.compare_keys import CompareKeys
from evaltui.tui.screens.compare_rows import cases_of
from evaltui.tui.subject import Subject
from evaltui.tui.widgets.changed import Changed
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.rows import RowList

NOT_GONE = "!gone"
NO_BASELINE = "no baseline yet "


class CompareView(CompareKeys):
    """What the app looks at against its baseline, or a subject of its own; `query` picks cases to begin with."""

    NAME = "compare"
    TAB = "compare"
    BINDINGS = bindings("compare")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    DEFAULT_CSS = """
    CompareView #split { layout: horizontal; height: 1fr; }
    CompareView #cases { width: 1fr; min-width: 34; }
    CompareView CaseDetail { width: 2fr; border-left: solid $border-blurred; }
    CompareView.-narrow #split { layout: vertical; }
    CompareView.-narrow #cases { width: 1fr; min-width: 0; height: 1fr; }
    CompareView.-narrow CaseDetail { width: 1fr; height: 2fr; border-left: none; }
    CompareView.-zoomed #cases { display: none; }
    CompareView.-zoomed CaseDetail { border-left: none; }
    """

    def __init__(self, query: str = "", subject: Subject | None = None) -> None:
        super().__init__()
        self._own = subject
        self.wanted = query
        self._index: Index | None = None
        self._shown: Subject | None = None
        self._difference: list[list[Span]] = []

    def body(self) -> ComposeResult:
        words = [*WORDS, *(f"{name}:" for name in VALUES)]
        yield Changed()
        yield Words(id="counts")
        yield FilterBar(words=words, check=_wrong, hint="broke tag:refund tool:lookup cost>0.1 !flaky")
        with Container(id="split"):
            yield RowList(id="cases", empty="…")
            yield CaseDetail(id="detail")

    @property
    def subject(self) -> Subject | None:
        """Its own, else what the app looks at."""
        return self._own or self.evaltui.subject

    @property
    def marked_cases(self) -> list[str]:
        """Ids of the marked cases, in the order of the file."""
        keys = sorted(key for key in self.cases.marks if isinstance(key, int))
        return [line.case_id for line in self._lines(keys)]

    def crumbs(self) -> list[Span]:
        subject = self.subject
        if subject is None:
            return []
        against = f"run {subject.against.id} → " if subject.against else ""
        return [(subject.run.evalset, "text"), (f"{against}run {subject.run.id}", "strong")]

    async def load(self) -> None:
        subject = self.subject
        if subject is None:
            self.cases.say_empty("No run yet. r runs an evalset; its cases are compared here.")
            return
        if self._shown is None or self._shown.run != subject.run:
            self.wanted = _asked(self.wanted, subject.run)
        if self.wanted != self.bar.text:
            self.bar.set_text(self.wanted)
        await self._list(subject)
        if self.focused is None:
            self.cases.focus()
        self.later(partial(self._estimate, subject), "estimate", exclusive=True)

    # Fetching

    async def _list(self, subject: Subject, *, top: bool = False) -> None:
        query = parse(self.wanted)
        taken = query if isinstance(query, Query) else Query()
        runs = subject.run, subject.against
        index = await self.desk.read(browse, *runs, taken, self.order, reverse=self.turned)
        again = self._shown is not None and self._shown.run == subject.run
        if self._shown != subject:
            self._difference = []
        self._index, self._shown = index, subject
        self.cases.say_empty(_nothing(self.wanted, index, taken.hint))
        self.cases.show(cases_of(lambda: self.desk.store, *runs, index), top=top or not again)
        self.bar.say(f"{len(index):,} of {index.total:,}" if self.wanted else "")
        self._say_counts()
        self._look(self.cases.current)
        self.open_if_asked()

    def _lines(self, keys: Sequence[int]) -> list[CaseLine]:
        subject = self._shown
        return lines(self.desk.store, subject.run, subject.against, keys) if subject and keys else []

    def move(self, by: int) -> str | None:
        """The id of the next (-1: previous) case of the list, for the trace of the one under the cursor."""
        before = self.cases.current
        self.cases.move(by)
        key = self.cases.current
        return self._lines([key])[0].case_id if isinstance(key, int) and key != before else None

    def _say_counts(self) -> None:
        counts = [*counted(self._index.counts)] if self._index else []
        self.query_one("#counts", Words).show(counts, *self._difference)

    async def _estimate(self, subject: Subject) -> None:
        found = await self.desk.read(gate_view, subject.run, subject.against) if subject.against else None
        if subject == self._shown:
            self._difference = estimated(found.estimate) if found else [[(NO_BASELINE, "muted")]]
            self._say_counts()

    def _look(self, key: Hashable | None) -> None:
        if isinstance(key, int) and self._shown is not None:
            self.later(partial(self._case, self._shown, key), "case", exclusive=True)
        else:
            self.detail.clear()

    async def _case(self, subject: Subject, key: int) -> None:
        line, pair = await self.desk.read(_read_case, subject.run, subject.against, key)
        if self.cases.current == key and self.detail.show(subject, line, pair):
            await self.detail.fill(self.desk.read)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Another case is looked at."""
        if event.rows is self.cases:
            self._look(event.key)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """From a case to its trace, from a tag to its cases."""
        if event.rows is self.cases:
            self.action_trace()
        else:
            self.filter_by(f"tag:{event.key}")
            self.cases.focus()

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Other cases are wanted."""
        self.wanted = event.text
        self.list_again()

    def on_tabs_picked(self, event: Tabs.Picked) -> None:
        """A tab was clicked on."""
        self.pick(event.name)

    def fill(self) -> None:
        """The tab shows what it is of."""
        self.later(partial(self.detail.fill, self.desk.read), "case", exclusive=True)

    def list_again(self) -> None:
        """Other cases, or another order."""
        if self._shown is not None:
            self.later(partial(self._list, self._shown, top=True), "load", exclusive=True)


def _read_case(store: Store, run: Run, against: Run | None, key: int) -> tuple[CaseLine, CasePair]:
    line = lines(store, run, against, [key])[0]
    return line, case_pair(store, against, run, line.case_id)


def _asked(wanted: str, run: Run) -> str:
    """The filter on another run: what a run of some cases did not ask is not worth a row."""
    if run.only:
        return wanted or NOT_GONE
    return "" if wanted == NOT_GONE else wanted


def _nothing(wanted: str, index: Index, hint: str) -> list[Span]:
    if not wanted:
        return [("The run has no case.", "muted")]
    return [(f"None of {index.total:,} cases is “{wanted}”.", "text"), (hint or "/ changes the filter.", "muted")]


def _wrong(text: str) -> str | None:
    found = parse(text)
    return None if isinstance(found, Query) else _said(found)


def _said(problem: Problem) -> str:
    return f"{problem.message}{f': {problem.hint}' if problem.hint else ''}"


def make() -> CompareView:
    """The view of its mode."""
    return CompareView()
