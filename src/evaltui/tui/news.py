"""Owns what a person is told when a run that is driven here comes to its end, wherever they are in the app."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evaltui.domain.errors import EvaltuiError
from evaltui.tui.view import View

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.proof import Proof
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
        for view in self._views():
            view.working(self._foreman.words())

    def _over(self, snapshot: "Snapshot") -> None:
        if snapshot.fault is not None:
            self._app.fault(snapshot.fault)
        elif snapshot.at == "stopped":
            self._app.problem(f"Run {snapshot.run.id} is not driven on: {snapshot.why}")
        elif snapshot.at == "decided":
            self._app.run_worker(self._ended(snapshot.run), exit_on_error=False)

    async def _ended(self, run: "Run") -> None:
        try:
            await self._tell(run)
        except EvaltuiError as error:
            self._app.problem(f"Run {run.id} is decided, and cannot be read: {error}")
        except Exception as error:  # noqa: BLE001 - said on the screen instead of passing in silence
            self._app.fault(error)

    async def _tell(self, run: "Run") -> None:
        from evaltui.loop.ending import ending
        from evaltui.loop.proof import proof_of
        from evaltui.store.findings import is_rerun

        if await self._app.desk.read(is_rerun, run.id):
            self._say(f"Run {run.id} asked the flaky cases again · 4 shows what came of it")
            return
        if ids := self._app.proofs.get(run.id):
            self._prove(await self._app.desk.read(proof_of, run, ids))
            return
        found = await self._app.desk.read(ending, run)
        subject = self._app.subject
        if subject is None or subject.run.id == run.id or subject.run.evalset == run.evalset:
            self._app.choose(run)
        self._say(f"{found.words} · 1 gate · 3 compare")

    def _prove(self, found: "Sequence[Proof]") -> None:
        """What bites is said; what does not stays until it is read."""
        self._say(" · ".join(f"✓ {one.words}" for one in found if one.verdict in ("bites", "flaky")))
        for one in found:
            if one.verdict not in ("bites", "flaky"):
                self._app.problem(one.words)

    def _say(self, words: str) -> None:
        for view in self._views():
            view.say(words)

    def _views(self) -> Iterator[View]:
        """The view that is seen, also while a question stands over it."""
        yield from [screen for screen in self._app.screen_stack if isinstance(screen, View)][-1:]
