"""Owns what a person is told when a run that is driven here comes to its end, wherever they are in the app."""

from typing import TYPE_CHECKING

from evaltui.tui.view import View

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.tui.app import EvalApp
    from evaltui.tui.driving import Snapshot
    from evaltui.tui.foreman import Foreman


class News:
    """Listens to the foreman; the run that ended is looked at, unless the person chose another one meanwhile."""

    def __init__(self, app: "EvalApp", foreman: "Foreman") -> None:
        self._app = app
        self._foreman = foreman
        self._told: set[int] = set()
        foreman.listen(self._heard)

    def _heard(self, snapshot: "Snapshot") -> None:
        self.show()
        run_id = snapshot.run.id
        if not snapshot.over:
            self._told.discard(run_id)
        elif run_id not in self._told:
            self._told.add(run_id)
            self._over(snapshot)

    def show(self) -> None:
        """What goes on, on the status line of the view that is seen."""
        if isinstance(self._app.screen, View):
            self._app.screen.working(self._foreman.words())

    def _over(self, snapshot: "Snapshot") -> None:
        if snapshot.fault is not None:
            self._app.fault(snapshot.fault)
        elif snapshot.at == "stopped":
            self._app.problem(f"Run {snapshot.run.id} is not driven on: {snapshot.why}")
        elif snapshot.at == "decided":
            self._app.run_worker(self._ended(snapshot.run), exit_on_error=False)

    async def _ended(self, run: "Run") -> None:
        from evaltui.loop.ending import ending
        from evaltui.store.findings import is_rerun

        if await self._app.desk.read(is_rerun, run.id):
            self._say(f"Run {run.id} asked the flaky cases again · 4 shows what came of it")
            return
        found = await self._app.desk.read(ending, run)
        subject = self._app.subject
        if subject is None or subject.run.id == run.id or subject.run.evalset == run.evalset:
            self._app.choose(run)
        self._say(f"{found.words} · 1 gate · 3 compare")
        if isinstance(self._app.screen, View):
            self._app.screen.done(f"Run {run.id} is decided.")

    def _say(self, words: str) -> None:
        if isinstance(self._app.screen, View):
            self._app.screen.say(words)
