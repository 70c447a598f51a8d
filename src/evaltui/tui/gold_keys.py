"""Owns the keys that edit the gold of a case and score by it; mixed into every view that shows a case."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evaltui.tui.view import View

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.gold_edit import Change
    from evaltui.loop.regrade import Regrade


class GoldKeys(View):
    """The view says which case of which run is looked at."""

    @property
    def gold_case(self) -> "tuple[Run, str] | None":
        """The run and the id of the case under the cursor."""
        raise NotImplementedError

    def can_edit_gold(self) -> bool | None:
        return True if self.gold_case else None

    def action_edit_gold(self) -> None:
        """What is expected of the case, as its file has it now."""
        if (found := self.gold_case) is not None:
            self.later(partial(self._edit_gold, *found), "gold", exclusive=True)

    async def _edit_gold(self, run: "Run", case_id: str) -> None:
        from evaltui.loop.gold_edit import gold_of
        from evaltui.tui.screens.gold_editor import GoldEditor

        gold = await self.desk.work(lambda: gold_of(Path(run.folder), case_id))
        self.app.push_screen(
            GoldEditor(gold, self.desk.folder),
            lambda change: self.later(partial(self._write_gold, run, change)) if change else None,
        )

    async def _write_gold(self, run: "Run", change: "Change") -> None:
        from evaltui.loop.gold_edit import write_gold

        await self.desk.write(write_gold, run, change)
        self.stale()
        self.say(f"gold of {change.gold.case_id} edited  ·  R scores both runs by it  ·  u in Triage takes it back")

    def can_rescore(self) -> bool | None:
        return True if self.gold_case else None

    def action_rescore(self) -> None:
        """What it would do, and what it costs where judges must be asked; at no cost at once."""
        if (found := self.gold_case) is not None:
            self.later(partial(self._rescore, found[0]), "gold", exclusive=True)

    async def _rescore(self, run: "Run") -> None:
        from evaltui.loop.regrade import regrade_of
        from evaltui.tui.screens.ask import Confirm

        self.say("looking for golds that changed …")
        found = await self.desk.read(regrade_of, run)
        self.say("")
        if found.cost is None:
            await self._regrade(found)
            return
        lines = [(f"Score {found.words()}", "text"), (found.cost.words(), "strong"), (f"to {found.endpoints}", "muted")]
        ask = Confirm("Score again", lines, yes=("y", "ask the judges"))
        self.app.push_screen(ask, lambda yes: self.later(partial(self._regrade, found)) if yes else None)

    async def _regrade(self, found: "Regrade") -> None:
        from evaltui.loop.regrade import regrade
        from evaltui.store.database import open_store
        from evaltui.tui.foreman import in_thread

        path = self.desk.path

        def work() -> str:
            with open_store(path) as store:
                return regrade(store, found)

        self.say(f"scoring {found.words()} …")
        headline = await in_thread(work)
        for run in found.asking:
            self.evaltui.foreman.take(run)
        self.stale()
        self.say(f"scored again: {found.words()}  ·  {headline}")
