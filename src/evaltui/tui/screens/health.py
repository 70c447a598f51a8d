"""The Health view: all that speaks against an evalset, each row with the way to its case and to its line."""

from pathlib import Path

from textual.app import ComposeResult

from evaltui.loop.checkup import Checkup
from evaltui.loop.health_finding import Row as Told
from evaltui.tui.actions import bindings
from evaltui.tui.health_page import FEW, Page
from evaltui.tui.view import View
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.paper import Paper
from evaltui.tui.widgets.row_keys import Moved, MoveKeys


class HealthView(MoveKeys, View):
    """Opened from the cases of an evalset."""

    NAME = "health"
    TAB = "datasets"
    BINDINGS = bindings("health")
    AUTO_FOCUS = "#findings"

    def __init__(self, seen: Checkup) -> None:
        super().__init__()
        self._seen = seen
        self._open: frozenset[str] = frozenset()

    def body(self) -> ComposeResult:
        yield Paper(id="findings")

    @property
    def paper(self) -> Paper:
        return self.query_one(Paper)

    def crumbs(self) -> list[Span]:
        return [(self._seen.name, "text"), ("health", "strong")]

    async def load(self) -> None:
        """All is known already."""
        self.paper.show(Page(self._seen, self._open))

    @property
    def told(self) -> Told | None:
        """The row under the cursor."""
        key = self.paper.current
        if not isinstance(key, tuple):
            return None
        rows = next(each.rows for each in self._seen.findings if each.name == key[0])
        return rows[key[1]] if 0 <= key[1] < len(rows) else None

    def on_paper_moved(self, event: Paper.Moved) -> None:
        event.stop()
        self.show_frame()

    def on_paper_chosen(self, event: Paper.Chosen) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Into the case of a row; of a finding, all its rows."""
        key, told = self.paper.current, self.told
        if not isinstance(key, tuple):
            return
        if key[1] == -1 or (key[1] == FEW and key[0] not in self._open):
            self._open ^= {key[0]}
            self.paper.show(Page(self._seen, self._open))
        elif told is not None and told.case:
            self._trace(told.case)

    def _trace(self, case: str) -> None:
        from evaltui.tui.screens.trace import TraceView

        if self.subject is None or self.subject.run.evalset != self._seen.name:
            self.say("The set was never run; e opens the case in its file.")
        else:
            self.app.push_screen(TraceView(self.subject.run, case, against=self.subject.against))

    def can_edit(self) -> bool | None:
        return True if self.told and self.told.file else None

    def action_edit(self) -> None:
        """The file at the line that the row is about."""
        if (told := self.told) is not None and told.file:
            self.evaltui.edit(Path(told.file), told.line)

    def action_copy(self) -> None:
        if (told := self.told) is not None:
            self.evaltui.copy(told.case or told.words, "the case" if told.case else "the finding")

    def action_copy_command(self) -> None:
        self.evaltui.copy(f"evaltui check {self._seen.name} --all", "the command")

    @property
    def moved(self) -> Moved:
        return self.paper
