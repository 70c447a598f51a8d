"""The question whether new cases are to prove themselves: what that costs, live or in a batch, and the key to it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from evaltui.gate.words import count
from evaltui.tui.screens.ask import Asking, words_of
from evaltui.tui.widgets.columns import Cell, Span

if TYPE_CHECKING:
    from evaltui.loop.propose import Proposal
    from evaltui.tui.app import EvalApp


class Prove(Asking):
    """Dismissed with the run that asks the new cases, or None. `y` sends; enter never does."""

    BINDINGS = [("h,left,l,right,space", "turn"), ("escape,n,q", "leave"), ("enter", "hint")]

    def __init__(self, evalset: Path, cases: Sequence[str], file: Path) -> None:
        super().__init__("Does it bite?" if len(cases) == 1 else "Do they bite?")
        self._evalset, self._cases, self._file = evalset, tuple(cases), file
        self._live = len(cases) == 1
        self._proposal: Proposal | None = None
        self._words: list[Cell] = []
        self._starting = False

    @property
    def _app(self) -> "EvalApp":
        return self.app  # type: ignore[return-value]

    def asked(self) -> ComposeResult:
        yield Static(id="proof")
        yield self.keys()

    def on_mount(self) -> None:
        self._estimate()

    def on_unmount(self) -> None:
        self._close()

    def _estimate(self) -> None:
        self._close()
        self._say([("estimating …", "muted")])
        self.later(self._estimated)

    async def _estimated(self) -> None:
        from evaltui.loop.proof import proof_wish
        from evaltui.loop.propose import propose

        live, path = self._live, self._app.desk.path
        wish = proof_wish(self._evalset, self._cases, live=live)
        made, free = await self._app.desk.opened(lambda: _priced(propose(wish, path)), lambda found: found[0].close())
        if live != self._live or not self.is_attached:
            made.close()
            return
        self._proposal = made
        where: list[Span] = [("to ", "muted"), (made.endpoint, "text")]
        sandbox: Span = (" · a sandbox: not Claude, nothing is paid" if free else "", "accent")
        self._say([(made.forecast.money(), "strong"), (made.forecast.sent(), "text"), (*where, sandbox)])

    def _close(self) -> None:
        """An estimate that is not accepted lets go of its connection."""
        if self._proposal is not None:
            self._proposal.close()
            self._proposal = None

    def on_key(self, event: events.Key) -> None:
        if event.key == "y":
            event.stop()
            self._start()

    def _start(self) -> None:
        if self._proposal is None:
            self._say([*self._words, ("what it costs comes first", "unsure")])
        elif not self._starting:
            self._starting = True
            self.later(partial(self._started, self._proposal))

    async def _started(self, proposal: "Proposal") -> None:
        try:
            self.answer(await self._app.desk.write(proposal.start))
        finally:
            self._starting = False

    def action_turn(self) -> None:
        if not self._starting:
            self._live = not self._live
            self._estimate()

    def action_leave(self) -> None:
        if not self._starting:
            self.answer(None)

    def action_hint(self) -> None:
        self._say([*self._words, ("enter sends nothing: y does", "unsure")])

    def _say(self, lines: list[Cell]) -> None:
        self._words = lines
        names = ", ".join(self._cases[:4]) + (" …" if len(self._cases) > 4 else "")
        told: list[Cell] = [
            (
                ("✓ ", "pass"),
                (f"{count(len(self._cases), 'case')} added to {self._file.name}: ", "text"),
                (names, "strong"),
            ),
            ("Asked of the agent as it is now, a good case fails: one that passes does not bite.", "muted"),
            ("", ""),
            (*_option("live", chosen=self._live), ("   ", ""), *_option("in a batch", chosen=not self._live)),
        ]
        self.query_one("#proof", Static).update(words_of(self.app, [*told, *lines]))
        send = (("y", "send it"),) if self._proposal else ()  # what it costs comes first
        self.offer(*send, ("h l", "live or batch"), ("esc", "not now"))

    def failed(self, error: Exception) -> None:
        """In place of the estimate."""
        self._say([(("! ", "fail"), (str(error), "text"))])


def _priced(proposal: "Proposal") -> "tuple[Proposal, bool]":
    """With whether it is free; asking that takes a request."""
    return proposal, proposal.free


def _option(text: str, *, chosen: bool) -> tuple[Span, Span]:
    return ("● " if chosen else "○ ", "accent" if chosen else "muted"), (text, "strong" if chosen else "text")
