"""The trace of one sample: opened at the turn that decided, with the failed check right there."""

import asyncio
import shlex
from functools import partial
from typing import Protocol

from textual.app import ComposeResult

from evaltui.domain.run import Run
from evaltui.loop.entries import TraceTurn, body
from evaltui.loop.places import lost, place_of
from evaltui.loop.tracing import Trace, alignment, replies_to, request_of
from evaltui.loop.tracing import trace as read_trace
from evaltui.store.database import Store
from evaltui.tui.actions import bindings
from evaltui.tui.gold_keys import GoldKeys
from evaltui.tui.screens.trace_gold import gold_nodes, raw_nodes
from evaltui.tui.screens.trace_head import TraceHead
from evaltui.tui.screens.trace_nodes import Told, told
from evaltui.tui.screens.trace_panes import Panes
from evaltui.tui.widgets.frame import Span
from evaltui.tui.widgets.row_keys import Moved, MoveKeys

SHORT = 30


class Walk(Protocol):
    """The cases one came from, in their order there."""

    def move(self, by: int) -> str | None:
        """The id of the next (-1: previous) case, where one is then; None at the end."""
        ...


class TraceView(MoveKeys, GoldKeys):
    """One trial of one case in a run, held against another run or the baseline."""

    NAME = "trace"
    BINDINGS = bindings("trace")
    DEFAULT_CSS = "TraceView.-short TraceHead { height: 3; }"

    def __init__(
        self, run: Run, case_id: str, trial: int = 1, against: Run | None = None, walk: Walk | None = None
    ) -> None:
        super().__init__()
        self.run, self.case_id, self.trial, self.against = run, case_id, trial, against
        self.trace: Trace | None = None
        self._walk = walk

    def body(self) -> ComposeResult:
        yield TraceHead()
        yield Panes()

    def crumbs(self) -> list[Span]:
        return [(f"run {self.run.id}", "text"), ("trace", "text")]

    async def load(self) -> None:
        wanted = self.case_id, self.trial
        found = await self.desk.read(_read, self.run, *wanted, self.against)
        if wanted != (self.case_id, self.trial):
            return
        if found is None:
            self.problem(f"run {self.run.id} has no trial {self.trial} of {self.case_id}")
        elif self.trace is None or self.trace.detail != found[0].detail:
            self._show(*found)

    def _show(self, found: Trace, what: Told) -> None:
        before, self.trace, outline = self.trace, found, self.panes.turns
        self.query_one(TraceHead).show(found)
        if before is not None and before.detail.sample_id == found.detail.sample_id:
            outline.show_again(what.roots)
        else:
            outline.show(what.roots, what.opened, what.at)
            self.panes.switch("turns")
            self.panes.offer(wanted=len(found.turns) <= 1)
        self.panes.gold.show(*gold_nodes(found))
        self.show_frame()

    # What is looked at

    @property
    def panes(self) -> Panes:
        return self.query_one(Panes)

    @property
    def turn(self) -> TraceTurn | None:
        """The turn under the cursor, or the first."""
        if self.trace is None:
            return None
        key = self.panes.turns.current.key if self.panes.turns.current else None
        number = key[1] if isinstance(key, tuple) and key[0] == "turn" else 1
        return next((turn for turn in self.trace.turns if turn.number == number), None)

    def on_resize(self) -> None:
        super().on_resize()
        self.set_class(self.app.size.height < SHORT, "-short")

    # Moving and folding

    @property
    def moved(self) -> Moved:
        return self.panes.mover

    def action_open(self) -> None:
        if self.panes.in_rows:
            turn = self.panes.aligned.turn
            self._switch("turns")
            self.panes.turns.jump(("turn", turn))
        else:
            self.panes.outline.enter()

    def can_fold(self) -> bool:
        return not self.panes.in_rows

    def action_fold(self) -> None:
        self.panes.outline.toggle()

    def action_fold_all(self) -> None:
        self.panes.outline.fold_all()

    def action_fold_out(self) -> None:
        self.panes.outline.outward()

    def action_fold_in(self) -> None:
        self.panes.outline.inward()

    def action_next_problem(self) -> None:
        self._problem(1)

    def action_previous_problem(self) -> None:
        self._problem(-1)

    def _problem(self, by: int) -> None:
        panes = self.panes
        found = panes.aligned.problem(by) if panes.in_rows else panes.turns.problem(by)
        self.say("" if found else "no problem further down" if by > 0 else "no problem further up")

    # Other cases and trials

    def can_next_case(self) -> bool:
        return self._walk is not None

    can_previous_case = can_next_case

    def action_next_case(self) -> None:
        self._go_case(1)

    def action_previous_case(self) -> None:
        self._go_case(-1)

    def _go_case(self, by: int) -> None:
        found = self._walk.move(by) if self._walk else None
        if found is None:
            self.say("the last case" if by > 0 else "the first case")
        else:
            self.case_id, self.trial = found, 1
            self.say("")
            self._reload()

    def can_next_tab(self) -> bool:
        return self.run.trials > 1

    can_previous_tab = can_next_tab

    def action_next_tab(self) -> None:
        self._go_trial(1)

    def action_previous_tab(self) -> None:
        self._go_trial(-1)

    def _go_trial(self, by: int) -> None:
        self.trial = (self.trial - 1 + by) % self.run.trials + 1
        self._reload()

    # Beside it

    def action_expected(self) -> None:
        self.panes.expected()
        self.show_frame()

    def _switch(self, mode: str) -> None:
        self.panes.switch(mode)
        self.show_frame()

    def can_raw(self) -> bool | None:
        return True if self.turn else None

    def action_raw(self) -> None:
        if self.panes.mode == "raw":
            self._switch("turns")
        elif self.trace is not None and self.turn is not None:
            self.later(partial(self._raw, self.trace, self.turn), "raw", exclusive=True)

    async def _raw(self, trace: Trace, turn: TraceTurn) -> None:
        sent = await self.desk.read(request_of, trace.run, trace.detail, turn.number)
        nodes = await asyncio.to_thread(raw_nodes, turn.number, sent, replies_to(trace.detail, turn))
        await self.panes.need("raw")
        self.panes.raw.show(nodes, {node.key for node in nodes})
        self._switch("raw")

    def can_align(self) -> bool | None:
        return True if self.trace and self.trace.against else None

    def action_align(self) -> None:
        if self.panes.mode == "aligned":
            self._switch("turns")
        elif self.trace is not None:
            self.later(partial(self._align, self.trace), "align", exclusive=True)

    async def _align(self, trace: Trace) -> None:
        rows = await self.desk.read(alignment, trace)
        if rows is None or trace.against is None:
            self.say(f"run {trace.against.id} has no such case" if trace.against else "there is no baseline")
            return
        await self.panes.need("aligned")
        self._switch("aligned")
        titles = f"run {trace.against.id}", f"run {trace.run.id}"
        self.call_after_refresh(self.panes.aligned.show, rows, titles)

    # Out of it

    def action_copy(self) -> None:
        node = self.panes.outline.current
        if node is not None and node.body is not None:
            self.evaltui.copy(node.body().text, "the text")
        elif self.turn is not None:
            self.evaltui.copy("\n\n".join(body(entry)[0] for entry in self.turn.entries), f"turn {self.turn.number}")

    def action_copy_command(self) -> None:
        words = ["evaltui", "show", str(self.run.id), self.case_id]
        words += ["--trial", str(self.trial)] if self.trial > 1 else []
        words += ["--turn", str(self.turn.number)] if self.turn and self.trace and len(self.trace.turns) > 1 else []
        self.evaltui.copy(shlex.join(words), "the command")

    @property
    def gold_case(self) -> tuple[Run, str]:
        return self.run, self.case_id

    def action_edit(self) -> None:
        self.later(self._edit, "edit", exclusive=True)

    async def _edit(self) -> None:
        place = await self.desk.work(lambda: place_of(self.run, self.case_id))
        if place is None:
            self.problem(lost(self.run, self.case_id))
        else:
            self.evaltui.edit(place.file, place.line)

    def action_back(self) -> None:
        """Away with what was opened here, then out."""
        if self.panes.close():
            self.show_frame()
        else:
            super().action_back()


def _read(store: Store, run: Run, case_id: str, trial: int, against: Run | None) -> tuple[Trace, Told] | None:
    found = read_trace(store, run, case_id, trial, against)
    return None if found is None else (found, told(found))


def make(run: Run, case_id: str, trial: int = 1, against: Run | None = None, walk: Walk | None = None) -> TraceView:
    """The view, to be pushed."""
    return TraceView(run, case_id, trial, against, walk)
