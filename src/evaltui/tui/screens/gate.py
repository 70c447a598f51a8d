"""The Gate view: may this run ship? The verdict in words, what decided it, and the way to the turn that did."""

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult

from evaltui.loop.places import told_at
from evaltui.tui.actions import ACTIONS, bindings, key_words
from evaltui.tui.gate_page import VERDICTS, Page
from evaltui.tui.run_acts import RunActs
from evaltui.tui.widgets.changed import Changed
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.paper import Paper
from evaltui.tui.widgets.row_keys import Moved, MoveKeys

if TYPE_CHECKING:
    from evaltui.loop.gate_view import Act, CheckView
    from evaltui.loop.gate_view import GateView as Seen

WARM: Final = 0.5
"""Seconds after the first verdict until what people open next is imported, so that it opens at once."""
_BY_NAME: Final = {action.name: action for action in ACTIONS}


class GateView(MoveKeys, RunActs):
    """What the gate says of the run that is looked at."""

    NAME = "gate"
    TAB = "gate"
    BINDINGS = bindings("gate")
    AUTO_FOCUS = "#verdict"

    def __init__(self) -> None:
        super().__init__()
        self._seen: Seen | None = None

    def body(self) -> ComposeResult:
        yield Changed()
        yield Paper(id="verdict")

    @property
    def paper(self) -> Paper:
        return self.query_one(Paper)

    def crumbs(self) -> list[Span]:
        subject = self.subject
        if subject is None:
            return [("Gate", "muted")]
        run, against = subject.run, subject.against
        crumbs: list[Span] = [(run.evalset, "text"), (f"run {run.id}", "strong")]
        how = "pinned" if subject.pinned else "★"
        return crumbs + ([(f"against {how} run {against.id}", "muted")] if against else [])

    def state(self) -> list[Span]:
        if self._seen is None:
            return []
        glyph, word, role = VERDICTS[self._seen.stage]
        return [(f"{glyph} {word.lower()}", role)]

    async def load(self) -> None:
        subject = self.subject
        if subject is None:
            self._seen = None
            return
        from evaltui.loop.gate_view import gate_view, stored_view

        seen = await self.desk.read(stored_view, subject.run, subject.against)
        if seen is None:
            self.meanwhile(f"deciding run {subject.run.id} …")
            try:
                seen = await self.desk.read(gate_view, subject.run, subject.against)
            finally:
                self.meanwhile("")
        if seen != self._seen:
            if self._seen is None:
                self.set_timer(WARM, self._warm)
            fresh = self._seen is None or self._seen.run != seen.run or self._seen.against != seen.against
            self._seen = seen
            self.paper.show(Page(seen, keys=self._keys()), top=fresh)
            if seen.estimate is not None:
                self.later(partial(self._count, seen), "count")

    def _warm(self) -> None:
        self.later(partial(self.desk.work, _import_what_follows))

    async def _count(self, seen: "Seen") -> None:
        """How many cases changed otherwise takes longer than the verdict, and comes after it."""
        from evaltui.loop.gate_view import counts_of

        assert seen.against is not None  # noqa: S101 - an estimate is of two runs
        counts = await self.desk.read(counts_of, seen.run, seen.against)
        if seen is self._seen:
            self.paper.show(Page(seen, counts, self._keys()))

    def _keys(self) -> "Mapping[Act, str]":
        names: dict[Act, str] = {act: act for act in ("open", "promote", "run", "resume")}
        names["runs"] = "go_runs"
        return {act: key_words(self.evaltui.keys.first(_BY_NAME[name])) for act, name in names.items()}

    # What is under the cursor

    @property
    def check(self) -> "CheckView | None":
        """The check that is looked at."""
        return Page(self._seen).check(self.paper.current) if self._seen else None

    @property
    def case(self) -> str | None:
        """The worst case of the check."""
        check = self.check
        return check.cases[0].case_id if check and check.cases else None

    def on_paper_moved(self, event: Paper.Moved) -> None:
        event.stop()
        self.show_frame()

    def on_paper_chosen(self, event: Paper.Chosen) -> None:
        event.stop()
        if isinstance(event.key, tuple) and event.key[0] == "case":
            self.later(partial(self._trace, str(event.key[2])))
        else:
            self.action_open()

    # Actions

    def can_open(self) -> bool | None:
        return True if self.check else None

    def action_open(self) -> None:
        """From a check to its cases, worst first."""
        if (check := self.check) is not None:
            from evaltui.tui.screens.compare import CompareView

            self.app.push_screen(CompareView(query=check.query))

    def can_trace(self) -> bool | None:
        return True if self.case else None

    def action_trace(self) -> None:
        """The turns of the worst case of the check; J and K walk over the check's cases."""
        if case := self.case:
            self.later(partial(self._trace, case))

    async def _trace(self, case: str) -> None:
        from evaltui.loop.gate_view import deciding_trial
        from evaltui.tui.screens.trace import TraceView

        if (seen := self._seen) is not None and (check := self.check) is not None:
            trial = 1 if seen.run.trials == 1 else await self.desk.read(deciding_trial, seen.run, case)
            walk = Walk([one.case_id for one in check.cases], case)
            self.app.push_screen(TraceView(seen.run, case, trial, seen.against, walk))

    def can_run(self) -> bool | None:
        return True if self._seen else None

    def can_pin(self) -> bool | None:
        return True if self._seen else None

    def can_promote(self) -> bool | None:
        return True if self._seen else None

    def can_resume(self) -> bool | None:
        where = self._seen.standing if self._seen else None
        return True if where is not None and not where.progress.complete else None

    def action_edit(self) -> None:
        """Where the agent is told the case of a leak; else the prompt behind the run, or its agent file."""
        self.later(self._edit)

    async def _edit(self) -> None:
        if (seen := self._seen) is None:
            return
        key, case = self.paper.current, self.case
        case = str(key[2]) if isinstance(key, tuple) and key[0] == "case" else case
        leak = case if self.check is not None and self.check.name == "leakage" else None
        place = await self.desk.read(told_at, seen.run, leak) if leak else None
        if place is None:
            await self.edit_prompt(seen.run)
        else:
            self.evaltui.edit(place.file, place.line)

    def action_copy(self) -> None:
        if self._seen is not None:
            self.evaltui.copy(self._seen.headline, "the verdict")

    def action_copy_command(self) -> None:
        if self._seen is not None:
            subject = self.subject
            pinned = f" --baseline {subject.against.id}" if subject and subject.pinned and subject.against else ""
            self.evaltui.copy(f"evaltui gate {self._seen.run.id}{pinned}", "the command")

    @property
    def moved(self) -> Moved:
        return self.paper


class Walk:
    """Cases one after the other, for a trace that goes on to the next."""

    def __init__(self, cases: list[str], at: str) -> None:
        self._cases, self._at = cases, cases.index(at) if at in cases else 0

    def move(self, by: int) -> str | None:
        """The id of the next (-1: previous) case; None at either end."""
        if not 0 <= self._at + by < len(self._cases):
            return None
        self._at += by
        return self._cases[self._at]


def _import_what_follows() -> None:
    for name in ("compare", "trace"):
        import_module(f"evaltui.tui.screens.{name}")


def make() -> GateView:
    return GateView()
