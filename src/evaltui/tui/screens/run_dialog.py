"""Owns the question what to run: evalset, agent, cases, trials, batch or live; what it costs stands there before."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from evaltui.domain.errors import BadInput
from evaltui.domain.run import Run
from evaltui.tui.run_form import Form
from evaltui.tui.screens.ask import Asking, words_of
from evaltui.tui.widgets.columns import Cell, Span

if TYPE_CHECKING:
    from evaltui.loop.candidates import Candidate
    from evaltui.loop.choices import Choice
    from evaltui.loop.propose import Proposal
    from evaltui.store.database import Store
    from evaltui.tui.app import EvalApp

REST = 0.25
"""Seconds without a key until an estimate is made: tokens are counted by the provider, for nothing."""
MOST_PROBLEMS = 6
WIDE = 100


class RunDialog(Asking):
    """Dismissed with the run that was started, or None. `y` starts it; enter never does."""

    BINDINGS = [
        ("j,down,tab", "field(1)"), ("k,up,shift+tab", "field(-1)"), ("l,right,space", "change(1)"),
        ("h,left", "change(-1)"), ("escape,q", "leave"), ("enter", "hint"),
    ]  # fmt: skip
    DEFAULT_CSS = "RunDialog Box { width: 92; } RunDialog #cost { margin: 1 0 0 0; min-height: 3; }"

    def __init__(self, since: Run | None, marked: Collection[str]) -> None:
        super().__init__("Run")
        self.form = Form()
        self._since, self._marked = since, frozenset(marked)
        self._proposal: Proposal | None = None
        self._words: list[Cell] = [("reading the evalsets …", "muted")]
        self._starting = False

    @property
    def _app(self) -> "EvalApp":
        return self.app  # type: ignore[return-value]

    def asked(self) -> ComposeResult:
        yield Static(id="fields")
        yield Static(id="cost")
        yield self.keys()

    def on_mount(self) -> None:
        self._draw()
        self.later(self._begin)

    def on_unmount(self) -> None:
        self._close()

    # What there is to choose from

    async def _begin(self) -> None:
        desk = self._app.desk
        folder = desk.folder
        found = desk.read(_candidates, folder) if desk.exists else desk.work(lambda: _candidates(None, folder))
        self.form.candidates = await found
        if not self.form.candidates:
            self._say([("There is no evalset here yet.", "text"), ("evaltui init makes one to start from.", "muted")])
            return
        self.form.begin_like(self._since)
        await self._chosen_evalset()

    async def _chosen_evalset(self) -> None:
        """The cases that may be chosen, as the run that was looked at tells, else the newest one."""
        one, since = self.form.candidate, self._since
        base = since if since and since.folder == str(one.folder) else one.last
        found: tuple[Choice, ...] = ()
        if base is not None and not base.made_elsewhere:
            from evaltui.loop.choices import choices

            found = await self._app.desk.read(choices, base, self._marked if base is since else ())
        self.form.choose_among(found)
        self._draw()
        await self._estimated()

    # What it costs

    def _estimate(self) -> None:
        self._close()
        self.later(self._estimated)

    async def _estimated(self) -> None:
        from evaltui.loop.propose import propose

        self._say([("estimating …", "muted")])
        await asyncio.sleep(REST)
        wish, path = self.form.wish, self._app.desk.path
        proposal, free = await self._app.desk.opened(lambda: _priced(propose(wish, path)), lambda made: made[0].close())
        if wish != self.form.wish or not self.is_attached:
            proposal.close()
            return
        self._proposal = proposal
        self._say([*_cost(proposal, free=free)])

    def _close(self) -> None:
        """An estimate that is not accepted lets go of its connection."""
        if self._proposal is not None:
            self._proposal.close()
            self._proposal = None

    def failed(self, error: Exception) -> None:
        """What goes wrong stands where the estimate would."""
        self._starting = False
        self._say([*_wrong(error)])

    # What the keys do

    def action_field(self, by: int) -> None:
        self.form.move(by)
        self._draw()

    def action_change(self, by: int) -> None:
        if not self.form.candidates or self._starting:
            return
        before = self.form.draft.evalset
        if not self.form.change(by):
            return
        self._draw()
        if self.form.draft.evalset != before:
            self._close()
            self.later(self._chosen_evalset)
        else:
            self._estimate()

    def on_key(self, event: events.Key) -> None:
        if event.key == "y":
            event.stop()
            self._start()

    def _start(self) -> None:
        if self._proposal is None:
            self._hint("what it costs comes first")
        elif not self._starting:
            self._starting = True
            self.later(partial(self._started, self._proposal))

    async def _started(self, proposal: "Proposal") -> None:
        from evaltui.loop.project import shelter

        run = await self._app.desk.write(proposal.start)
        shelter(self._app.desk.path)
        self.answer(run)

    def action_leave(self) -> None:
        if not self._starting:
            self.answer(None)

    def action_hint(self) -> None:
        self._hint("enter sends nothing: y does")

    def _hint(self, words: str) -> None:
        self._draw([(words, "unsure")])

    # How it looks

    def _say(self, lines: list[Cell]) -> None:
        self._words = lines
        self._draw()

    def _draw(self, hint: list[Cell] | None = None) -> None:
        if self.is_mounted:
            self.query_one("#fields", Static).update(
                words_of(self.app, list(self.form.lines(wide=self.app.size.width >= WIDE)))
            )
            self.query_one("#cost", Static).update(words_of(self.app, [*self._words, *(hint or [])]))
            send = (("y", "send"),) if self._proposal else ()  # what it costs comes first
            self.offer(("j k", "field"), ("h l", "change"), *send, ("esc", "leave it"))


def _candidates(store: "Store | None", folder: Path) -> "list[Candidate]":
    from evaltui.loop.candidates import candidates

    return candidates(folder, store)


def _priced(proposal: "Proposal") -> "tuple[Proposal, bool]":
    """With whether it is free; asking that takes a request."""
    return proposal, proposal.free


def _cost(proposal: "Proposal", *, free: bool) -> Iterator[Cell]:
    """The estimate, and where it is sent."""
    yield (proposal.forecast.money(), "strong")
    yield (proposal.forecast.sent(), "text")
    if proposal.time:
        yield (f"{proposal.time[:1].upper()}{proposal.time[1:]}", "muted")
    if proposal.primed:
        yield ("One request goes first and fills the prompt cache for all others.", "muted")
    where: list[Span] = [("to ", "muted"), (proposal.endpoint, "text")]
    yield (*where, (" · a sandbox: not Claude, nothing is paid", "accent")) if free else tuple(where)


def _wrong(error: Exception) -> Iterator[Cell]:
    """Why it cannot be run as it is, every problem at its file and line."""
    problems = [str(problem) for problem in error.problems] if isinstance(error, BadInput) else [str(error)]
    for words in problems[:MOST_PROBLEMS]:
        yield ((" ! ", "fail"), (words, "fail"))
    if len(problems) > MOST_PROBLEMS:
        yield (f"and {len(problems) - MOST_PROBLEMS} more; evaltui check lists them", "muted")


def open_dialog(app: "EvalApp", since: Run | None, marked: Collection[str], started: Callable[[Run], None]) -> None:
    """Ask what to run, and drive what is started; `started` is told of it."""

    def answered(run: Run | None) -> None:
        if run is not None:
            app.foreman.take(run)
            app.choose(run)
            started(run)

    app.push_screen(RunDialog(since, marked), answered)
