"""What the Datasets view does about the health of a set: looked at last, shown beside the cases, listed by h."""

from functools import partial
from importlib import import_module
from pathlib import Path

from evaltui.domain.run import Run
from evaltui.loop.checkup import Checkup, decided, evalset_folders
from evaltui.tui.actions import ACTIONS, key_words
from evaltui.tui.checkups import Checkups
from evaltui.tui.health_page import brief
from evaltui.tui.screens.datasets_head import HealthPanel
from evaltui.tui.view import View

HEALTH = next(action for action in ACTIONS if action.name == "health")


class FilesHealth(View):
    """A view with a HealthPanel."""

    def __init__(self) -> None:
        super().__init__()
        self._checkups: Checkups | None = None
        self._checkup: Checkup | None = None

    def forget_health(self) -> None:
        """Another evalset is looked at."""
        self._checkup = None
        self.query_one(HealthPanel).show(None)
        self.query_one(HealthPanel).found(())

    def look_at_files_of(self, run: Run | None) -> None:
        """Of the evalset of a run; where nothing was run, of the project's first evalset."""
        self.later(partial(self._of_run, run) if run else self._of_project, "checkup", exclusive=True)

    async def _of_run(self, run: Run) -> None:
        await self._look(Path(run.folder), await self.desk.read(decided, run))

    async def _of_project(self) -> None:
        folders = await self.desk.work(partial(evalset_folders, self.desk.folder))
        if folders and self.subject is None:
            self.query_one(HealthPanel).show(None, f"{folders[0].name} was not run yet")
            await self._look(folders[0], ())

    async def _look(self, folder: Path, runs: tuple[int, ...]) -> None:
        if self._checkups is None:
            self._checkups = Checkups(self.desk)
        self._checkup = await self._checkups.of(folder, runs)
        key = key_words(self.evaltui.keys.first(HEALTH))
        self.query_one(HealthPanel).found(list(brief(self._checkup, key)))
        self.show_frame()

    def can_health(self) -> bool | None:
        return True if self._checkup else None

    def action_health(self) -> None:
        """All that speaks against the set."""
        if self._checkup is not None:
            self.app.push_screen(import_module("evaltui.tui.screens.health").HealthView(self._checkup))
