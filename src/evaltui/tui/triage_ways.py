"""Owns how the keys of triage move, look and copy; those that judge are in `triage_acts`."""

from functools import partial
from typing import TYPE_CHECKING, Final

from evaltui.tui.triage_case import CasePane
from evaltui.tui.view import View
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.row_keys import RowKeys
from evaltui.tui.widgets.rows import RowList
from evaltui.tui.widgets.sides import Sides

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.propose import Proposal
    from evaltui.loop.triage import Item, Queue

NARROW: Final = 100
"""Cells below which the queue stands above the case."""


class TriageWays(RowKeys, View):
    """Mixed into the triage view: keys go to the queue, or to the difference while that is gone into."""

    _queue: "Queue | None"

    @property
    def pane(self) -> CasePane:
        """The case."""
        raise NotImplementedError

    @property
    def item(self) -> "Item | None":
        """The case under the cursor."""
        raise NotImplementedError

    @property
    def inside(self) -> bool:
        """Whether the keys move the difference."""
        return self.focused is self.pane.sides

    def on_resize(self) -> None:
        super().on_resize()
        self.set_class(self.app.size.width < NARROW, "-narrow")

    # Moving

    @property
    def moved(self) -> RowList | Sides:
        return self.pane.sides if self.inside else self.rows

    def action_next_case(self) -> None:
        self.rows.move(1)

    def action_previous_case(self) -> None:
        self.rows.move(-1)

    def action_next_problem(self) -> None:
        if not self.pane.sides.next_change(1):
            self.say("no further difference")

    def action_previous_problem(self) -> None:
        if not self.pane.sides.next_change(-1):
            self.say("no earlier difference")

    def action_next_tab(self) -> None:
        self.pane.turn(1)

    def action_previous_tab(self) -> None:
        self.pane.turn(-1)

    def action_fold(self) -> None:
        self.pane.sides.toggle_folds()

    def action_zoom_in(self) -> None:
        self.add_class("-zoomed")
        self.pane.sides.focus()

    def action_zoom_out(self) -> None:
        self.remove_class("-zoomed")
        self.rows.focus()

    def action_enter_case(self) -> None:
        """Into the difference."""
        if not self.inside:
            self.rows.choose()

    def action_back(self) -> None:
        """Out of the difference, then as everywhere."""
        if self.inside:
            self.action_zoom_out()
        else:
            super().action_back()

    def action_filter(self) -> None:
        self.query_one(FilterBar).open()

    def can_trace(self) -> bool | None:
        return True if self.item else None

    def action_trace(self) -> None:
        """The turns of the case."""
        item, queue = self.item, self._queue
        if item is not None and queue is not None:
            from evaltui.tui.screens.trace import TraceView

            self.app.push_screen(TraceView(queue.run, item.case_id, against=queue.against))

    # Copying

    def action_copy(self) -> None:
        """The report once all is judged, else the name of the case."""
        if self.pane.summed_up:
            self.later(self._copy_report)
        elif self.item is not None:
            self.evaltui.copy(self.item.case_id, "the id of the case")

    async def _copy_report(self) -> None:
        from evaltui.loop.triage_report import markdown, report

        queue = self._queue
        if queue is not None:
            found = await self.desk.read(report, queue.run, queue.against)
            self.evaltui.copy(markdown(found), "the report")

    def action_copy_command(self) -> None:
        """What says the same in a shell."""
        queue, item = self._queue, self.item
        if queue is None:
            return
        if self.pane.summed_up or item is None:
            self.evaltui.copy(f"evaltui triage {queue.run.id} --markdown", "the command")
        elif queue.against is not None:
            self.evaltui.copy(f"evaltui compare {queue.against.id} {queue.run.id} {item.case_id}", "the command")
        else:
            self.evaltui.copy(f"evaltui show {queue.run.id} {item.case_id}", "the command")

    # Asking flaky cases again

    def action_run(self) -> None:
        """The flaky ones again where some wait, else as everywhere; what it costs comes first."""
        if self._queue is not None:
            self.later(partial(self._run_again, self._queue.run))

    async def _run_again(self, run: "Run") -> None:
        from evaltui.loop.propose import propose
        from evaltui.loop.reruns import TIMES, waiting, wish_again
        from evaltui.tui.screens.ask import Confirm
        from evaltui.tui.screens.run_dialog import open_dialog

        names = await self.desk.read(waiting, run)
        if not names:
            open_dialog(self.evaltui, run, (), lambda made: self.say(f"Run {made.id} is under way."))
            return
        self.say("working out what it costs …")
        wish = await self.desk.read(wish_again, run)
        proposal = await self.desk.opened(lambda: propose(wish, self.desk.path), lambda made: made.close())
        self.say("")
        cases = f"{len(names)} flaky cases" if len(names) > 1 else "1 flaky case"
        lines = [
            (f"{cases}, {TIMES} times each: {', '.join(names[:6])}{' …' if len(names) > 6 else ''}", "text"),
            (proposal.forecast.words(), "strong"),
            (f"to {proposal.endpoint}{f' · {proposal.time}' if proposal.time else ''}", "muted"),
        ]
        ask = Confirm("Ask the flaky ones again", lines, yes=("y", "send it"))
        self.app.push_screen(ask, lambda yes: self.later(partial(self._run_or_leave, run, proposal, yes=bool(yes))))

    async def _run_or_leave(self, run: "Run", proposal: "Proposal", *, yes: bool) -> None:
        from evaltui.loop.reruns import start_again

        self.evaltui.choose(run)  # else the newest run would be looked at, which asks only some cases
        try:
            made = await self.desk.write(start_again, run, proposal) if yes else None
        finally:
            proposal.close()
        if made is not None:
            self.evaltui.foreman.take(made)
            self.done(f"Run {made.id} asks the flaky ones again; 2 shows it.")
