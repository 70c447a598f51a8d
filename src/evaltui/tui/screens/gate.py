"""The Gate view: may this run ship? The verdict in words, what decided it, and the way to the turn that did."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from textual.app import ComposeResult

from evaltui.domain.verdict import Promotion
from evaltui.tui.actions import ACTIONS, bindings, key_words
from evaltui.tui.gate_page import VERDICTS, Page
from evaltui.tui.view import View
from evaltui.tui.widgets.changed import Changed
from evaltui.tui.widgets.columns import Cell
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from evaltui.loop.gate_view import Act, CheckView
    from evaltui.loop.gate_view import GateView as Seen

_BY_NAME: Final = {action.name: action for action in ACTIONS}


class GateView(View):
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
            fresh = self._seen is None or self._seen.run != seen.run or self._seen.against != seen.against
            self._seen = seen
            self.paper.show(Page(seen, keys=self._keys()), top=fresh)
            if seen.estimate is not None:
                self.later(self._count(seen), "count")

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
        """The case under the cursor, else the worst one of the check."""
        key, check = self.paper.current, self.check
        if isinstance(key, tuple) and key[0] == "case":
            return str(key[2])
        return check.cases[0].case_id if check and check.cases else None

    def on_paper_moved(self, event: Paper.Moved) -> None:
        event.stop()
        self.show_frame()

    def on_paper_chosen(self, event: Paper.Chosen) -> None:
        event.stop()
        self.action_open()

    # Actions

    def action_open(self) -> None:
        """From a check to its cases, from a case to its trace."""
        key, check = self.paper.current, self.check
        if isinstance(key, tuple) and key[0] == "case":
            self.action_trace()
        elif check is not None:
            self.app.push_screen(_screen("compare").CompareView(check.query))

    def can_open(self) -> bool | None:
        return True if self.check else None

    def can_trace(self) -> bool | None:
        return True if self._seen and self.case else None

    def action_trace(self) -> None:
        if self._seen is not None and (case := self.case):
            self.app.push_screen(_screen("trace").TraceView(self._seen.run, case, against=self._seen.against))

    def can_promote(self) -> bool | None:
        return True if self._seen else None

    def action_promote(self) -> None:
        """Ask first; a run that may not be promoted says why."""
        seen = self._seen
        if seen is None:
            return
        if seen.promotion is not None:
            self.say(f"run {seen.run.id} is the baseline already")
        elif seen.stage not in {"pass", "first"} or self.subject is None or self.subject.pinned:
            self.problem(f"run {seen.run.id} is not promoted: {_why_not(seen, pinned=self._pinned)}")
        else:
            self._ask(seen)

    @property
    def _pinned(self) -> bool:
        return self.subject is not None and self.subject.pinned

    def _ask(self, seen: "Seen") -> None:
        from evaltui.tui.screens.ask import Confirm

        before = f"It replaces run {seen.against.id}." if seen.against else "It is the first one."
        lines: list[Cell] = [
            (f"Run {seen.run.id} becomes the baseline of {seen.run.evalset}.", "strong"),
            (before, "text"),
        ]
        lines += [(f"{seen.headline}.", "muted")]
        self.app.push_screen(Confirm("Promote", lines, yes=("y", "make it the baseline")), self._note)

    def _note(self, yes: bool | None) -> None:
        if yes:
            from evaltui.tui.screens.ask import Prompt

            words = "Why, for those who read the history. It may be empty."
            self.app.push_screen(Prompt("A note", words=words, draft="promotion"), self._promote)

    def _promote(self, note: str | None) -> None:
        if note is None:
            self.say("nothing was promoted; the note is kept for the next time")
        else:
            self.later(self._promoted(note))

    async def _promoted(self, note: str) -> None:
        from evaltui.loop.promote import promote

        seen = self._seen
        if seen is not None:
            done: Promotion = await self.desk.write(promote, seen.run, note)
            self.done(f"Run {done.run_id} is now the baseline of {done.evalset}.")
            self.evaltui.choose(seen.run)

    def action_pin(self) -> None:
        """Hold other runs against this one; again: against the baseline."""
        subject = self.subject
        if subject is None:
            return
        if subject.pinned:
            self.evaltui.pin(None)
            self.say("held against the baseline again")
        else:
            self.evaltui.pin(subject.run)
            self.say(f"run {subject.run.id} is pinned: choose another run to hold it against this one")

    def action_resume(self) -> None:
        if self._seen is not None:
            foreman: Any = self.evaltui.foreman
            foreman.take(self._seen.run)
            self.say(f"run {self._seen.run.id} is taken up")

    def can_resume(self) -> bool | None:
        where = self._seen.standing if self._seen else None
        return True if where is not None and not where.progress.settled else None

    def action_edit(self) -> None:
        """The prompt behind the run, else its agent file."""
        self.later(self._edit())

    async def _edit(self) -> None:
        from evaltui.loop.gate_view import prompt_file

        if self._seen is not None:
            run = self._seen.run
            path = await self.desk.work(lambda: prompt_file(run))
            if path is None:
                self.problem(f"the files of run {run.id} are not here any more")
            else:
                self.evaltui.edit(path)

    def action_copy(self) -> None:
        if self._seen is not None:
            self.evaltui.copy(self._seen.headline, "the verdict")

    def action_copy_command(self) -> None:
        if self._seen is not None:
            pinned = f" --baseline {self._seen.against.id}" if self._pinned and self._seen.against else ""
            self.evaltui.copy(f"evaltui gate {self._seen.run.id}{pinned}", "the command")

    def action_down(self) -> None:
        self.paper.move(1)

    def action_up(self) -> None:
        self.paper.move(-1)

    def action_top(self) -> None:
        self.paper.home()

    def action_bottom(self) -> None:
        self.paper.end()

    def action_page_down(self) -> None:
        self.paper.page(0.5)

    def action_page_up(self) -> None:
        self.paper.page(-0.5)


def _why_not(seen: "Seen", *, pinned: bool) -> str:
    if pinned:
        return "it is held against a pinned run, not against the baseline; unpin first"
    if seen.stage == "unfinished":
        return "it is not finished"
    return f"{VERDICTS[seen.stage][1].lower()}, {seen.headline}"


def _screen(name: str) -> Any:
    """Imported when it is opened: the first paint must not wait for what may come after it."""
    return import_module(f"evaltui.tui.screens.{name}")


def make() -> GateView:
    return GateView()
