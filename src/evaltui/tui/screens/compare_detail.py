"""One case of a comparison: what it answered, did and was told in both runs; and what differs between the runs."""

from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from evaltui.loop.browse import CaseLine, tag_slices
from evaltui.loop.case_pair import CasePair, answer, readable, reason_rows, trajectory, trajectory_rows, why_none
from evaltui.loop.prompt_diff import prompt_diff
from evaltui.tui.screens.compare_head import TABS, CaseHead, Tabs, differing
from evaltui.tui.screens.compare_rows import slices_of
from evaltui.tui.subject import Subject
from evaltui.tui.widgets.rows import RowList
from evaltui.tui.widgets.sides import Sides

Read = Callable[..., Awaitable[Any]]
ALONE = "Nothing is held against this run yet. P at the gate makes it the baseline; p at a run in Runs pins that one."

OF_RUNS = ("prompt", "tags")
"""Tabs that are the same whatever case is looked at."""


class CaseDetail(Vertical):
    """`read` runs a function of a store in a thread; `subject` says which runs are compared."""

    DEFAULT_CSS = "CaseDetail ContentSwitcher { height: 1fr; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self.tab = TABS[0]
        self._picked = False  # until a person picks a tab, it is the first one that differs
        self.line: CaseLine | None = None
        self.pair: CasePair | None = None
        self._subject: Subject | None = None
        self._differ: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        yield CaseHead()
        yield Tabs()
        with ContentSwitcher(initial="sides"):
            yield Sides(id="sides")
            yield RowList(id="slices", empty="No case has a tag.")

    @property
    def sides(self) -> Sides:
        """What two texts are shown in."""
        return self.query_one(Sides)

    @property
    def slices(self) -> RowList:
        """The tags."""
        return self.query_one(RowList)

    @property
    def shown(self) -> Sides | RowList:
        """What the tab is shown in."""
        return self.slices if self.tab == "tags" else self.sides

    def show(self, subject: Subject, line: CaseLine, pair: CasePair) -> bool:
        """Another case; False where the tab shows already what it has to."""
        runs, case = subject != self._subject, (line, pair) != (self.line, self.pair)
        self._subject, self.line, self.pair = subject, line, pair
        if runs or case:
            self.query_one(CaseHead).show(line, pair)
            self._differ = differing(pair) if subject.against else frozenset()
            if not self._picked:
                self.tab = next((tab for tab in TABS if tab in self._differ and tab not in OF_RUNS), TABS[0])
            self.query_one(Tabs).show(self.tab, self._differ)
        return runs or (case and self.tab not in OF_RUNS)

    def clear(self) -> None:
        """No case is listed."""
        self.line = self.pair = None
        self._differ = frozenset()
        self.query_one(CaseHead).clear()
        self.query_one(Tabs).show(self.tab, self._differ)
        if self.tab not in OF_RUNS:
            self.sides.say("")

    def pick(self, tab: str) -> None:
        """Another tab."""
        focused = self.shown.has_focus
        self.tab, self._picked = tab, True
        self.query_one(Tabs).show(tab, self._differ)
        self.query_one(ContentSwitcher).current = "slices" if tab == "tags" else "sides"
        if focused:
            self.shown.focus()

    async def fill(self, read: Read) -> None:
        """What the tab shows of the case, or of the runs."""
        subject, pair = self._subject, self.pair
        if subject is None:
            return
        if self.tab == "tags":
            self.slices.show(slices_of(await read(tag_slices, subject.run, subject.against)))
        elif self.tab == "prompt":
            await self._prompt(read, subject)
        elif pair is None:
            self.sides.say("No case is looked at.")
        elif subject.against is None:
            self._alone(subject, pair)
        else:
            self._both(pair, *self._names(subject))

    def text(self) -> str:
        """What may be copied: what the run answered, or did."""
        pair = self.pair
        if pair is None:
            return ""
        seen = trajectory(pair.after)
        if self.tab == "trajectory" and seen is not None:
            return "\n".join(readable(step) for step in seen.steps)
        if self.tab == "reasons":
            return "\n".join(f"{one.scorer}: {one.after.reason}" for one in pair.said if one.after)
        return answer(pair.after) or ""

    async def _prompt(self, read: Read, subject: Subject) -> None:
        if subject.against is None:
            self.sides.say(ALONE)
            return
        found = await read(prompt_diff, subject.against, subject.run)
        if self.tab == "prompt" and found.diff is not None:
            self.sides.show(found.diff, *self._names(subject), numbers=False)
        elif self.tab == "prompt":
            self.sides.say("One of the agents is not stored: its run was imported.")

    def _both(self, pair: CasePair, left: str, right: str) -> None:
        before, after, said = pair.before, pair.after, pair.said
        if self.tab == "trajectory":
            self.sides.make(
                lambda _: trajectory_rows(trajectory(before), trajectory(after)), left, right, same="="
            )  # fmt: skip
        elif self.tab == "reasons":
            self.sides.make(lambda _: reason_rows(said), left, right, numbers=False)
        else:
            one, other = answer(before), answer(after)
            self.sides.compare(
                f"({why_none(before)})" if one is None else one, f"({why_none(after)})" if other is None else other,
                left, right,
            )  # fmt: skip

    def _alone(self, subject: Subject, pair: CasePair) -> None:
        title = f"run {subject.run.id} · {subject.run.agent}"
        if self.tab == "output" and (said := answer(pair.after)) is None:
            self.sides.say(f"No answer: {why_none(pair.after)}.")
        else:
            self.sides.show_text(title, said if self.tab == "output" and said is not None else self.text())

    @staticmethod
    def _names(subject: Subject) -> tuple[str, str]:
        against, run = subject.against, subject.run
        how = "pinned" if subject.pinned else "baseline"
        return (f"run {against.id} · {against.agent} · {how}" if against else "", f"run {run.id} · {run.agent}")
