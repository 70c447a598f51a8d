"""Owns the way from an item to a proven gold case: its draft, the block in the file, the run that proves it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evaltui.tui.inbox_acts import InboxActs

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.add import Added


class InboxAdd(InboxActs):
    """Mixed into the inbox."""

    def action_add_case(self) -> None:
        """Drafts of the marked items, else of the one under the cursor."""
        from evaltui.tui.screens.add_case import AddCase

        line = self.line
        keys = self.marked or ([line.key] if line else [])
        if keys:
            here = self.subject.run.evalset if self.subject else ""
            self.app.push_screen(AddCase(keys, here), self._made)

    def _made(self, answer: "tuple[Added | None, Path] | None") -> None:
        from evaltui.tui.screens.prove import Prove

        if answer is None:
            return
        made, folder = answer
        if made is None:
            self.later(partial(self.acted, "noted that the set has it  ·  u takes it back", on=True))
            return
        ids = made.case_ids
        self.later(partial(self.acted, f"added to {made.file.name}: {', '.join(ids)}", on=True))
        self.app.push_screen(Prove(folder, ids, made.file), partial(self._proving, ids))

    def _proving(self, ids: tuple[str, ...], run: "Run | None") -> None:
        """Nobody is taken away from the run that is looked at by one that asks only the new cases."""
        if run is None:
            self.say("not proven yet: r in Runs asks the new cases too")
            return
        if self.subject is not None:
            self.evaltui.choose(self.subject.run)
        self.evaltui.proofs[run.id] = ids
        self.evaltui.foreman.take(run)
        self.say(f"Run {run.id} asks {', '.join(ids)}; what comes of it is said here.")
